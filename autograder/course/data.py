"""The data an assignment is graded with: found, checked and read by ``data.py`` of its folder.

That script defines ``load(*, download: bool) -> Data``. It runs in the trusted process, as hidden tests do, and is
never handed out. What it gives, every student's process has in its memory (the zygote holds it once, forks share
the pages); what it keeps never leaves the trusted process.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import AssignmentError, ChainruleError
from autograder.protocol.arrays import DTYPES
from autograder.protocol.values import MAX_BLOB, Stored


@dataclass(frozen=True)
class Data:
    """What hidden tests may use: arrays that students' functions are given, and arrays that are kept from them.

    ``name`` says which data it is ("MNIST"), for tests that judge by it and for students; ``said`` where it was found
    and what was passed over on the way, for instructors.
    """

    name: str
    said: str
    given: Mapping[str, Any] = field(repr=False)
    kept: Mapping[str, np.ndarray[Any, Any]] = field(repr=False)

    def for_tests(self) -> Data:
        """The same with references instead of the given arrays: a test passes them on and never has to hold them."""
        return replace(self, given={name: Stored(name) for name in self.given})


def load(script: Path, *, download: bool = True) -> Data | None:
    """What the script finds; None when there is no script.

    Raises AssignmentError when the script fails; it is the instructor's.
    """
    if not script.is_file():
        return None
    try:
        with _importable(script.parent):
            found = _module(script).load(download=download)
    except ChainruleError:
        raise
    except (Exception, SystemExit) as error:
        raise AssignmentError(f"{script}: {type(error).__name__}: {error}; mend it and try again") from error
    if not isinstance(found, Data):
        raise AssignmentError(f"{script}: load() returned a {type(found).__name__}; return autograder.Data")
    for name, array in [*dict(found.given).items(), *dict(found.kept).items()]:
        _check(name, array, script)
    if both := sorted(found.given.keys() & found.kept.keys()):
        raise AssignmentError(f"{script}: {both[0]!r} is given and kept; name it once")
    return found


def _check(name: str, array: Any, script: Path) -> None:
    """What cannot travel is found here, and not when a class is being graded."""
    if not isinstance(array, np.ndarray) or array.dtype.name not in DTYPES:
        kind = f"an array of {array.dtype}" if isinstance(array, np.ndarray) else f"a {type(array).__name__}"
        raise AssignmentError(f"{script}: {name!r} is {kind}; give a NumPy array of numbers")
    if array.nbytes > MAX_BLOB:
        raise AssignmentError(
            f"{script}: {name!r} takes {array.nbytes >> 20} MB; an array may take {MAX_BLOB >> 20} MB"
        )


def _module(script: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"_data_of_{script.parent.name}", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """The files beside the script can be imported by it, and by nobody afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        beside = {path.stem for path in folder.glob("*.py")}
        for name in (set(sys.modules) - before) & beside:
            del sys.modules[name]
