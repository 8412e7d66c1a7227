"""Feedback pages: a student learns what was wrong, and nothing about the hidden tests; nothing on them is active."""

import logging
import re
import shutil
import sqlite3
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from course_fixtures import (
    HIDDEN_TESTS,
    NAME,
    code,
    grade_class,
    hand_in,
    hidden_test,
    markdown,
    released,
    rewrite,
    solved,
    with_cells,
)
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from autograder.course.layout import Course
from autograder.errors import BuildError, CourseError
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.converters import convert
from autograder.nbgrader_bridge.feedback import feedback, open_worker
from autograder.nbgrader_bridge.page.prose import markdown as rendered
from autograder.nbgrader_bridge.page.stale import mark_stale

SPIES = {
    "raises": "def square(x):\n    raise ValueError(repr(x))",
    "raises_its_own": "def square(x):\n    raise type('E' + repr(x), (Exception,), {})(repr(x))",
    "returns_text": "def square(x):\n    return repr(x)",
    "returns_an_object": "def square(x):\n    return type('T' + repr(x), (), {'__repr__': lambda s: repr(x)})()",
    "returns_a_dict": "def square(x):\n    return {repr(x): repr(x)}",
    "prints": "def square(x):\n    print(repr(x)); return 0",
    "warns": "import warnings\ndef square(x):\n    warnings.warn(repr(x)); return 0",
    "displays": "from IPython.display import display\ndef square(x):\n    display(repr(x)); return 0",
    "keeps": "seen = []\ndef square(x):\n    seen.append(x); raise RuntimeError(str(seen))",
    "chains": "def square(x):\n    try: raise KeyError(repr(x))\n    except KeyError as e: raise ValueError(e) from e",
    "syntax": "def square(x):\n    exec(f'{x!r} = ' + repr(x))",
    "exits": "def square(x):\n    raise SystemExit(repr(x))",
    "name": "def square(x):\n    return globals()['n' + repr(x)]",
    "a_long_array": "def square(x):\n    return np.full(3, x)",
}
EVIL = """\
<script>alert('markdown')</script> <img src=x onerror=alert(1)> <svg onload=alert(1)></svg>
<iframe src="https://evil.example"></iframe> <style>body{display:none}</style>

[a](javascript:alert(1)) [b](JaVaScRiPt&#58;alert(1)) [c](vbscript:x) [d](data:text/html;base64,PHNjcmlwdD4=) [e][1]
[f](&#1;javascript:alert(1)) [g](java&Tab;script:alert(1)) <javascript:alert(1)> ![h](javascript:alert(1))
![i](x" onerror="alert(1)) [j](https://example.org "x\\" onclick=\\"alert(1)")

[1]: javascript:alert(2)

| a | b |
|---|---|
| <b onclick=alert(1)>x</b> | `<script>` |

```html
<script>alert(3)</script>
```

The formulas $a<b$, $x_1 < x_2$ and $$\\sum_{i<n} \\alpha_i \\& \\{1\\}$$ stay.
"""
RICH = """\
from IPython.display import display, HTML, SVG, Javascript, Markdown
display(HTML('<script>alert("html")</script>'), Javascript('alert("js")'), Markdown('<script>alert("md")</script>'))
display({'image/svg+xml': '<svg onload="alert(1)"/>', 'text/html': '<iframe>', 'text/plain': 'plain'}, raw=True)
print('\\x1b[31mred\\x1b[0m \\x1b]8;;javascript:alert(1)\\x07link <script>alert("stdout")</script>')
"""


