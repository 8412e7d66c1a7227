"""A class is graded student by student: neither a submission nor a crash of the grader costs other students points."""

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import (
    NAME,
    Json,
    code,
    grade,
    grade_class,
    grade_rows,
    hand_in,
    hidden_test,
    released,
    result_of,
    rewrite,
    solved,
    with_cells,
)

from autograder.authoring.build import build
from autograder.course.layout import Course, CourseAssignment
from autograder.errors import CourseError
from autograder.grading import batch, worker
from autograder.grading.grader import Grader
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.grading.templates import load_template
from autograder.nbgrader_bridge.feedback import feedback
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.notebooks.intake import Submission
from autograder.results import store
from autograder.results.model import SubmissionResult


def autograded(course: Course, student: str) -> Path:
    return course.autograded / student / NAME / f"{NAME}.ipynb"


def statuses(course: Course, **options: bool) -> dict[str, str]:
    return {student: outcome.status for student, outcome in grade_class(course, **options).items()}


def test_a_class_with_every_kind_of_bad_file_is_graded_to_the_end(course: Course) -> None:
    broken: dict[str, bytes | Json] = {
        "not_json": b"PK\x03\x04",
        "empty": b"",
        "a_list": b"[]",
        "old_format": b'{"nbformat": 3, "worksheets": []}',
        "future": released(course) | {"nbformat": 99},
        "deep": b"[" * 100_000,
        "cells_no_list": b'{"nbformat": 4, "cells": 3}',
        "source_no_text": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}',
    }
    for student, notebook in broken.items():
        hand_in(course, student, notebook)
    link = hand_in(course, "link", b"")
    link.unlink()
    link.symlink_to(course.root / "gradebook.db")
    folder = hand_in(course, "folder", b"")
    folder.unlink()
    folder.mkdir()
    hand_in(course, "missing", b"").unlink()
    hand_in(course, "surrogates", with_cells(solved(course), code("x = '\ud800'")))
    hand_in(course, "zoe", solved(course))

    outcomes = grade_class(course)

    assert {outcome.status for outcome in outcomes.values()} == {"graded"}
    assert {student for student, outcome in outcomes.items() if outcome.score == 5.0} == {"surrogates", "zoe"}
    told = {student for student, outcome in outcomes.items() if outcome.message}
    assert told == {*broken, "link", "folder", "missing"}
    for student in outcomes:
        assert autograded(course, student).is_file()
        assert not autograded(course, student).is_symlink()
        assert b"SQLite" not in autograded(course, student).read_bytes()
    assert len({row[0] for row in grade_rows(course)}) == len(outcomes)


def test_names_that_nbgrader_would_misread_are_refused_with_the_reason(course: Course) -> None:
    for student in ("ada", "new\nline", ".hidden", "a..b", "star*", " space"):
        hand_in(course, student, solved(course))
    outcomes = grade_class(course)
    assert {student for student, outcome in outcomes.items() if outcome.status == "graded"} == {"ada", "a..b"}
    assert "line break" in outcomes["new\N{REPLACEMENT CHARACTER}line"].message
    assert "starts with a dot" in outcomes[".hidden"].message
    assert not (course.autograded / ".hidden").exists()


@pytest.mark.parametrize("student", ["../ada", "..", "/etc", "ada/../ada", "nobody", ""])
def test_a_student_who_did_not_submit_is_named(student: str, course: Course) -> None:
    hand_in(course, "ada", solved(course))
    with pytest.raises(CourseError, match="nothing to grade for the student"):
        grade(course, students=[student])
    assert not course.autograded.exists()


def test_only_the_named_student_is_graded(course: Course) -> None:
    for student in ("ada", "bob"):
        hand_in(course, student, solved(course))
    outcomes = grade(course, students=["bob"])
    assert [outcome.student for outcome in outcomes] == ["bob"]
    assert {row[0] for row in grade_rows(course)} == {"bob"}


def test_nobody_submitted_says_where_to_put_the_notebooks(course: Course) -> None:
    with pytest.raises(CourseError, match="nobody submitted 't1_powers': put notebooks into"):
        grade(course)


