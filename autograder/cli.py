"""The command line; commands import what they need when they run, so that `autograder --help` starts quickly."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from autograder import log
from autograder.errors import ChainruleError, CourseError

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.course.layout import Course
    from autograder.reporting.progress import ProgressBar

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Build, prove and grade notebook assignments with nbgrader's files and gradebook.

Run it anywhere in a course, a folder with `nbgrader_config.py`. The usual workflow:

`autograder build` · `autograder prove a1_numerical_gradients` · give `release/` to students · collect into
`submitted/<student>/<assignment>/` · `autograder grade a1_numerical_gradients` · `autograder feedback ...`
""",
)

Names = Annotated[list[str] | None, typer.Argument(help="Names of assignments; all by default.")]
Name = Annotated[str, typer.Argument(help="The assignment, e.g. a1_numerical_gradients.")]
Student = Annotated[list[str] | None, typer.Option(help="Only this student; can be repeated.")]
Unsafe = Annotated[
    bool, typer.Option("--unsafe-no-sandbox", help="Run students' code without isolation, and record that in results.")
]
Quick = Annotated[
    bool, typer.Option("--quick", help="Skip slow hidden tests, and flag the submissions as not fully graded.")
]
Device = Annotated[str, typer.Option(help="cpu, cuda or cuda-if-available; overrides the device in assignment.toml.")]
Workers = Annotated[int, typer.Option(help="Number of worker processes; 0 means one per core.", min=0)]


_INTERRUPTED = 130  # the exit code of typer after Ctrl-C
_SOFTWARE = 70  # EX_SOFTWARE of sysexits.h: an internal error

_log = logging.getLogger(__name__)


def main() -> None:
    """Runs the command line; errors are printed as one sentence unless ``--debug`` is given, and logged."""
    debug, verbose = _remove_flag("--debug"), _remove_flag("--verbose")
    if verbose:
        log.to_stderr()
    try:
        app()
    except ChainruleError as error:
        _fail(str(error), error.exit_code, debug=debug)
    except OSError as error:
        _fail(f"{error.filename or ''} {error.strerror or error}".strip(), 1, debug=debug)
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            typer.secho("autograder: interrupted; results are saved, run the same command again to continue", err=True)
        raise
    except Exception as error:  # noqa: BLE001 - an internal error
        _fail(f"internal error ({type(error).__name__}: {error}); please report it", _SOFTWARE, debug=debug)


def _remove_flag(flag: str) -> bool:
    """Removes the flag from the command line, wherever it is, and returns whether it was given."""
    present = flag in sys.argv
    sys.argv[:] = [argument for argument in sys.argv if argument != flag]
    return present


def _fail(sentence: str, exit_code: int, *, debug: bool) -> NoReturn:
    if debug:
        raise  # noqa: PLE0704 - called while an exception is handled
    if _log.hasHandlers():
        _log.exception("the command failed")
    typer.secho(f"autograder: {sentence}", err=True, fg="red")
    sys.exit(exit_code)


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print log messages to stderr as well.")] = False,
) -> None:
    """Declares the options of every command for `--help`; ``main`` handles them."""


@app.command()
def new(name: Name) -> None:
    """Create the folder of a new assignment with one example question."""
    from autograder.authoring.scaffold import new_assignment

    folder = new_assignment(_course(), name)
    print(f"Created {folder}/. Edit notebook.py and hidden_tests/, then run:")
    print(f"`autograder build {name}` and `autograder prove {name}`")


@app.command()
def build(
    names: Names = None,
    force: Annotated[bool, typer.Option(help="Overwrite source notebooks that were edited by hand.")] = False,
) -> None:
    """Build source/, release/ and solutions/ from the notebook.py of each assignment."""
    from autograder.authoring.build import build as build_one

    course = _course("build")
    for name in names or course.assignment_names():
        for folder in build_one(course.assignment(name), force=force):
            print(folder.relative_to(course.root))


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A notebook in source/ that was edited in Jupyter.")],
    force: Annotated[
        bool, typer.Option(help="Discard changes made to notebook.py since the notebook was built.")
    ] = False,
) -> None:
    """Convert an edited source notebook back to notebook.py."""
    from autograder.authoring.build import import_notebook

    target = import_notebook(_course(), path, force=force)
    print(f"Wrote {target}; now run `autograder build {target.parent.name}`")


