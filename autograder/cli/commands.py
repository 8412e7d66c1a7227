"""The command line; commands import what they need when they run, so that `autograder --help` starts quickly."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from autograder import log
from autograder.cli.options import (
    Device,
    Name,
    Names,
    Quick,
    Student,
    Unsafe,
    Workers,
    chosen,
    course_here,
    find_course,
    progress_bar,
    terminal,
)
from autograder.errors import ChainruleError

app = typer.Typer(
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Build, prove and grade notebook assignments with nbgrader's files and gradebook.

Run it anywhere in a course, a folder with `nbgrader_config.py`. The usual workflow:

`autograder build` · `autograder prove a1_numerical_gradients` · give `release/` to students · collect into
`submitted/<student>/<assignment>/` · `autograder grade a1_numerical_gradients` · `autograder feedback ...`

The beginning of an assignment's name is enough where it is unique, e.g. `autograder grade a1`.
""",
)

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


def _print_version(asked: bool) -> None:
    if asked:
        from importlib import metadata

        print(f"autograder (chainrule) {metadata.version('chainrule')}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print log messages to stderr as well.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Declares the options of every command for `--help`; ``main`` handles them."""


@app.command()
def init(yes: Annotated[bool, typer.Option("--yes", help="Change the configuration without asking.")] = False) -> None:
    """Make the nbgrader course in this folder grade in the sandbox, or start a new course here."""
    from autograder.adoption.init import LINES, plan

    found = plan(Path.cwd())
    for line in found.found():
        print(line)
    if found.is_needed:
        print(f"\n{found.config_file.name} gets these lines:\n\n{LINES}")
        if not (yes or typer.confirm("Write them?")):
            return
        undo = found.undo()
        for line in found.carry_out():
            print(line)
        print(f"To undo: {undo}")
    else:
        print("\nThis course is graded in the sandbox already.")
    for setting in found.overridden():
        print(f"{setting} is set differently by the course: remove that line, or check that it does what you want")


@app.command()
def new(name: Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="The name of the new assignment.")]) -> None:
    """Create the folder of a new assignment with one example question."""
    from autograder.authoring.scaffold import new_assignment

    folder = new_assignment(find_course(), name)
    print(f"Created {folder}/. Edit notebook.py and hidden_tests/, then run:")
    print(f"`autograder build {name}` and `autograder prove {name}`")


@app.command()
def build(
    names: Names = None,
    force: Annotated[bool, typer.Option(help="Overwrite source notebooks that were edited by hand.")] = False,
) -> None:
    """Build source/, release/ and solutions/ from the notebook.py of each assignment."""
    from autograder.authoring.build import build as build_one

    course = find_course("build")
    written = ("with solutions and checks, for instructors", "to hand out to students", "with the solutions filled in")
    for assignment in chosen(course, names):
        for folder, what in zip(build_one(assignment, force=force), written, strict=True):
            print(f"Built {folder.relative_to(course.root)}/, the notebook {what}.")


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="A notebook in source/ that was edited in Jupyter.")],
    force: Annotated[
        bool, typer.Option(help="Discard changes made to notebook.py since the notebook was built.")
    ] = False,
) -> None:
    """Convert an edited source notebook back to notebook.py."""
    from autograder.authoring.build import import_notebook

    target = import_notebook(find_course(), path, force=force)
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

    course, console = find_course("prove"), terminal()
    all_hold = True
    with Pool(workers) as pool:
        for assignment in chosen(course, names):
            with progress_bar(f"proving {assignment.name}", transient=True) as advance:
                if only_mutants:
                    proof = prove_mutants(assignment, pool, progress=advance)
                else:
                    proof = prove_all(assignment, pool, mutants=mutants, short=short, progress=advance)
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
    from autograder.reporting.class_data import gather
    from autograder.reporting.tables import next_steps, outcome_table, points_note

    if device and device not in CHOICES:
        raise typer.BadParameter(f"{device!r} is not one of {', '.join(CHOICES)}", param_hint="--device")
    assignment = find_course("grade").find_assignment(name)
    messages: list[str] = []
    with progress_bar(f"grading {assignment.name}") as advance:
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
    terminal().print(outcome_table(assignment.name, outcomes))
    failed = any(outcome.status == "error" for outcome in outcomes)
    if any(outcome.status != "error" for outcome in outcomes):
        graded = gather(assignment)
        messages += points_note(graded) + next_steps(graded)
    for message in messages:
        print(message)
    if failed:
        raise typer.Exit(1)


