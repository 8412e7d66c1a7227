"""What is shown of a student's notebook: nothing active to anybody, nothing hidden to students, formulas unharmed."""

import re
from typing import Any

import pytest
from course_fixtures import code, markdown
from hypothesis import given
from hypothesis import strategies as st

from autograder.nbgrader_bridge.page import prose
from autograder.nbgrader_bridge.page.prose import markdown as rendered
from autograder.notebooks import sanitize
from autograder.notebooks.sanitize import break_html_tags, highlight_code, sanitize_notebook

Json = dict[str, Any]


def shown(*cells: Json, for_student: bool = True) -> list[Json]:
    notebook = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    found: list[Json] = sanitize_notebook(notebook, for_student=for_student)["cells"]
    return found


def result(**data: Any) -> Json:
    mime = {key.replace("__", "/").replace("_xml", "+xml"): value for key, value in data.items()}
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {"isolated": True}, "data": mime}


def graded(*outputs: Json, source: str = "x", grade: bool = True) -> Json:
    fields = {"grade": grade, "grade_id": "t", "points": 1, "solution": False, "locked": True}
    return code(source, outputs=list(outputs), metadata={"nbgrader": fields})


@pytest.mark.parametrize(
    "text", ["$a<b$", "$a < b$ and $x<1$", "a <= b", "2<3", "`x<-1`", "$\\{x : x<y\\}$".replace("<y", "<0"), "<"]
)
def test_a_comparison_that_is_no_tag_is_left_alone(text: str) -> None:
    if re.search(r"<[a-z]", text):
        assert break_html_tags(text) == text.replace("<", "< ")  # TeX reads a space as nothing
    else:
        assert break_html_tags(text) == text


@pytest.mark.parametrize(
    "text",
    ["<script>", "</div>", "<!-- x -->", "<?php", "<SVG onload=x>", "<a\nhref=x>", "<javascript:alert(1)>", "<x@y.z>"],
)
def test_a_tag_in_markdown_is_broken(text: str) -> None:
    assert break_html_tags(text).startswith("< ")


@given(st.text(alphabet="<>/!?ab \n&$", max_size=20))
def test_no_tag_survives_and_nothing_but_spaces_is_added(text: str) -> None:
    defused = break_html_tags(text)
    assert not re.search(r"<[A-Za-z/!?]", defused)
    assert defused.replace(" ", "") == text.replace(" ", "")
    assert break_html_tags(defused) == defused


def test_a_raw_cell_becomes_text() -> None:
    (cell,) = shown({"cell_type": "raw", "metadata": {}, "source": "<script>alert(1)</script>"})
    assert cell["cell_type"] == "markdown"
    assert cell["source"] == "< script>alert(1)< /script>"


def test_markdown_of_the_course_is_shown_as_it_was_written() -> None:
    text = "<table><tr><td>ours</td></tr></table>"
    assert shown(markdown(text, metadata={"nbgrader": {"locked": True}}))[0]["source"] == text


def test_attachments_are_dropped() -> None:
    cell = markdown("![x](attachment:x.svg)", attachments={"x.svg": {"image/svg+xml": "PHN2Zz4="}})
    assert "attachments" not in shown(cell)[0]


def test_only_text_and_png_are_left_of_an_output() -> None:
    output = result(
        text__html="<script>", image__svg_xml="<svg>", application__javascript="x", text__plain="3", image__png="iVBO"
    )
    (found,) = shown(code("x", outputs=[output]))[0]["outputs"]
    assert found["data"] == {"text/plain": "3", "image/png": "iVBO"}
    assert found["metadata"] == {}


def test_html_stays_on_graded_cells_only_and_only_as_a_table() -> None:
    html = (
        '<div onclick="x"><p style="color:red;position:fixed">1 of 2<script>alert(1)</script></p><table><tbody><tr>'
        '<td style="color:#1a7f37;background:url(x)">ok</td></tr></tbody></table>'
        '<a href="javascript:x">y</a><svg></svg>'
    )
    (found,) = shown(graded(result(text__plain="1.0", text__html=html)))[0]["outputs"]
    clean = found["data"]["text/html"]
    assert not re.search(r"script|onclick|href|svg|position|url|alert", clean)
    assert '<td style="color:#1a7f37">ok</td>' in clean
    (plain,) = shown(graded(result(text__plain="1.0", text__html=html), grade=False))[0]["outputs"]
    assert "text/html" not in plain["data"]


def test_an_output_of_an_unknown_kind_is_dropped() -> None:
    update = {"output_type": "update_display_data", "data": {"text/html": "<script>"}, "metadata": {}}
    assert shown(code("x", outputs=[update]))[0]["outputs"] == []


HIDDEN = "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(31337) == 2\n### END HIDDEN TESTS\nassert f(3)"


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (HIDDEN, "assert f(1) == 1\nassert f(3)"),
        (HIDDEN.replace("\nassert f(3)", ""), "assert f(1) == 1\n"),
        (HIDDEN.replace("### END HIDDEN TESTS\nassert f(3)", ""), "assert f(1) == 1\n"),
        (
            HIDDEN + "\n" + HIDDEN.replace("f(1)", "f(5)"),
            "assert f(1) == 1\nassert f(3)\nassert f(5) == 1\nassert f(3)",
        ),
        ("    # ### BEGIN HIDDEN TESTS ###\n    31337\n    # END HIDDEN TESTS", ""),
    ],
)
def test_hidden_tests_of_classic_cells_are_cut_for_students(source: str, left: str) -> None:
    assert shown(graded(source=source))[0]["source"] == left


