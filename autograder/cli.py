"""The command line: thin, so that `autograder --help` answers at once; the work is imported when it is asked for."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from autograder import log
from autograder.errors import ChainruleError

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.course.layout import Course
    from autograder.reporting.progress import Bar

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Chainrule builds, proves and grades notebook assignments, on nbgrader's files and gradebook.

A course is a folder with `nbgrader_config.py`; every command finds it from where you stand. The usual way:

`autograder build` · `autograder prove a1_numerical_gradients` · hand out `release/` · collect into
`submitted/<student>/<assignment>/` · `autograder grade a1_numerical_gradients` · `autograder feedback ...`
""",
)

Names = Annotated[list[str] | None, typer.Argument(help="Assignments; all of the course when none is named.")]
Name = Annotated[str, typer.Argument(help="The assignment, e.g. a1_numerical_gradients.")]
Unsafe = Annotated[
    bool, typer.Option("--unsafe-no-sandbox", help="Run students' code without isolation; every record says so.")
]
Quick = Annotated[
    bool, typer.Option("--quick", help="Leave out the slow hidden tests; the submissions are flagged for it.")
]
Device = Annotated[str, typer.Option(help="cpu, cuda or cuda-if-available; what the assignment says when empty.")]
Workers = Annotated[int, typer.Option(help="Worker processes; one per core when 0.", min=0)]


_INTERRUPTED = 130  # what typer makes of Ctrl-C
_SOFTWARE = 70  # EX_SOFTWARE of sysexits.h: a bug of ours

_log = logging.getLogger(__name__)


def main() -> None:
    """The entry point: an error is one sentence and an exit code; its traceback is in the log, and shown by --debug."""
    debug, verbose = _taken_out("--debug"), _taken_out("--verbose")
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
            typer.secho("autograder: interrupted; what was graded is kept, run the same command to go on", err=True)
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours
        _fail(f"internal error ({type(error).__name__}: {error}); please report it", _SOFTWARE, debug=debug)


def _taken_out(flag: str) -> bool:
    """Whether the flag stands anywhere on the command line, from which it is removed."""
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
    verbose: Annotated[bool, typer.Option("--verbose", help="Show what is logged on stderr, too.")] = False,
) -> None:
    """Options of every command; both are taken out before typer sees the line."""


@app.command()
def new(name: Name) -> None:
    """Make the folder of a new assignment, with one small worked question."""
    from autograder.authoring.scaffold import new_assignment

    folder = new_assignment(_course(), name)
    print(f"{folder}: edit notebook.py and hidden_tests/, then `autograder build {name}` and `autograder prove {name}`")


@app.command()
def build(
    names: Names = None,
    force: Annotated[bool, typer.Option(help="Overwrite a source notebook that was edited by hand.")] = False,
) -> None:
    """Write source/, release/ and solutions/ from each assignment's notebook.py."""
    from autograder.authoring.build import build as build_one

    course = _course("build")
    for name in names or course.assignment_names():
        for folder in build_one(course.assignment(name), force=force):
            print(folder.relative_to(course.root))


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A notebook in source/ that was edited in Jupyter.")],
    force: Annotated[bool, typer.Option(help="Give up changes that notebook.py has and the notebook has not.")] = False,
) -> None:
    """Turn an edited source notebook back into notebook.py."""
    from autograder.authoring.build import import_notebook

    print(import_notebook(_course(), path, force=force))


@app.command()
def prove(
    names: Names = None,
    mutants: Annotated[bool, typer.Option("--mutants", help="Grade small mistakes in the solution, too.")] = False,
    short: Annotated[bool, typer.Option("--short", help="A few answers and quick tests only; takes seconds.")] = False,
    only_mutants: Annotated[bool, typer.Option("--only-mutants", help="Grade nothing but those mistakes.")] = False,
    workers: Workers = 0,
) -> None:
    """Show that an assignment grades right: solution, untouched release, wrong and right answers."""
    from autograder.authoring.prove import prove as prove_all
    from autograder.authoring.prove import prove_mutants
    from autograder.grading.pool import Pool

    course, console = _course("prove"), _console()
    holds = True
    with Pool(workers) as pool:
        for name in names or course.assignment_names():
            with console.status(f"proving {name}: a class of right and wrong answers is graded twice"):
                place = course.assignment(name)
                if only_mutants:
                    proof = prove_mutants(place, pool)
                else:
                    proof = prove_all(place, pool, mutants=mutants, short=short)
            console.print(proof.table())
            holds = holds and proof.holds
    if not holds:
        raise typer.Exit(1)