@app.command()
def data(
    names: Names = None,
    download: Annotated[bool, typer.Option(help="Download missing data.")] = True,
) -> None:
    """Show the data that assignments are graded with; download it if it is missing."""
    from autograder.course.data import load
    from autograder.reporting.tables import data_table

    course, console = find_course(), terminal()
    for assignment in chosen(course, names):
        loaded = load(assignment.folder / "data.py", download=download)
        if loaded is not None:
            console.print(data_table(assignment.name, loaded))
        elif names:
            print(f"{assignment.name} needs no data")


@app.command()
def feedback(name: Name, student: Student = None) -> None:
    """Generate nbgrader's feedback pages for an assignment, without hidden tests in them."""
    from autograder.nbgrader_bridge.feedback import feedback as write_feedback

    assignment = find_course("feedback").find_assignment(name)
    with progress_bar(f"generating feedback for {assignment.name}") as advance:
        written = write_feedback(assignment, students=student or (), progress=advance)
    print(f"{len(written)} {'page' if len(written) == 1 else 'pages'} in feedback/*/{assignment.name}/")


@app.command()
def report(
    names: Names = None,
    sort: Annotated[str, typer.Option(metavar="ORDER", help="name, score, or the number of a question.")] = "name",
    flagged: Annotated[bool, typer.Option("--flagged", help="Only submissions that need manual review.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Write one page with statistics, to reports/.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the scores as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Show the scores of the class on each question, which submissions need manual review, and the hardest tests."""
    from autograder.reporting.class_data import gather, with_results
    from autograder.reporting.export import class_csv, class_json
    from autograder.reporting.tables import class_report, sorted_rows

    if html + csv + as_json > 1 or (html and (flagged or sort != "name")):
        raise typer.BadParameter("choose one of --html, --csv and --json; --html shows everybody", param_hint="report")
    if (csv or as_json) and len(names or []) != 1:
        raise typer.BadParameter("name one assignment for --csv or --json", param_hint="report")
    course = find_course("report" if html else "")
    assignments = chosen(course, names or course.gradable_names())
    if html:
        from autograder.reporting.page.render import write_page

        name = assignments[0].name if len(names or []) == 1 else "course"
        print(f"Wrote {write_page(course, assignments, name=name)}")
        return
    for assignment in assignments if names else with_results(assignments):
        data = gather(assignment)
        rows = sorted_rows(data, sort, flagged=flagged)
        if csv or as_json:
            print((class_csv if csv else class_json)(data, rows).rstrip("\n"))
        else:
            terminal().print(class_report(data, rows, terminal().width))


@app.command()
def doctor() -> None:
    """Check whether this machine can grade: libraries, programs, and every protection of the sandbox."""
    from autograder.reporting.doctor import diagnose

    diagnosis = diagnose(course_here())
    terminal().print(diagnosis.table())
    if not diagnosis.can_grade:
        raise typer.Exit(78)


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder of the demo course; recreated each time.")
    ] = Path("demo"),
    everything: Annotated[bool, typer.Option("--all", help="Grade every wrong and right answer.")] = False,
    workers: Workers = 0,
) -> None:
    """Grade sample submissions with known scores in a separate course."""
    from autograder.authoring.demo.run import run

    if not run(find_course(), folder, console=terminal(), workers=workers, everything=everything):
        raise typer.Exit(1)
