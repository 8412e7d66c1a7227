"""A notebook's outputs share a budget; what does not fit is replaced by a line, and no score depends on it."""

from typing import Any

from nbformat import from_dict
from nbgrader.utils import determine_grade

from autograder.notebooks.outputs import OutputBudget

Json = dict[str, Any]
LEFT_OUT = "some outputs of this cell were left out"


def stream(text: str, name: str = "stdout") -> Json:
    return {"output_type": "stream", "name": name, "text": text}


def value(text: str, **more: str) -> Json:
    data = {"text/plain": text, **{key.replace("_", "/"): item for key, item in more.items()}}
    return {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": data}


def error(text: str) -> Json:
    return {"output_type": "error", "ename": "E", "evalue": text, "traceback": [text, text]}


def test_what_fits_is_left_as_it_is() -> None:
    outputs = [stream("x"), value("3", image_png="iVBO"), error("no")]
    assert OutputBudget(10_000, 100).admit(outputs) == outputs


def test_the_budget_is_for_all_cells_together() -> None:
    budget = OutputBudget(1000, 10)
    kept = [budget.admit([stream("x" * 300)]) for _ in range(4)]
    assert [len(outputs) for outputs in kept] == [1, 1, 1, 1]
    assert [LEFT_OUT in outputs[0]["text"] for outputs in kept] == [False, False, True, True]


def test_a_picture_that_does_not_fit_leaves_its_text() -> None:
    budget = OutputBudget(10_000, 10)
    budget.admit([value("a", image_png="x" * 8)])
    first, line = budget.admit([value("b", image_png="x" * 8)])
    assert first["data"] == {"text/plain": "b"}
    assert LEFT_OUT in line["text"]


def test_many_small_outputs_use_up_the_budget_too() -> None:
    assert len(OutputBudget(10_000, 0).admit([stream("")] * 1000)) <= 101


def test_no_score_rises_because_an_output_was_left_out() -> None:
    """nbgrader gives full marks to a cell without outputs."""
    fields = {"grade": True, "solution": False, "grade_id": "t", "points": 4, "locked": True}
    for outputs, points in (([error("x" * 5000)], 0), ([stream("x" * 5000, "stderr")], 0), ([value("0.5")], 0.5)):
        cell = {"cell_type": "code", "source": "", "metadata": {"nbgrader": fields}}
        left = OutputBudget(0, 0).admit([stream("x"), *outputs])
        score, _ = determine_grade(from_dict({**cell, "outputs": left}))
        assert score == points
        assert len(str(left)) < 4000


def test_tables_of_the_grader_always_stay() -> None:
    table = value("1.0", text_html="<table>" * 1000)
    assert OutputBudget(0, 0).admit([table]) == [table]
