"""`autograder doctor` says what is missing on this machine, and what to do about it."""

import functools
import io
import re
from collections.abc import Callable
from importlib import metadata
from typing import NoReturn

import pytest
from rich.console import Console

from autograder.course.layout import Course
from autograder.errors import IsolationMissing
from autograder.reporting import doctor
from autograder.reporting.mechanisms import Diagnostic
from autograder.sandbox.host import self_test
from autograder.sandbox.host.self_test import Attempt


def shown(diagnosis: doctor.Diagnosis) -> str:
    console = Console(file=io.StringIO(), width=160, record=True)
    console.print(diagnosis.table())
    return console.export_text()


def test_this_machine_can_grade() -> None:
    diagnosis = doctor.diagnose()
    assert diagnosis.can_grade, shown(diagnosis)
    names = {diagnostic.name for diagnostic in diagnosis.diagnostics}
    assert {"python", "nbgrader", "alembic", "tier", "no network", "no host files", "limited memory"} <= names
    assert {"process namespaces", "no_new_privs", "seccomp filters", "Landlock", "cgroups", "user id"} <= names
    assert {"no course files", "deadline", "limited processes", "course"} <= names
    assert "this machine can grade" in shown(diagnosis)


def without(name: str, monkeypatch: pytest.MonkeyPatch) -> doctor.Diagnosis:
    """What the doctor finds on a machine that lacks a library."""
    version: Callable[[str], str] = metadata.version

    def installed(asked: str) -> str:
        if asked == name:
            raise metadata.PackageNotFoundError(name)
        return version(asked)

    monkeypatch.setattr(metadata, "version", installed)
    monkeypatch.setattr(doctor, "_check_isolation", lambda course: [])
    return doctor.diagnose()


def test_a_missing_library_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    diagnosis = without("jupytext", monkeypatch)
    assert not diagnosis.can_grade
    assert "not installed; run `pip install jupytext`" in shown(diagnosis)
    assert "this machine cannot grade" in shown(diagnosis)


@pytest.mark.parametrize("name", ["torch", "pooch", "scikit-learn"])
def test_the_engine_alone_can_grade(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnosis = without(name, monkeypatch)
    assert diagnosis.can_grade
    assert f"not installed; run `pip install {name}` if your notebooks use it" in shown(diagnosis)


def test_an_escape_that_succeeds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = [Attempt("no network", False), Attempt("no mounts", True)]
    monkeypatch.setattr(self_test, "attempt_escapes", lambda zygote, private: attempts)
    diagnosis = doctor.diagnose()
    assert not diagnosis.can_grade
    missing = [found.name for found in diagnosis.diagnostics if found.required and not found.passed]
    assert missing == ["no network"]
    assert [found.detail for found in diagnosis.diagnostics if found.name == "no mounts"] == ["holds"]
    assert "a student can escape" in shown(diagnosis)


def test_a_machine_without_isolation_is_told_what_to_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(tier: str, libraries: object) -> NoReturn:
        raise IsolationMissing("nothing was graded: no namespaces; try `sysctl ...`")

    monkeypatch.setattr(self_test, "zygote_of", refuse)
    diagnosis = doctor.diagnose()
    assert not diagnosis.can_grade
    assert "try `sysctl ...`" in shown(diagnosis)


def test_a_course_that_students_code_could_read_is_named(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    course.root.chmod(0o755)
    monkeypatch.setattr(self_test, "zygote_of", functools.partial(self_test.zygote_of, visible=(str(course.root),)))
    diagnosis = doctor.diagnose(course)
    assert not diagnosis.can_grade
    missing = {found.name: found.detail for found in diagnosis.diagnostics if found.required and not found.passed}
    assert set(missing) == {"course", "no course files"}
    assert "which students' code can read; move it to another folder" in missing["course"]


def test_a_mechanism_that_is_only_a_second_protection_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = [Diagnostic("Landlock", False, "update the kernel", required=False)]
    monkeypatch.setattr(doctor, "mechanisms", lambda tier: missing)
    diagnosis = doctor.diagnose()
    assert diagnosis.can_grade
    assert re.search(r"! +│ Landlock +│ update the kernel", shown(diagnosis))


def test_a_missing_mechanism_that_is_required_stops_grading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "mechanisms", lambda tier: [Diagnostic("seccomp filters", False, "use another kernel")])
    diagnosis = doctor.diagnose()
    assert not diagnosis.can_grade
    assert re.search(r"✗ +│ seccomp filters +│ use another kernel", shown(diagnosis))


def test_nbgraders_helper_is_found_beside_python_without_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert doctor._check_program("alembic").passed
    assert not doctor._check_program("no-such-program").passed
