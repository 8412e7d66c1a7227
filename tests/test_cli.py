"""Every command answers in one sentence and an exit code, and the help costs nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from course_fixtures import NAME, code, hand_in, hidden_test, released, rewrite, solved, with_cells

from autograder import cli
from autograder.course.layout import Course
from autograder.errors import ChainruleError, IsolationMissing
from autograder.grading import batch

COMMANDS = ("init", "new", "build", "import", "prove", "grade", "feedback", "report", "data", "doctor", "demo")
PROGRAM = Path(sys.executable).with_name("autograder")


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process; gives the exit code and what was said."""

    def run_it(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["autograder", *arguments])
        monkeypatch.setenv("COLUMNS", "200")
        exit_code: object = 0
        try:
            cli.main()
        except SystemExit as end:
            exit_code = end.code
        said = capsys.readouterr()
        return int(str(exit_code or 0)), said.out, said.err

    return run_it


def refuses(error: BaseException) -> Callable[..., None]:
    def refuse(*args: object, **kwargs: object) -> None:
        raise error

    return refuse


# Help


def test_help_names_every_command(run: Run) -> None:
    exit_code, out, _ = run("--help")
    assert exit_code == 0
    assert all(f" {command} " in out for command in COMMANDS)
    functions = [(command.name, command.callback) for command in cli.app.registered_commands]
    assert {name or getattr(function, "__name__", "") for name, function in functions} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, run: Run) -> None:
    exit_code, out, err = run(command, "--help")
    assert (exit_code, err) == (0, "")
    assert f"autograder {command}" in out


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['autograder', '--help']\n"
        "from autograder.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('numpy', 'torch', 'nbgrader', 'nbformat', 'pytest', 'IPython', 'matplotlib', 'sympy')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_command_shows_the_help(run: Run) -> None:
    exit_code, out, err = run()
    assert exit_code == 2
    assert "Commands" in out + err


@pytest.mark.parametrize(
    "arguments", [("grad", "x"), ("grade",), ("grade", "x", "--nonsense"), ("prove", "--workers", "-1")]
)
def test_a_wrong_command_line_is_a_usage_error(arguments: tuple[str, ...], run: Run) -> None:
    exit_code, _, err = run(*arguments)
    assert exit_code == 2
    assert "Traceback" not in err
    assert "Usage" in err


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_has_a_short_flag_and_real_placeholders(flag: str, run: Run) -> None:
    exit_code, out, _ = run("grade", flag)
    assert exit_code == 0
    assert "ASSIGNMENT" in out
    assert "STUDENT" in out
    assert "TEXT" not in out


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version")[:2] == (0, f"autograder (chainrule) {metadata.version('chainrule')}\n")


def test_the_shell_completes_names(course: Course, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    hand_in(course, "ada", released(course))
    for line, said in (("autograder grade t", NAME), ("autograder grade t1 --student a", "ada")):
        with monkeypatch.context() as patch:
            patch.setenv("_AUTOGRADER_COMPLETE", "complete_bash")
            patch.setenv("COMP_WORDS", line)
            patch.setenv("COMP_CWORD", str(len(line.split()) - 1))
            assert run()[1].split() == [said]


# Errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("grade", "t1_pwers"), "did you mean 't1_powers'"),
        (("grade", NAME), "nobody submitted"),
        (("grade", NAME, "--student", "../x"), "nothing to grade for the student '../x'"),
        (("feedback", NAME), "nobody is graded"),
        (("feedback", NAME, "--student", "../x"), "'../x' is not graded"),
        (("report", NAME), "has been graded"),
        (("build", "t1_pwers"), "did you mean 't1_powers'"),
        (("prove", "t1_pwers"), "did you mean 't1_powers'"),
        (("new", NAME), "already exists"),
        (("new", "../x"), "is not a valid assignment name"),
        (("import", "nowhere.ipynb"), "nowhere"),
        (("demo", "assignments"), "was not created by `autograder demo`"),
    ],
)
def test_an_expected_error_is_one_sentence_and_exit_code_1(
    arguments: tuple[str, ...], said: str, course: Course, run: Run
) -> None:
    exit_code, _, err = run(*arguments)
    assert exit_code == 1
    (line,) = err.splitlines()
    assert line.startswith("autograder: ")
    assert said in line


def test_outside_of_a_course_the_config_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    exit_code, _, err = run("report", "x")
    assert exit_code == 1
    assert "no nbgrader_config.py" in err
    assert "Traceback" not in err