class Page(HTMLParser):
    """Everything on a page that could act, and what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str]] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.headings: list[int] = []
        self.policy = ""
        self.text = ""
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self._in_style = tag in ("style", "script")
        if tag == "script":
            self.scripts.append(values)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        self.handlers += [name for name in values if name.startswith("on")]
        self.links += [values[name] for name in ("href", "src", "action", "xlink:href") if name in values]

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text += data


@pytest.fixture(scope="module")
def pages(built: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class of spies and vandals, graded, with their pages made."""
    course = Course(tmp_path_factory.mktemp("pages") / "course")
    shutil.copytree(built.root, course.root)
    for name, answer in SPIES.items():
        hand_in(course, name, solved(course, square=answer))
    vandal = with_cells(
        solved(course, square="def square(x):  # </script><script>alert('code')</script>\n    return x*x", why=EVIL),
        markdown(EVIL, attachments={"x.svg": {"image/svg+xml": "PHN2Zz4="}}),
        markdown(EVIL, cell_type="raw"),
        code(RICH),
        code("raise ValueError('<script>alert(\"error\")</script>')"),
        after="square",
    )
    hand_in(course, "vandal", vandal)
    hand_in(course, "untouched", released(course))
    hand_in(course, "unreadable", b"<script>alert(1)</script>")
    hand_in(course, "exits_in_a_cell", with_cells(solved(course), code("import os\nos._exit(1)")))
    assert {outcome.status for outcome in grade_class(course).values()} == {"graded"}
    with Pool(1) as pool:
        assert len(feedback(course.assignment(NAME), pool=pool)) == len(SPIES) + 4
    return course


