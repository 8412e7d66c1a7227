"""Grades a class of attackers with the real grader, and reports as JSON what became of each, and of everybody else.

    python attacked_class.py <folder> <assignment> [--without-pages] [--unsafe] <technique> ...

Runs in a process of its own, because it looks at what is left behind when grading has ended: it adopts every process
below it that has lost its parent, and ``<folder>`` holds the course and every temporary file. Two honest students hand
in the solution as well, one of them before and one after all others.
"""

import contextlib
import ctypes
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from technique import TECHNIQUES, Json, Technique, code, notebook, with_answers, words

from autograder.authoring.sample_class import copy_course, read_release
from autograder.course.layout import Course, CourseAssignment
from autograder.errors import BuildError
from autograder.grading import batch
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.feedback import feedback
from autograder.nbgrader_bridge.recorded import NbgraderGradebook

ROOT = Path(__file__).parents[2]
HONEST = ("aaa_honest", "zzz_honest")
LIMITS = "[limits]\ncell_seconds = 1\ncall_seconds = 1\nsubmission_seconds = {}\nmemory_mb = 512\nprocesses = 32\n"
SECONDS = {"a1_numerical_gradients": 5}
"""The time of a submission, where the default of a minute is too long for all the bombs."""
MARK = "left-by-an-attack"
"""Part of the name of whatever a technique leaves where it can."""
ESCAPED = "ESCAPED"
"""What a technique prints when it has succeeded with something that should be impossible."""
WITH_PAGES = ("pages", "leaving")
"""The families whose feedback is generated and looked at."""
HIDDEN_INPUT = "1250000"
"""Digits of an input that only a hidden test of a1 has."""
_HARMLESS_PICTURE = re.compile(r"data:image/png;base64,|(?!.*\.\.)\w[\w./ -]*$")
_PR_SET_CHILD_SUBREAPER = 36


# -- the class -----------------------------------------------------------------------------------------


def make_course(folder: Path, name: str) -> CourseAssignment:
    """A course with one assignment, with limits that end bombs soon."""
    course = copy_course(Course(ROOT), folder / "course", [name])
    settings, limits = course.assignment(name).folder / "assignment.toml", LIMITS.format(SECONDS.get(name, 60))
    settings.write_text(settings.read_text(encoding="utf-8").partition("[limits]")[0] + limits, encoding="utf-8")
    return course.assignment(name)


def plant(assignment: CourseAssignment, secret: str) -> None:
    """Writes the secret wherever no submission may read."""
    for path in (assignment.folder / "hidden_tests").glob("*.py"):
        path.write_text(f"{path.read_text(encoding='utf-8')}\n# {secret}\n", encoding="utf-8")
    for folder in (assignment.course.root, assignment.solution, assignment.submitted(HONEST[1])):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "secret.txt").write_text(secret, encoding="utf-8")
    os.environ["CHAINRULE_SECRET"] = secret


def hand_in(assignment: CourseAssignment, student: str, made: Json) -> Path:
    path = assignment.submitted(student) / f"{assignment.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def hand_in_all(assignment: CourseAssignment, techniques: list[Technique], known: Mapping[str, str]) -> None:
    """Everybody hands in: the honest, the attackers, and their honest twins."""
    release = read_release(assignment)
    answers = assignment.load().answers
    for student in HONEST:
        hand_in(assignment, student, with_answers(release, answers))
    hand_in(assignment, "untouched", release)
    for technique in techniques:
        made = notebook(release, technique, known)
        path = hand_in(assignment, technique.student, made)
        if technique.honest:
            hand_in(assignment, f"twin-{technique.student}", with_answers(release, technique.honest))
        if technique.submit:
            names = {"path": path, "folder": path.parent, "notebook": made, "assignment": assignment}
            exec(compile(technique.submit, technique.id, "exec"), names | {"code": code, "words": words})


