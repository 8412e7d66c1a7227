"""`nbgrader collect` and `zip_collect` take in submissions, and nothing that a submission only points at."""

import io
import logging
import os
import shutil
import tarfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import NAME, grade_class, released, solved
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeList
from test_nbgrader_commands import nbgrader, worked
from traitlets.config import Config

from autograder.course.layout import Course
from autograder.nbgrader_bridge.exchange import Collect, Collector, Extractor, List
from autograder.notebooks import ipynb as nb

OLD, NEW = "2026-01-01 00:00:00.000000 UTC", "2026-01-02 00:00:00.000000 UTC"
PATTERN = r".*/(?P<student_id>[^/]+)_attempt_(?P<timestamp>[0-9\-]+)_(?P<file_id>\w+)"


@pytest.fixture
def inbound(course: Course) -> Path:
    """The exchange of a course, with two honest submissions, and many that are not."""
    exchange = course.root.parent / "exchange"
    (exchange / "chainrule" / "inbound").mkdir(parents=True)
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    folder = exchange / "chainrule" / "inbound"
    submit(folder, "ada", OLD, nb.dump(solved(course)))
    submit(folder, "bob", NEW, nb.dump(released(course)))
    solution = course.solutions / NAME
    submit(folder, "linked", NEW, solution / f"{NAME}.ipynb")
    (folder / f"folder+{NAME}+{NEW}").symlink_to(solution)
    (folder / f"ada+{NAME}+{NEW}+stolen").symlink_to(solution)  # not the newest of what counts
    submit(folder, "<img src=x onerror=alert(1)>", NEW, b"{}")
    os.mkfifo(submit(folder, "pipe", NEW, b"{}").with_name("pipe"))
    (folder / f"odd+{NAME}+{'9' * 30}").mkdir()
    (folder / f"odd+{NAME}+tomorrow").mkdir()
    return folder


def submit(inbound: Path, student: str, when: str, notebook: bytes | Path) -> Path:
    path = inbound / f"{student}+{NAME}+{when}" / f"{NAME}.ipynb"
    path.parent.mkdir()
    (path.parent / "timestamp.txt").write_text(when)
    if isinstance(notebook, Path):
        path.symlink_to(notebook)
    else:
        path.write_bytes(notebook)
    return path


def collect(course: Course, **options: Any) -> str:
    """Collects as nbgrader's command does, in this process; returns what was logged."""
    said = io.StringIO()
    log = logging.Logger("collect")  # noqa: LOG001
    log.addHandler(logging.StreamHandler(said))
    config: Config = Course(course.root).config
    config.CourseDirectory.db_url = course.db_url
    folders = CourseDirectory(config=config, log=log, root=str(course.root), assignment_id=NAME)
    Collect(coursedir=folders, authenticator=Authenticator(), config=config, log=log, **options).start()
    return said.getvalue()


def test_honest_submissions_are_collected_and_the_others_are_named(course: Course, inbound: Path) -> None:
    said = collect(course)
    assert sorted(path.name for path in course.submitted.iterdir()) == ["ada", "bob"]
    assert (course.submitted / "ada" / NAME / f"{NAME}.ipynb").read_bytes() == nb.dump(solved(course))
    assert (course.submitted / "ada" / NAME / "timestamp.txt").read_text() == OLD
    refused = [line for line in said.splitlines() if "is refused: " in line]
    assert len(refused) == 7
    for reason in ("is a link; submit", "it is a link", "a web page may misread", "is not a file", "its name is not"):
        assert any(reason in line for line in refused), reason


@pytest.mark.parametrize("before_duedate", [False, True])
def test_a_later_link_in_somebodys_name_replaces_nothing(course: Course, inbound: Path, before_duedate: bool) -> None:
    collect(course, update=True, before_duedate=before_duedate)
    submit(inbound, "bob", OLD, nb.dump(solved(course)))
    said = collect(course, update=True, before_duedate=before_duedate)
    assert "No newer submission" in said
    assert (course.submitted / "bob" / NAME / f"{NAME}.ipynb").read_bytes() == nb.dump(released(course))


