"""Statistics of a class: the distribution of scores, each question, the hardest hidden tests, known misconceptions.

Pure functions of :class:`ClassData`. Percentages are of what is graded so far: an answer that waits for a person never
counts as zero.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.course.assignment import Variant
from autograder.course.questions import Question
from autograder.reporting.class_data import ClassData, Row
from autograder.results.model import Status, Verdict

BINS = 10
"""Bars of a histogram, of ten percent each."""

LOW_DISCRIMINATION = 0.2
"""Below this, a question hardly tells strong from weak submissions; the usual threshold of item analysis."""

ENOUGH_STUDENTS = 10
"""A correlation of fewer students is too uncertain to flag a question."""

_NUMBER = re.compile(r"\d+(\.\d+)?([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Summary:
    """The scores of a class, in percent of what is graded; None where there are too few."""

    graded: int
    mean: float | None
    median: float | None
    deviation: float | None
    pending: int
    """Students with an answer that waits for manual grading."""
    review: int
    """Students whose submission needs manual review."""


@dataclass(frozen=True)
class Item:
    """The statistics of one question; shares are of the students, from 0 to 1."""

    question: Question
    mean: float | None
    full: float
    zero: float
    blank: float
    pending: int
    seconds: float | None
    """The median time in which the question's cells run, without hidden tests; None where nobody's is known."""
    discrimination: float | None
    """Pearson's correlation of the question's percentage with the percentage in all other questions."""
    flagged: bool


@dataclass(frozen=True)
class Misconception:
    """A file of wrong_answers/ and the students who fail exactly the hidden tests that it fails."""

    name: str
    description: str
    question: str
    students: tuple[str, ...]
    fails: frozenset[str]


@dataclass(frozen=True)
class HardTest:
    """A hidden test with the students who failed it, among those who answered the question."""

    test: str
    sentence: str
    question: str
    failed: int
    answered: int
    reason: str
    """The most frequent reason, in the words of one student's feedback."""
    misconceptions: tuple[Misconception, ...] = ()
    """The wrong answers that fail this test and have the failing tests of at least one student; most students first."""

    @property
    def share(self) -> float:
        """The share of those who answered and failed it."""
        return self.failed / self.answered


def summarize(rows: Sequence[Row]) -> Summary:
    """Returns the mean, the median and the standard deviation of the class, and how much a person has to do."""
    percents = percents_of(rows)
    return Summary(
        graded=len(rows),
        mean=statistics.fmean(percents) if percents else None,
        median=statistics.median(percents) if percents else None,
        deviation=statistics.stdev(percents) if len(percents) > 1 else None,
        pending=sum(row.pending for row in rows),
        review=sum(row.result.needs_person for row in rows),
    )


def percents_of(rows: Iterable[Row]) -> list[float]:
    """Returns the percentage of each student who has one."""
    return [row.percent for row in rows if row.percent is not None]


def histogram(percents: Iterable[float]) -> list[int]:
    """Counts percentages in bins of ten; 100 and more, which extra credit makes possible, are in the last."""
    counts = [0] * BINS
    for percent in percents:
        counts[min(BINS - 1, max(0, int(percent * BINS / 100)))] += 1
    return counts


def analyze_questions(data: ClassData) -> list[Item]:
    """Returns the statistics of each question."""
    return [_item(question, place, data.rows) for place, question in enumerate(data.questions)]


def _item(question: Question, place: int, rows: Sequence[Row]) -> Item:
    marks = [row.marks[place] for row in rows]
    shares = [mark.share for mark in marks if mark.share is not None]
    discrimination = correlation([(row.marks[place].share, _rest(row, place)) for row in rows])
    low = discrimination is not None and discrimination < LOW_DISCRIMINATION
    return Item(
        question,
        mean=100 * statistics.fmean(shares) if shares else None,
        full=_share(mark.share is not None and mark.share >= 1 - 1e-6 for mark in marks),
        zero=_share(mark.share is not None and mark.share <= 1e-6 for mark in marks),
        blank=_share(mark.blank for mark in marks),
        pending=sum(mark.pending for mark in marks),
        seconds=_median_seconds(question, place, rows),
        discrimination=discrimination,
        flagged=low and len(shares) >= ENOUGH_STUDENTS,
    )


def _median_seconds(question: Question, place: int, rows: Sequence[Row]) -> float | None:
    """Returns the median time of the question's cells; blank answers end at once, and are not counted."""
    cells = {*question.answers, *question.graded}
    times = [
        [
            seconds
            for result in row.result.notebooks.values()
            for cell, seconds in result.cell_seconds.items()
            if cell in cells
        ]
        for row in rows
        if not row.marks[place].blank
    ]
    known = [sum(seconds) for seconds in times if seconds]
    return statistics.median(known) if known else None


