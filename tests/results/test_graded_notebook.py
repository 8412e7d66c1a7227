"""The graded notebook says what was earned and why, and carries nothing active and nothing hidden."""

import json
from html.parser import HTMLParser
from typing import Any

import nbformat
import pytest
from course_fixtures import Json, code, grade_notebook, markdown, released, solved, with_cells
from nbgrader.preprocessors import CheckCellMetadata

from autograder.course.layout import Course
from autograder.grading.grader import Grader
from autograder.grading.templates import load_template
from autograder.notebooks import intake
from autograder.notebooks import ipynb as nb
from autograder.results import graded_notebook
from autograder.results.graded_notebook import check_html
from autograder.results.model import CheckResult, NotebookResult, Status, Verdict


def build(grader: Grader, notebook: Json) -> Json:
    return graded_notebook.build(*grade_notebook(grader, notebook))


def check_of(notebook: Json, name: str) -> Json:
    data: Json = next(cell for cell in notebook["cells"] if cell["id"] == name)["outputs"][0]["data"]
    return data


class Page(HTMLParser):
    """The tags of a page, whether they close in order, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_is_a_valid_notebook_that_nbgrader_accepts(built: Course, grader: Grader) -> None:
    notebook = build(
        grader, with_cells(solved(built), code("print(1)"), markdown("words"), code("1/0"), code("square"))
    )
    parsed = nbformat.reads(nb.dump(notebook).decode(), as_version=4)
    nbformat.validate(parsed)
    CheckCellMetadata().preprocess(parsed, {})
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


def test_each_check_shows_its_score_as_a_plain_float(built: Course, grader: Grader) -> None:
    notebook = build(grader, solved(built, square="def square(x):\n    return -1"))
    assert check_of(notebook, "test_square")["text/plain"] == "0.0"
    assert check_of(notebook, "test_total")["text/plain"] == "3.0"


def test_each_hidden_test_is_a_row_with_its_sentence_and_its_mark(built: Course, grader: Grader) -> None:
    page = Page(check_of(build(grader, solved(built)), "test_total")["text/html"])
    assert page.open == []
    assert "3 of 3 points" in page.text
    assert "The total is the sum of all entries." in page.text
    assert page.tags.count("tr") == page.text.count("✓") == 2


def test_a_failed_hidden_test_adds_its_reason_and_its_hint(built: Course, grader: Grader) -> None:
    wrong = solved(built, square="def square(x):\n    return x + 1")
    page = Page(check_of(build(grader, wrong), "test_square")["text/html"])
    assert "0 of 2 points" in page.text
    assert "The value is off: relative error 1" in page.text
    assert "Multiply x by x." in page.text
    assert "✗" in page.text


def test_an_answer_that_is_not_there_gets_no_hint(built: Course, grader: Grader) -> None:
    page = Page(check_of(build(grader, released(built)), "test_square")["text/html"])
    assert "square is not implemented yet." in page.text
    assert "Multiply x by x." not in page.text


def test_a_passed_hidden_test_gives_no_hint(built: Course, grader: Grader) -> None:
    assert "Multiply" not in check_of(build(grader, solved(built)), "test_square")["text/html"]


def verdict(status: Status, **fields: Any) -> Verdict:
    return Verdict("test_x::test_y", fields.pop("sentence", "A test."), 1.0, status, **fields)


def test_a_hidden_test_that_was_not_run_says_that_it_is_not_the_students_fault() -> None:
    check = CheckResult("test_x", 2, 0, (verdict(Status.ERROR, detail="Traceback: secret"),))
    page = Page(check_html(check))
    assert "That is not your fault; an instructor will look at it." in page.text
    assert "secret" not in page.text
    assert "?" in page.text


def test_a_hidden_test_that_was_skipped_is_told_from_one_that_could_not_be_run() -> None:
    page = Page(check_html(CheckResult("test_x", 2, 0, (verdict(Status.SKIPPED),))))
    assert "This slow test was skipped in a quick grading run." in page.text
    assert "could not be run" not in page.text
    assert "?" in page.text


def test_the_detail_of_a_failure_is_for_the_instructor_alone() -> None:
    check = CheckResult("test_x", 2, 0, (verdict(Status.FAILED, reason="it raised", detail="ValueError: 31337"),))
    assert "31337" not in check_html(check)


@pytest.mark.parametrize("field", ["sentence", "reason", "hint"])
def test_text_in_a_verdict_is_shown_and_never_a_tag(field: str) -> None:
    evil = "</td><script>alert(1)</script>&amp; a < b"
    page = Page(check_html(CheckResult("test_x", 2, 0, (verdict(Status.FAILED, **{field: evil}),))))
    assert evil in page.text
    assert "script" not in page.tags
    assert page.open == []


def test_code_in_a_reason_is_shown_as_code() -> None:
    html = check_html(CheckResult("t", 1, 0, (verdict(Status.FAILED, reason="`f` raised, at `x = a < b`"),)))
    page = Page(html)
    assert page.tags.count("code") == 2
    assert "x = a < b" in page.text
    assert "`" not in page.text


def test_fractions_of_points_are_short() -> None:
    assert "0.333333 of 1 points" not in check_html(CheckResult("t", 1, 0.333333, ()))
    assert "0.33 of 1 point" in check_html(CheckResult("t", 1, 0.333333, ()))


def test_a_problem_stands_in_every_check_and_at_the_top(course: Course, grader: Grader) -> None:
    submission = intake.read(course.root / "nowhere.ipynb", grader.template)
    notebook = graded_notebook.build(submission, grader.grade(submission))
    assert "submit the notebook under this name" in check_of(notebook, "test_square")["text/html"]
    assert "submit the notebook under this name" in notebook["cells"][0]["source"]
    nbformat.validate(nbformat.from_dict(notebook))


def test_notes_stand_at_the_top(built: Course, grader: Grader) -> None:
    notebook = build(grader, with_cells(solved(built), code("import os\nos._exit(0)")))
    assert notebook["cells"][0]["cell_type"] == "markdown"
    assert "ended the whole Python process; the notebook was run without it" in notebook["cells"][0]["source"]


def test_a_notebook_without_notes_starts_as_the_release_does(built: Course, grader: Grader) -> None:
    assert build(grader, solved(built))["cells"][0]["source"] == "# Powers"


def test_nothing_the_student_wrote_beside_the_cells_comes_along(built: Course, grader: Grader) -> None:
    notebook = solved(built)
    notebook["metadata"] = {"evil": 1, "kernelspec": {"name": "evil"}, "widgets": {}}
    for cell in notebook["cells"]:
        cell["metadata"]["evil"] = 1
        cell["attachments"] = {"evil.svg": {"image/svg+xml": "PHN2Zz4="}}
    extra = markdown("x", attachments={"evil.svg": {"image/svg+xml": "PHN2Zz4="}}, metadata={"evil": 1})
    text = json.dumps(build(grader, with_cells(notebook, extra)))
    assert "evil" not in text
    assert "attachments" not in text


def test_rich_output_is_reduced_to_text_and_pictures(built: Course, grader: Grader) -> None:
    source = (
        "from IPython.display import display, HTML, SVG, Javascript, Latex\n"
        "for thing in (HTML('<b onclick=x>'), Javascript('alert(1)'), Latex('$x$')): display(thing)\n"
        "display({'text/html': '<script>', 'image/svg+xml': '<svg/>', 'application/javascript': 'x', "
        "'text/plain': 'plain'}, raw=True, metadata={'text/html': {'evil': 1}})"
    )
    notebook = build(grader, with_cells(solved(built), code(source)))
    found = [out for cell in notebook["cells"] if cell["source"] == source for out in cell["outputs"]]
    assert len(found) == 4
    assert {kind for output in found for kind in output["data"]} == {"text/plain"}
    assert all(output["metadata"] == {} for output in found)


def test_the_isolation_is_stamped_on_it(built: Course) -> None:
    submission = intake.merge([], grader_template(built))
    stamped = graded_notebook.build(submission, NotebookResult((), {}, isolation="none"))
    assert stamped["metadata"]["chainrule"]["isolation"] == "none"


def grader_template(course: Course) -> intake.Template:
    return load_template(course.assignment("t1_powers"), "t1_powers")
