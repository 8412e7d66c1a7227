"""`make bench`: what grading costs, beside stock nbgrader on the same notebooks in the same run.

Whole processes, pinned to one core; a cost per submission is the slope between a small class and a larger one, so
that start-up does not count. Medians over the rounds; nothing here is asserted.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from autograder.authoring.sample_class import copy_course, read_release, samples, submit
from autograder.course.layout import Course
from autograder.grading.setup import open_graders
from autograder.notebooks import intake

ROUNDS = 3
NAME = "a1_numerical_gradients"
BIN = Path(sys.executable).parent


def run(arguments: list[str], folder: Path) -> float:
    """Wall seconds of a command on one core."""
    environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}
    command = ["taskset", "-c", "0", str(BIN / arguments[0]), *arguments[1:]]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start


def make_class(course: Course, size: int) -> None:
    """``size`` students who hand in the reference solution."""
    shutil.rmtree(course.submitted, ignore_errors=True)
    shutil.rmtree(course.autograded, ignore_errors=True)
    place = course.assignment(NAME)
    solution = samples(place, place.load())[0]
    for number in range(size):
        submit(place, replace(solution, student=f"student{number:03}"))


def slope(course: Course, arguments: list[str], small: int, large: int) -> float:
    """Milliseconds that one more submission costs."""
    times = {}
    for size in (small, large):
        make_class(course, size)
        times[size] = run(arguments, course.root)
    return 1000 * (times[large] - times[small]) / (large - small)


def use_stock_nbgrader(config: Path) -> None:
    """Removes the settings by which nbgrader grades through Chainrule."""
    text = config.read_text(encoding="utf-8")
    stock = text.replace("autograder.configure(c)", "")
    assert stock != text
    config.write_text(stock, encoding="utf-8")


def start_up(course: Course) -> tuple[float, float]:
    """Seconds of `autograder grade` until the first submission is graded, and when nothing is new."""
    make_class(course, 1)
    first = run(["autograder", "grade", NAME, "--force"], course.root)
    return first, run(["autograder", "grade", NAME], course.root)


def memory(course: Course, gradings: int) -> tuple[float, float]:
    """Resident MB of the trusted process after a tenth of the gradings and after all of them."""
    make_class(course, 1)
    path = course.submitted / "student000" / NAME / f"{NAME}.ipynb"
    sizes = []
    with open_graders(course.assignment(NAME)) as graders:
        grader = graders[NAME]
        for number in range(1, gradings + 1):
            grader.grade(intake.read(path, grader.template))
            if number in (gradings // 10, gradings):
                status = Path("/proc/self/status").read_text(encoding="ascii")
                sizes.append(int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024)
    return sizes[0], sizes[1]


def main() -> None:
    """Measures and prints."""
    here = Course.find(Path(__file__).parent)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        ours = copy_course(here, Path(scratch, "ours"), [NAME])
        stock = copy_course(here, Path(scratch, "stock"), [NAME])
        use_stock_nbgrader(stock.root / "nbgrader_config.py")
        grade = ["autograder", "grade", NAME, "--force", "--workers", "1"]
        autograde = ["nbgrader", "autograde", NAME, "--force"]
        rows = []
        for _ in range(ROUNDS):
            rows.append((slope(ours, grade, 2, 42), slope(ours, autograde, 1, 5), slope(stock, autograde, 1, 5)))
        engine, door, nbgrader = (statistics.median(column) for column in zip(*rows, strict=True))
        print(
            f"{NAME}: {len(read_release(ours.assignment(NAME))['cells'])} cells, one core, medians of {ROUNDS} rounds"
        )
        print(f"  autograder grade, per submission                  {engine:8.0f} ms")
        print(f"  nbgrader autograde through our hooks              {door:8.0f} ms")
        print(f"  stock nbgrader autograde (visible checks only)    {nbgrader:8.0f} ms, {nbgrader / engine:.1f} times")
        for arguments in (["build", NAME], ["--help"]):
            print(f"  {'autograder ' + arguments[0]:<50}{run(['autograder', *arguments], ours.root):8.2f} s")
        first, nothing = (
            statistics.median(column) for column in zip(*(start_up(ours) for _ in range(ROUNDS)), strict=True)
        )
        print(f"  one submission, start-up included                 {first:8.2f} s")
        print(f"  nothing to grade                                  {nothing:8.2f} s")
        early, late = memory(ours, 200)
        print(f"  memory of the trusted process after 20, 200       {early:8.1f} MB, {late:.1f} MB")


if __name__ == "__main__":
    main()
