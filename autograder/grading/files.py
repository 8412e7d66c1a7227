"""The files that lie beside a notebook while it runs: those of the course, and those of the student."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.course.layout import CourseAssignment
from autograder.errors import CourseError

_SENT = 4 * 2**20
"""Files up to this size are sent to each sandbox, where a notebook may change them; larger ones can be read only."""


@dataclass(frozen=True)
class Files:
    """The files of an assignment; ``sent`` by their content, ``shown`` by path on this machine and name."""

    sent: Mapping[str, bytes] = field(default_factory=dict)
    shown: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, assignment: CourseAssignment) -> Files:
        """Reads the files of an assignment; raises CourseError for a large one that sandboxes may not read."""
        sent, shown = {}, []
        for path in assignment.supporting_files():
            name = path.relative_to(assignment.source).as_posix()
            if path.stat().st_size <= _SENT:
                sent[name] = path.read_bytes()
                continue
            if not path.stat().st_mode & 0o004:
                raise CourseError(f"{path} is shown to sandboxes, which run under another uid; run `chmod o+r {path}`")
            shown.append((str(path.absolute()), name))
        return cls(sent, tuple(shown))

    def beside(self, submitted: Mapping[str, bytes]) -> Files:
        """Returns the files that lie beside a notebook; those in ``submitted`` replace the course's."""
        shown = tuple((path, name) for path, name in self.shown if name not in submitted)
        return Files({**self.sent, **submitted}, shown)
