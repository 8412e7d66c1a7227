"""Feedback pages in Chromium: readable by everybody, on a phone, in the dark and on paper, without a network."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from browser import OpenPage, axe_findings
from course_fixtures import NAME, code, grade_class, hand_in, markdown, released, solved, with_cells

from autograder.course.layout import Course
from autograder.nbgrader_bridge.feedback import open_worker

FORMULAS = r"""
# Why

Because $\frac{\partial \ell}{\partial \mathbf a} = \hat{\mathbf y} - \mathbf y$, and

$$\sum_{i=1}^{n} \sum_{j=1}^{m} \sum_{k=1}^{l} \big(a_{ij} + b_{jk} + c_{ik}\big)^2
= \underbrace{x + y + z + u + v + w}_{\text{a long formula}}$$

| a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p | q | r | s | t |
| - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - |
| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 0 | 0 |
"""
LONG_LINE = "print('" + "x" * 3000 + "')  # " + "long " * 100
SUBMISSIONS = ("wrong", "untouched", "unreadable", "right")


@pytest.fixture(scope="module")
def pages(built: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of a small class."""
    course = Course(tmp_path_factory.mktemp("browser") / "course")
    shutil.copytree(built.root, course.root)
    wrong = solved(course, square="def square(x):\n    return np.where(x > 0, x**2, x)", why=FORMULAS)
    hand_in(course, "wrong", with_cells(wrong, markdown(FORMULAS), code(LONG_LINE), code("1/0"), after="square"))
    hand_in(course, "untouched", released(course))
    hand_in(course, "unreadable", b"not a notebook")
    hand_in(course, "right", solved(course))
    grade_class(course)
    with open_worker(course.assignment(NAME)) as worker:
        assert {worker(student) for student in SUBMISSIONS} == {""}
    return {student: course.feedback / student / NAME / f"{NAME}.html" for student in SUBMISSIONS}


def open_all(page: Any) -> Any:
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("student", SUBMISSIONS)
def test_axe_finds_nothing_serious(student: str, scheme: str, pages: dict[str, Path], open_page: OpenPage) -> None:
    assert axe_findings(open_all(open_page(pages[student], color_scheme=scheme))) == []


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_a_phone_needs_no_sideways_scrolling(student: str, pages: dict[str, Path], open_page: OpenPage) -> None:
    page = open_all(open_page(pages[student], width=375))
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_each_segment_and_each_card_leads_to_its_question(pages: dict[str, Path], open_page: OpenPage) -> None:
    page = open_page(pages["wrong"])
    links = page.eval_on_selector_all(".bar a, .cards a, .questions a", "links => links.map(link => link.hash)")
    assert len(links) == 3 + 1 + 3
    assert page.evaluate("hashes => hashes.every(hash => document.getElementById(hash.slice(1)))", links)


def test_failures_are_open_and_passes_are_folded(pages: dict[str, Path], open_page: OpenPage) -> None:
    page = open_page(pages["wrong"])
    assert page.locator(".cause").get_by_text("The square of an array holds the squares of its entries.").is_visible()
    passed = page.locator(".passed").get_by_text("The total is the sum of all entries.")
    assert not passed.is_visible()
    page.get_by_text("✓ 2 passed").click()
    assert passed.is_visible()


def test_a_page_says_that_it_is_out_of_date_only_when_it_is(pages: dict[str, Path], open_page: OpenPage) -> None:
    page = open_page(pages["right"])
    assert not page.get_by_text("Out of date.").is_visible()
    page.evaluate("document.body.className = 'stale'")
    assert page.get_by_text("Out of date.").is_visible()


def test_formulas_are_laid_out_as_formulas(pages: dict[str, Path], open_page: OpenPage) -> None:
    page = open_page(pages["wrong"])
    above, below = (page.locator(f"mfrac > :nth-child({n})").first.bounding_box() for n in (1, 2))
    assert above["y"] + above["height"] <= below["y"]
