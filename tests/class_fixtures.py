"""Classes of any size without grading anybody: results, marks and answers are made up from a seed."""

import random
from dataclasses import replace
from pathlib import Path

from autograder.course.layout import Course, CourseAssignment
from autograder.course.questions import Question
from autograder.reporting.class_data import ClassData, Mark, Row
from autograder.results.model import CheckResult, NotebookResult, Status, SubmissionResult, Verdict

TESTS = 4
"""Hidden tests of each question."""


def verdict(question: int, test: int, *, passed: bool, reason: str = "") -> Verdict:
    """A verdict of a test of the made-up assignment."""
    status = Status.PASSED if passed else Status.FAILED
    return Verdict(f"test_q{question}::test_{test}", f"Sentence {test} of {question} holds.", 1.0, status, reason)


def row(student: str, passed: list[list[bool]], *, pending: bool = False, flag: str = "") -> Row:
    """A student with these verdicts; each question has 10 points, and the last one waits for a person if asked."""
    checks, marks = [], []
    for number, outcomes in enumerate(passed, 1):
        verdicts = tuple(
            verdict(number, test, passed=outcome, reason="" if outcome else f"{student} gave {number}.5 <b>&")
            for test, outcome in enumerate(outcomes, 1)
        )
        check = CheckResult.of(f"test_q{number}", 10.0, verdicts)
        checks.append(check)
        marks.append(Mark(check.score, 10.0))
    if flag:
        first, *others = checks[0].verdicts
        checks[0] = replace(checks[0], verdicts=(replace(first, flags=(flag,)), *others))
    if pending:
        marks[-1] = Mark(pending=True)
    result = SubmissionResult("a1", student, {"a1": NotebookResult(tuple(checks), seconds=len(student) / 10)})
    return Row(result, tuple(marks), waiting=int(pending))


def class_of(folder: Path, *rows: Row, questions: int = 0) -> ClassData:
    """The class with these rows."""
    count = questions or len(rows[0].marks)
    made = tuple(Question(str(n), f"title {n}", (f"test_q{n}",), (f"answer_{n}",), 10.0) for n in range(1, count + 1))
    return ClassData(CourseAssignment(Course(folder), "a1"), made, rows)


def big_class(folder: Path, students: int, questions: int = 11) -> ClassData:
    """A large class in which some are good and some are not."""
    rng = random.Random(7)
    rows = []
    for number in range(students):
        skill = rng.random()
        passed = [[rng.random() < skill for _ in range(TESTS)] for _ in range(questions)]
        rows.append(row(f"student-{number:04d}", passed, pending=number % 3 == 0, flag="odd" if number == 5 else ""))
    return class_of(folder, *rows)