def test_a_submission_that_changes_after_it_was_checked_is_not_followed(
    course: Course, inbound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = inbound / f"ada+{NAME}+{OLD}" / f"{NAME}.ipynb"
    copy_files = Collect.copy_files

    def swap_before(self: Collect) -> None:
        path.unlink()
        path.symlink_to(course.solutions / NAME / path.name)
        copy_files(self)

    monkeypatch.setattr(Collect, "copy_files", swap_before)
    assert "is refused: " in collect(course)
    assert not (course.submitted / "ada" / NAME).exists()
    assert (course.submitted / "bob" / NAME).is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand in under another account")
def test_a_folder_of_another_account_is_refused_where_owners_are_checked(course: Course, inbound: Path) -> None:
    shutil.chown(submit(inbound, "cyd", NEW, b"{}").parent, "nobody")
    shutil.chown(submit(inbound, "nobody", NEW, b"{}").parent, "nobody")
    assert "it belongs to the account 'nobody'" in collect(course)
    assert sorted(path.name for path in course.submitted.iterdir()) == ["ada", "bob", "nobody"]
    collect(course, check_owner=False)
    assert (course.submitted / "cyd").is_dir()


def test_the_time_of_a_submission_is_the_one_in_its_folders_name(course: Course, inbound: Path) -> None:
    (inbound / f"bob+{NAME}+{NEW}" / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
    collect(course)
    assert (course.submitted / "bob" / NAME / "timestamp.txt").read_text() == NEW


@pytest.mark.slow
def test_the_real_command_collects_with_the_plugin(course: Course, inbound: Path) -> None:
    said = worked(nbgrader(course.root, "collect", NAME))
    assert said.count("is refused: ") == 7
    assert {student: outcome.score for student, outcome in grade_class(course).items()} == {"ada": 5.0, "bob": 0.0}


# Downloads


@pytest.fixture
def archive(course: Course) -> Path:
    """Downloads of a learning platform: files, archives, archives in an archive, and some that are none."""
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.FileNameCollectorPlugin.named_regexp = {PATTERN!r}\n")
    folder = course.root / "downloaded" / NAME / "archive"
    folder.mkdir(parents=True)
    notebook = nb.dump(solved(course))
    (folder / attempt("ada")).write_bytes(notebook)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr(attempt("bob"), notebook)
    with zipfile.ZipFile(folder / "all.zip", "w") as file:
        file.writestr("bob.zip", inner.getvalue())
        file.writestr(attempt("cyd"), notebook)
        file.writestr("bad.zip", b"PK")
    with tarfile.open(folder / "dan.tar.gz", "w:gz") as tar:
        link = tarfile.TarInfo(attempt("dan"))
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    (folder / attempt("<b onclick=alert(1)>")).write_bytes(notebook)
    (folder / attempt("eve")).symlink_to(course.solutions / NAME / f"{NAME}.ipynb")
    return folder


def attempt(student: str) -> str:
    return f"{student}_attempt_2026-01-30-20-30-10_{NAME}.ipynb"


def test_downloads_are_unpacked_without_links(archive: Path, tmp_path: Path) -> None:
    said = io.StringIO()
    extractor = Extractor(log=logging.Logger("extract"))  # noqa: LOG001
    extractor.log.addHandler(logging.StreamHandler(said))
    extractor.extract(str(archive), str(tmp_path / "extracted"))
    found = {path.relative_to(tmp_path / "extracted").as_posix() for path in (tmp_path / "extracted").rglob("*.ipynb")}
    expected = {attempt("ada"), f"all/bob/{attempt('bob')}", f"all/{attempt('cyd')}", attempt("<b onclick=alert(1)>")}
    assert found == expected
    assert said.getvalue().count("is refused: ") == 3


def test_an_archive_never_overwrites_what_lies_there(archive: Path, tmp_path: Path) -> None:
    shutil.copy(archive / "all.zip", archive / f"{attempt('ada')}.zip")
    Extractor(log=logging.Logger("extract")).extract(str(archive), str(tmp_path / "extracted"))  # noqa: LOG001
    assert (tmp_path / "extracted" / attempt("ada")).is_file()
    assert (tmp_path / "extracted" / f"{attempt('ada')}-unpacked" / attempt("cyd")).is_file()


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (r"(?P<student_id>[^_]+)_(?P<file_id>.+)", "<img src=x onerror=1>_a1.ipynb"),
        (r"(?P<student_id>[^_]+)_(?P<file_id>.+)", "a+b_a1.ipynb"),
        (r"(?P<student_id>[^_]+)_(?P<file_id>.+)", "ada_../../bob/a1.ipynb"),
        (r"(?P<student_id>[^_]+)_(?P<file_id>.+)", "ada_/etc/a1.ipynb"),
        (r"(?P<student_id>[^_]+)_(?P<file_id>.+)", "ada_a1.ipynb/b.ipynb"),
        (r"(?P<file_id>[^_]+)_(?P<student_id>.+)\.ipynb", "a1_...ipynb"),
    ],
)
def test_a_download_of_nobody_is_skipped(pattern: str, name: str) -> None:
    collector = Collector(named_regexp=pattern, log=logging.Logger("collect"))  # noqa: LOG001
    assert collector.collect(name) is None
    assert collector.collect("ada_a1.ipynb")


