"""The data an assignment is graded with: found, checked and read by ``data.py`` of its folder.

That script defines ``load(*, download: bool) -> Data``. It runs in the trusted process, as hidden tests do, and is
never handed out. Public arrays are in the memory of every student's process (the zygote holds them once, forks share
the pages); private arrays never leave the trusted process.
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
    """The data hidden tests may use: arrays that students' functions receive, and arrays that they never see.

    ``name`` says which data it is ("MNIST"), for tests that judge by it and for students; ``origin`` says where it came
    from and what was tried on the way, for instructors.
    """

    name: str
    origin: str
    public: Mapping[str, Any] = field(repr=False)
    private: Mapping[str, np.ndarray[Any, Any]] = field(repr=False)

    def for_tests(self) -> Data:
        """The same with references in place of the public arrays: a test passes them on and never has to hold them."""
        return replace(self, public={name: Stored(name) for name in self.public})


def load(script: Path, *, download: bool = True) -> Data | None:
    """The data that the script finds; None when there is no script.

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
    for name, array in [*dict(found.public).items(), *dict(found.private).items()]:
        _check(name, array, script)
    if both := sorted(found.public.keys() & found.private.keys()):
        raise AssignmentError(f"{script}: {both[0]!r} is public and private; name it once")
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
