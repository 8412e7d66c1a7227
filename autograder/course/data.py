"""Data for hidden tests, loaded by the ``data.py`` of an assignment folder.

The script defines ``load(*, download: bool) -> Data``. Like hidden tests, it runs in the trusted process and is never
released. Public arrays are loaded into the zygote and shared with every sandbox forked from it; private arrays never
leave the trusted process.
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
    """The data for hidden tests: ``public`` arrays can be passed to students' functions, ``private`` ones cannot.

    ``name`` identifies the data to tests and students, e.g. "MNIST". ``origin`` tells instructors where it was loaded
    from and which other sources failed.
    """

    name: str
    origin: str
    public: Mapping[str, Any] = field(repr=False)
    private: Mapping[str, np.ndarray[Any, Any]] = field(repr=False)

    def for_tests(self) -> Data:
        """Returns a copy with references instead of public arrays; tests pass them on without loading the arrays."""
        return replace(self, public={name: Stored(name) for name in self.public})


def load(script: Path, *, download: bool = True) -> Data | None:
    """Runs ``script`` and returns its data, or None when the file does not exist.

    Without ``download``, only data on this machine is used. Raises AssignmentError when the script fails or returns
    arrays that cannot be sent to the sandbox; a ChainruleError raised by the script is passed on.
    """
    if not script.is_file():
        return None
    try:
        with _importable(script.parent):
            data = _import(script).load(download=download)
    except ChainruleError:
        raise
    except (Exception, SystemExit) as error:
        raise AssignmentError(f"{script}: {type(error).__name__}: {error}; fix the script") from error
    if not isinstance(data, Data):
        raise AssignmentError(
            f"{script}: load() returned an object of type {type(data).__name__!r}; return autograder.Data"
        )
    for name, array in [*dict(data.public).items(), *dict(data.private).items()]:
        _check_array(name, array, script)
    if duplicates := sorted(data.public.keys() & data.private.keys()):
        raise AssignmentError(f"{script}: {duplicates[0]!r} is both public and private; rename one of the arrays")
    return data


def _check_array(name: str, array: Any, script: Path) -> None:
    """Raises AssignmentError for an array that cannot be sent to the sandbox, before a class is graded with it."""
    if not isinstance(array, np.ndarray) or array.dtype.name not in DTYPES:
        kind = f"an array of {array.dtype}" if isinstance(array, np.ndarray) else f"a {type(array).__name__}"
        raise AssignmentError(f"{script}: {name!r} is {kind}; use a NumPy array of numbers")
    if array.nbytes > MAX_BLOB:
        raise AssignmentError(
            f"{script}: the array {name!r} has {array.nbytes >> 20} MB; split it into arrays of at most "
            f"{MAX_BLOB >> 20} MB"
        )


def _import(script: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"_data_of_{script.parent.name}", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Lets the script import modules from its folder, and unloads them afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        local = {path.stem for path in folder.glob("*.py")}
        for name in (set(sys.modules) - before) & local:
            del sys.modules[name]