def test_an_error_of_a_hidden_test_does_not_quote_it() -> None:
    error = {
        "output_type": "error",
        "ename": "AssertionError",
        "evalue": "f(31337)",
        "traceback": ["----> 3 assert f(31337) == 2"],
    }
    (cell,) = shown(graded(error, source=HIDDEN))
    assert "31337" not in str(cell)
    assert "AssertionError" in str(cell["outputs"])


def test_the_name_of_an_error_in_a_hidden_test_says_nothing_but_its_kind() -> None:
    error = {"output_type": "error", "ename": "Got31337", "evalue": "", "traceback": []}
    assert "31337" not in str(shown(graded(error, source=HIDDEN)))


def test_what_a_hidden_test_printed_is_not_shown_to_students() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "called with 31337"}
    picture = result(text__plain="31337") | {"output_type": "display_data"}
    (cell,) = shown(graded(stream, picture, result(text__plain="1.0"), source=HIDDEN))
    assert "31337" not in str(cell)
    assert cell["outputs"][-1]["data"]["text/plain"] == "1.0"


def test_a_person_of_the_course_sees_hidden_tests() -> None:
    assert shown(graded(source=HIDDEN), for_student=False)[0]["source"] == HIDDEN


def test_a_mark_scheme_is_shown_to_instructors_only() -> None:
    fields = {"grade_id": "project", "task": True, "locked": True}
    source = "Do it.\n=== BEGIN MARK SCHEME ===\n31337\n=== END MARK SCHEME ===\nGood luck."
    task = {**markdown(source), "metadata": {"nbgrader": fields}}
    assert shown(task)[0]["source"] == "Do it.\nGood luck."
    assert shown(task, for_student=False)[0]["source"] == source


def test_what_was_not_released_is_not_shown_whatever_the_delimiters_are() -> None:
    source = "assert f(1) == 1\n# BEGIN SECRET\nassert f(31337) == 2"
    cell = graded({"output_type": "stream", "name": "stdout", "text": "31337"}, source=source)
    cell["metadata"]["nbgrader"] |= {"grade_id": "check", "locked": True}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (found,) = sanitize_notebook(notebook, for_student=True, released={"check": "assert f(1) == 1"})["cells"]
    assert (found["source"], found["outputs"]) == ("assert f(1) == 1", [])


def test_an_error_of_a_students_own_cell_keeps_its_traceback() -> None:
    error = {"output_type": "error", "ename": "ValueError", "evalue": "mine", "traceback": ["line 1"]}
    assert shown(code("raise ValueError('mine')", outputs=[error]))[0]["outputs"] == [error]


def test_the_notebook_that_came_in_is_not_changed() -> None:
    cell = graded(result(text__plain="1", text__html="<b>"), source=HIDDEN)
    before = repr(cell)
    shown(cell)
    assert repr(cell) == before


# Time and size of a page


@pytest.mark.parametrize("blank", ["\n", " \n", "\f\n", "\t\r\n", "\u2028"])
def test_runs_of_blank_lines_are_shortened(blank: str) -> None:
    (cell,) = shown(code("a = 1\n" + blank * 10_000 + "    b = 2\n\nc = 3"))
    assert cell["source"] == "a = 1\n\n\n    b = 2\n\nc = 3"


def test_ordinary_code_is_shown_in_colours() -> None:
    assert '<span class="k">def</span>' in highlight_code("def f(): pass", metadata={})


@pytest.mark.parametrize("source", ["x = 1  # <b>\n" * 1000, "x = '<b>' + '" + "y" * 2000 + "'"])
def test_long_code_is_shown_without_colours(source: str) -> None:
    html = highlight_code(source)
    assert "<span" not in html
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_what_takes_too_long_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanitize, "_PAGE_SECONDS", 0.0)
    shown(code("x"))  # a page begins
    assert rendered("*a* <b>") == "<pre>*a* &lt;b&gt;</pre>"
    assert highlight_code("def f") == "<pre>def f</pre>"
    monkeypatch.undo()
    shown(code("x"))  # the next one
    assert "<em>a</em>" in rendered("*a*")


def test_text_that_cannot_be_rendered_costs_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> str:
        raise RecursionError

    monkeypatch.setattr(prose, "_markdown", fail)
    shown(code("x"))
    assert rendered("> a") == "<pre>&gt; a</pre>"


def test_the_outputs_of_a_page_are_bounded() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * 200_000}
    picture = result(text__plain="fig", image__png="x" * 3 * 2**20)
    cells = shown(*[code("x", outputs=[stream, picture])] * 20)
    assert len(str(cells)) < 20 * 2**20
    assert "were left out" in cells[-1]["outputs"][-1]["text"]
    assert cells[0]["outputs"] == [stream, picture | {"metadata": {}}]


def test_a_cell_of_very_many_tables_is_shown_as_it_is() -> None:
    table = "|a|\n|-|\n|b|\n\n"
    assert "<table>" in rendered(table * 60)
    assert rendered(table * 70).startswith("<pre>|a|")
    assert rendered("|a|\n||\n" * 2500).startswith("<pre>|a|")


@pytest.mark.parametrize("text", ["# grade-1\n", "```mermaid\ngraph TD\n```", "grade-1\n===\n"])
def test_markdown_makes_no_ids_and_no_diagrams(text: str) -> None:
    html = rendered(text)
    assert "id=" not in html
    assert 'class="mermaid' not in html
