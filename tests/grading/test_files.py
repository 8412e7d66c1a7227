"""Files beside a notebook: small ones are sent, large ones shown read-only, and students' own only where allowed."""

from pathlib import Path

import pytest
from course_fixtures import NAME

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.grading.files import Files
from autograder.sandbox.host.zygote import Zygote

LARGE = 5 * 2**20


@pytest.fixture
def large(course: Course) -> Path:
    """A file of five megabytes beside the source notebook."""
    path = course.source / NAME / "data" / "large.bin"
    path.parent.mkdir()
    path.write_bytes(bytes(LARGE))
    (path.parent / "small.txt").write_text("x")
    return path


def test_large_files_are_shown_and_small_ones_sent(course: Course, large: Path) -> None:
    files = Files.of(course.assignment(NAME))
    assert files.shown == ((str(large), "data/large.bin"),)
    assert files.sent["data/small.txt"] == b"x"
    assert "data/large.bin" not in files.sent


def test_what_a_student_handed_in_takes_the_place_of_the_courses(course: Course, large: Path) -> None:
    files = Files.of(course.assignment(NAME)).beside({"data/large.bin": b"mine", "own.txt": b"1"})
    assert files.shown == ()
    assert files.sent["data/large.bin"] == b"mine"
    assert files.sent["own.txt"] == b"1"


def test_a_large_file_that_only_its_owner_reads_is_named(course: Course, large: Path) -> None:
    large.chmod(0o600)
    with pytest.raises(CourseError, match=r"run `chmod o\+r .*large\.bin`"):
        Files.of(course.assignment(NAME))


def test_a_sandbox_reads_a_large_file_and_cannot_change_it(zygote: Zygote, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(b"abc")
    path.chmod(0o666)  # so that nothing but the mount keeps the sandbox from writing
    sandbox = zygote.spawn(files=((str(path), "a/b/large.bin"),))
    try:
        source = (
            "import os\nprint(open('a/b/large.bin').read(), os.listdir('a/b'))\n"
            "try:\n    open('a/b/large.bin', 'w')\nexcept OSError as error:\n    print(type(error).__name__)\n"
            "open('a/new', 'w').write('x')"
        )
        (output, _) = sandbox.run_cell(source, seconds=5).outputs
        assert output["text"].startswith("abc ['large.bin']\n")
        assert output["text"].splitlines()[1] in ("OSError", "PermissionError")  # of the mount, or of Landlock
    finally:
        zygote.retire(sandbox)
    assert path.read_bytes() == b"abc"