def _share(truths: Iterable[bool]) -> float:
    values = list(truths)
    return sum(values) / len(values) if values else 0.0


def _rest(row: Row, place: int) -> float | None:
    """Returns the share that a student earned in all questions but one."""
    others = [mark for index, mark in enumerate(row.marks) if index != place]
    graded = sum(mark.graded for mark in others)
    return sum(mark.earned for mark in others) / graded if graded else None


def correlation(pairs: Iterable[tuple[float | None, float | None]]) -> float | None:
    """Returns Pearson's correlation of the complete pairs; None for fewer than three, or when one side is constant."""
    complete = [(x, y) for x, y in pairs if x is not None and y is not None]
    if len(complete) < 3:
        return None
    xs, ys = zip(*complete, strict=True)
    if min(max(xs) - min(xs), max(ys) - min(ys)) < 1e-9:  # equal but for rounding
        return None
    return max(-1.0, min(1.0, statistics.correlation(xs, ys)))


def hardest_tests(data: ClassData, known: Sequence[Misconception] = (), *, count: int = 10) -> list[HardTest]:
    """Returns the hidden tests that the largest shares fail, with the ``known`` misconceptions that fail them.

    Students who left the answer blank are not counted.
    """
    answered: Counter[str] = Counter()
    failed: dict[str, list[Verdict]] = defaultdict(list)
    sentences: dict[str, str] = {}
    for row in data.rows:
        for verdict in _attempted(row, data.questions):
            answered[verdict.test] += 1
            sentences.setdefault(verdict.test, verdict.sentence)
            if verdict.status is Status.FAILED:
                failed[verdict.test].append(verdict)
    labels = _labels(data.questions)
    tests = [
        HardTest(
            test,
            sentences[test],
            labels.get(_check(test), ""),
            len(verdicts),
            answered[test],
            most_frequent(verdict.reason for verdict in verdicts),
            tuple(found for found in known if test in found.fails),
        )
        for test, verdicts in failed.items()
    ]
    return sorted(tests, key=lambda test: (-test.share, -test.failed, test.test))[:count]


def most_frequent(reasons: Iterable[str]) -> str:
    """Returns the most frequent reason; those that differ only in their numbers count as the same."""
    kinds: Counter[str] = Counter()
    examples: dict[str, Counter[str]] = defaultdict(Counter)
    for reason in reasons:
        kind = _NUMBER.sub("#", reason)
        kinds[kind] += 1
        examples[kind][reason] += 1
    return examples[kinds.most_common(1)[0][0]].most_common(1)[0][0] if kinds else ""


def misconceptions(data: ClassData, variants: Iterable[Variant]) -> list[Misconception]:
    """Returns the wrong answers that somebody seems to have given, most students first.

    A submission matches a wrong answer when, in the checks that the wrong answer fails, it fails exactly the same
    hidden tests. Tests that were not run, such as slow ones, are not compared.
    """
    labels = _labels(data.questions)
    students: dict[str, list[str]] = defaultdict(list)
    variants = list(variants)
    checks = {variant.name: {_check(test) for test in variant.fails} for variant in variants}
    for row in data.rows:
        ran: dict[str, set[str]] = defaultdict(set)
        failed: dict[str, set[str]] = defaultdict(set)
        for verdict in _attempted(row, data.questions):
            ran[_check(verdict.test)].add(verdict.test)
            if verdict.status is Status.FAILED:
                failed[_check(verdict.test)].add(verdict.test)
        for variant in variants:
            failing = set().union(*(failed[check] for check in checks[variant.name]))
            comparable = set().union(*(ran[check] for check in checks[variant.name]))
            if failing and failing == variant.fails & comparable:
                students[variant.name].append(row.student)
    found = [
        Misconception(
            variant.name,
            variant.description,
            ", ".join(sorted({labels.get(_check(test), "") for test in variant.fails} - {""})),
            tuple(students[variant.name]),
            variant.fails,
        )
        for variant in variants
        if variant.name in students
    ]
    return sorted(found, key=lambda misconception: (-len(misconception.students), misconception.name))


def _attempted(row: Row, questions: Sequence[Question]) -> list[Verdict]:
    """Returns the verdicts that were run on questions which the student did not leave blank."""
    blank = {
        cell for question, mark in zip(questions, row.marks, strict=True) if mark.blank for cell in question.graded
    }
    if row.result.untouched:
        return []
    return [verdict for verdict in row.result.verdicts if verdict.was_run and _check(verdict.test) not in blank]


def _check(test: str) -> str:
    return test.partition("::")[0]


def _labels(questions: Iterable[Question]) -> dict[str, str]:
    return {cell: question.label for question in questions for cell in question.graded}
