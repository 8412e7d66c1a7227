"""`make bench-bombs`: a class in which every third submission is a bomb, against its deadlines and its honest part.

The bound is 1.5 times the deadlines of the bombs plus the time of the same class with honest submissions alone; all
of it is divided among the workers. Nothing here is asserted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from autograder.authoring.sample_class import copy_course, fill_in_answers, read_release, samples, submit
from autograder.course.layout import Course, CourseAssignment
from autograder.grading import batch
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.notebooks import ipynb
from autograder.sandbox.host.peer import GRACE

NAME, ANSWER = "a1_numerical_gradients", "forward_diff"
CLASS_SIZE = 24

BOMBS = {
    "forks": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "memory": "import os\nfor _ in range(60):\n    if os.fork() == 0: break\nx = b'x' * 2**29\nwhile True: pass",
    "loop in C": "import itertools\nsum(itertools.repeat(0))",
    "threads": "import itertools, threading\nbusy = {'target': sum, 'args': (itertools.repeat(0),)}\n"
    "for _ in range(40): threading.Thread(**busy).start()\nwhile True: pass",
    "disk": "for n in range(10**9):\n    try: open(str(n), 'wb').write(bytes(2**20))\n    except OSError: pass",
    "text": "while True: print('x' * 10**6)",
    "busy processes": "import os\nfor _ in range(59):\n    if os.fork() == 0: break\nwhile True: pass",
    "sockets": "import socket\nkept = []\nwhile True:\n    one, other = socket.socketpair()\n"
    "    kept += [one, other]\n    one.setblocking(False)\n    try:\n        while True: one.send(bytes(2**16))\n"
    "    except OSError: pass",
}


def hand_in(assignment: CourseAssignment, bombs: bool) -> dict[str, str]:
    """Hands in a class of solutions, every third a bomb if there are ``bombs``; returns the bombs by student."""
    loaded, release = assignment.load(), read_release(assignment)
    answers, solution = loaded.answers, samples(assignment, loaded)[0]
    planted = {}
    for number in range(CLASS_SIZE):
        student = f"student{number:03}"
        if number % 3 == 2:
            name = list(BOMBS)[number // 3 % len(BOMBS)]
            planted[student] = name
            if bombs:
                broken = fill_in_answers(release, {**answers, ANSWER: BOMBS[name]})
                submit(assignment, replace(solution, student=student, data=ipynb.dump(broken)))
        else:
            submit(assignment, replace(solution, student=student))
    return planted


def grade(assignment: CourseAssignment, workers: int) -> tuple[float, list[batch.Outcome]]:
    """Grades the class, and returns the seconds that it took, without the start of the workers."""
    with Pool(workers) as pool:
        book = NbgraderGradebook(assignment)
        roster = assignment.roster().students
        batch.grade(assignment, book, students=roster[:2], force=True, pool=pool)
        start = time.perf_counter()
        outcomes = batch.grade(assignment, book, force=True, pool=pool)
        return time.perf_counter() - start, outcomes


def main() -> None:
    """Measures and prints."""
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        course = copy_course(Course.find(Path(__file__).parent), Path(scratch, "course"), [NAME])
        assignment = course.assignment(NAME)
        planted = hand_in(assignment, bombs=False)
        honest, _ = grade(assignment, workers)
        hand_in(assignment, bombs=True)
        total, outcomes = grade(assignment, workers)
    deadline = assignment.settings.limits.cell_seconds + GRACE
    bound = 1.5 * deadline * len(planted) / workers + honest
    print(f"{NAME}: {CLASS_SIZE} submissions, {len(planted)} of them bombs, {workers} workers")
    print(f"  honest part {honest:.1f} s; with bombs {total:.1f} s; bound {bound:.1f} s")
    for outcome in outcomes:
        if bomb := planted.get(outcome.student):
            print(f"  {bomb:<16}{outcome.seconds:6.1f} s  {outcome.score:5.1f} points {outcome.message}")
    wrong = [o for o in outcomes if o.student not in planted and o.score != outcomes[0].score]
    print(f"  neighbours with another score than the first: {len(wrong)}")


if __name__ == "__main__":
    main()
