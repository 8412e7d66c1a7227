"""The command line: its options, its exit codes, and how errors are said."""

from __future__ import annotations

import logging
import sys
from typing import Annotated, NoReturn

import typer

from autograder import log
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
            typer.secho(
                "autograder: interrupted; results so far are saved, run the same command again to continue", err=True
            )
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
