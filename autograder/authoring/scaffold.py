"""The template of `autograder new`: an assignment with one small question that passes `autograder prove`."""

import re
from pathlib import Path

from autograder.course.layout import Course
from autograder.errors import CourseError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_NOTEBOOK = '''\
# %% [markdown]
# # {title}
#
# For a vector of scores $z$, write the *log-sum-exp*
#
# $$\\operatorname{{lse}}(z) = \\log \\sum_i e^{{z_i}}.$$
#
# ### Question 1 (2 points)
#
# Write `log_sum_exp(z)`. It must be finite for scores as large as 1000, although $e^{{1000}}$ overflows.
#
# *Tested:* scores around zero, and scores in the hundreds.

# %%
import numpy as np

from checks import checks_passed


# %% answer="log_sum_exp"
def log_sum_exp(z: np.ndarray) -> float:
    """Returns the log of the sum of exp(z), for a vector of n scores."""
    ### BEGIN SOLUTION
    largest = np.max(z)
    return float(largest + np.log(np.sum(np.exp(z - largest))))
    ### END SOLUTION


# %% check="test_log_sum_exp" points=2
assert abs(log_sum_exp(np.zeros(4)) - np.log(4)) < 1e-12, "four scores of 0 must give log(4)"
checks_passed()
'''

_SETTINGS = """\
title = "{title}"
lectures = []
libraries = ["numpy"]
files = []
"""

_HIDDEN_TEST = '''\
"""Log-sum-exp: the logarithm of a sum of exponentials, without overflow."""

import math

import numpy as np

from autograder import assert_close


def test_matches_the_formula(student, rng):
    """For scores around zero the result is the logarithm of the sum of their exponentials.

    Exponentiate every score, add them up, and take the logarithm of the sum.
    """
    z = rng.normal(size=5)
    expected = math.log(math.fsum(math.exp(score) for score in z))
    # Sums of the same numbers in a different order differ by a few rounding errors.
    assert_close(student.log_sum_exp(z), expected, rtol=1e-12, atol=1e-12)


def test_large_scores_do_not_overflow(student):
    """Scores in the hundreds give a finite result.

    Subtract the largest score before exponentiating, and add it back after taking the logarithm.
    """
    assert_close(student.log_sum_exp(np.array([900.0, 900.0])), 900.0 + math.log(2.0), rtol=1e-12)
'''

_WRONG_ANSWER = """\
# %% [markdown] fails=["test_log_sum_exp::test_large_scores_do_not_overflow"]
# Exponentiates the raw scores: above about 709 the exponential is inf, and so is its logarithm.

# %% answer="log_sum_exp"
def log_sum_exp(z):
    return float(np.log(np.sum(np.exp(z))))
"""

_ANOTHER_WRONG_ANSWER = """\
# %% [markdown] fails=["test_log_sum_exp::test_matches_the_formula"]
# Ignores all but the largest score: nearly right only when it is far above the others.

# %% answer="log_sum_exp"
def log_sum_exp(z):
    return float(np.max(z) + np.log(np.sum(z == np.max(z))))
"""

_RIGHT_ANSWER = """\
# %% [markdown]
# Folds the scores two at a time with numpy's logaddexp instead of computing the sum.

# %% answer="log_sum_exp"
def log_sum_exp(z):
    return np.logaddexp.reduce(z)
"""

_FILES = {
    "notebook.py": _NOTEBOOK,
    "assignment.toml": _SETTINGS,
    "hidden_tests/test_log_sum_exp.py": _HIDDEN_TEST,
    "wrong_answers/no_shift.py": _WRONG_ANSWER,
    "wrong_answers/largest_only.py": _ANOTHER_WRONG_ANSWER,
    "right_answers/fold.py": _RIGHT_ANSWER,
}


def new_assignment(course: Course, name: str) -> Path:
    """Creates assignments/<name> with one example question and returns the folder.

    Raises CourseError when the name is invalid or taken.
    """
    if not _NAME.fullmatch(name):
        raise CourseError(
            f"{name!r} is not a valid assignment name: use letters, digits and underscores, and start with a letter"
        )
    folder = course.assignments / name
    for existing in (folder, course.source / name):
        if existing.exists():
            raise CourseError(f"{str(existing)!r} already exists; choose another name, or remove it first")
    title = name.replace("_", " ").strip().capitalize()
    for path, content in _FILES.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content.format(title=title) if "{title}" in content else content, encoding="utf-8")
    return folder
