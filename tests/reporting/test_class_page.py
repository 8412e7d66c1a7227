"""The class page holds what students wrote as text, says what the numbers say, and stays small."""

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from browser import OpenPage, axe_findings
from class_fixtures import big_class, class_of, row
from course_fixtures import NAME, grade, hand_in, released, solved

from autograder.course.assignment import Variant
from autograder.course.layout import Course
from autograder.reporting.class_data import ClassData, Row
from autograder.reporting.page.render import Section, render, write_page

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """The elements, the links and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"

    def links(self) -> list[str]:
        return [fields.get("href") or "" for tag, fields in self.elements if tag == "a"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course that has only a configuration."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    (tmp_path / "assignments" / "a1").mkdir(parents=True)
    (tmp_path / "assignments" / "a1" / "assignment.toml").write_text('title = "Slopes & <i>"\nlectures = []\n')
    return tmp_path


def page_of(data: ClassData, *variants: Variant) -> str:
    return render([Section(data, variants)], data.assignment.course.root / "reports" / "a1.html")


def hostile_class(folder: Path) -> ClassData:
    ada, bob = (row(name, [[False], [True]], flag=EVIL) for name in ("ada", EVIL))
    code = "def f(x):\n" + "\n".join(f"    x = x + {n} * x  # {EVIL}" for n in range(9))
    rows = [Row(each.result, each.marks, answers={"answer_1": code}) for each in (ada, bob)]
    data = class_of(folder, *rows)
    return ClassData(data.assignment, data.questions, data.rows, {"answer_1": ""})


def test_nothing_that_students_chose_is_markup(folder: Path) -> None:
    page = Page(page_of(hostile_class(folder), Variant("w", EVIL, {}, frozenset({"test_q1::test_1"}))))
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert "img" not in {tag for tag, _ in page.elements}
    assert not [fields for _, fields in page.elements for name in fields if name.startswith("on") or name == "style"]
    assert page.text.count(EVIL) >= 4, "it is shown as text: name, flag, code, misconception"
    policy = next(fields["content"] for tag, fields in page.elements if fields.get("http-equiv"))
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_loads_nothing(folder: Path) -> None:
    page = Page(page_of(big_class(folder, 12)))
    sources = [fields for _, fields in page.elements if "src" in fields or ("href" in fields and "rel" in fields)]
    assert sources == []
    assert all(link.startswith(("data:", "#")) for link in page.links())


def test_numbers_are_those_of_the_class(folder: Path) -> None:
    page = Page(page_of(class_of(folder, row("ada", [[True], [True]]), row("bob", [[False], [True]], flag="odd"))))
    text = re.sub(r"\s+", " ", page.text)
    assert "Graded 2" in text
    assert "Median 75.0 %" in text
    assert "Mean ± SD 75.0 ± 35.4 %" in text
    assert "50 % fail it: 1 of 2. Most often: bob gave 1.5 <b>&" in text
    assert "1 submission: odd bob" in text


def test_figures_can_be_downloaded(folder: Path) -> None:
    data = big_class(folder, 20, questions=3)
    page = Page(page_of(data))
    files = {fields["download"]: fields["href"] or "" for _, fields in page.elements if fields.get("download")}
    assert set(files) >= {
        f"a1-{name}.{kind}" for name in ("scores", "questions", "students") for kind in ("svg", "csv")
    }
    lines = list(csv.reader(io.StringIO(unquote(files["a1-students.csv"]).partition(",")[2].removeprefix("\ufeff"))))
    assert len(lines) == 21
    assert unquote(files["a1-students.svg"]).partition(",")[2].startswith("<svg xmlns=")
    # All marks are drawn: the runs of all colours together are as long as the table is large.
    assert sum(map(int, re.findall(r"h(\d+)", unquote(files["a1-students.svg"])))) == 20 * 3


def test_a_thousand_students_weigh_less_than_three_megabytes(folder: Path) -> None:
    data = big_class(folder, 1000)
    html = render([Section(data)] * 5, folder / "reports" / "course.html")
    assert len(html.encode()) < 3_000_000


def test_the_page_of_a_graded_class_links_to_feedback(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", solved(course, square="def square(x):\n    return 3 * x\n"))
    hand_in(course, "cyd", released(course))
    grade(course)
    feedback = course.feedback / "ada" / NAME / f"{NAME}.html"
    feedback.parent.mkdir(parents=True)
    feedback.touch()
    assignment = course.assignment(NAME)
    path = write_page(course, [assignment], name=NAME)
    assert path == course.reports / f"{NAME}.html"
    page = Page(path.read_text(encoding="utf-8"))
    assert next(link for link in page.links() if "feedback" in link) == f"../feedback/ada/{NAME}/{NAME}.html"
    assert all((path.parent / link).is_file() for link in page.links() if "feedback" in link)
    text = re.sub(r"\s+", " ", page.text)
    assert "Matches: Multiplies by three, which is right for 3 only. (1 student)" in text
    assert "why: 2 answers wait for manual grading" in text


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme: str, folder: Path, open_page: OpenPage) -> None:
    for name, data in {"hostile": hostile_class(folder), "class": big_class(folder, 30)}.items():
        path = folder / f"{name}.html"
        path.write_text(render([Section(data), Section(data)][: 1 if name == "class" else 2], path), encoding="utf-8")
        page = open_page(path, color_scheme=scheme)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        findings = axe_findings(page)
        # The same assignment twice has the same ids twice; a course names each of its assignments once.
        assert [found for found in findings if not found[0].startswith("duplicate-id")] == []


@pytest.mark.slow
def test_a_phone_scrolls_only_the_heat_map_sideways(folder: Path, open_page: OpenPage) -> None:
    path = folder / "page.html"
    data = hostile_class(folder)
    long = class_of(folder, row("x" * 120, [[False], [True]], flag="y" * 120))
    path.write_text(
        page_of(ClassData(data.assignment, data.questions, (*data.rows, *long.rows), data.stubs)), encoding="utf-8"
    )
    page = open_page(path, width=375)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.slow
def test_a_click_on_a_head_sorts_and_without_javascript_all_is_there(folder: Path, open_page: OpenPage) -> None:
    path = folder / "page.html"
    path.write_text(page_of(big_class(folder, 30)), encoding="utf-8")
    page = open_page(path)
    page.click(".heat thead th:nth-child(2) button")
    totals = [float(text.rstrip("…")) for text in page.locator(".heat tbody td:nth-child(2)").all_inner_texts()]
    assert totals == sorted(totals)
    page.click(".heat thead th:nth-child(2) button")
    assert page.get_attribute(".heat thead th:nth-child(2)", "aria-sort") == "descending"
    without = open_page(path, java_script_enabled=False)
    assert without.locator(".heat tbody tr").count() == 30
    assert without.locator("button").count() == 0


def test_the_page_says_what_tests_and_what_people_grade(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    page = Page(write_page(course, [course.assignment(NAME)], name=NAME).read_text(encoding="utf-8"))
    assert "6 points: 5 graded by tests, 1 by hand." in page.text
