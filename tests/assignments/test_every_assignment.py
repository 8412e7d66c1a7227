"""What holds for every folder in assignments/, whoever adds it: the gates before students see it."""

import ast
import itertools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from course_fixtures import ROOT
from nbclient import NotebookClient

from autograder.authoring.prove import prove, relevant_checks
from autograder.authoring.sample_class import SampleSubmission, read_release, samples
from autograder.course.assignment import Assignment
from autograder.course.layout import Course
from autograder.course.questions import questions_of
from autograder.course.settings import CHECKS_FILE
from autograder.grading.grader import Grader
from autograder.grading.notebook_run import NotebookRun
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.grading.setup import open_graders
from autograder.notebooks import intake
from autograder.notebooks import ipynb as nb
from autograder.notebooks.roles import role
from autograder.results.model import Status
from autograder.testing.hidden_test import HiddenTest
from autograder.testing.process import StudentProcess
from autograder.testing.suite import Suite

COURSE = Course(ROOT)
NAMES = COURSE.assignment_names()
STUDENTS_HAVE = {"numpy", "torch", "sympy", "matplotlib", "sklearn", "IPython", *sys.stdlib_module_names}


@pytest.fixture(scope="module", params=NAMES)
def assignment(request: pytest.FixtureRequest) -> Assignment:
    return COURSE.assignment(request.param).load()


def hidden_tests_of(assignment: Assignment) -> list[HiddenTest]:
    with Suite(assignment.hidden_tests) as suite:
        return [test for tests in suite.tests.values() for test in tests]


def code_of(path: Path) -> list[str]:
    """The code cells of a notebook as Python: lines that only IPython reads are left out."""
    cells = nb.parse(path.read_bytes())["cells"]
    sources = (cell["source"] for cell in cells if cell["cell_type"] == "code")
    return ["\n".join(line for line in source.splitlines() if line.lstrip()[:1] not in "%!") for source in sources]


def imported(source: str) -> set[str]:
    """What a piece of Python cannot do without: imports whose failure is caught are left out."""
    names: set[str] = set()
    todo: list[ast.AST] = [ast.parse(source)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or ".").partition(".")[0])
        if isinstance(node, ast.Try) and "ImportError" in map(
            ast.unparse, filter(None, (h.type for h in node.handlers))
        ):
            todo += [*node.handlers, *node.orelse, *node.finalbody]
        else:
            todo += ast.iter_child_nodes(node)
    return names


def test_there_are_assignments() -> None:
    assert NAMES


@pytest.fixture(scope="module")
def workers() -> Iterator[Pool]:
    with Pool(1) as pool:  # the other core runs other tests
        yield pool


@pytest.mark.parametrize("name", NAMES)
def test_it_grades_right_what_is_right_and_catches_what_is_wrong(name: str, workers: Pool) -> None:
    proof = prove(COURSE.assignment(name), workers, short=True)
    problems = [problem for finding in proof.findings for problem in finding.problems]
    assert problems == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_right_answers_lose_no_point_whatever_the_seed_of_the_hidden_tests(name: str) -> None:
    assignment = COURSE.assignment(name).load()
    students = [student for student in samples(COURSE.assignment(name), assignment) if student.fails == frozenset()]
    assert students
    with open_graders(COURSE.assignment(name), GradingOptions(quick=True)) as graders:
        for student in students:
            checks = relevant_checks(assignment, student)
            assert failed_tests(graders[name], student, checks) == set(), student.student


def draws(suite: Suite, check: str) -> bool:
    """Whether a test of the check draws its inputs at random; the seed changes nothing else."""
    return any("rng" in item.fixturenames for test in suite.tests[check] for item in test.items)


def failed_tests(
    grader: Grader, student: SampleSubmission, checks: tuple[str, ...], seeds: int = 6
) -> set[tuple[int, str]]:
    """The tests of the checks that a submission breaks under some seed."""
    assert grader.suite is not None
    submission = intake.merge(nb.parse(student.data)["cells"], grader.template)
    run = NotebookRun(grader.zygote, submission, grader.limits, grader.files)
    failed = set()
    try:
        run.start()
        drawn = [check for check in checks if draws(grader.suite, check)]
        for seed, check in itertools.product(range(seeds), drawn):
            process = StudentProcess(run.fork, seconds=grader.limits.call_seconds, locate=run.line)
            verdicts = grader.suite.run(check, process, seed=seed)
            process.close()
            failed |= {(seed, verdict.test) for verdict in verdicts if verdict.status in (Status.FAILED, Status.ERROR)}
    finally:
        run.close()
    return failed


