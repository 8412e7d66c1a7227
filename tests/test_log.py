"""A run of the command line leaves one log file, in which worker processes and errors stand too."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import log


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    """No handler is left behind."""
    logger = logging.getLogger("autograder")
    yield
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def test_the_file_is_made_with_the_first_line_and_named_after_the_command(tmp_path: Path) -> None:
    path = log.to_file(tmp_path / "logs", "grade")
    assert not path.exists()
    logging.getLogger("autograder.somewhere").info("a line")
    assert re.fullmatch(r"\d{8}T\d{6}-grade-\d+\.log", path.name)
    assert path.read_text().endswith("INFO autograder.somewhere: a line\n")


def test_a_second_command_of_the_same_process_writes_to_its_own_file(tmp_path: Path) -> None:
    first, second = log.to_file(tmp_path / "a", "grade"), log.to_file(tmp_path / "b", "grade")
    logging.getLogger("autograder").warning("once")
    assert not first.exists()
    assert "once" in second.read_text()


def test_only_the_latest_logs_are_kept(tmp_path: Path) -> None:
    for number in range(log.MAX_LOG_FILES + 10):
        (tmp_path / f"20260101T0000{number:02}-grade-1.log").write_text("old")
    path = log.to_file(tmp_path, "grade")
    logging.getLogger("autograder").warning("new")
    kept = sorted(found.name for found in tmp_path.iterdir())
    assert len(kept) == log.MAX_LOG_FILES
    assert path.name in kept
    assert "20260101T000059-grade-1.log" in kept
    assert "20260101T000000-grade-1.log" not in kept


def test_verbose_shows_it_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    log.to_stderr()
    logging.getLogger("autograder.x").debug("detail")
    assert capsys.readouterr().err == "DEBUG autograder.x: detail\n"