@app.command()
def grade(
    name: Name,
    student: Annotated[list[str] | None, typer.Option(help="Only this student; may be repeated.")] = None,
    force: Annotated[bool, typer.Option(help="Grade again what is up to date.")] = False,
    quick: Quick = False,
    device: Device = "",
    unsafe: Unsafe = False,
    workers: Workers = 0,
) -> None:
    """Grade the submissions of NAME that are new or changed, in the sandbox, on all cores."""
    from autograder.course.devices import CHOICES
    from autograder.grading.batch import grade as grade_class
    from autograder.grading.options import GradingOptions
    from autograder.nbgrader_bridge.recorded import NbgraderGradebook
    from autograder.reporting.tables import outcome_table

    if device and device not in CHOICES:
        raise typer.BadParameter(f"{device!r} is none of {', '.join(CHOICES)}", param_hint="--device")
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
    download: Annotated[bool, typer.Option(help="Fetch what is not here.")] = True,
) -> None:
    """Show the data that assignments are graded with, where it was found, and fetch what is missing."""
    from autograder.course.data import load
    from autograder.reporting.tables import data_table

    course, console = _course(), _console()
    for name in names or course.assignment_names():
        found = load(course.assignment(name).folder / "data.py", download=download)
        if found is not None:
            console.print(data_table(name, found))
        elif names:
            print(f"{name} is graded without data")


@app.command()
def feedback(
    name: Name, student: Annotated[list[str] | None, typer.Option(help="Only this student; may be repeated.")] = None
) -> None:
    """Write the feedback pages of NAME: nbgrader's own, with nothing hidden in them."""
    from autograder.nbgrader_bridge.feedback import feedback as write_feedback

    assignment = _course("feedback").assignment(name)
    with _progress(f"feedback for {name}") as advance:
        written = write_feedback(assignment, students=student or (), progress=advance)
    print(f"{len(written)} {'page' if len(written) == 1 else 'pages'} in feedback/*/{name}/")


@app.command()
def report(name: Name) -> None:
    """Show the class: who earned what on which check, and who needs a person."""
    from autograder.reporting.tables import class_table

    course, console = _course(), _console()
    console.width = max(console.width, 130)  # a column per question: better wrapped by the terminal than cut
    console.print(class_table(course.assignment(name)))


@app.command()
def doctor() -> None:
    """Try the sandbox on this machine, wall by wall, and look for what is missing."""
    from autograder.reporting.doctor import examine

    findings = examine()
    _console().print(findings.table())
    if not findings.healthy:
        raise typer.Exit(78)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where the demo course is put; made anew each time.")] = Path("demo"),
    everything: Annotated[bool, typer.Option("--all", help="Grade every wrong and right answer.")] = False,
    workers: Workers = 0,
) -> None:
    """Grade sample classes whose scores are known, in a course of their own."""
    from autograder.authoring.demo import run

    if not run(_course(), folder, console=_console(), workers=workers, everything=everything):
        raise typer.Exit(1)


def _course(logged: str = "") -> Course:
    """The course around the current directory; the run is ``logged`` under that name."""
    from autograder.course.layout import Course

    course = Course.find(Path.cwd())
    if logged:
        log.to_file(course.reports / "logs", logged)
    return course


def _console() -> Console:
    from rich.console import Console

    return Console()


def _progress(title: str) -> Bar:
    from autograder.reporting.progress import Bar

    return Bar(title, _console())
