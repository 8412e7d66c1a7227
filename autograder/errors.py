"""The exception hierarchy.

    ChainruleError                  base class; the command line prints the message and exits with `exit_code`
    ├── CourseError                 the course, an assignment, a student or a file does not exist or cannot be used
    ├── AssignmentError             an assignment folder is invalid
    ├── BuildError                  source/, release/ or solutions/ cannot be written
    ├── NotebookError               an .ipynb file cannot be read, or cannot be expressed in notebook.py
    ├── WireError                   a message from the sandbox is malformed
    └── SandboxError                the sandbox did not start, or did not respond
        └── IsolationMissing        this machine cannot isolate students' processes

Exceptions raised by students' code are not part of the hierarchy: they are recorded as results.
"""


class ChainruleError(Exception):
    """Base class of all expected errors; the message is one sentence that says what is wrong and what to do."""

    exit_code = 1


class CourseError(ChainruleError):
    """The course, or something in it, does not exist or cannot be used."""


class AssignmentError(ChainruleError):
    """An assignment folder does not follow the rules in CONTRIBUTING.md."""


class BuildError(ChainruleError):
    """The built notebooks cannot be written, or writing them would discard an edit."""


class NotebookError(ChainruleError):
    """A notebook cannot be read or converted."""


class WireError(ChainruleError):
    """A message violates the wire format; its sender must not be trusted any further."""


class SandboxError(ChainruleError):
    """The sandbox cannot run, so nothing was graded."""


class IsolationMissing(SandboxError):
    """A mechanism that isolates students' code is missing; grading stops instead of running without it."""

    exit_code = 78  # EX_CONFIG of sysexits.h: the machine has to be configured differently
