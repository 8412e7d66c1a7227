"""Renders the class page of an assignment, or of a whole course, from a template; all text is escaped by Jinja2."""

from __future__ import annotations

import os
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from autograder import templates
from autograder.course.assignment import Variant
from autograder.course.layout import Course, CourseAssignment
from autograder.reporting import analysis, export
from autograder.reporting.class_data import ClassData, Mark, Row, gather, with_results
from autograder.reporting.page import figures, similarity
from autograder.results.model import format_points
from autograder.results.store import write_atomically

_HERE = Path(__file__).parent
_MAX_SOURCE = 6000
"""Characters shown of an answer that is like another."""

_SLOWEST = 5


def write_page(course: Course, assignments: Sequence[CourseAssignment], *, name: str) -> Path:
    """Writes reports/<name>.html for the assignments of which a submission has been graded; returns its path.

    Raises CourseError when there are none.
    """
    path = course.reports / f"{name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    sections = [
        Section(gather(assignment, answers=True), _variants(assignment)) for assignment in with_results(assignments)
    ]
    write_atomically(path, render(sections, path).encode("utf-8", "replace"))
    return path


def render(sections: Sequence[Section], path: Path) -> str:
    """Returns the page for ``path``, from which links to feedback are relative."""
    environment = templates.environment(_HERE)
    environment.filters |= {"points": format_points, "percent": _percent, "quoted_csv": _table_link}
    environment.filters |= {"svg_link": figures.svg_link, "shortened": _shortened}
    style, script = ((_HERE / f"class_page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    return environment.get_template("class_page.html.jinja").render(
        sections=sections,
        title=sections[0].title if len(sections) == 1 else "The course",
        style=Markup(style),  # noqa: S704 - files of this package
        script=Markup(script),  # noqa: S704
        style_hash=templates.csp_hash(style),
        script_hash=templates.csp_hash(script),
        feedback=lambda row, section: _feedback_link(section.data.assignment, row.student, path.parent),
        written=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
        low=analysis.LOW_DISCRIMINATION,
        enough=analysis.ENOUGH_STUDENTS,
    )


@dataclass(frozen=True)
class Section:
    """What the template shows of an assignment."""

    data: ClassData
    variants: Sequence[Variant] = ()

    @property
    def name(self) -> str:
        """The name of the assignment, also the id of its section."""
        return self.data.assignment.name

    @property
    def title(self) -> str:
        """The title of the assignment."""
        return self.data.assignment.settings.title

    @cached_property
    def summary(self) -> analysis.Summary:
        """Mean, median and deviation, and how much a person has to do."""
        return analysis.summarize(self.data.rows)

    @cached_property
    def counts(self) -> list[int]:
        """The histogram of scores."""
        return analysis.histogram(analysis.percents_of(self.data.rows))

    @cached_property
    def items(self) -> list[analysis.Item]:
        """The statistics of each question."""
        return analysis.analyze_questions(self.data)

    @cached_property
    def hardest(self) -> list[analysis.HardTest]:
        """The hidden tests that most students fail."""
        return analysis.hardest_tests(self.data, self.misconceptions)

    @cached_property
    def misconceptions(self) -> list[analysis.Misconception]:
        """The wrong answers that somebody seems to have given."""
        return analysis.misconceptions(self.data, self.variants)

    @cached_property
    def alike(self) -> list[similarity.Pair]:
        """Pairs of students with answers that are alike."""
        return similarity.alike({row.student: row.answers for row in self.data.rows}, self.data.stubs)

    @cached_property
    def by_student(self) -> dict[str, Row]:
        """The rows by student."""
        return {row.student: row for row in self.data.rows}

    @cached_property
    def review(self) -> list[tuple[str, list[Row]]]:
        """The reasons for a manual review with the submissions they concern; the rarest first."""
        reasons: dict[str, list[Row]] = defaultdict(list)
        for row in self.data.rows:
            if row.result.needs_person:
                reasons[row.result.why_needs_person()].append(row)
        return sorted(reasons.items(), key=lambda item: (len(item[1]), item[0]))

    @property
    def waiting(self) -> list[tuple[str, int]]:
        """The questions with answers to be graded by hand, and how many students wait for each."""
        return [(item.question.name, item.pending) for item in self.items if item.pending]

    @property
    def slowest(self) -> list[Row]:
        """The submissions that took longest to grade."""
        return sorted(self.data.rows, key=lambda row: -row.result.seconds)[:_SLOWEST]

    @property
    def median_seconds(self) -> float:
        """How long grading a submission took."""
        return statistics.median(row.result.seconds for row in self.data.rows)

    @cached_property
    def figures(self) -> Mapping[str, Markup]:
        """The pictures of the section."""
        return {
            "scores": figures.histogram(self.counts),
            "questions": figures.bars(self.items),
            "heat_map": figures.heat_map(self.data.rows),
        }

    @property
    def students_csv(self) -> str:
        """A link to the points of all students as CSV."""
        return figures.csv_link(export.class_csv(self.data))

    def cell(self, mark: Mark) -> tuple[str, str]:
        """Returns class and text of a cell of the heat map: the points, … while pending, ? where tests did not run."""
        step = figures.level(mark)
        if step is None:
            return "hp", "?" if mark.incomplete else "…"
        if mark.blank and not mark.earned:
            return "h0", "–"
        return f"h{step}", format_points(mark.earned) + "…" * mark.pending + "?" * mark.incomplete


def _variants(assignment: CourseAssignment) -> tuple[Variant, ...]:
    return () if assignment.is_classic else assignment.load().wrong_answers()


def _feedback_link(assignment: CourseAssignment, student: str, start: Path) -> str:
    """Returns the relative link to a student's feedback page; empty where none has been generated."""
    pages = sorted(assignment.feedback(student).glob("*.html"))
    return quote(os.path.relpath(pages[0], start)) if pages else ""


def _percent(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:.{digits}f} %"


def _table_link(rows: Sequence[Sequence[object]]) -> str:
    """Returns a link to a table as CSV; the first row is the header."""
    return figures.csv_link(export.csv_text(rows[0], rows[1:]))


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_SOURCE else f"{text[:_MAX_SOURCE]}\n…"
