"""An order of the graph in which every node comes after its inputs."""

import pytest
from autograder import assert_unchanged, fail

SLIDE = {
    "x": ("input", ()),
    "y": ("input", ()),
    "z": ("input", ()),
    "g": ("mul", ("x", "y")),
    "f": ("add", ("g", "z")),
}
# The way round, through three gates, is longer than the way straight to the end.
SKIP = {
    "end": ("add", ("u", "c")),
    "c": ("square", ("b",)),
    "b": ("sin", ("a",)),
    "a": ("exp", ("u",)),
    "u": ("mul", ("p", "q")),
    "p": ("input", ()),
    "q": ("input", ()),
}


def needed(graph, out):
    """The set of nodes that out depends on, itself included."""
    found, todo = {out}, [out]
    while todo:
        new = set(graph[todo.pop()][1]) - found
        found |= new
        todo.extend(new)
    return found


def assert_order(answer, graph, out):
    """Fails unless the answer is one of the valid orders."""
    if not isinstance(answer, list | tuple) or not all(isinstance(name, str) for name in answer):
        fail(f"you returned a {type(answer).__name__}; it should be a list of names")
    if len(set(answer)) < len(answer):
        fail("a node is listed more than once", "Remember which nodes have been visited.")
    if missing := needed(graph, out) - set(answer):
        fail(f"the order lacks {len(missing)} of the nodes that out depends on")
    if len(answer) > len(needed(graph, out)):
        fail("the order contains a node that out does not depend on", "Start at out and follow the inputs.")
    place = {name: i for i, name in enumerate(answer)}
    if any(place[name] > place[node] for node in answer for name in graph[node][1]):
        fail("a node comes before one of its inputs")


def diamonds(count):
    """Each node feeds two gates, and both feed the next node."""
    graph = {"n0": ("input", ())}
    for k in range(count):
        graph[f"l{k}"], graph[f"r{k}"] = ("sin", (f"n{k}",)), ("exp", (f"n{k}",))
        graph[f"n{k + 1}"] = ("add", (f"l{k}", f"r{k}"))
    return graph


@pytest.mark.weight(4)
def test_slide(student):
    """The nodes of the slide's graph come in an order in which every node follows its inputs.

    Append a node after all of its inputs have been appended.
    """
    assert_order(student.topo_order(SLIDE, "f"), SLIDE, "f")


@pytest.mark.presupposes("test_slide")
def test_skip_connection(student):
    """A node that is used near the end and far from it still comes before both of its users.

    Breadth first, from the end, meets it by the short way first; go deep instead.
    """
    assert_order(student.topo_order(SKIP, "end"), SKIP, "end")


@pytest.mark.presupposes("test_slide")
def test_each_node_once(student):
    """A node that has several users, or is used twice by one gate, is listed only once.

    Remember which nodes have been visited.
    """
    graph = {"x": ("input", ()), "s": ("mul", ("x", "x")), "t": ("add", ("s", "x")), "u": ("mul", ("t", "s"))}
    assert_order(student.topo_order(graph, "u"), graph, "u")


@pytest.mark.presupposes("test_slide")
def test_keys_in_any_order(student):
    """The order of the keys in the dictionary means nothing.

    A node may be listed before its inputs in the dictionary, but not in the answer.
    """
    # Turning the last of these around gives no valid order either.
    mixed = {name: SLIDE[name] for name in ("y", "f", "x", "g", "z")}
    for graph in (dict(reversed(SLIDE.items())), dict(sorted(SLIDE.items())), mixed):
        assert_order(student.topo_order(graph, "f"), graph, "f")


@pytest.mark.presupposes("test_slide")
def test_only_what_is_needed(student):
    """Only nodes that out depends on are listed, wherever out stands in the graph.

    The node out may be a leaf, or have users of its own.
    """
    for out in ("u", "q"):
        assert_order(student.topo_order(SKIP, out), SKIP, out)


@pytest.mark.presupposes("test_slide")
@pytest.mark.seconds(0.5)  # right answers take milliseconds
def test_many_diamonds(student):
    """Sixty diamonds in a row are ordered in no time, although a billion billion paths lead through them.

    Do not visit a node a second time.
    """
    graph = diamonds(60)
    assert_order(student.topo_order(graph, "n60"), graph, "n60")


@pytest.mark.presupposes("test_slide")
def test_graph_stays_as_it_is(student):
    """The graph is unchanged afterwards.

    Keep track of the nodes you have visited in a set of your own.
    """
    call = student.topo_order.observe(SLIDE, "f")
    assert_order(call.value, SLIDE, "f")
    assert_unchanged(call, 0)
