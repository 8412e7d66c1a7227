"""Opens everything that grading an assignment needs, once for many submissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Any

from autograder.classic import requirements
from autograder.course.layout import CourseAssignment
from autograder.course.private import private_paths
from autograder.grading.files import Files
from autograder.grading.grader import Grader
from autograder.grading.options import GradingOptions
from autograder.grading.pool import reuse
from autograder.grading.templates import load_template
from autograder.sandbox.host.self_test import start_zygote
from autograder.sandbox.host.zygote import Zygote
from autograder.testing.suite import Suite


@contextmanager
def open_graders(
    assignment: CourseAssignment, options: GradingOptions | None = None, *, device: str = "", download: bool = True
) -> Iterator[dict[str, Grader]]:
    """Opens a grader for each notebook of the assignment; they share one zygote and one suite.

    ``device`` is ``cpu`` or ``cuda`` if the caller has already resolved it; otherwise the options decide.
    Raises CourseError when the assignment is not built, AssignmentError when its folder breaks a rule, and
    IsolationMissing when this machine cannot isolate students' code. Missing data is fetched unless ``download`` is
    False.
    """
    options = options or GradingOptions()
    templates = {name: load_template(assignment, name) for name in assignment.notebook_names()}
    settings, device = assignment.settings, device or options.device_for(assignment)
    files = Files.of(assignment)
    with ExitStack() as stack:
        data = options.data_for(assignment, download=download)
        # First, because it starts in the background.
        public, private = data.public if data else {}, private_paths(assignment.course)
        libraries = requirements.libraries(assignment) if assignment.is_classic else settings.libraries
        zygote = stack.enter_context(_zygote(libraries, options.unsafe, public, private))
        suite = None
        if not assignment.is_classic:
            tests = assignment.folder / "hidden_tests"
            suite = stack.enter_context(Suite(tests, device=device, data=data, quick=options.quick))
        zygote.ready()
        del data, public  # the zygote has it
        yield {
            name: Grader(template, zygote, suite, limits=settings.limits, files=files, seed=options.seed, device=device)
            for name, template in templates.items()
        }


def _zygote(
    libraries: tuple[str, ...], unsafe: bool, data: Mapping[str, Any], private: tuple[str, ...]
) -> AbstractContextManager[Zygote]:
    """Opens a zygote; without data, the next job of a worker with the same libraries and course reuses it."""
    open_new = partial(start_zygote, libraries, unsafe=unsafe, data=data, private=private)
    return open_new() if data else reuse((libraries, unsafe, private), open_new, lambda zygote: zygote.is_alive())
