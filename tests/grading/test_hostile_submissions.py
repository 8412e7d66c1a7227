"""Submissions made to break the grader, and what became of each: the class goes on and nothing is gained."""

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import MakeProcess
from course_fixtures import NAME, code, grade_class, grade_notebook, hand_in, markdown, solved, with_cells

from autograder.course.layout import Course
from autograder.course.submitted.times import submission_time
from autograder.errors import BuildError, WireError
from autograder.grading.grader import Grader
from autograder.grading.pool import Pool
from autograder.grading.templates import load_template
from autograder.nbgrader_bridge.feedback import feedback
from autograder.nbgrader_bridge.page.prose import markdown as rendered
from autograder.notebooks import intake
from autograder.notebooks.sanitize import sanitize_notebook
from autograder.protocol.values import Decoder
from autograder.results.disclosure import BUDGET, EXHAUSTED, within_budget
from autograder.results.failure import Failure
from autograder.results.model import CheckResult, Status
from autograder.testing.compare import as_array, describe
from autograder.testing.process import StudentError, StudentProcess
from autograder.testing.suite import Suite


def test_a_second_download_is_graded_under_its_name(course: Course) -> None:
    path = hand_in(course, "ada", solved(course))
    path.rename(path.with_name(f"{NAME} (1).ipynb"))
    outcome = grade_class(course)["ada"]
    assert outcome.score == outcome.max_score
    template = load_template(course.assignment(NAME), NAME)
    submission = intake.read(path, template)
    assert submission.notes == (f"the notebook was handed in as '{NAME} (1).ipynb'",)


def test_a_notebook_of_another_name_is_not_guessed_at(course: Course) -> None:
    path = hand_in(course, "ada", solved(course))
    path.rename(path.with_name("homework.ipynb"))
    outcome = grade_class(course)["ada"]
    assert outcome.score == 0
    assert outcome.needs_person
    assert "submit the notebook under this name" in outcome.message
    assert "submit the notebook under this name" in grade_class(course)["ada"].message  # also when it is up to date


@pytest.mark.parametrize("stamp", ["9" * 20, "9999-12-31 23:59:59 -2300", "7" * 900, "\udcff", "9" * 30 + "h"])
def test_a_timestamp_that_means_nothing_costs_nothing(course: Course, stamp: str) -> None:
    path = hand_in(course, "ada", solved(course))
    (path.parent / "timestamp.txt").write_text(stamp, encoding="utf-8", errors="surrogateescape")
    hand_in(course, "zoe", solved(course))
    assert {outcome.status for outcome in grade_class(course).values()} == {"graded"}


def test_a_timestamp_that_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "timestamp.txt")
    assert submission_time(tmp_path) is None
    (tmp_path / "timestamp.txt").unlink()
    (tmp_path / "timestamp.txt").symlink_to("/dev/zero")
    assert submission_time(tmp_path) is None


def test_a_pasted_picture_that_is_gone_stops_no_page(course: Course, pool: Pool) -> None:
    hand_in(course, "ada", with_cells(solved(course), markdown("![x](attachment:x.png)")))
    hand_in(course, "zoe", solved(course))
    grade_class(course)
    assert len(feedback(course.assignment(NAME), pool=pool)) == 2


def test_one_page_that_fails_does_not_keep_the_others(course: Course, pool: Pool) -> None:
    for student in ("ada", "zoe"):
        hand_in(course, student, solved(course))
    grade_class(course)
    notebook = course.autograded / "ada" / NAME / f"{NAME}.ipynb"
    notebook.chmod(0o644)
    notebook.write_text("{}")
    with pytest.raises(BuildError, match=r"'ada' could not be generated: "):
        feedback(course.assignment(NAME), pool=pool)
    assert (course.feedback / "zoe" / NAME / f"{NAME}.html").is_file()


@pytest.mark.parametrize(
    "source", ["https://evil.example/p.png", "//evil.example/p.png", "/etc/passwd", "../x.png", "data:image/svg+xml,x"]
)
def test_a_picture_from_elsewhere_is_not_loaded(source: str) -> None:
    assert "src" not in rendered(f"![x]({source})")


def test_a_picture_beside_the_page_is() -> None:
    assert 'src="plots/a.png"' in rendered("![x](plots/a.png)")


def test_what_a_page_renders_is_bounded() -> None:
    cells = [markdown("x" * 1_000_000) for _ in range(40)]
    shown = sanitize_notebook({"cells": cells}, for_student=True)["cells"]
    assert sum(len(cell["source"]) for cell in shown) < 310_000
    assert all("truncated" in cell["source"] for cell in shown)


def test_keys_that_all_collide_are_refused() -> None:
    keys = [hex(k * (2**61 - 1)) for k in range(3000)]
    with pytest.raises(WireError, match="keys"):
        Decoder(memoryview(b""), lambda tag, rest: None).decode(["s", *(["i", key] for key in keys)])