def test_a_misspelt_assignment_gets_a_suggestion(course: Course) -> None:
    with pytest.raises(CourseError, match="did you mean 't1_powers'"):
        grade(course, "t1_power")


def test_progress_hears_of_everybody_once(course: Course) -> None:
    for student in ("ada", "bob", ".x"):
        hand_in(course, student, solved(course))
    heard: list[tuple[str, int]] = []
    grade(course, progress=lambda student, total: heard.append((student, total)))
    assert sorted(heard) == [(".x", 3), ("ada", 3), ("bob", 3)]


# Files


def test_the_graded_folder_holds_the_notebook_and_the_courses_files_and_nothing_else(course: Course) -> None:
    path = hand_in(course, "ada", solved(course))
    (path.parent / "numpy.py").write_text("raise SystemExit")
    (path.parent / "limit.txt").write_text("0\n")
    (path.parent / "out").symlink_to("/etc")
    (path.parent / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC\n")
    assert grade_class(course)["ada"].score == 5.0
    folder = autograded(course, "ada").parent
    assert sorted(found.name for found in folder.iterdir()) == [
        "checks.py",
        "limit.txt",
        f"{NAME}.ipynb",
        "timestamp.txt",
    ]
    assert (folder / "limit.txt").read_text() == "7\n"
    assert {found.stat().st_mode & 0o777 for found in folder.iterdir()} == {0o444}


def test_nothing_but_the_results_is_left_behind(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    assert sorted(path.name for path in course.autograded.iterdir()) == ["ada"]
    assert sorted(path.name for path in (course.reports / NAME).iterdir()) == ["ada.json"]


# Again


def test_grading_again_is_up_to_date_until_something_changes(course: Course) -> None:
    for student in ("ada", "bob"):
        hand_in(course, student, solved(course))
    first = grade_class(course)
    assert {outcome.status for outcome in first.values()} == {"graded"}
    again = grade_class(course)
    assert {outcome.status for outcome in again.values()} == {"up to date"}
    assert again["ada"].score == first["ada"].score == 5.0
    assert again["ada"].max_score == 5.0

    hand_in(course, "bob", released(course))
    changed = grade_class(course)
    assert {student: outcome.status for student, outcome in changed.items()} == {"ada": "up to date", "bob": "graded"}
    assert changed["bob"].score == 0.0

    assert set(statuses(course, force=True).values()) == {"graded"}

    rewrite(hidden_test(course, "test_square"), "31337.25**2)", "0.0)")
    harder = grade_class(course)
    assert {outcome.status for outcome in harder.values()} == {"graded"}
    assert harder["ada"].score == 4.0


@pytest.mark.slow
def test_a_new_timestamp_or_a_lost_notebook_grades_again(course: Course) -> None:
    path = hand_in(course, "ada", solved(course))
    grade_class(course)
    (path.parent / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    assert statuses(course) == {"ada": "graded"}
    shutil.rmtree(autograded(course, "ada").parent)
    assert statuses(course) == {"ada": "graded"}
    assert autograded(course, "ada").is_file()


def test_a_manual_score_survives_grading_again(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        why = "SELECT id FROM base_cell WHERE name = 'why'"
        database.execute(f"UPDATE grade SET manual_score = 0.5 WHERE cell_id IN ({why})")
        database.execute("UPDATE comment SET manual_comment = 'well said'")
    database.close()
    grade_class(course, force=True)
    assert [row[4] for row in grade_rows(course) if row[2] == "why" and len(row) > 5] == [0.5]
    assert "well said" in str(grade_rows(course))


# Crashes


def test_a_worker_that_is_killed_costs_its_own_student_only(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    for student in ("ada", "bob", "eve"):
        hand_in(course, student, solved(course))
    hand_in(course, "bob", with_cells(solved(course), code("import time\ntime.sleep(0.9)")))
    killed: list[int] = []
    before = set(children())

    def kill_the_worker(student: str, total: int) -> None:
        if student == "ada":
            (worker,) = set(children()) - before
            os.kill(worker, signal.SIGKILL)
            killed.append(worker)

    outcomes = grade(course, workers=1, progress=kill_the_worker)
    assert killed
    assert [(outcome.student, outcome.status) for outcome in outcomes] == [
        ("ada", "graded"),
        ("bob", "error"),
        ("eve", "graded"),
    ]
    assert "worker process died" in outcomes[1].message
    assert statuses(course) == {"ada": "up to date", "bob": "graded", "eve": "up to date"}


def test_a_worker_that_never_answers_costs_its_own_student_only(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("ada", "bob", "eve"):
        hand_in(course, student, solved(course))
    hand_in(course, "bob", with_cells(solved(course), code("import time\ntime.sleep(0.9)")))
    monkeypatch.setattr(batch, "_item_seconds", lambda assignment, options, pool: 0.5)
    monkeypatch.setattr("autograder.grading.pool._OPEN_SECONDS", 60.0)
    outcomes = grade(course, workers=1)
    assert [(outcome.student, outcome.status) for outcome in outcomes] == [
        ("ada", "graded"),
        ("bob", "error"),
        ("eve", "graded"),
    ]
    assert outcomes[1].message == (
        "the grader's worker process was ended because it had not answered after 0.5 s; "
        "look at the submission and grade this student again"
    )


def test_a_submission_that_takes_too_much_memory_of_the_grader_says_so(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhaust(self: Grader, submission: Submission) -> None:
        raise MemoryError

    monkeypatch.setattr(Grader, "grade", exhaust)
    hand_in(course, "ada", solved(course))
    assignment = course.assignment(NAME)
    with worker.open_worker(assignment, GradingOptions(device="cpu"), str(course.root / "drafts")) as grade_one:
        crash = grade_one("ada")
    assert isinstance(crash, batch.Crash)
    assert crash.message == "grading it took more memory than a worker may hold (1024 MB); look at the submission"
    assert "MemoryError" in crash.traceback


def test_how_long_a_worker_may_take_grows_with_the_queue_for_a_gpu(course: Course) -> None:
    assignment = course.assignment(NAME)
    seconds = assignment.settings.limits.grading_seconds
    assert seconds > 2 * assignment.settings.limits.submission_seconds
    workers = Pool(3)
    assert batch._item_seconds(assignment, GradingOptions(device="cpu"), workers) == seconds
    assert batch._item_seconds(assignment, GradingOptions(device="cuda"), workers) == 3 * seconds


def children() -> list[int]:
    """The direct children of this process that grade."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            line = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"autograder.grading.pool" in line:
            found.append(int(path.name))
    return found


SCRIPT = f"""
import os, signal, sys
from pathlib import Path
from autograder.course.layout import Course
from autograder.nbgrader_bridge.feedback import feedback
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.grading.batch import grade
def stop(student, total):
    print(student, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
assignment = Course(Path.cwd()).assignment({NAME!r})
grade(assignment, NbgraderGradebook(assignment), workers=1, progress=stop)
"""


def test_a_grader_that_is_killed_goes_on_where_it_was(course: Course) -> None:
    for student in ("ada", "bob", "eve"):
        hand_in(course, student, solved(course))
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout == "ada\n"
    assert list(course.autograded.glob(".drafts-*"))
    assert statuses(course) == {"ada": "up to date", "bob": "graded", "eve": "graded"}
    assert not list(course.autograded.glob(".drafts-*"))
    assert {row[0] for row in grade_rows(course)} == {"ada", "bob", "eve"}


@pytest.mark.slow
def test_the_drafts_of_a_grader_that_still_runs_are_left_alone(course: Course) -> None:
    other = course.autograded / f".drafts-{os.getppid()}"
    other.mkdir(parents=True)
    hand_in(course, "ada", solved(course))
    grade_class(course)
    assert other.is_dir()


@pytest.mark.slow
def test_a_killed_grader_takes_its_workers_along(course: Course) -> None:
    hand_in(course, "ada", with_cells(solved(course), code("while True: pass")))
    script = SCRIPT.replace("workers=1", "workers=1, force=True").replace(", progress=stop", "")
    grader = subprocess.Popen([sys.executable, "-c", script])
    try:
        deadline = time.monotonic() + 15
        while not (mine := descendants(grader.pid)) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert mine
    finally:
        grader.kill()
        grader.wait()
    deadline = time.monotonic() + 5
    while any(map(is_alive, mine)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, mine))


def is_alive(pid: int) -> bool:
    """Whether it runs; where pid 1 does not collect orphans, the dead stay in the table."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def descendants(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    direct = [int(child) for child in text.split()]
    return direct + [below for child in direct for below in descendants(child)]


# What cannot be written


def test_a_full_disk_is_one_line_per_student(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    for student in ("ada", "bob"):
        hand_in(course, student, solved(course))
    write = store.write

    def full(assignment: CourseAssignment, result: SubmissionResult) -> None:
        if result.student == "ada":
            raise OSError(errno.ENOSPC, "No space left on device")
        write(assignment, result)

    monkeypatch.setattr(store, "write", full)
    outcomes = grade_class(course)
    assert outcomes["ada"].status == "error"
    assert outcomes["ada"].message == "the result cannot be written: No space left on device"
    assert outcomes["bob"].status == "graded"
    monkeypatch.undo()
    monkeypatch.chdir(course.root)
    assert statuses(course) == {"ada": "graded", "bob": "up to date"}


@pytest.mark.slow
def test_a_real_full_disk_under_autograded_loses_nothing(course: Course) -> None:
    for student in ("ada", "bob"):
        hand_in(course, student, solved(course))
    course.autograded.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "none", str(course.autograded)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a tiny disk needs root")
    try:
        outcomes = grade_class(course)
    finally:
        subprocess.run(["umount", str(course.autograded)], check=True)
    assert {outcome.status for outcome in outcomes.values()} == {"error"}
    assert "No space left on device" in outcomes["ada"].message
    assert set(statuses(course).values()) == {"graded"}


def impatient(course: Course) -> Course:
    """The course with a gradebook that is not waited for."""
    url = f"sqlite:///{course.root}/gradebook.db?timeout=0.1"
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + f"\nc.CourseDirectory.db_url = {url!r}\n")
    return Course(course.root)


@pytest.mark.slow
def test_a_gradebook_that_is_locked_stops_grading_before_it_starts(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    course = impatient(course)
    database = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(CourseError, match=r"gradebook .* cannot be opened: .*database is locked"):
            grade_class(course)
    finally:
        database.execute("ROLLBACK")
        database.close()
    assert statuses(course) == {"ada": "graded"}


@pytest.mark.slow
def test_a_gradebook_locked_in_the_middle_costs_one_student_and_only_until_the_next_time(course: Course) -> None:
    for student in ("ada", "bob"):
        hand_in(course, student, solved(course))
    course = impatient(course)
    database = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)

    def lock(student: str, total: int) -> None:
        if student == "ada":
            database.execute("BEGIN EXCLUSIVE")

    try:
        outcomes = grade(course, progress=lock)
    finally:
        database.execute("ROLLBACK")
        database.close()
    assert [(outcome.student, outcome.status) for outcome in outcomes] == [("ada", "graded"), ("bob", "error")]
    assert "the gradebook cannot be written (database is locked)" in outcomes[1].message
    assert statuses(course) == {"ada": "up to date", "bob": "graded"}


def test_a_bug_in_the_grader_costs_one_student_and_says_so(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(course, "ada", solved(course))

    class Broken:
        template = load_template(course.assignment(NAME), NAME)

        def grade(self, submission: object) -> None:
            raise ZeroDivisionError("boom")

    grader: Any = Broken()
    crash = worker._grade_one(course.assignment(NAME), "ada", {NAME: grader}, course.root / "drafts")
    assert isinstance(crash, batch.Crash)
    assert crash.message.startswith("the grader failed (ZeroDivisionError: boom)")
    assert "in grade\n" in crash.traceback


def test_an_error_that_nobody_expected_while_recording_costs_one_student(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", solved(course))
    write = store.write

    def fail(assignment: CourseAssignment, result: SubmissionResult) -> None:
        if result.student == "ada":
            raise ZeroDivisionError("boom")
        write(assignment, result)

    monkeypatch.setattr(store, "write", fail)
    outcomes = grade_class(course)
    assert (outcomes["ada"].status, outcomes["bob"].status) == ("error", "graded")
    assert "(ZeroDivisionError: boom)" in outcomes["ada"].message


# Without isolation


def test_grading_without_a_sandbox_is_stamped_on_everything_it_makes(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    assert statuses(course, unsafe=True) == {"ada": "graded"}
    assert result_of(course, "ada").notebooks[NAME].isolation == "none"
    assert '"isolation": "none"' in autograded(course, "ada").read_text()
    assert statuses(course) == {"ada": "graded"}, "a result made without isolation is not up to date with it"
    assert result_of(course, "ada").notebooks[NAME].isolation != "none"


# The gradebook


def test_a_gradebook_that_was_deleted_and_rebuilt_is_filled_again(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    (course.root / "gradebook.db").unlink()
    build(course.assignment(NAME))
    assert statuses(course) == {"ada": "graded"}
    assert {row[0] for row in grade_rows(course)} == {"ada"}
    assert statuses(course) == {"ada": "up to date"}


def test_a_gradebook_with_another_score_is_corrected(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE grade SET auto_score = 0.25 WHERE auto_score > 0")
    database.close()
    assert statuses(course) == {"ada": "graded"}
    assert NbgraderGradebook(course.assignment(NAME)).scores() == {"ada": 5.0}


PLUGIN = """
from nbgrader.plugins import BasePlugin
class Penalty(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "bob":
            raise KeyError("no such student in the list of extensions")
        return 1.0
"""


def test_a_late_penalty_plugin_in_the_course_that_raises_costs_that_student_only(course: Course) -> None:
    (course.root / "late_penalty.py").write_text(PLUGIN)
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.AssignLatePenalties.plugin_class = 'late_penalty.Penalty'\n")
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE assignment SET duedate = '2026-01-01 00:00:00'")
    database.close()
    for student in ("ada", "bob", "eve"):
        path = hand_in(course, student, solved(course))
        (path.parent / "timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    outcomes = grade_class(Course(course.root))
    assert {student: outcome.status for student, outcome in outcomes.items()} == {
        "ada": "graded",
        "bob": "error",
        "eve": "graded",
    }
    assert outcomes["bob"].message == (
        "the late-penalty plugin late_penalty.Penalty failed for this student "
        "(KeyError: 'no such student in the list of extensions'); fix the plugin and grade this student again"
    )
    assert NbgraderGradebook(course.assignment(NAME)).scores() == {"ada": 5.0, "bob": 0.0, "eve": 5.0}
    assert str(course.root) not in sys.path


# Logging


def test_a_crash_of_the_grader_keeps_its_traceback_in_the_result_and_in_the_log(
    course: Course, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    broken = "ZeroDivisionError: boom"
    crash = batch.Crash("the grader failed", f"Traceback (most recent call last):\n  in grade\n{broken}\n")
    monkeypatch.setattr(Pool, "run", lambda self, job, items: nullcontext(iter([("ada", crash)])))
    outcomes = grade_class(course, force=True)
    assert (outcomes["ada"].status, outcomes["ada"].message) == ("error", "the grader failed")
    result = result_of(course, "ada")
    assert result.error == crash.traceback
    assert result.score == 5.0, "what was known before is kept"
    assert result.why_needs_person() == f"the grader failed ({broken})"
    assert broken in caplog.text
    monkeypatch.undo()
    monkeypatch.chdir(course.root)
    assert statuses(course) == {"ada": "graded"}, "a crash is not up to date"
    assert result_of(course, "ada").error == ""


def test_an_assignment_whose_folder_is_gone_is_not_graded_as_a_classic_one(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    shutil.rmtree(course.assignment(NAME).folder)
    with pytest.raises(CourseError, match=r"was built from .*, which is missing; restore that folder"):
        grade_class(course)


def test_feedback_for_scores_that_are_not_in_the_gradebook_says_what_to_run(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade_class(course)
    (course.root / "gradebook.db").unlink()
    with pytest.raises(CourseError, match=f"no grades of 'ada' for '{NAME}'; run `autograder grade {NAME}`"):
        feedback(course.assignment(NAME))
