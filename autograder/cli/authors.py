"""The commands for people who set up courses and write assignments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import app
from autograder.cli.options import (
    Names,
    Workers,
    chosen,
    find_course,
    progress_bar,
    terminal,
)


@app.command()
def init(yes: Annotated[bool, typer.Option("--yes", help="Change the configuration without asking.")] = False) -> None:
    """Make the nbgrader course in this folder grade in the sandbox, or start a new course here."""
    from autograder.adoption.init import LINES, plan

    found = plan(Path.cwd())
    for line in found.describe():
        print(line)
    if found.is_needed:
        print(f"\n{found.config_file.name} gets these lines:\n\n{LINES}")
        if not (yes or typer.confirm("Write them?")):
            print("Nothing was changed.")
            return
        undo = found.undo()
        for line in found.apply():
            print(line)
        print(f"To undo: {undo}")
    else:
        print("\nThis course is already graded in the sandbox.")
    for setting in found.overridden():
        print(f"{setting} is set differently in the configuration: remove that line, or check that you want it")


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
        bool, typer.Option("--mutants", help="Also grade mutants: the solution with one small mistake each.")
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