def test_large_keys_count_for_what_is_in_them() -> None:
    """-1 and -2 have one hash, and so have tuples of them: each comparison walks a thousand entries."""
    keys = [["t", *[1] * 1000, *(-1 - (k >> bit & 1) for bit in range(11))] for k in range(1900)]
    start = time.process_time()
    with pytest.raises(WireError, match="elements included"):
        Decoder(memoryview(b""), lambda tag, rest: None).decode(["s", *keys])
    assert time.process_time() - start < 2
    few = [["t", k, "x"] for k in range(500)]
    assert len(Decoder(memoryview(b""), lambda tag, rest: None).decode(["s", *few])) == 500


def test_an_answer_whose_nonce_is_an_array_is_a_forgery(grader: Grader, course: Course) -> None:
    forge = (
        "import sys, numpy as np\n"
        "S = sys.modules['autograder.sandbox.guest.kernel'].Server\n"
        "S._reply = lambda self, answer: self.channel.send({**answer, 'nonce': np.array([1, 2])})"
    )
    _, record = grade_notebook(grader, with_cells(solved(course), code(forge)))
    assert {v.status for check in record.checks for v in check.verdicts} <= {"passed", "failed"}
    assert any("broke the connection" in note for note in record.notes)


def test_a_shape_that_could_spell_something_is_not_shown() -> None:
    assert "many axes" in describe(np.zeros((0, 3, 1, 4, 1, 5, 9, 2, 6)))
    assert "31" not in describe(np.zeros((1, 31337)))
    with pytest.raises(Failure, match=r"the shape is \(unusual\); it should be \(2, 500\)"):
        as_array(np.zeros((1, 31337)), shape=(2, 500))
    with pytest.raises(Failure, match=r"\(500, 2\); it should be \(2, 500\)"):
        as_array(np.zeros((500, 2)), shape=(2, 500))


def test_far_too_many_numbers_are_not_computed_with() -> None:
    with pytest.raises(Failure, match="far more numbers"):
        as_array(np.zeros(2**22, dtype=np.uint8))


TALKATIVE = "\n".join(
    [
        "import numpy as np",
        "KINDS = [ValueError, TypeError, KeyError, IndexError, OverflowError, ZeroDivisionError, OSError, EOFError]",
        "def f(secret):",
        "    channel, rest = secret % 4, secret // 4",
        "    if channel == 0: return np.zeros((rest % 60, rest // 60 % 60))",
        "    if channel == 1: return np.full((3, 4), 10.0 ** (1 + rest % 20))",
        "    if channel == 2: return np.where(np.arange(12).reshape(3, 4) == rest % 12, 10.0 ** (1 + rest % 9), 1.0)",
        *(f"    if rest % 150 == {line}: raise KINDS[rest // 150 % 8]" for line in range(150)),
    ]
)


def test_who_packs_hidden_inputs_into_messages_is_cut_off(tmp_path: Path, process_of: MakeProcess) -> None:
    """Every test has another input; the answer puts as much of it as it can into shapes, errors and exceptions."""
    law = "def test_{}(student, rng):\n    'It holds.'\n    assert_close(student.f(int(rng.integers(10**6))), ONES)\n"
    text = "import numpy as np\nfrom autograder import assert_close\nONES = np.ones((3, 4))\n"
    (tmp_path / "test_f.py").write_text(text + "\n".join(map(law.format, range(80))))
    with Suite(tmp_path) as suite:
        verdicts = suite.run("test_f", process_of(TALKATIVE))
    assert {verdict.status for verdict in verdicts} == {Status.FAILED}
    assert sum(verdict.bits for verdict in verdicts) > 3 * BUDGET
    assert max(verdict.bits for verdict in verdicts) < 32
    (check,) = within_budget([CheckResult.of("test_f", 1.0, tuple(verdicts))])
    shown = [verdict for verdict in check.verdicts if verdict.reason != EXHAUSTED]
    assert sum({verdict.reason: verdict.bits for verdict in shown}.values()) <= BUDGET
    assert 5 < len(shown) < 40


def test_only_lines_of_answers_are_quoted(course: Course, grader: Grader) -> None:
    talkative = "def helper():\n    raise ValueError\nsquare = lambda x: helper()"
    _, record = grade_notebook(grader, solved(course, square=talkative))
    assert "raised ValueError, at `raise ValueError`" in reasons(record)
    spelled = solved(course, square="pass\n" * 300 + "def square(x):\n    raise ValueError  # line 302\n")
    _, record = grade_notebook(grader, spelled)
    assert "raised ValueError" in reasons(record)
    assert "line 302" not in reasons(record)


def test_an_answer_whose_cell_does_not_compile_says_so(course: Course, grader: Grader) -> None:
    _, record = grade_notebook(grader, solved(course, square="def square(x)\n    return x"))
    assert "`square` is not defined; its cell raised SyntaxError" in reasons(record)


def test_a_submission_out_of_time_is_not_asked_any_more() -> None:
    def never() -> Any:
        raise AssertionError("nobody should be asked")

    process = StudentProcess(never, seconds=1.0, locate=lambda cell, line: "", deadline=time.monotonic() - 1)
    with pytest.raises(StudentError, match="time for the whole submission"):
        process.call("square", (2,), {})


def reasons(record: Any) -> str:
    return "\n".join(verdict.reason for check in record.checks for verdict in check.verdicts)
