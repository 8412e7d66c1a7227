"""Backpropagation through any graph."""

import cmath

import pytest
import torch
from autograder import as_array, as_float, assert_close, assert_unchanged, fail

# A dozen float64 operations on numbers of size one; the complex step below is as exact as they are.
CLOSE = {"rtol": 1e-9, "atol": 1e-12}

COMPLEX = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "square": lambda a: a * a,
    "exp": cmath.exp,
    "sin": cmath.sin,
    "dot": lambda a, b: a * b,
}

TORCH = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "square": torch.square,
    "sin": torch.sin,
    "dot": lambda a, b: torch.sum(a * b),
}


def evaluate(graph, leaves, nudged="", nudge=0.0):
    """The value of every node; ``nudge`` is added to one of them as it is computed."""
    values = {}

    def value(node):
        if node not in values:
            op, inputs = graph[node]
            plain = leaves[node] if op == "input" else COMPLEX[op](*map(value, inputs))
            values[node] = plain + (nudge if node == nudged else 0.0)
        return values[node]

    for node in graph:
        value(node)
    return values


def real_values(graph, leaves):
    """What a forward pass would have left, in floats."""
    return {node: complex(value).real for node, value in evaluate(graph, leaves).items()}


def by_complex_step(graph, leaves, out):
    """The gradients of out: f(x + ih) = f(x) + ih f'(x), and the imaginary part suffers from no cancellation."""
    return {node: complex(evaluate(graph, leaves, node, 1e-150j)[out]).imag / 1e-150 for node in graph}


def assert_gradients(answer, expected):
    """Every expected gradient is in the answer, and is right; what is not expected is absent or 0."""
    if not isinstance(answer, dict):
        fail(f"you returned a {type(answer).__name__}; it should be a dictionary of gradients by name")
    for node, gradient in expected.items():
        if node in answer:
            assert_close(as_float(answer[node]), gradient, **CLOSE)
        elif gradient:
            fail(f"there is no gradient for one of the nodes that out depends on ({len(answer)} are there)")


def assert_backprop(student, graph, leaves, out):
    """The student's gradients are those of the complex step."""
    answer = student.backprop(graph, real_values(graph, leaves), out)
    assert_gradients(answer, by_complex_step(graph, leaves, out))


def leaves_of(graph, rng):
    """A random number between 1/2 and 1 for each leaf."""
    return {node: float(rng.uniform(0.5, 1.0)) for node, (op, _) in graph.items() if op == "input"}


X, Y, Z = ((name, ("input", ())) for name in "xyz")


@pytest.mark.weight(4)
def test_slide(student):
    """On the graph of the slide x, y and z get 5, -3 and 1, and the two gates get 1.

    Start with 1 at the end; hand the gradient of each gate to its backward rule.
    """
    graph = dict([X, Y, Z, ("g", ("mul", ("x", "y"))), ("f", ("add", ("g", "z")))])
    values = {"x": -3.0, "y": 5.0, "z": 2.0, "g": -15.0, "f": -13.0}
    assert_gradients(student.backprop(graph, values, "f"), {"f": 1.0, "g": 1.0, "x": 5.0, "y": -3.0, "z": 1.0})


@pytest.mark.presupposes("test_slide")
def test_every_operation(student, rng):
    """Every operation passes its gradient on, and intermediate nodes have gradients too.

    BACKWARD[op] takes the gradient of the gate and the values of its inputs from the forward pass.
    """
    graph = dict([X, Y, ("a", ("exp", ("x",))), ("b", ("sin", ("a",))), ("c", ("square", ("b",)))])
    graph |= {"d": ("sub", ("c", "y")), "e": ("input", ()), "m": ("mul", ("d", "e")), "n": ("input", ())}
    graph |= {"o": ("add", ("n", "m")), "p": ("input", ()), "end": ("dot", ("p", "o"))}
    assert_backprop(student, graph, leaves_of(graph, rng), "end")


@pytest.mark.presupposes("test_slide")
def test_fan_out(student, rng):
    """A node with several users gets the sum of what they send.

    Add to the gradient that is there already; do not replace it.
    """
    graph = dict([X, Y, ("a", ("mul", ("x", "y"))), ("b", ("sin", ("x",))), ("c", ("exp", ("x",)))])
    graph |= {"d": ("add", ("a", "b")), "end": ("mul", ("d", "c"))}
    assert_backprop(student, graph, leaves_of(graph, rng), "end")


