"""Questions are found by the headings that students read."""

import pytest

from autograder.course.questions import Question, questions_of
from autograder.notebooks import ipynb as nb


def heading(text: str) -> nb.Json:
    return {"cell_type": "markdown", "metadata": {}, "source": f"Some prose.\n\n### {text}\n\nWrite `f`."}


def cell(name: str, *, points: float | None = None, solution: bool = False, kind: str = "code") -> nb.Json:
    fields = {"grade_id": name, "grade": points is not None, "solution": solution, "points": points, "task": False}
    return {"cell_type": kind, "metadata": {"nbgrader": fields}, "source": ""}


def answer(name: str) -> nb.Json:
    return cell(name, solution=True)


def test_a_question_has_all_graded_cells_up_to_the_next_number() -> None:
    cells = [
        heading("Question 1 (5 points)"),
        answer("f"),
        cell("test_f_forward", points=5),
        heading("A section without a question"),
        heading("Question 2: any array (6 points, and 4 for the explanation)"),
        answer("g"),
        cell("test_g", points=6),
        heading("Question 2, the explanation (4 points, graded by a person)"),
        cell("why", points=4, solution=True, kind="markdown"),
    ]
    assert questions_of(cells) == (
        Question("1", "f forward", ("test_f_forward",), ("f",), 5.0),
        Question("2", "any array", ("test_g", "why"), ("g", "why"), 10.0, by_hand=4.0),
    )


def test_a_graded_cell_without_a_heading_is_a_question_of_its_own() -> None:
    (question,) = questions_of([answer("f"), cell("test_f", points=2)])
    assert (question.label, question.name, question.answers) == ("f", "f", ("f",))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Question 3: the gradient (of any array) (20 points)", "the gradient (of any array)"),
        ("Question 3. Softmax (1 point)", "Softmax"),
        ("question 3 – rows", "rows"),
        ("Question 3, a part (3 points)", "x"),
        ("Question 3 (6 points for the Jacobian, 4 for the chain rule)", "x"),
    ],
)
def test_the_title_follows_the_number_without_the_points(text: str, title: str) -> None:
    (question,) = questions_of([heading(text), cell("test_x", points=1)])
    assert (question.number, question.title) == ("3", title)
    assert question.name == f"Question 3: {title}"