# -- the host ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def listening(folder: Path) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Listens where code in a sandbox could reach this machine; yields the addresses, and what has arrived."""
    arrived: list[str] = []
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = tcp.getsockname()[1]
        udp, path, abstract = (
            stack.enter_context(socket.socket(family, kind))
            for family, kind in (
                (socket.AF_INET, socket.SOCK_DGRAM),
                (socket.AF_UNIX, socket.SOCK_STREAM),
                (socket.AF_UNIX, socket.SOCK_STREAM),
            )
        )
        udp.bind(("127.0.0.1", port))
        path.bind(str(folder / "socket"))
        abstract.bind(f"\0chainrule-{os.getpid()}")
        for listener in (path, abstract):
            listener.listen()
        (folder / "socket").chmod(0o777)
        where = {"PORT": str(port), "SOCKET": str(folder / "socket"), "ABSTRACT": f"chainrule-{os.getpid()}"}
        yield where, arrived
        for name, listener in {"tcp": tcp, "udp": udp, "path": path, "abstract": abstract}.items():
            listener.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                listener.recv(1) if listener is udp else listener.accept()[0].close()
                arrived.append(name)


class Memory(threading.Thread):
    """Watches how much memory the workers need, from one graded student to the next; a context manager.

    ``used`` is in MB. Workers grade side by side, so much of it beside a name means that somebody needed it meanwhile.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.used: dict[str, float] = {}
        self._most, self._ended = 0.0, threading.Event()

    def __enter__(self) -> "Memory":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.graded("(the end)")
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(0.03):
            self._most = max([self._most, *map(most_resident_mb, children())])

    def graded(self, student: str) -> None:
        self.used[student], self._most = max([self._most, *map(most_resident_mb, children())]), 0.0
        for pid in children():
            with contextlib.suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")  # measures anew from here


def most_resident_mb(pid: str) -> float:
    """The most memory that a process has had so far; 0 for one that has ended."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def children() -> list[str]:
    """The processes that this one has started or adopted."""
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()


def remaining_children(seconds: float = 10.0) -> list[str]:
    """The processes below this one that have not ended, as command lines; waits for those that are ending."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not (left := children()) or time.monotonic() > deadline:
            return [Path(f"/proc/{pid}/cmdline").read_bytes()[:100].decode(errors="replace") for pid in left]
        time.sleep(0.05)


def left_behind(temporary: Path) -> list[str]:
    """Whatever a technique or the grader has left on this machine: files, and abstract sockets."""
    left = [str(path) for path in temporary.iterdir() if not path.name.startswith("torchinductor")]
    for folder in ("/tmp", "/dev/shm", "/var/tmp"):
        with contextlib.suppress(OSError):
            left += [f"{folder}/{name}" for name in os.listdir(folder) if MARK in name]
    return left + [line for line in Path("/proc/net/unix").read_text(errors="replace").splitlines() if MARK in line]


def cgroups() -> set[str]:
    """The control groups that belong to this process or to one below it."""
    found = set()
    for folder, _, _ in os.walk("/sys/fs/cgroup"):
        if re.search(rf"(^|\D){os.getpid()}(\D|$)", folder.removeprefix("/sys/fs/cgroup")):
            found.add(folder)
    return found


def digest(assignment: CourseAssignment) -> str:
    """A hash of the files of the course that grading has no business to change."""
    course, found = assignment.course, hashlib.sha256()
    for folder in (course.assignments, course.source, course.release, course.solutions, course.submitted):
        for path in sorted(folder.rglob("*")):
            found.update(f"{path} {path.lstat().st_mode}".encode(errors="surrogateescape"))
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    found.update(file.read(2**20))
    found.update((course.root / "nbgrader_config.py").read_bytes())
    return found.hexdigest()


# -- what became of it ---------------------------------------------------------------------------------


class Page(HTMLParser):
    """Collects whatever could act on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        source = values.get("src", "")
        if tag == "script" and source:
            self.active += [source] * (not source.startswith("https://cdnjs.cloudflare.com/ajax/libs/"))
        elif tag in "iframe object embed svg form input base foreignobject".split():
            self.active.append(tag)
        elif tag == "img" and source and not _HARMLESS_PICTURE.match(source):
            self.active.append(f"img {source[:80]}")
        self.active += [name for name in values if name.startswith("on")]
        links = [values.get(name, "") for name in ("href", "src", "action", "xlink:href")]
        self.active += [
            link[:80] for link in links if re.match(r"[\s\x00-\x20]*(java|vb)script:|data:text", link, re.IGNORECASE)
        ]


def printed(assignment: CourseAssignment, student: str) -> str:
    """Everything that the cells of a student printed, as it was recorded."""
    path = assignment.autograded(student) / f"{assignment.name}.ipynb"
    if not path.is_file():
        return ""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    streams = [output for cell in cells for output in cell.get("outputs", []) if output["output_type"] == "stream"]
    return "".join("".join(output["text"]) for output in streams)