def test_its_points_sum_to_100(assignment: Assignment) -> None:
    points = [check.points for check in assignment.checks] + [cell.points for cell in assignment.written_answers]
    assert sum(points) == pytest.approx(100)


def test_a_released_notebook_imports_only_what_students_have(assignment: Assignment) -> None:
    folder = COURSE.release / assignment.name
    handed_out = {Path(name).stem for name in (*assignment.settings.files, CHECKS_FILE)}
    sources = code_of(folder / f"{assignment.name}.ipynb")
    sources += [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    found = set().union(*map(imported, sources))
    assert found - STUDENTS_HAVE - handed_out == set()


def test_a_release_does_not_know_the_grader(assignment: Assignment) -> None:
    for path in (COURSE.release / assignment.name).rglob("*"):
        if path.is_file():
            assert b"import autograder" not in path.read_bytes()
            assert b"from autograder" not in path.read_bytes()


def test_no_hidden_test_is_written_over_by_a_later_one_of_the_same_name(assignment: Assignment) -> None:
    for path in assignment.hidden_tests.glob("*.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        names = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        assert sorted({name for name in names if names.count(name) > 1}) == [], path


def test_every_hidden_test_is_one_sentence_a_student_can_read(assignment: Assignment) -> None:
    for test in hidden_tests_of(assignment):
        assert test.sentence.endswith((".", "?", "!")), test.id
        assert len(test.sentence) <= 200, f"{test.id}: a student reads one sentence"
        assert test.weight > 0, test.id


def test_every_hidden_suite_says_what_it_is_about(assignment: Assignment) -> None:
    for path in assignment.hidden_tests.glob("test_*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_every_function_a_student_writes_says_what_it_computes(assignment: Assignment) -> None:
    for name, source in assignment.answers.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                assert ast.get_docstring(node), f"{name}: {node.name}"


def test_every_check_can_be_lost_by_a_known_misconception(assignment: Assignment) -> None:
    lost = {test.partition("::")[0] for variant in assignment.wrong_answers() for test in variant.fails}
    assert {check.grade_id for check in assignment.checks} - lost == set()


def run_in_jupyter(path: Path, *, allow_errors: bool = False) -> list[nb.Json]:
    """The code cells of a notebook with what they show in a Jupyter kernel, where a warning is an error."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import warnings\nwarnings.simplefilter('error')"))
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", allow_errors=allow_errors, resources=place).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_last_line_of_every_check_says_that_it_passed(assignment: Assignment) -> None:
    checks = [cell.source for cell in assignment.cells if role(cell) == "check"]
    assert [source for source in checks if not source.endswith("\nchecks_passed()")] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_its_solution_runs_without_a_warning_and_every_check_says_that_it_passed(name: str) -> None:
    cells = run_in_jupyter(COURSE.solutions / name / f"{name}.ipynb")
    assert [out for cell in cells for out in cell["outputs"] if out.get("name") == "stderr"] == []
    for cell in cells:
        if nb.nbgrader_of(cell).get("grade"):
            count = sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell["source"])))
            (output,) = cell["outputs"]
            assert output["text"].startswith(f"✓ {count} of {count} visible check"), cell["id"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_its_untouched_release_says_which_answers_are_missing_and_nothing_else(name: str) -> None:
    answers = {question.number for question in questions_of(read_release(COURSE.assignment(name))["cells"])}
    for cell in run_in_jupyter(COURSE.release / name / f"{name}.ipynb", allow_errors=True):
        errors = ["".join(out["traceback"]) for out in cell["outputs"] if out["output_type"] == "error"]
        text = "".join(out.get("text", "") for out in cell["outputs"])
        if nb.has_tag(cell, nb.EXPERIMENT):
            assert errors == [], cell["id"]
        elif nb.nbgrader_of(cell).get("grade") and cell["source"].endswith("checks_passed()"):
            (text,) = errors
            assert "has no answer yet" in text, cell["id"]
        else:
            assert errors in ([], ["\x1b[31m✗ There is no answer in this cell yet.\x1b[0m"]), cell["id"]
        assert set(re.findall(r"Question (\w+), \w+, has no answer", text)) <= answers
