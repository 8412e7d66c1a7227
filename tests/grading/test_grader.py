"""One submission in, one record out: what students really hand in earns what it should, and is told why."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import (
    ANSWERS,
    NAME,
    SECRET,
    Json,
    cell_of,
    code,
    grade_notebook,
    hand_in,
    hidden_test,
    released,
    rewrite,
    solved,
    with_cells,
)

from autograder.course.layout import Course
from autograder.grading.grader import Grader
from autograder.grading.notebook_run import MAX_REPLAYS, NotebookRun
from autograder.grading.setup import open_graders
from autograder.notebooks import intake
from autograder.results.model import NotebookResult, Status
from autograder.sandbox.host.zygote import Gone, Sandbox

FULL = {"test_square": 2.0, "test_total": 3.0}


def scores(record: NotebookResult) -> dict[str, float]:
    return {check.grade_id: check.score for check in record.checks}


def verdicts(record: NotebookResult) -> dict[str, str]:
    return {verdict.test.partition("::")[2]: verdict.status for check in record.checks for verdict in check.verdicts}


def reasons(record: NotebookResult) -> dict[str, str]:
    return {verdict.test.partition("::")[2]: verdict.reason for check in record.checks for verdict in check.verdicts}


def graded(grader: Grader, notebook: Json) -> NotebookResult:
    return grade_notebook(grader, notebook)[1]


def outputs_of(grader: Grader, notebook: Json, source: str) -> list[Json]:
    submission, record = grade_notebook(grader, notebook)
    cell = next(cell for cell in submission.cells if cell.source == source)
    return record.outputs[cell.id]


@contextmanager
def grader_of(course: Course) -> Iterator[Grader]:
    with open_graders(course.assignment(NAME)) as graders:
        yield graders[NAME]


# Scores


def test_right_answers_earn_everything(built: Course, grader: Grader) -> None:
    record = graded(grader, solved(built))
    assert scores(record) == FULL
    assert record.score == 5.0
    assert set(verdicts(record).values()) == {"passed"}
    assert (record.notes, record.problem, record.needs_person) == ((), "", False)
    assert record.isolation != "none"


def test_the_untouched_release_earns_nothing(built: Course, grader: Grader) -> None:
    record = graded(grader, released(built))
    assert record.score == 0.0
    assert set(verdicts(record).values()) == {"failed"}
    assert reasons(record)["test_numbers"] == "`square` is not implemented yet"


def test_a_weighted_hidden_test_counts_its_weight(built: Course, grader: Grader) -> None:
    record = graded(grader, solved(built, total="def total(x):\n    x.sort()\n    return x.sum()"))
    assert scores(record) == {"test_square": 2.0, "test_total": 2.0}
    assert verdicts(record)["test_argument_is_kept"] == "failed"


def test_a_wrong_answer_to_one_question_costs_nothing_on_the_other(built: Course, grader: Grader) -> None:
    record = graded(grader, solved(built, square="def square(x):\n    return 3 * x"))
    assert scores(record) == {"test_square": 0.0, "test_total": 3.0}


def test_an_answer_that_does_not_compile_costs_its_own_points_only(built: Course, grader: Grader) -> None:
    record = graded(grader, solved(built, square="def square(x:\n    return x"))
    assert scores(record) == {"test_square": 0.0, "test_total": 3.0}
    assert "`square` is not defined" in reasons(record)["test_numbers"]


def test_grading_twice_gives_the_same_verdicts(built: Course, grader: Grader) -> None:
    first, second = (graded(grader, solved(built, total="def total(x):\n    return sum(x[1:])")) for _ in range(2))
    assert first.checks == second.checks


# What students do in notebooks


@pytest.mark.parametrize(
    "cell",
    [
        "helper = 3",
        "%matplotlib inline",
        "!echo hello",
        "%%time\nx = 1",
        "print('x' * 1000)",
        "import warnings\nwarnings.warn('careful')",
        "import sys\nprint('note', file=sys.stderr)",
        "1 / 0",
        "this is no python",
        "input('your name? ')",
        "raise SystemExit",
        "import sys\nsys.exit(3)",
        "exit()",
        "raise KeyboardInterrupt",
        "square(2)",
        "np.seterr(all='raise')",
        "np.random.seed(0)",
        "del limit",
        "get_ipython().run_line_magic('pwd', '')",
        "from IPython.display import display, HTML\ndisplay(HTML('<script>alert(1)</script>'))",
        "help(square)",
        "?square",
    ],
)
def test_an_extra_cell_costs_nothing(cell: str, built: Course, grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    # A first import of matplotlib takes longer than this course gives a cell on a busy machine.
    monkeypatch.setattr(grader, "limits", replace(grader.limits, cell_seconds=10.0))
    record = graded(grader, with_cells(solved(built), code(cell)))
    assert scores(record) == FULL
    assert record.notes == ()


def test_pip_install_fails_at_once_and_costs_nothing(built: Course, grader: Grader) -> None:
    record = graded(grader, with_cells(solved(built), code("!pip install --help > /dev/null; echo done")))
    assert scores(record) == FULL


@pytest.mark.slow
def test_a_plot_is_kept_as_a_picture_and_costs_nothing(built: Course, grader: Grader) -> None:
    source = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    # The tiny course does not preload matplotlib, and a first import takes longer than a cell may.
    notebook = with_cells(solved(built), code("import matplotlib"), code(source))
    assert scores(graded(grader, notebook)) == FULL


def test_a_helper_cell_is_there_when_the_answer_needs_it(built: Course, grader: Grader) -> None:
    answer = "def square(x):\n    return times(x, x)"
    notebook = with_cells(solved(built, square=answer), code("def times(a, b):\n    return a * b"), after="setup-1")
    assert scores(graded(grader, notebook)) == FULL


def test_the_last_definition_counts_as_it_does_in_a_notebook(built: Course, grader: Grader) -> None:
    notebook = with_cells(solved(built), code("def square(x):\n    return -1"))
    assert scores(graded(grader, notebook)) == {"test_square": 0.0, "test_total": 3.0}


def test_experiments_do_not_run_and_locked_cells_do(built: Course, grader: Grader) -> None:
    notebook = solved(built, square="def square(x):\n    return x * x if limit == 7 else None")
    cell_of(notebook, "setup-1")["source"] = "limit = 0  # edited"
    assert scores(graded(grader, notebook)) == FULL


def test_an_edited_check_is_neither_run_nor_believed(built: Course, grader: Grader) -> None:
    notebook = solved(built, square="def square(x):\n    return 9")
    cell_of(notebook, "test_square")["source"] = "pass"
    record = graded(grader, notebook)
    assert scores(record) == {"test_square": 0.0, "test_total": 3.0}


@pytest.mark.parametrize(
    "cell",
    [
        "get_ipython().displayhook(1.0)",
        "import numpy.testing\nnp.testing.assert_allclose = lambda *a, **k: None",
        "import autograder",
        "get_ipython().ast_transformers.append(type('T', (), {'visit': lambda s, n: n})())",
        "import sys\nsys.modules['autograder.testing.compare'] = None",
        (
            "class Liar:\n    def __eq__(self, other): return True\n    __hash__ = None\n"
            "def square(x): return Liar()\ndef total(x): return Liar()"
        ),
        "import unittest.mock\ndef square(x): return unittest.mock.ANY\ndef total(x): return unittest.mock.MagicMock()",
    ],
)
def test_what_fools_stock_nbgrader_earns_nothing_here(cell: str, built: Course, grader: Grader) -> None:
    record = graded(grader, with_cells(released(built), code(cell)))
    assert record.score == 0.0
    assert not record.needs_person


# Outputs


def test_a_print_is_kept_in_its_cell(built: Course, grader: Grader) -> None:
    source = "print('hello')"
    assert outputs_of(grader, with_cells(solved(built), code(source)), source) == [
        {"output_type": "stream", "name": "stdout", "text": "hello\n"}
    ]


def test_input_says_that_there_is_nobody_to_ask(built: Course, grader: Grader) -> None:
    source = "name = input('who? ')"
    (output,) = [
        out
        for out in outputs_of(grader, with_cells(solved(built), code(source)), source)
        if out["output_type"] == "error"
    ]
    assert output["ename"] in ("StdinNotImplementedError", "EOFError", "OSError")


def test_the_output_of_a_cell_is_cut_at_the_cap(built: Course, grader: Grader) -> None:
    source = "print('x' * 10_000_000)"
    notebook = with_cells(solved(built), code(source))
    (output,) = outputs_of(grader, notebook, source)
    assert len(output["text"]) < 300_000
    assert "was cut" in output["text"]


def test_control_characters_do_not_come_through(built: Course, grader: Grader) -> None:
    source = r"print('\x1b[31mred\x1b]8;;http://evil\x07\x00')"
    (output,) = outputs_of(grader, with_cells(solved(built), code(source)), source)
    assert not set(output["text"]) & {"\x1b", "\x07", "\x00"}


def test_nothing_a_hidden_call_prints_reaches_the_record(built: Course, grader: Grader) -> None:
    answer = "import sys\nkept = sys.stdout\ndef square(x):\n    print(x); print(x, file=kept)\n    return x * x"
    record = graded(grader, solved(built, square=answer))
    assert scores(record) == FULL
    assert str(SECRET) not in json.dumps(record.to_json()) + json.dumps(dict(record.outputs))


# Cells that take the process down


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("while True:\n    pass", "was stopped after 1 s"),
        (
            "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
            "could not be stopped after 1 s",
        ),
        ("import os\nos._exit(0)", "ended the whole Python process"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "ended the whole Python process"),
        ("import ctypes\nctypes.string_at(0)", "ended the whole Python process"),
        (
            "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'\\xff' * 64)\n    except OSError: pass",
            "broke the connection to the grader",
        ),
    ],
)
def test_a_cell_that_takes_the_process_down_is_left_out_and_the_rest_is_graded(
    cell: str, said: str, built: Course, grader: Grader
) -> None:
    notebook = with_cells(solved(built), code(cell), after="square")
    record = graded(grader, notebook)
    assert scores(record) == FULL
    (note,) = record.notes
    assert note.startswith("cell 4 ")
    assert said in note


def test_a_memory_bomb_costs_its_own_cell_only(built: Course, grader: Grader) -> None:
    notebook = with_cells(solved(built), code("bomb = bytearray(10**10)"), code("blocks = [0] * 10**9"))
    assert scores(graded(grader, notebook)) == FULL


def test_a_left_out_cell_says_why_in_the_notebook(built: Course, grader: Grader) -> None:
    source = "import os\nos._exit(0)"
    (output,) = outputs_of(grader, with_cells(solved(built), code(source)), source)
    assert output["text"] == "This cell ended the whole Python process, so it was left out."


def test_a_notebook_that_dies_in_every_cell_ends_with_a_note(built: Course, grader: Grader) -> None:
    cells = [code(f"import os\nos._exit({number})") for number in range(7)]
    record = graded(grader, with_cells(solved(built), *cells))
    assert record.score == 0.0
    assert record.notes[-1] == "the notebook ended its process 5 times, so no further test could run"
    assert not record.needs_person


def test_a_notebook_that_hidden_tests_end_is_not_run_again_for_each_of_them(
    built: Course, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runs of all tests count together: a slow notebook would otherwise take its whole time for each of them."""
    runs: list[NotebookRun] = []
    run_all = NotebookRun._run_all

    def count(run: NotebookRun) -> bool:
        runs.append(run)
        return run_all(run)

    monkeypatch.setattr(NotebookRun, "_run_all", count)
    end_the_original = "import os\ndef square(x):\n    os.kill(os.getppid(), 9)\n    return x * x"
    notebook = solved(built, square=end_the_original)
    with grader.run(intake.merge(notebook["cells"], grader.template)) as run:
        for _ in range(MAX_REPLAYS + 3):
            last = grader.verdicts("test_square", run)
    assert len(runs) == MAX_REPLAYS + 1
    assert {verdict.status for verdict in last} == {"failed"}


