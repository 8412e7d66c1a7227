"""A network of any depth as a graph, and the gradients that the student's engine finds on it."""

import numpy as np
import pytest
import torch
from autograder import as_array, as_float, assert_close, fail

# Sums of a few hundred products of float64 numbers of size one.
CLOSE = {"rtol": 1e-9, "atol": 1e-12}

FORWARD = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "square": lambda a: a * a,
    "exp": torch.exp,
    "sin": torch.sin,
    "dot": lambda a, b: torch.sum(a * b),
    "linear": lambda X, W: X @ W.T,
    "bias": lambda Z, b: Z + b,
    "sum": torch.sum,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
}
INPUTS = {"add": 2, "sub": 2, "mul": 2, "dot": 2, "linear": 2, "bias": 2}  # 1 for all others
SEVERAL = ["relu", "sigmoid", "sigmoid"]


def leaves_for(rng, widths):
    """Random inputs, targets, weights and biases for layers of these widths, five examples."""
    leaves = {"X": rng.uniform(-1.0, 1.0, (5, widths[0])), "Y": rng.uniform(0.0, 1.0, (5, widths[-1])), "share": 0.2}
    for k, (n, m) in enumerate(zip(widths, widths[1:], strict=False), start=1):
        leaves |= {f"W{k}": rng.uniform(-1.0, 1.0, (m, n)), f"b{k}": rng.uniform(-1.0, 1.0, m)}
    return leaves


def is_gate(node, graph):
    """Whether a value of the student's dictionary is a pair (op, inputs) that the text allows."""
    if not isinstance(node, list | tuple) or len(node) != 2:
        return False
    op, inputs = node
    if not isinstance(op, str) or not isinstance(inputs, list | tuple):
        return False
    if op == "input":
        return len(inputs) == 0
    known = op in FORWARD and len(inputs) == INPUTS.get(op, 1)
    return known and all(isinstance(name, str) and name in graph for name in inputs)


def network(student, gates, leaves):
    """The student's graph, once it is known to be one whose leaves are those of the text."""
    graph = student.network(gates)
    if not isinstance(graph, dict) or not all(isinstance(name, str) for name in graph):
        fail(f"you returned a {type(graph).__name__}; it should be a dictionary whose keys are names")
    if len(graph) > 200:
        fail("the graph has more than 200 nodes, which is too many for so few layers")
    if not all(is_gate(node, graph) for node in graph.values()):
        fail("a node is not a pair (op, inputs) with an operation of FORWARD and as many inputs as it takes")
    if missing := leaves.keys() - {name for name, (op, _) in graph.items() if op == "input"}:
        fail(f"the graph lacks {len(missing)} of its {len(leaves)} leaves", "Their names are in the question.")
    if "L" not in graph:
        fail('there is no node "L"')
    return graph


def evaluate(graph, leaves):
    """The value of L, computed by torch; fails where a value is missing, shapes do not fit or the graph has a cycle."""
    values, entered = dict(leaves), set()

    def value(node):
        if node not in values:
            op, inputs = graph[node]
            if op == "input":
                fail("L depends on a leaf that has no value", "Use the leaves that the question names, and no others.")
            if node in entered:
                fail("the graph has a cycle")
            entered.add(node)
            try:
                values[node] = FORWARD[op](*map(value, inputs))
            except RuntimeError:
                fail(
                    "the shapes of the inputs of a gate do not fit",
                    "linear takes (N, n) and W; bias takes (N, m) and b.",
                )
        return values[node]

    if value("L").numel() != 1:
        fail("L is an array; it should be a number")
    return value("L")


def tensors(leaves):
    """The leaves as float64 tensors; weights and biases ask for their gradients."""
    return {k: torch.tensor(v, dtype=torch.float64, requires_grad=k[0] in "Wb") for k, v in leaves.items()}


def reference_loss(gates, leaves):
    """The loss as the text has it, without a graph."""
    H = leaves["X"]
    for k, gate in enumerate(gates, start=1):
        Z = H @ leaves[f"W{k}"].T + leaves[f"b{k}"]
        H = torch.sigmoid(Z) if gate == "sigmoid" else torch.clamp(Z, min=0.0)
    return ((H - leaves["Y"]) ** 2).sum(dim=1).mean()


def assert_loss(student, rng, gates, widths):
    """The value of L is that of the text."""
    leaves = leaves_for(rng, widths)
    points = tensors(leaves)
    actual = evaluate(network(student, gates, leaves), points)
    assert_close(np.array(actual.item()), np.array(reference_loss(gates, points).item()), **CLOSE)


def forward_values(graph, leaves):
    """What a forward pass leaves behind: numbers and arrays by name, for every node that has a value."""
    values = tensors(leaves)
    todo = [name for name, (op, _) in graph.items() if op != "input"]
    for _ in range(len(todo)):
        for name in todo:
            op, inputs = graph[name]
            if name not in values and all(each in values for each in inputs):
                values[name] = FORWARD[op](*(values[each] for each in inputs))
    return {name: v.item() if v.ndim == 0 else v.detach().numpy() for name, v in values.items()}


@pytest.mark.weight(3)
def test_one_layer(student, rng):
    """With one layer, L is the mean over the examples of the squared difference between output and targets.

    linear, bias and the gate; then the difference to Y, its squares, their sum, and the share 1/N.
    """
    assert_loss(student, rng, ["sigmoid"], (4, 3))
    assert_loss(student, rng, ["relu"], (3, 4))


@pytest.mark.presupposes("test_one_layer")
@pytest.mark.weight(3)
def test_several_layers(student, rng):
    """Each layer takes the output of the layer below it, and has weights, a bias and a gate of its own.

    Remember the name of the node that the next layer starts from.
    """
    assert_loss(student, rng, SEVERAL, (4, 3, 5, 2))


@pytest.mark.presupposes("test_one_layer", "test_several_layers")
def test_gradients_of_your_engine(student, rng):
    """On your graph, your backprop finds the gradients of all weights and biases.

    If the loss is right, look at the gates: the rules of Questions 5 and 11, and backprop on arrays.
    """
    leaves = leaves_for(rng, (4, 3, 5, 2))
    graph = network(student, SEVERAL, leaves)
    points = tensors(leaves)
    evaluate(graph, points)
    reference_loss(SEVERAL, points).backward()
    answer = student.backprop(graph, forward_values(graph, leaves), "L")
    if not isinstance(answer, dict):
        fail(f"backprop returned a {type(answer).__name__}; it should be a dictionary of gradients by name")
    for name, point in points.items():
        if point.requires_grad:
            if name not in answer:
                fail("there is no gradient for one of the weights and biases")
            assert_close(as_array(answer[name]), point.grad.numpy(), given=name, **CLOSE)