def test_a_second_file_needs_a_time_that_says_which_is_newer() -> None:
    """nbgrader would end there, and at a time that it cannot read."""
    collector = Collector(named_regexp=PATTERN, log=logging.Logger("collect"))  # noqa: LOG001
    first = collector.collect(f"/x/{attempt('ada')}")
    assert first
    assert first["timestamp"] == datetime(2026, 1, 30, 20, 30, 10)  # noqa: DTZ001  # as nbgrader stores it
    assert collector.collect(f"/x/2/{attempt('ada')}")
    untimed = f"ada_attempt_2026-01-30-20-30-99_{NAME}.ipynb"
    assert collector.collect(f"/x/{untimed}") is None
    bob = collector.collect(f"/x/{untimed.replace('ada', 'bob')}")
    assert bob
    assert bob["timestamp"] is None
    assert collector.collect(f"/x/{attempt('bob')}") is None


@pytest.mark.slow
def test_the_real_command_collects_downloads_with_the_plugins(course: Course, archive: Path) -> None:
    said = worked(nbgrader(course.root, "zip_collect", NAME))
    assert said.count("is refused: ") == 4
    assert {student: outcome.score for student, outcome in grade_class(course).items()} == {
        "ada": 5.0,
        "bob": 5.0,
        "cyd": 5.0,
    }


# Feedback


@pytest.mark.slow
def test_feedback_is_released_to_those_who_submitted_by_the_exchange(course: Course, inbound: Path) -> None:
    for student in ("ada", "bob"):
        (inbound / f"{student}+{NAME}+{OLD if student == 'ada' else NEW}" / "submission_secret.txt").write_text(student)
    collect(course)
    (course.submitted / "bob" / NAME / "submission_secret.txt").unlink()
    grade_class(course)
    kept = {path.relative_to(course.autograded).as_posix() for path in course.autograded.rglob("submission_secret.txt")}
    assert kept == {f"ada/{NAME}/submission_secret.txt"}
    worked(nbgrader(course.root, "generate_feedback", NAME))
    said = worked(nbgrader(course.root, "release_feedback", NAME))
    assert "is not released: it has no submission_secret.txt" in said
    assert len(list((inbound.parent / "feedback").glob("*.html"))) == 1


@pytest.mark.parametrize("configured", [False, True])
def test_an_exchange_is_missing_only_where_somebody_wants_one(
    configured: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(tmp_path / "nowhere")
    if not configured:
        monkeypatch.setattr(ExchangeList.root, "default_value", root)
    with pytest.raises(ExchangeError):
        List(coursedir=CourseDirectory(), root=root).start()
    alarms = [record.levelname for record in caplog.records if record.levelno > logging.INFO]
    assert alarms == (["CRITICAL"] if configured else [])
