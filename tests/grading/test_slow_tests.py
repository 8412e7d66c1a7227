"""Slow hidden tests, data, shares, notes, flags and devices: what grading does with them and says of them."""

import io
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from course_fixtures import (
    HIDDEN_TESTS,
    NAME,
    ROOT,
    grade,
    grade_class,
    hand_in,
    hidden_test,
    released,
    result_of,
    rewrite,
    solved,
)
from rich.console import Console
from sqlalchemy import create_engine, text

from autograder import cli
from autograder.authoring.demo.run import run as run_demo
from autograder.authoring.prove import prove
from autograder.course import devices
from autograder.course.layout import Course
from autograder.errors import SandboxError
from autograder.grading import setup as graders
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Job, Pool
from autograder.results.model import CheckResult
from autograder.sandbox.host import self_test

DATA = """\
import os

import numpy as np

from autograder import Data


def load(*, download):
    name = os.environ.get("NUMBERS", "Numbers")
    return Data(name, f"{name} from nowhere", public={"x": np.arange(1000.0)}, private={"total": np.array(499500.0)})
"""

LEFT_OUT = "1 hidden test skipped by --quick: grade again without it"

LADDER = '''

@pytest.mark.slow
@pytest.mark.seconds(5)
def test_all_of_the_data(student, data, report):
    """The total of all the data is right.

    Add up all of it.
    """
    from autograder import as_float, fail

    total = as_float(student.total(data.public["x"]))
    report.note("A badge.")
    if total != data.private["total"]:
        fail("the total is not right", share=0.5 if total > 0.9 * data.private["total"] else 0.0)
'''

NEARLY = """\
# %% [markdown] fails=["test_total::test_all_of_the_data"]
# Gives up after 990 numbers.

# %% answer="total"
def total(x):
    return np.sum(x[-990:])
"""


@pytest.fixture
def course_with_data(course: Course) -> Course:
    folder = course.assignment(NAME).folder
    (folder / "data.py").write_text(DATA)
    hidden_test(course, "test_total").write_text(HIDDEN_TESTS["test_total"] + LADDER)
    (folder / "wrong_answers" / "gives_up.py").write_text(NEARLY)
    return course


def total_of(course: Course) -> CheckResult:
    (check,) = [check for check in result_of(course, "ada").checks if check.grade_id == "test_total"]
    return check


def notes_of(course: Course) -> tuple[str, ...]:
    return result_of(course, "ada").notebooks[NAME].notes


def test_the_data_is_asked_about_and_named_everywhere(course_with_data: Course) -> None:
    hand_in(course_with_data, "ada", solved(course_with_data))
    assert grade_class(course_with_data)["ada"].score == 5.0
    assert total_of(course_with_data).graded_with == "graded with Numbers on the CPU"
    notebook = (course_with_data.autograded / "ada" / NAME / f"{NAME}.ipynb").read_text()
    assert "graded with Numbers on the CPU" in notebook
    assert "A badge." in notebook
    with create_engine(course_with_data.db_url).connect() as book:
        comments = book.execute(text("select auto_comment from comment where auto_comment like 'graded%'")).all()
    assert [tuple(row) for row in comments] == [("graded with Numbers on the CPU",)]


def test_a_hidden_test_that_fails_keeps_its_share(course_with_data: Course) -> None:
    hand_in(course_with_data, "ada", solved(course_with_data, total="def total(x):\n    return np.sum(x[-990:])\n"))
    # Weights 2, 1 and 1: two tests pass, and half of the third.
    assert grade_class(course_with_data)["ada"].score == pytest.approx(2 + 3 * 3.5 / 4)


def test_quick_leaves_slow_hidden_tests_out_flags_and_is_completed_later(course_with_data: Course) -> None:
    course = course_with_data
    hand_in(course, "ada", solved(course))
    outcome = grade_class(course, quick=True)["ada"]
    assert outcome.score == pytest.approx(2 + 3 * 3 / 4)
    assert outcome.needs_person
    assert result_of(course, "ada").why_needs_person() == LEFT_OUT
    assert (
        "This slow test was skipped in a quick grading run."
        in (course.autograded / "ada" / NAME / f"{NAME}.ipynb").read_text()
    )
    assert any(note.startswith("graded quickly: ") for note in notes_of(course))
    assert grade_class(course, quick=True)["ada"].status == "up to date"
    outcome = grade_class(course)["ada"]
    assert (outcome.status, outcome.score, outcome.needs_person) == ("graded", 5.0, False)
    assert not any(note.startswith("graded quickly: ") for note in notes_of(course))


