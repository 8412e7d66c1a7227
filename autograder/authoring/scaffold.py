"""The folder that `autograder new` makes: one small question that already passes `autograder prove`."""

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
# Write `log_sum_exp(z)`. It must be finite for scores as large as 1000, although $e^{{1000}}$ is not.
#
# *Tested:* that it is the formula, for scores around zero; scores in the hundreds.

# %%
import numpy as np


# %% answer="log_sum_exp"
def log_sum_exp(z: np.ndarray) -> float:
    """log of the sum of exp(z), for a vector of n scores."""
    ### BEGIN SOLUTION
    largest = np.max(z)
    return float(largest + np.log(np.sum(np.exp(z - largest))))
    ### END SOLUTION


# %% check="test_log_sum_exp" points=2
assert abs(log_sum_exp(np.zeros(4)) - np.log(4)) < 1e-12, "four equal scores of 0 give log(4)"
'''

_SETTINGS = """\
title = "{title}"
lectures = []
libraries = ["numpy"]
files = []
"""

_HIDDEN_TEST = '''\
"""Log-sum-exp: a logarithm of a sum that must not overflow on the way."""

import math

import numpy as np

from autograder import assert_close


def test_matches_the_formula(student, rng):
    """For scores around zero the result is the logarithm of the sum of their exponentials.

    Exponentiate every score, add them up, and take one logarithm at the end.
    """
    z = rng.normal(size=5)
    expected = math.log(math.fsum(math.exp(score) for score in z))
    # A handful of roundings separates two orders of the same sum.
    assert_close(student.log_sum_exp(z), expected, rtol=1e-12, atol=1e-12)


def test_large_scores_do_not_overflow(student):
    """Scores in the hundreds give a finite result.

    Subtract the largest score before you exponentiate, and add it back after the logarithm.
    """
    assert_close(student.log_sum_exp(np.array([900.0, 900.0])), 900.0 + math.log(2.0), rtol=1e-12)
'''

_WRONG_ANSWER = """\
# %% [markdown] fails=["test_log_sum_exp::test_large_scores_do_not_overflow"]
# Exponentiates the raw scores: beyond about 709 the exponential is inf, and so is its logarithm.

# %% answer="log_sum_exp"
def log_sum_exp(z):
    return float(np.log(np.sum(np.exp(z))))
"""

_ANOTHER_WRONG_ANSWER = """\
# %% [markdown] fails=["test_log_sum_exp::test_matches_the_formula"]
# Takes the largest score for the whole sum: nearly right when one score is far above the others, and only then.

# %% answer="log_sum_exp"
def log_sum_exp(z):
    return float(np.max(z) + np.log(np.sum(z == np.max(z))))
"""

_RIGHT_ANSWER = """\
# %% [markdown]
# Never forms the sum: folds the scores two at a time with numpy's own log-add-exp.

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
    """Make assignments/<name> with one worked question, and return the folder.

    Raises `CourseError` for a name that is taken or cannot be one.
    """
    if not _NAME.fullmatch(name):
        raise CourseError(f"{name!r} is no assignment name: use letters, digits and underscores, a letter first")
    folder = course.assignments / name
    for taken in (folder, course.source / name):
        if taken.exists():
            raise CourseError(f"{taken} exists already; choose another name, or remove it first")
    title = name.replace("_", " ").strip().capitalize()
    for path, content in _FILES.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content.format(title=title) if "{title}" in content else content, encoding="utf-8")
    return folder
