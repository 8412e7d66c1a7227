"""The commands for grading; each imports what it needs when it runs, so that `autograder --help` starts quickly."""

from __future__ import annotations

from typing import Annotated

import typer

from autograder.cli.app import app
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
    """Write a feedback page for each student of an assignment; it shows no hidden test or input."""
    from autograder.nbgrader_bridge.feedback import feedback as write_feedback

    assignment = find_course("feedback").find_assignment(name)
    with progress_bar(f"generating feedback for {assignment.name}") as advance:
        written = write_feedback(assignment, students=student or (), progress=advance)
    print(f"{len(written)} {'page' if len(written) == 1 else 'pages'} in feedback/*/{assignment.name}/")


@app.command()
def report(
    names: Names = None,
    sort: Annotated[
        str, typer.Option(metavar="ORDER", help="Sort by name, score, or the number of a question.")
    ] = "name",
    flagged: Annotated[bool, typer.Option("--flagged", help="Only submissions that need manual review.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Write one page with statistics to reports/.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the scores as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Show the scores of the class on each question, which submissions need manual review, and the hardest tests."""
    from autograder.reporting.class_data import gather, with_results
    from autograder.reporting.export import class_csv, class_json
    from autograder.reporting.tables import class_report, sorted_rows

    if html + csv + as_json > 1 or (html and (flagged or sort != "name")):
        raise typer.BadParameter(
            "choose one of --html, --csv and --json; --html takes no --sort or --flagged", param_hint="report"
        )
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
