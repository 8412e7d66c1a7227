"""The visible check of the derivation for any number of classes asks for no particular form of the last line."""

from typing import Any

import pytest
import sympy
from course_fixtures import ROOT

from autograder.course.layout import Course

a, y, yhat = sympy.IndexedBase("a"), sympy.IndexedBase("y"), sympy.IndexedBase("yhat")
i, k, C = sympy.symbols("i k C", integer=True)
LOSS = -sympy.Sum(y[k] * sympy.log(yhat[k]), (k, 1, C))


def check(last: Any) -> None:
    """Runs the check cell on a list that ends with a line."""
    assignment = Course(ROOT).assignment("a3_softmax_gradient").load()
    source = next(cell.source for cell in assignment.cells if cell.metadata.get("check") == "test_any_classes")
    names = {name: getattr(sympy, name) for name in ("Derivative", "Expr", "KroneckerDelta", "Sum", "exp", "log")}
    lines = [sympy.Derivative(LOSS, a[i]), a[1], a[2], last]
    exec(source, {**names, "any_classes": lines, "checks_passed": lambda: None})


@pytest.mark.parametrize(
    "last", [yhat[i] - y[i], (yhat[i] ** 2 - y[i] * yhat[i]) / yhat[i], 2 * yhat[i] - y[i] - yhat[i]]
)
def test_any_form_in_yhat_and_y_will_do(last: Any) -> None:
    check(last)


@pytest.mark.parametrize(
    "last", [yhat[i] - sympy.KroneckerDelta(i, k), yhat[i] - sympy.Sum(y[k], (k, 1, C)), sympy.exp(a[i])]
)
def test_a_last_line_that_is_not_worked_out_is_refused(last: Any) -> None:
    with pytest.raises(AssertionError, match="the last line still contains"):
        check(last)