def html_of(course: Course, student: str) -> str:
    return (course.feedback / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("student", SPIES)
def test_no_trick_brings_a_hidden_input_onto_the_page(student: str, pages: Course) -> None:
    html = html_of(pages, student)
    assert "31337" not in html
    assert "The square of a number is the number times itself." in html
    assert "✗" in html


@pytest.mark.parametrize("student", [*SPIES, "untouched", "vandal", "unreadable", "exits_in_a_cell"])
def test_no_line_of_a_hidden_test_is_on_any_page(student: str, pages: Course) -> None:
    text = Page(html_of(pages, student)).text
    for suite in HIDDEN_TESTS.values():
        code_lines = [line.strip() for line in suite.splitlines() if re.search(r"[(=]", line) and "import" not in line]
        assert not [line for line in code_lines if line in text]


def test_nothing_private_lies_beside_the_page(pages: Course) -> None:
    names = {path.name for path in pages.feedback.rglob("*") if path.is_file()}
    assert names == {f"{NAME}.html", "checks.py", "limit.txt"}


def test_a_failed_hidden_test_shows_the_students_own_line_and_the_hint(pages: Course) -> None:
    text = Page(html_of(pages, "raises")).text
    assert "square raised ValueError, at raise ValueError(repr(x))." in text
    assert "Multiply x by x." in text
    assert "✗ failed" in text
    assert re.search(r"square\s+0 / 2", text)
    assert re.search(r"total\s+3 / 3", text)
    assert "3 / 6" in text


def test_nothing_on_a_page_is_active(pages: Course) -> None:
    dirty = Page(html_of(pages, "vandal"))
    assert not dirty.scripts
    assert not dirty.handlers
    assert not dirty.tags & {"iframe", "svg", "object", "embed", "form", "base", "input", "button", "script", "link"}
    assert not [link for link in dirty.links if not re.match(r"(https://|#|data:image/png;base64,)", link)]
    assert "\x1b" not in html_of(pages, "vandal")


def test_what_was_made_harmless_is_still_shown(pages: Course) -> None:
    text = Page(html_of(pages, "vandal")).text
    for said in ("alert('markdown')", 'alert("stdout")', 'alert("error")', "alert('code')", "alert(3)"):
        assert said in text


def test_a_page_forbids_scripts_and_every_request(pages: Course) -> None:
    policy = Page(html_of(pages, "vandal")).policy
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script" not in policy


def test_formulas_are_mathml(pages: Course) -> None:
    page = Page(html_of(pages, "vandal"))
    assert "math" in page.tags
    assert "a<b" in page.text
    assert "x1<x2" in page.text
    assert "$" not in page.text


def test_headings_are_in_order(pages: Course) -> None:
    for student in ("untouched", "raises", "unreadable", "exits_in_a_cell"):
        levels = Page(html_of(pages, student)).headings
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(below <= above + 1 for above, below in pairwise(levels))


def test_a_file_that_cannot_be_read_gets_one_box_that_says_why_and_what_to_do(pages: Course) -> None:
    page = Page(html_of(pages, "unreadable"))
    assert "The file is not a notebook" in page.text
    assert "0 / 6" in page.text
    assert f"hand in the file\n{NAME}.ipynb itself" in page.text
    assert not page.tags & {"table", "details", "nav"}


def test_an_unanswered_question_says_so_once_and_without_a_hint(pages: Course) -> None:
    page = Page(html_of(pages, "untouched"))
    found = page.text.partition("What the grader found")[2].partition("What the grader found")[0]
    assert found.count("square is not implemented yet") == 1
    assert "2 tests depend on this" in found
    assert "Multiply x by x." not in page.text


def test_a_written_answer_that_nobody_has_graded_is_pending_and_not_zero(pages: Course) -> None:
    text = Page(html_of(pages, "raises")).text
    assert "1 more point is pending" in text
    assert re.search(r"why\s+pending / 1", text)
    assert not re.search(r"why\s+0 / 1", text)
    assert "A person will grade this answer." in text


def test_an_empty_written_answer_is_not_pending(pages: Course) -> None:
    text = Page(html_of(pages, "untouched")).text
    assert "The written answer is empty." in text
    assert "pending" not in text


def test_notes_are_on_the_page(pages: Course) -> None:
    assert "ended the whole Python process; the notebook was run without it" in html_of(pages, "exits_in_a_cell")


def test_nbgraders_own_command_makes_the_same_page(pages: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    before = html_of(pages, "vandal")
    monkeypatch.chdir(pages.root)
    config = pages.config
    config.CourseDirectory.db_url = pages.db_url
    assert convert(GenerateFeedback, pages.root, NAME, config, student="vandal") is None
    assert html_of(pages, "vandal") == before


def test_a_hidden_test_that_broke_is_not_the_students_fault(course: Course) -> None:
    rewrite(hidden_test(course, "test_total"), "call = student", "1 / 0; call = student")
    hand_in(course, "ada", solved(course))
    grade_class(course)
    assert make(course, "ada") == ""
    text = Page(html_of(course, "ada")).text
    assert "This test could not be run. That is not your fault; an instructor will look at it." in text
    assert "ZeroDivisionError" not in text


def make(course: Course, student: str) -> str:
    """One page, made in this process."""
    with open_worker(course.assignment(NAME)) as worker:
        return worker(student)


def test_a_page_that_takes_too_long_is_replaced_by_one_that_says_so(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("ada", "bob"):
        hand_in(course, student, solved(course))
    grade_class(course)
    with monkeypatch.context() as patch:
        patch.setattr("autograder.nbgrader_bridge.feedback.PAGE_SECONDS", 0.001)
        assert make(course, "ada") == ""
    assert make(course, "bob") == ""
    assert "this page would take too long to make" in html_of(course, "ada")
    assert "2 / 2" in Page(html_of(course, "bob")).text


def test_a_page_that_was_made_before_a_regrade_says_so_until_it_is_made_again(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    assert make(course, "ada") == ""
    assert '<body class="current">' in html_of(course, "ada")
    grade_class(course, force=True)
    assert '<body class="stale">' in html_of(course, "ada")
    assert make(course, "ada") == ""
    assert '<body class="current">' in html_of(course, "ada")


def test_nbgrader_makes_a_page_that_is_out_of_date_again_without_force(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", solved(course))
    grade_class(course)
    assert make(course, "ada") == make(course, "bob") == ""
    page = course.feedback / "bob" / NAME / f"{NAME}.html"
    page.write_text(page.read_text().replace("</body>", "kept</body>"))
    mark_stale(course.feedback / "ada" / NAME)
    config = course.config
    config.CourseDirectory.db_url = course.db_url
    log = logging.getLogger("test_feedback")
    folders = CourseDirectory(config=config, root=str(course.root), assignment_id=NAME, log=log)
    GenerateFeedback(coursedir=folders, config=config, log=log).start()
    assert '<body class="current">' in html_of(course, "ada")
    assert "kept</body>" in html_of(course, "bob")


def test_the_page_says_what_tests_and_what_people_grade(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    assert make(course, "ada") == ""
    assert "5 graded by tests, 1 by hand" in Page(html_of(course, "ada")).text


def test_a_comment_may_hold_markdown_and_formulas(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE comment SET manual_comment = '*Nice*: $x$ <script>alert(1)</script>'")
    database.close()
    assert make(course, "ada") == ""
    html = html_of(course, "ada")
    assert "<em>Nice</em>: <math" in html
    assert "<script" not in html


def test_whatever_a_notebook_holds_its_page_has_at_most_300_kilobytes(course: Course) -> None:
    lines = "\n".join(f"    x = x + {n} if x < {n} else -x  # & < > {n}" for n in range(300))
    long = f"def square(x):\n{lines}\n    return x * x\n"
    cells = [code(f"print('<&>' * 3000)\n{long}"), markdown("$\\frac{a}{b}$ **x** `y` " * 700)]
    hand_in(course, "ada", with_cells(solved(course, square=long, total=long, why="*a* " * 5000), *cells * 20))
    grade_class(course)
    assert make(course, "ada") == ""
    html = html_of(course, "ada")
    assert 150_000 < len(html.encode()) <= 300_000
    assert "Too large for this page: the file that you handed in has it." in html


def test_a_page_of_blank_lines_is_small(course: Course) -> None:
    hand_in(course, "ada", with_cells(solved(course), *[code("x = 1\n" + " \n" * 10_000 + "y = 2")] * 5))
    grade_class(course)
    assert make(course, "ada") == ""
    assert html_of(course, "ada").count("\n") < 20_000


def test_a_course_that_does_not_name_us_gets_safe_pages_all_the_same(course: Course) -> None:
    (course.root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'chainrule'\n")
    hand_in(course, "ada", solved(course, why="[a](javascript:alert(1))"))
    grade_class(course)
    assert make(Course(course.root), "ada") == ""
    assert not [link for link in Page(html_of(course, "ada")).links if "javascript" in link]


def test_feedback_for_somebody_who_is_not_graded_is_refused(course: Course) -> None:
    with pytest.raises(CourseError, match=f"nobody is graded for '{NAME}'; run `autograder grade {NAME}` first"):
        feedback(course.assignment(NAME))
    hand_in(course, "ada", solved(course))
    grade_class(course)
    for student in ("bob", "../ada", ""):
        with pytest.raises(CourseError, match="is not graded"):
            feedback(course.assignment(NAME), students=[student])


@pytest.mark.slow
def test_only_the_named_student_gets_a_page(course: Course, pool: Pool) -> None:
    for student in ("ada", "bob"):
        hand_in(course, student, solved(course))
    grade_class(course)
    heard: list[tuple[str, int]] = []
    pages = feedback(course.assignment(NAME), students=["bob"], pool=pool, progress=lambda *said: heard.append(said))
    assert [path.relative_to(course.feedback).as_posix() for path in pages] == [f"bob/{NAME}/{NAME}.html"]
    assert heard == [("bob", 1)]


def test_a_page_that_cannot_be_made_names_the_student(course: Course, pool: Pool) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    notebook = course.autograded / "ada" / NAME / f"{NAME}.ipynb"
    notebook.chmod(0o644)
    notebook.write_text("{")
    with pytest.raises(BuildError, match="the feedback for 'ada' could not be generated"):
        feedback(course.assignment(NAME), pool=pool)


@pytest.mark.slow
def test_what_came_before_us_in_a_leftover_folder_is_not_a_student(course: Course, pool: Pool) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    (course.autograded / ".drafts-1" / NAME).mkdir(parents=True)
    assert [path.parts[-3] for path in feedback(course.assignment(NAME), pool=pool)] == ["ada"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](https://example.org)", 'href="https://example.org"'),
        ("[a](#section)", 'href="#section"'),
        ("![a](plot.png)", 'src="plot.png"'),
        ("# Title", "<h3"),
        ("*a* **b** ~~c~~", "<strong>b</strong>"),
        ("```python\nx = 1\n```", 'class="highlight'),
        ("|a|\n|-:|\n|b|", "<table>"),
        ("$\\alpha < \\beta$", "<mi>β</mi>"),
    ],
)
def test_ordinary_markdown_is_rendered(text: str, expected: str) -> None:
    assert expected in rendered(text)
