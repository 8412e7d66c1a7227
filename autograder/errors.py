"""Everything this package raises on purpose, in one tree.

    ChainruleError                  the command line prints it as one line and exits with `exit_code`
    ├── CourseError                 no such course, assignment, student or file
    ├── AssignmentError             an assignment folder breaks its contract
    ├── BuildError                  source/, release/ or solutions/ cannot be written
    ├── NotebookError               an .ipynb file cannot be read, or says what we cannot express
    ├── WireError                   bytes from the sandbox that no honest peer would send
    └── SandboxError                the sandbox did not start, or did not answer
        └── IsolationMissing        this machine cannot isolate a student's process

What a student's code raises is not in this tree: it is a result, and no reason to stop.
"""


class ChainruleError(Exception):
    """Base of every expected error; its text is one sentence that names the thing and what to do."""

    exit_code = 1


class CourseError(ChainruleError):
    """A name or a path that the course does not have."""


class AssignmentError(ChainruleError):
    """notebook.py, assignment.toml, a hidden test or a variant is not what CONTRIBUTING.md asks for."""


class BuildError(ChainruleError):
    """The built notebooks cannot be written, or writing them would lose an edit."""


class NotebookError(ChainruleError):
    """A notebook that cannot be read; the text says why."""


class WireError(ChainruleError):
    """A message that breaks the wire format; whoever sent it is not trusted any further."""


class SandboxError(ChainruleError):
    """The sandbox cannot run, and nothing was graded."""


class IsolationMissing(SandboxError):
    """A mechanism that keeps student code in is missing; grading stops rather than run without it."""

    exit_code = 78  # EX_CONFIG of sysexits.h: a person has to change the machine
