"""formgrader's page of a submission looks for the course, and never in what a student has handed in."""

from pathlib import Path

import pytest

from autograder.nbgrader_bridge.formgrader.submission_page import model_answers


@pytest.mark.parametrize("below", ["mallory", "mallory/a1"])
def test_no_configuration_in_the_folder_of_a_submission_is_executed(tmp_path: Path, below: str) -> None:
    """nbgrader's own autograde leaves it there, and the folder may lie outside the course."""
    folder = tmp_path / "graded" / "mallory" / "a1"
    folder.mkdir(parents=True)
    config = tmp_path / "graded" / below / "nbgrader_config.py"
    config.write_text(f"open({str(tmp_path / 'executed')!r}, 'w')")
    assert model_answers(folder, "a1", "a1") == {}
    assert not (tmp_path / "executed").exists()
