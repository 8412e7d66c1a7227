"""`autograder doctor` says what is missing on this machine, and what to do about it."""

import io
from collections.abc import Callable
from importlib import metadata
from typing import NoReturn

import pytest
from rich.console import Console

from autograder.errors import IsolationMissing
from autograder.reporting import doctor
from autograder.sandbox.host import self_test
from autograder.sandbox.host.self_test import Attempt


def shown(findings: doctor.Findings) -> str:
    console = Console(file=io.StringIO(), width=160, record=True)
    console.print(findings.table())
    return console.export_text()


def test_this_machine_can_grade() -> None:
    findings = doctor.examine()
    assert findings.healthy, shown(findings)
    names = {line.name for line in findings.lines}
    assert {"python", "nbgrader", "alembic", "tier", "no network", "no host files", "limited memory"} <= names
    assert "this machine can grade" in shown(findings)


def test_a_missing_library_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    version: Callable[[str], str] = metadata.version

    def without_torch(name: str) -> str:
        if name == "torch":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", without_torch)
    monkeypatch.setattr(doctor, "_isolation", list)
    findings = doctor.examine()
    assert not findings.healthy
    assert "not installed; pip install torch" in shown(findings)
    assert "this machine cannot grade" in shown(findings)


def test_an_escape_that_succeeds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        self_test, "attempt_escapes", lambda zygote: [Attempt("no network", False), Attempt("no mounts", True)]
    )

    class Quiet:
        def __enter__(self) -> "Quiet":
            return self

        def __exit__(self, *error: object) -> None:
            pass

    monkeypatch.setattr(self_test, "open_zygote", lambda libraries: Quiet())
    findings = doctor.examine()
    assert not findings.healthy
    assert [line.name for line in findings.lines if not line.healthy] == ["no network"]
    assert "a student can escape" in shown(findings)


def test_a_machine_without_isolation_is_told_what_to_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(libraries: object) -> NoReturn:
        raise IsolationMissing("nothing was graded: no namespaces; try `sysctl ...`")

    monkeypatch.setattr(self_test, "open_zygote", refuse)
    findings = doctor.examine()
    assert not findings.healthy
    assert "try `sysctl ...`" in shown(findings)


def test_nbgraders_helper_is_found_beside_python_without_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert doctor._program("alembic").healthy
    assert not doctor._program("no-such-program").healthy