def look_at(assignment: CourseAssignment, student: str, secret: str) -> dict[str, Any]:
    """What is wrong with the pages and files of a student."""
    found: dict[str, Any] = {"leaks": [], "active": [], "bytes": 0}
    for path in assignment.autograded(student).glob("*"), assignment.feedback(student).glob("*"):
        for file in path:
            text = file.read_text(encoding="utf-8", errors="replace")
            found["bytes"] += len(text)
            found["leaks"] += [f"{file.name}: the secret"] if secret in text else []
            if file.suffix == ".html":
                found["leaks"] += [f"{file.name}: a hidden input"] if HIDDEN_INPUT in text.replace(",", "") else []
                found["active"] = Page(text).active
    said = printed(assignment, student)
    found["escaped"] = [line for line in said.splitlines() if ESCAPED in line]
    found["printed"] = said[-500:]
    return found


def recorded(assignment: CourseAssignment) -> dict[str, float]:
    """The points in the gradebook, which must be whole."""
    with sqlite3.connect(assignment.course.root / "gradebook.db") as database:
        ((whole,),) = database.execute("PRAGMA integrity_check")
        manual = database.execute("SELECT count(*) FROM grade WHERE manual_score > 0 OR extra_credit > 0").fetchall()
    database.close()
    return NbgraderGradebook(assignment).scores() if whole == "ok" and manual == [(0,)] else {"the gradebook": -1.0}


def make_pages(assignment: CourseAssignment, pool: Pool) -> float:
    """Generates the feedback of those whose pages are looked at; returns how many seconds it took."""
    start = time.monotonic()
    students = [path.name for path in assignment.course.autograded.iterdir() if path.name.startswith(WITH_PAGES)]
    if students:
        with contextlib.suppress(BuildError):  # a page that cannot be generated is missing, and leaks nothing
            feedback(assignment, students=students, pool=pool)
    return time.monotonic() - start


def attack(folder: Path, name: str, ids: list[str], *, pages: bool, unsafe: bool) -> Json:
    """Grades the class and reports."""
    temporary, secret = folder / "tmp", f"CANARY-{secrets.token_hex(8)}"
    temporary.mkdir()
    os.environ.update(TMPDIR=str(temporary), JUPYTER_CONFIG_DIR=str(folder / "jupyter"), HOME=str(folder))
    assignment = make_course(folder, name)
    plant(assignment, secret)
    before = cgroups()
    known = {"COURSE": str(assignment.course.root), "REPO": str(ROOT), "PID": str(os.getpid()), "MARK": MARK}
    with listening(folder) as (addresses, arrived):
        hand_in_all(assignment, [TECHNIQUES[i] for i in ids], known | addresses)
        files, start = digest(assignment), time.monotonic()
        with Pool(2) as pool, Memory() as memory:
            progress = lambda student, total: memory.graded(student)  # noqa: E731
            options = GradingOptions(unsafe=unsafe)
            book = NbgraderGradebook(assignment)
            outcomes = batch.grade(assignment, book, options=options, pool=pool, progress=progress)
            seconds = {"grading": time.monotonic() - start, "feedback": make_pages(assignment, pool) if pages else 0.0}
    students = {
        outcome.student: {**vars(outcome), **look_at(assignment, outcome.student, secret)} for outcome in outcomes
    }
    return {
        "students": students,
        "recorded": recorded(assignment),
        "seconds": seconds,
        "worker_mb": memory.used,
        "arrived": arrived,
        "processes": remaining_children(),
        "left": left_behind(temporary),
        "cgroups": sorted(cgroups() - before),
        "files_changed": digest(assignment) != files,
    }


def main() -> None:
    """Attacks, and writes report.json into the folder."""
    folder, name, *ids = sys.argv[1:]
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    flags = {"pages": "--without-pages" not in ids, "unsafe": "--unsafe" in ids}
    report = attack(Path(folder), name, [i for i in ids if i in TECHNIQUES], **flags)
    Path(folder, "report.json").write_text(json.dumps(report), encoding="utf-8")
    shutil.rmtree(Path(folder, "course"), ignore_errors=True)


if __name__ == "__main__":
    main()
