"""The bug hunt: which of the four gradients are wrong."""

from autograder import fail


def test_exactly_the_wrong_ones(student):
    """The set names every gradient that is wrong and accuses none that is right.

    A check speaks about one point: look at both ends of each branch, and at the first and the last entry.
    """
    names = student["wrong_gradients"]
    if not isinstance(names, set | list | tuple) or not all(isinstance(name, str) for name in names):
        fail(f"wrong_gradients should be a set of names, and it is a {type(names).__name__}")
    if set(names) != {"huber", "chain"}:
        fail("the set is not the right one", "Try large and small entries, positive and negative ones.")
