"""A misconception about `numerical_gradient` of a1_numerical_gradients is explained once, by the test that it fails."""

import pytest
from conftest import MakeProcess
from course_fixtures import ROOT

from autograder.notebooks import percent
from autograder.results.causes import causes_of
from autograder.testing.suite import Suite

FOLDER = ROOT / "assignments" / "a1_numerical_gradients"
CHECK = "test_numerical_gradient"


@pytest.mark.parametrize(
    ("wrong_answer", "test"),
    [
        ("all_entries_at_once", "test_entries_that_interact"),
        ("entries_left_perturbed", "test_entries_that_interact"),
        ("last_step_not_undone", "test_entries_that_interact"),
        ("first_order_gradient", "test_second_order"),
        ("ignores_h", "test_steps_by_h"),
    ],
)
def test_a_wrong_answer_has_one_cause(wrong_answer: str, test: str, process_of: MakeProcess) -> None:
    cells = percent.parse((FOLDER / "wrong_answers" / f"{wrong_answer}.py").read_text(encoding="utf-8"))
    code = [cell.source for cell in cells if cell.kind == "code"]
    with Suite(FOLDER / "hidden_tests") as suite:
        causes = causes_of(suite.run(CHECK, process_of("import numpy as np", *code)))
    assert [cause.verdict.test for cause in causes] == [f"{CHECK}::{test}"]