def test_an_answer_that_loops_for_ever_loses_its_hidden_tests_and_no_others(built: Course, grader: Grader) -> None:
    record = graded(grader, solved(built, square="def square(x):\n    while True: pass"))
    assert scores(record) == {"test_square": 0.0, "test_total": 3.0}
    assert reasons(record)["test_numbers"] == "`square` did not return within 1 s"


def test_an_answer_that_exits_loses_its_hidden_tests_and_no_others(built: Course, grader: Grader) -> None:
    answer = "import os\ndef square(x):\n    if not np.shape(x) and x != 3: os._exit(0)\n    return x * x"
    record = graded(grader, solved(built, square=answer))
    assert verdicts(record)["test_numbers"] == "failed"
    assert verdicts(record)["test_arrays"] == "passed"
    assert "ended the whole Python process" in reasons(record)["test_numbers"]


def test_a_submission_out_of_time_says_where(course: Course) -> None:
    rewrite(course.assignments / NAME / "assignment.toml", "submission_seconds = 30", "submission_seconds = 1.2")
    loops = [code("import time\ntime.sleep(0.9)"), code("import time\ntime.sleep(9)"), code("late = 1")]
    with grader_of(course) as grader:
        record = graded(grader, with_cells(solved(course), *loops))
    assert any("was up before cell" in note for note in record.notes)
    assert record.score == 0.0
    assert not record.needs_person
    (stopped,) = re.findall(r"was stopped after ([\d.e-]+) s", " ".join(record.notes))
    assert float(stopped) < 0.5  # what the first cell had left


