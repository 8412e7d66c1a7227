"""Sends references to objects that it does not have, and functions and stored data, which only the grader may send."""
# %% answer=relative_error
import sys

VALUES = sys.modules["autograder.protocol.values"]


def relative_error(a, b, eps=1e-8):
    return [VALUES.Handle(-1, "function"), VALUES.Handle(10**6, "ndarray"), VALUES.Stored("test_labels")]