def test_what_is_kept_does_not_reach_the_zygote(course_with_data: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = self_test.start_zygote

    def spy(libraries: tuple[str, ...], *, data: dict[str, Any], **settings: Any) -> Any:
        seen.append(set(data))
        return real(libraries, data=data, **settings)

    monkeypatch.setattr(graders, "start_zygote", spy)
    with graders.open_graders(course_with_data.assignment(NAME)):
        assert seen == [{"x"}]


def test_other_data_is_graded_again(course_with_data: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(course_with_data, "ada", solved(course_with_data))
    grade_class(course_with_data, workers=1)
    monkeypatch.setenv("NUMBERS", "Digits")
    assert grade_class(course_with_data, workers=1)["ada"].status == "graded"
    assert total_of(course_with_data).graded_with == "graded with Digits on the CPU"


def test_a_flag_reaches_the_report(course_with_data: Course) -> None:
    rewrite(
        hidden_test(course_with_data, "test_total"), 'report.note("A badge.")', 'report.flag("too good to be true")'
    )
    hand_in(course_with_data, "ada", solved(course_with_data))
    outcome = grade_class(course_with_data)["ada"]
    assert (outcome.score, outcome.needs_person) == (5.0, True)
    assert result_of(course_with_data, "ada").why_needs_person() == "too good to be true"
    assert "too good" not in (course_with_data.autograded / "ada" / NAME / f"{NAME}.ipynb").read_text()


def test_a_proof_asks_slow_hidden_tests_of_those_they_concern(course_with_data: Course, pool: Pool) -> None:
    log = course_with_data.root / "log"
    rewrite(
        hidden_test(course_with_data, "test_total"),
        "    from autograder import as_float, fail\n",
        f"    from autograder import as_float, fail\n    open({str(log)!r}, 'a').write('x')\n",
    )
    proof = prove(course_with_data.assignment(NAME), pool)
    assert [finding.problems for finding in proof.findings if finding.problems] == []
    assert log.read_text() == "xxx"  # the solution, the untouched release, the wrong answer that names the test


GPU_LAW = '''

@pytest.mark.cuda(twin="test_sum")
def test_sum_on_the_gpu(student, device):
    """The total is right on the GPU, too."""
    assert_close(student.total(np.ones(3)), 3.0)
'''


def test_without_a_gpu_the_record_says_where_the_points_went(course_with_data: Course) -> None:
    hidden_test(course_with_data, "test_total").write_text(HIDDEN_TESTS["test_total"] + GPU_LAW)
    hand_in(course_with_data, "ada", solved(course_with_data))
    outcome = grade_class(course_with_data, device="cpu")["ada"]
    assert (outcome.score, outcome.needs_person) == (5.0, False)
    note = "graded on the CPU: 1 hidden test needs a GPU; its points went to its CPU twin"
    assert notes_of(course_with_data) == (note,)


@pytest.mark.slow
def test_the_demo_grades_quickly_and_says_so(course_with_data: Course) -> None:
    console = Console(width=200, file=io.StringIO(), record=True)
    assert run_demo(course_with_data, course_with_data.root / "demo", console=console, workers=2)
    assert "slow hidden tests were skipped" in console.export_text()


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run_it(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["autograder", *arguments])
        exit_code = 0
        try:
            cli.main()
        except SystemExit as end:
            exit_code = int(end.code or 0)
        return exit_code, *capsys.readouterr()

    return run_it


def test_the_command_line_shows_the_data(course_with_data: Course, run: Run) -> None:
    exit_code, out, _ = run("data")
    assert exit_code == 0
    assert "Numbers from nowhere" in out
    assert "public" in out
    assert "private" in out


def test_an_assignment_without_data_says_so_when_it_is_named(course: Course, run: Run) -> None:
    assert run("data", NAME)[:2] == (0, f"{NAME} needs no data\n")


def test_the_device_is_checked_before_anything_is_graded(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "gpu_nodes", lambda: ())
    hand_in(course, "ada", released(course))
    exit_code, _, err = run("grade", NAME, "--device", "tpu")
    assert exit_code == 2
    assert "one of cpu, cuda, cuda-if-available" in " ".join(err.split())
    exit_code, _, err = run("grade", NAME, "--device", "cuda")
    assert exit_code == SandboxError.exit_code
    assert err.startswith("autograder: there is no GPU that torch can use; grade with `--device cpu`")
    assert not (course.reports / NAME).exists()


class HereAndNow(Pool):
    """Does the work of its workers in this process."""

    @contextmanager
    def run(self, job: Job, items: Sequence[Any]) -> Iterator[Iterator[tuple[Any, Any]]]:
        with job.open() as handle:
            yield ((item, handle(item)) for item in items)


@pytest.mark.parametrize("chosen", ["", "cuda-if-available"], ids=["in assignment.toml", "by --device"])
def test_the_workers_are_told_what_was_found_out_about_a_gpu(
    chosen: str, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = course.assignment(NAME).folder / "assignment.toml"
    settings.write_text('device = "cuda-if-available"\n' + settings.read_text())
    asked: list[str] = []

    def has_gpu() -> bool:
        asked.append("is there one?")
        return False

    monkeypatch.setattr(devices, "has_gpu", has_gpu)
    hand_in(course, "ada", solved(course))
    (outcome,) = grade(course, options=GradingOptions(device=chosen), pool=HereAndNow())
    assert (outcome.status, outcome.score) == ("graded", 5.0)
    assert asked == ["is there one?"]


def test_the_quick_option_is_the_quick_grading(course_with_data: Course, run: Run) -> None:
    hand_in(course_with_data, "ada", solved(course_with_data))
    exit_code, out, _ = run("grade", NAME, "--quick", "--device", "cpu", "--workers", "1")
    assert exit_code == 0
    assert "needs manual review" in out
    entry = json.loads((course_with_data.reports / NAME / "ada.json").read_text())
    assert entry["needs_person"] is True


@pytest.mark.slow
def test_nbgraders_own_command_has_the_same_settings(course_with_data: Course) -> None:
    hand_in(course_with_data, "ada", solved(course_with_data))
    with (course_with_data.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Grade.quick = True\nc.Grade.device = 'cpu'\n")
    command = [str(ROOT / ".venv" / "bin" / "nbgrader"), "autograde", NAME]
    done = subprocess.run(command, cwd=course_with_data.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert result_of(course_with_data, "ada").why_needs_person() == LEFT_OUT
