"""What a notebook shows is bounded, and is settled before the first hidden test has asked it anything."""

import random
import struct
import zlib
from typing import Any

import pytest
from course_fixtures import code, grade_notebook, solved, with_cells

from autograder.course.layout import Course
from autograder.grading.grader import Grader
from autograder.notebooks import ipynb as nb
from autograder.results import graded_notebook
from autograder.sandbox.host.peer import Gone
from autograder.sandbox.host.replies import MAX_IMAGE_BYTES, cell_result
from autograder.sandbox.host.zygote import Sandbox

KILLS = "import os, signal\ndef square(x):\n    os.kill(os.getppid(), signal.SIGKILL)\n    while True: pass"
"""Ends the process that it was copied from, so that the notebook has to run again for the next check."""


def test_the_outputs_of_a_cell_share_one_budget() -> None:
    data = {"image/png": png(random.Random(0).randbytes(2 * 2**20 - 100))}
    picture = {"output_type": "display_data", "data": data}
    text = {"output_type": "stream", "name": "stdout", "text": "y" * 900}
    outputs = cell_result({"outputs": [picture] * 12 + [text] * 50}, 1000).outputs
    assert sum(len(output.get("data", {}).get("image/png", "")) for output in outputs) <= 4 / 3 * MAX_IMAGE_BYTES
    assert sum(len(output.get("text", "")) for output in outputs) < 3000


def png(body: bytes) -> bytes:
    """A picture of one pixel; its compressed data, which nobody decodes here, are of any length."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", body), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_the_outputs_of_a_notebook_share_one_budget(course: Course, grader: Grader) -> None:
    show = (
        "import struct, zlib, os\nfrom IPython.display import display\nfrom autograder.sandbox.guest import output\n"
        "output.scaled_down = lambda png: png\n"
        "def chunk(name, body): "
        "return struct.pack('>I', len(body)) + name + body + struct.pack('>I', zlib.crc32(name + body))\n"
        "png = b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0))\n"
        "png += chunk(b'IDAT', os.urandom(2 * 2**20 - 100)) + chunk(b'IEND', b'')\n"
    )
    flood = "for _ in range(7): display({'image/png': png}, raw=True)\nprint('x' * 10**6)"
    cells = [code(show), *[code(flood)] * 20]
    submission, record = grade_notebook(grader, with_cells(solved(course), *cells))
    written = len(nb.dump(graded_notebook.build(submission, record)))
    assert 30 * 2**20 < written < 50 * 2**20
    last = list(record.outputs.values())[-1]
    assert "some outputs of this cell were left out" in last[-1]["text"]
    assert record.score == record.max_score


def test_a_notebook_that_runs_again_after_a_hidden_call_changes_nothing_on_the_page(
    course: Course, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stands in for a cache of the kernel, through which a hidden call tells the next run of the notebook something."""
    run_cell = Sandbox.run_cell
    runs: list[str] = []

    def tells_how_often(self: Sandbox, source: str, **options: Any) -> Any:
        runs.extend([source] if source == "again" else [])
        return run_cell(self, f"print('run {len(runs)}')" if source == "again" else source, **options)

    monkeypatch.setattr(Sandbox, "run_cell", tells_how_often)
    _, record = grade_notebook(grader, with_cells(solved(course, square=KILLS), code("again")))
    assert len(runs) > 1
    (output,) = list(record.outputs.values())[-1]
    assert output["text"] == "run 1\n"


def test_a_note_that_a_hidden_call_caused_is_not_shown(
    course: Course, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_cell = Sandbox.run_cell
    runs: list[str] = []

    def dies_the_second_time(self: Sandbox, source: str, **options: Any) -> Any:
        runs.extend([source] if source == "again" else [])
        return run_cell(self, "import os; os._exit(1)" if len(runs) > 1 and source == "again" else source, **options)

    monkeypatch.setattr(Sandbox, "run_cell", dies_the_second_time)
    _, record = grade_notebook(grader, with_cells(solved(course, square=KILLS), code("again")))
    assert len(runs) > 1
    assert not [note for note in record.notes if "without it" in note]


def test_a_process_that_ends_while_its_files_are_written_is_started_anew(
    course: Course, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_file = Sandbox.put_file
    failures = iter([True])

    def fails_once(self: Sandbox, name: str, data: bytes, **options: Any) -> None:
        if next(failures, False):
            raise Gone("died")
        put_file(self, name, data, **options)

    monkeypatch.setattr(Sandbox, "put_file", fails_once)
    _, record = grade_notebook(grader, solved(course))
    assert record.score == record.max_score