@pytest.mark.presupposes("test_slide", "test_fan_out")
def test_one_node_twice_in_a_gate(student, rng):
    """A gate that uses one node twice sends it two gradients.

    Go through the inputs of a gate one by one; a dictionary from inputs to gradients has room for one of them.
    """
    # A product and a sum have the same slope for both inputs; a difference tells them apart.
    graph = dict([X, Y, ("s", ("mul", ("x", "x"))), ("t", ("add", ("s", "s"))), ("d", ("sub", ("s", "s")))])
    graph |= {"e": ("add", ("t", "d")), "end": ("mul", ("e", "y"))}
    assert_backprop(student, graph, leaves_of(graph, rng), "end")


@pytest.mark.presupposes("test_slide", "test_fan_out")
def test_skip_connection(student, rng):
    """A node passes its gradient on only when all of its users have reported, however far away they are.

    Walk through a topological order from the end; going back layer by layer is not good enough.
    """
    graph = {"end": ("mul", ("u", "c")), "c": ("square", ("b",)), "b": ("sin", ("a",)), "a": ("exp", ("u",))}
    graph |= dict([("u", ("mul", ("x", "y"))), X, Y])
    assert_backprop(student, graph, leaves_of(graph, rng), "end")


@pytest.mark.presupposes("test_slide")
def test_only_what_leads_to_out(student, rng):
    """Gates that out does not depend on contribute nothing, even if they use the same nodes.

    Visit the nodes that out depends on, and no others; out may stand in the middle of the graph.
    """
    graph = dict([X, Y, ("g", ("mul", ("x", "y"))), ("h", ("exp", ("g",))), ("k", ("sub", ("y", "x")))])
    assert_backprop(student, graph, leaves_of(graph, rng), "g")


@pytest.mark.presupposes("test_slide", "test_fan_out")
def test_arrays(student, rng):
    """Values may be arrays: each gradient has the shape of its node, and none changes while another one grows.

    The rule of add gives both inputs the same array, and += changes an array in place; grads[name] + part is a new one.
    """
    graph = dict([X, Y, Z, ("w", ("input", ())), ("a", ("add", ("x", "y"))), ("b", ("add", ("x", "z")))])
    graph |= {"c": ("mul", ("a", "w")), "d": ("sub", ("b", "w")), "e": ("sin", ("c",)), "q": ("square", ("d",))}
    graph |= {"end": ("dot", ("e", "q"))}
    values = {name: torch.tensor(rng.uniform(0.5, 1.0, (2, 3)), requires_grad=True) for name in "wxyz"}
    for node, (op, inputs) in graph.items():
        if op != "input":
            values[node] = TORCH[op](*(values[name] for name in inputs))
        values[node].retain_grad()
    values["end"].backward()
    plain = {name: value.item() if value.ndim == 0 else value.detach().numpy() for name, value in values.items()}
    answer = student.backprop(graph, plain, "end")
    if not isinstance(answer, dict) or graph.keys() - answer.keys():
        fail("there is no gradient for one of the nodes that out depends on")
    for name in graph:
        assert_close(as_array(answer[name]), values[name].grad.numpy(), **CLOSE)


@pytest.mark.presupposes("test_slide", "test_fan_out")
@pytest.mark.seconds(0.5)  # right answers take milliseconds
def test_many_diamonds(student):
    """The gradients of forty diamonds in a row are right, and take almost no time.

    Add what arrives at a node before you pass it on, so that each arrow is used once.
    """
    count, x, half = 40, 1.7, 0.55
    graph, values = {"n0": ("input", ()), "half": ("input", ())}, {"n0": x, "half": half}
    for k in range(count):
        for side in "lr":
            graph[f"{side}{k}"], values[f"{side}{k}"] = ("mul", (f"n{k}", "half")), values[f"n{k}"] * half
        graph[f"n{k + 1}"], values[f"n{k + 1}"] = ("add", (f"l{k}", f"r{k}")), values[f"n{k}"] * 2 * half
    answer = student.backprop(graph, values, f"n{count}")
    # The last node is x (2 half)^40.
    expected = {"n0": (2 * half) ** count, "half": x * count * 2 * (2 * half) ** (count - 1), "n39": 2 * half}
    assert_gradients(answer, expected)


@pytest.mark.presupposes("test_slide")
def test_each_call_starts_from_zero(student, rng):
    """A second call gives the same gradients as the first, and graph and values stay as they are.

    Make a new dictionary in each call; a default argument or a global one remembers the last call.
    """
    graph = dict([X, Y, ("g", ("mul", ("x", "y"))), ("f", ("sub", ("g", "x")))])
    leaves = leaves_of(graph, rng)
    expected = by_complex_step(graph, leaves, "f")
    assert_gradients(student.backprop(graph, real_values(graph, leaves), "f"), expected)
    call = student.backprop.observe(graph, real_values(graph, leaves), "f")
    assert_gradients(call.value, expected)
    assert_unchanged(call, 0, 1)