def test_a_missing_wall_is_exit_code_78(course: Course, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr(batch, "grade", refuses(IsolationMissing("nothing was graded: no namespaces")))
    assert run("grade", NAME)[::2] == (78, "autograder: nothing was graded: no namespaces\n")


def test_an_error_of_the_operating_system_names_the_file(
    course: Course, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr(batch, "grade", refuses(PermissionError(13, "Permission denied", "/x/gradebook.db")))
    assert run("grade", NAME)[::2] == (1, "autograder: /x/gradebook.db Permission denied\n")


def test_debug_shows_the_traceback(course: Course, run: Run) -> None:
    with pytest.raises(ChainruleError, match="nobody submitted"):
        run("grade", NAME, "--debug")
    with pytest.raises(ChainruleError, match="nobody submitted"):
        run("--debug", "grade", NAME)


def test_an_interrupt_says_that_nothing_is_lost(course: Course, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr(batch, "grade", refuses(KeyboardInterrupt()))
    exit_code, _, err = run("grade", NAME)
    assert exit_code == 130
    assert "run the same command again to continue" in err


def test_a_bug_of_ours_is_one_sentence_and_its_traceback_is_in_the_log(
    course: Course, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr(batch, "grade", refuses(ZeroDivisionError("ours")))
    exit_code, _, err = run("grade", NAME)
    assert exit_code == 70
    assert err == "autograder: internal error (ZeroDivisionError: ours); please report it\n"
    (log,) = (course.reports / "logs").glob("*-grade-*.log")
    assert "in refuse\n" in log.read_text()
    with pytest.raises(ZeroDivisionError):
        run("grade", NAME, "--debug")


@pytest.mark.slow
def test_control_c_stops_everything_with_one_sentence(course: Course) -> None:
    for number in range(30):
        hand_in(course, f"s{number}", with_cells(solved(course), code("while True: pass")))
    grader = subprocess.Popen(
        [PROGRAM, "grade", NAME, "--workers", "2"], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not list((course.root / "reports").glob("*/*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(grader.pid, signal.SIGINT)
    _, err = grader.communicate(timeout=20)
    assert grader.returncode == 130
    assert err.strip() == "autograder: interrupted; results so far are saved, run the same command again to continue"


def test_the_beginning_of_a_name_is_enough_where_it_is_unique(course: Course, run: Run) -> None:
    hand_in(course, "ada", solved(course))
    assert run("grade", "t1", "--workers", "1")[0] == 0
    assert run("report", "t1")[0] == 0
    run("new", "t10_more")
    assert run("report", NAME)[0] == 0
    exit_code, _, err = run("report", "t1")
    assert exit_code == 1
    assert f"'t1' is the beginning of several assignments: t10_more, {NAME}" in err


@pytest.mark.parametrize("options", [("--csv", "--json"), ("--html", "--flagged"), ("--html", "--sort", "score")])
def test_options_of_the_report_that_contradict_each_other_are_a_usage_error(
    options: tuple[str, ...], course: Course, run: Run
) -> None:
    exit_code, _, err = run("report", NAME, *options)
    assert exit_code == 2
    assert "choose one" in err


def test_csv_is_of_one_assignment(course: Course, run: Run) -> None:
    exit_code, _, err = run("report", "--csv")
    assert exit_code == 2
    assert "name one assignment" in err


# What the commands do


def test_a_class_goes_from_grade_to_report_and_feedback(course: Course, run: Run) -> None:
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", released(course))
    hand_in(course, ".no", released(course))
    exit_code, out, err = run("grade", NAME, "--workers", "1")
    assert exit_code == 1, "a submission that was not graded is an error"
    assert "5 / 5" in out
    assert "0 / 5" in out
    assert "starts with a dot" in out
    assert err == ""

    exit_code, out, _ = run("grade", NAME, "--student", "ada")
    assert exit_code == 0
    assert "up to date" in out
    assert "bob" not in out
    assert "1 written answer waits for manual grading" in out
    assert f"run `autograder feedback {NAME}`" in out

    exit_code, out, _ = run("report", NAME)
    assert exit_code == 0
    assert "2 submissions" in out
    assert "square" in out
    assert "mean 50.0 %" in out

    assert run("report", NAME, "--csv")[1].splitlines()[1].startswith("ada,2,3,,0,5,6,1,")
    assert json.loads(run("report", NAME, "--json")[1])["summary"]["graded"] == 2
    assert run("report", NAME, "--flagged")[1].count("ada") == 0
    for names, page in (((NAME,), NAME), ((), "course")):
        exit_code, out, _ = run("report", *names, "--html")
        assert (exit_code, out) == (0, f"Wrote {course.reports / page}.html\n")

    exit_code, out, _ = run("feedback", NAME, "--student", "ada")
    assert exit_code == 0
    assert "1 page in" in out
    assert (course.feedback / "ada" / NAME / f"{NAME}.html").is_file()


@pytest.mark.slow
def test_force_grades_again(course: Course, run: Run) -> None:
    hand_in(course, "ada", solved(course))
    for arguments, status in [((), "graded"), ((), "up to date"), (("--force",), "graded")]:
        exit_code, out, _ = run("grade", NAME, "--workers", "1", *arguments)
        assert exit_code == 0
        assert status in out


def test_unsafe_grading_is_asked_for_by_its_full_name(course: Course, run: Run) -> None:
    hand_in(course, "ada", solved(course))
    assert run("grade", NAME, "--unsafe-no-sandbox", "--workers", "1")[0] == 0
    entry = json.loads((course.reports / NAME / "ada.json").read_text())
    assert entry["notebooks"][NAME]["isolation"] == "none"


def test_build_says_what_it_wrote(course: Course, run: Run) -> None:
    exit_code, out, err = run("build")
    assert (exit_code, err) == (0, "")
    assert [line.split()[1] for line in out.splitlines()] == [
        f"{folder}/{NAME}/," for folder in ("source", "release", "solutions")
    ]
    assert "to hand out to students" in out


def test_import_brings_an_edit_back(course: Course, run: Run) -> None:
    notebook = course.source / NAME / f"{NAME}.ipynb"
    rewrite(notebook, "# Powers", "# Mighty powers")
    exit_code, out, _ = run("import", str(notebook))
    assert exit_code == 0
    assert "notebook.py" in out
    assert "# # Mighty powers" in (course.assignment(NAME).folder / "notebook.py").read_text()


def test_new_says_what_to_do_next(course: Course, run: Run) -> None:
    exit_code, out, _ = run("new", "a9_new")
    assert exit_code == 0
    assert "`autograder build a9_new`" in out
    assert (course.assignments / "a9_new" / "notebook.py").is_file()


def test_prove_exits_with_1_when_something_does_not_hold(course: Course, run: Run) -> None:
    hidden_test(course, "test_square").unlink()
    exit_code, out, _ = run("prove", NAME, "--workers", "1")
    assert exit_code == 1
    assert "NOT proved" in out
