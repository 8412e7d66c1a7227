"""Imports the trusted side of the engine, to use its readers and its fixtures."""
# %% first
import importlib
import sys

sys.path[:0] = ["@REPO@", "@COURSE@", "@COURSE@/assignments/a1_numerical_gradients/hidden_tests"]
for name in ("autograder.testing.suite", "autograder.course.layout", "autograder.grading.batch", "test_relative_error"):
    try:
        print("ESCAPED:", importlib.import_module(name))
    except ImportError:
        pass