@app.command()
def prove(
    names: Names = None,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Also grade mutants: the solution with small mistakes.")
    ] = False,
    short: Annotated[bool, typer.Option("--short", help="Grade only a few answers, without slow tests.")] = False,
    only_mutants: Annotated[bool, typer.Option("--only-mutants", help="Grade only mutants.")] = False,
    workers: Workers = 0,
) -> None:
    """Prove that assignments grade correctly: the solution, the untouched release, wrong and right answers."""
    from autograder.authoring.prove import prove as prove_all
    from autograder.authoring.prove import prove_mutants
    from autograder.grading.pool import Pool

    course, console = _course("prove"), _console()
    all_hold = True
    with Pool(workers) as pool:
        for name in names or course.assignment_names():
            with console.status(f"proving {name}: grading right and wrong answers twice"):
                assignment = course.assignment(name)
                if only_mutants:
                    proof = prove_mutants(assignment, pool)
                else:
                    proof = prove_all(assignment, pool, mutants=mutants, short=short)
            console.print(proof.table())
            all_hold = all_hold and proof.holds
    if not all_hold:
        raise typer.Exit(1)


@app.command()
def grade(
    name: Name,
    student: Student = None,
    force: Annotated[bool, typer.Option(help="Grade submissions again even if they are up to date.")] = False,
    quick: Quick = False,
    device: Device = "",
    unsafe: Unsafe = False,
    workers: Workers = 0,
) -> None:
    """Grade the new and changed submissions of an assignment in the sandbox."""
    from autograder.course.devices import CHOICES
    from autograder.grading.batch import grade as grade_class
    from autograder.grading.options import GradingOptions
    from autograder.nbgrader_bridge.recorded import NbgraderGradebook
    from autograder.reporting.tables import outcome_table

    if device and device not in CHOICES:
        raise typer.BadParameter(f"{device!r} is not one of {', '.join(CHOICES)}", param_hint="--device")
    assignment = _course("grade").assignment(name)
    messages: list[str] = []
    with _progress(f"grading {name}") as advance:
        outcomes = grade_class(
            assignment,
            NbgraderGradebook(assignment),
            students=student or (),
            options=GradingOptions(unsafe=unsafe, quick=quick, device=device),
            force=force,
            workers=workers,
            progress=advance,
            announce=messages.append,
        )
    _console().print(outcome_table(name, outcomes))
    for message in messages:
        print(message)
    if any(outcome.status == "error" for outcome in outcomes):
        raise typer.Exit(1)


@app.command()
def data(
    names: Names = None,
    download: Annotated[bool, typer.Option(help="Download missing data.")] = True,
) -> None:
    """Show the data that assignments are graded with; download it if it is missing."""
    from autograder.course.data import load
    from autograder.reporting.tables import data_table

    course, console = _course(), _console()
    for name in names or course.assignment_names():
        loaded = load(course.assignment(name).folder / "data.py", download=download)
        if loaded is not None:
            console.print(data_table(name, loaded))
        elif names:
            print(f"{name} needs no data")


@app.command()
def feedback(name: Name, student: Student = None) -> None:
    """Generate nbgrader's feedback pages for an assignment, without hidden tests in them."""
    from autograder.nbgrader_bridge.feedback import feedback as write_feedback

    assignment = _course("feedback").assignment(name)
    with _progress(f"generating feedback for {name}") as advance:
        written = write_feedback(assignment, students=student or (), progress=advance)
    print(f"{len(written)} {'page' if len(written) == 1 else 'pages'} in feedback/*/{name}/")


@app.command()
def report(name: Name) -> None:
    """Show the scores of the class on each check, and which submissions need a person."""
    from autograder.reporting.tables import class_table

    course, console = _course(), _console()
    console.width = max(console.width, 130)  # on a narrow terminal, wrapped lines are better than truncated columns
    console.print(class_table(course.assignment(name)))


@app.command()
def doctor() -> None:
    """Check whether this machine can grade: libraries, programs, and every protection of the sandbox."""
    from autograder.reporting.doctor import diagnose

    diagnosis = diagnose(_course_here())
    _console().print(diagnosis.table())
    if not diagnosis.can_grade:
        raise typer.Exit(78)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="The folder of the demo course; recreated each time.")] = Path("demo"),
    everything: Annotated[bool, typer.Option("--all", help="Grade every wrong and right answer.")] = False,
    workers: Workers = 0,
) -> None:
    """Grade sample submissions with known scores in a separate course."""
    from autograder.authoring.demo import run

    if not run(_course(), folder, console=_console(), workers=workers, everything=everything):
        raise typer.Exit(1)


def _course(log_name: str = "") -> Course:
    """Returns the course that contains the current directory; logs to a file when ``log_name`` is given."""
    from autograder.course.layout import Course

    course = Course.find(Path.cwd())
    if log_name:
        log.to_file(course.reports / "logs", log_name)
    return course


def _course_here() -> Course | None:
    """Returns the course that contains the current directory, or None when there is none."""
    try:
        return _course()
    except CourseError:
        return None


def _console() -> Console:
    from rich.console import Console

    return Console()


def _progress(title: str) -> ProgressBar:
    from autograder.reporting.progress import ProgressBar

    return ProgressBar(title, _console())