def test_the_time_of_a_submission_begins_when_its_sandbox_is_there(
    built: Course, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In bubblewrap a sandbox starts for seconds."""
    spawn = grader.zygote.spawn

    def slow(**settings: Any) -> Sandbox:
        time.sleep(0.5)
        return spawn(**settings)

    monkeypatch.setattr(grader.zygote, "spawn", slow)
    monkeypatch.setattr(grader, "limits", replace(grader.limits, submission_seconds=2.0))
    start = time.monotonic()
    with grader.run(intake.merge([], grader.template)) as run:
        assert run.deadline > start + 2.4


def test_a_submission_out_of_time_is_asked_nothing_more(built: Course, grader: Grader) -> None:
    with grader.run(intake.merge(solved(built)["cells"], grader.template)) as run:
        assert {verdict.status for verdict in grader.verdicts("test_square", run)} == {"passed"}
        run.deadline = 0.0
        with pytest.raises(Gone) as gone:
            run.fork()
        assert gone.value.why == "time"
        assert {verdict.status for verdict in grader.verdicts("test_square", run)} == {"failed"}


# Three outcomes


def test_a_bug_in_a_hidden_test_is_not_run_and_asks_for_a_person(course: Course) -> None:
    rewrite(
        hidden_test(course, "test_square"), "assert_close(student.square(np", "1 / 0; assert_close(student.square(np"
    )
    with grader_of(course) as grader:
        record = graded(grader, solved(course))
    assert verdicts(record)["test_arrays"] == Status.ERROR
    assert verdicts(record)["test_numbers"] == "passed"
    assert scores(record) == {"test_square": 1.0, "test_total": 3.0}
    assert record.needs_person
    assert [check.needs_person for check in record.checks] == [True, False]
    detail = record.checks[0].verdicts[1].detail
    assert "ZeroDivisionError" in detail


def test_a_check_without_a_suite_is_not_scored_by_its_outputs(course: Course) -> None:
    hidden_test(course, "test_square").unlink()
    with grader_of(course) as grader:
        record = graded(grader, solved(course))
    assert scores(record) == {"test_square": 0.0, "test_total": 3.0}
    assert record.needs_person
    assert [verdict.status for verdict in record.checks[0].verdicts] == [Status.ERROR]


def test_a_submission_that_cannot_be_read_earns_nothing_and_says_why(course: Course, grader: Grader) -> None:
    record = grader.grade(intake.read(hand_in(course, "ada", b"PK\x03\x04"), grader.template))
    assert scores(record) == {"test_square": 0.0, "test_total": 0.0}
    assert "not a notebook" in record.problem
    assert record.needs_person


def test_the_answer_file_beside_the_notebook_is_the_courses(built: Course, grader: Grader, tmp_path: Path) -> None:
    answer = "def square(x):\n    return x * x * (open('limit.txt').read() == '7\\n')"
    assert scores(graded(grader, solved(built, square=answer))) == FULL


def test_one_student_leaves_nothing_behind_for_the_next(built: Course, grader: Grader) -> None:
    spy = "import builtins\nbuiltins.left = 1\nopen('left.txt', 'w').write('1')\nnp.sum = None"
    graded(grader, with_cells(solved(built), code(spy)))
    look = "import builtins, os\nprint(hasattr(builtins, 'left'), os.path.exists('left.txt'))"
    (output,) = outputs_of(grader, with_cells(solved(built), code(look)), look)
    assert output["text"] == "False False\n"
    assert scores(graded(grader, solved(built))) == FULL


def test_the_time_of_each_cell_is_recorded_and_a_cell_that_ends_the_process_has_one(
    built: Course, grader: Grader
) -> None:
    slow = "import time\ntime.sleep(0.3)\ndef square(x):\n    return x * x"
    deadly = "import os, time\ntime.sleep(0.2)\nos._exit(0)"
    seconds = graded(grader, solved(built, square=slow, total=deadly)).cell_seconds
    assert 0.3 <= seconds["square"] < 2
    assert 0.2 <= seconds["total"] < 2
    assert 0 <= seconds["test_square"] < 0.3


def test_a_record_is_json(built: Course, grader: Grader) -> None:
    record = graded(grader, solved(built, square=ANSWERS["square"].replace("x * x", "3")))
    entry = json.loads(json.dumps(record.to_json()))
    assert entry["checks"][0]["verdicts"][0]["test"] == "test_square::test_numbers"
    assert "outputs" not in entry
