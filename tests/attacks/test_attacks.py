"""Every technique is handed in to the real grader, in every tier that this machine offers, and nothing comes of it.

A technique scores exactly what the honest twin of the same notebook scores. Afterwards the neighbours have full points,
and the gradebook, the course and this machine are as before. :mod:`attacked_class` grades, in a process of its own.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attacked_class import HONEST
from other_machines import ROOT, rearranged, user_namespaces_are_possible
from technique import DEFAULT_ASSIGNMENT, TECHNIQUES, Technique

from autograder.sandbox.host import bubblewrap

TIERS = ("root", "userns", "bwrap") if os.geteuid() == 0 else ("userns",)
SAMPLE = (
    "verdict/lying_array", "verdict/replaces_the_call", "reading/course_files", "leaving/input_in_an_exception",
    "files/check_id_on_an_answer", "bombs/memory", "wire/raw_frames", "callbacks/reads_the_name",
    "pages/active_markup", "kernel/writes_outside", "persistence/daemon",
)  # fmt: skip
"""A technique of each family, all of a1, for a run that takes seconds."""
NOBODY = 65534
MAX_WORKER_MB, MAX_PAGE_BYTES, MAX_SECONDS = 1024, 50 * 2**20, 30

Json = dict[str, Any]
Reports = Callable[[str, str], Json]


SANDBOX = ("bombs", "kernel", "leaving", "persistence", "reading")
"""The families that the sandbox itself has to stop. The rest is up to the trusted side, which is the same in each tier.

So only these are tried in every tier; `make attacks` tries all of them everywhere.
"""
EVERYWHERE = bool(os.environ.get("ATTACK_EVERYWHERE"))

CLASSES: dict[tuple[str, str], list[str]] = {}
"""The techniques to try in each tier, in each assignment."""
for _technique in TECHNIQUES.values():
    for _tier in TIERS:
        if _tier == TIERS[0] or _technique.family in SANDBOX or EVERYWHERE:
            CLASSES.setdefault((_tier, _technique.assignment), []).append(_technique.id)


def attack(tier: str, assignment: str, *ids: str, below: Path | None = None) -> Json:
    """Grades a class in a process of its own, as root or as nobody, in a temporary folder (``below`` another one)."""
    with tempfile.TemporaryDirectory(prefix="attacks-", dir=below) as folder:
        Path(folder).chmod(0o755)  # pytest's own folders are closed to nobody
        return _attack(Path(folder), tier, [assignment, *ids])


def _attack(folder: Path, tier: str, arguments: list[str]) -> Json:
    work = folder / "work"
    work.mkdir()
    prefix: tuple[str, ...] = ()
    if tier != "root" and os.geteuid() == 0:
        prefix = rearranged(folder / "as_nobody.sh", only_bubblewrap(folder) if tier == "bwrap" else [], nobody=True)
        if not user_namespaces_are_possible(prefix):
            pytest.skip("this kernel gives no user namespace to an unprivileged process")
        os.chown(work, NOBODY, NOBODY)
    command = [*prefix, sys.executable, str(Path(__file__).with_name("attacked_class.py")), str(work), *arguments]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
        timeout=550,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report: Json = json.loads((work / "report.json").read_text(encoding="utf-8"))
    return report


def only_bubblewrap(folder: Path) -> list[str]:
    """Lines of bash after which the engine finds a machine where only bubblewrap may make user namespaces."""
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    module, changed, setting = Path(str(bubblewrap.__file__)), folder / "bubblewrap.py", folder / "restricted"
    setting.write_text("1\n", encoding="utf-8")
    (restricts,) = (path for path in bubblewrap.RESTRICTIONS if "apparmor" in path)
    changed.write_text(module.read_text(encoding="utf-8").replace(restricts, str(setting)), encoding="utf-8")
    return [f"mount --bind {changed} {module}"]


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Attacks once for each tier and assignment, also if several processes run these tests."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def report(tier: str, assignment: str) -> Json:
        kept = base / f"attacks-{tier}-{assignment}.json"
        with kept.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_text("{}", encoding="utf-8")  # what fails is not tried again for each technique
                kept.write_text(json.dumps(attack(tier, assignment, *CLASSES[tier, assignment])), encoding="utf-8")
            found: Json = json.loads(kept.read_text(encoding="utf-8"))
            assert found, "the class could not be graded; the first test that needed it says why"
            return found

    return report


@pytest.fixture(scope="module")
def sample() -> Json:
    """The report of a small class, in the tier of this machine."""
    return attack(TIERS[0], DEFAULT_ASSIGNMENT, "--without-pages", *SAMPLE)


def gains(technique: Technique, report: Json) -> list[str]:
    """What somebody gained by a technique: must be empty."""
    students = report["students"]
    if technique.student not in students:
        return [] if technique.name.startswith("name_") else ["the class was graded without this student"]
    found = students[technique.student]
    twin = students[f"twin-{technique.student}" if technique.honest else "untouched"]["score"]
    problems = [*found["leaks"], *found["active"], *found["escaped"]]
    if found["score"] != twin or report["recorded"].get(technique.student, 0.0) != found["score"]:
        problems.append(f"scores {found['score']} where the honest twin scores {twin}: {found['message']}")
    if found["message"].startswith("the grader failed"):
        problems.append(found["message"])
    if found["bytes"] > MAX_PAGE_BYTES:
        problems.append(f"pages and notebook of {found['bytes'] / 2**20:.0f} MB")
    if found["seconds"] > MAX_SECONDS:
        problems.append(f"graded for {found['seconds']:.0f} s")
    return problems


def damage(report: Json) -> list[str]:
    """What a class of attackers did to everything but their own submissions: must be empty."""
    students, recorded = report["students"], report["recorded"]
    left = [
        f"{key}: {report[key]}" for key in ("arrived", "processes", "left", "cgroups", "files_changed") if report[key]
    ]
    for neighbour in HONEST:
        found = students[neighbour]
        if not found["score"] == found["max_score"] == recorded[neighbour] > 0:
            left.append(f"{neighbour} has {found['score']} of {found['max_score']} points: {found['message']}")
    known = {*HONEST, *(t.student for t in TECHNIQUES.values()), *(f"twin-{t.student}" for t in TECHNIQUES.values())}
    left += [f"{student!r} has points" for student in students if student not in known and students[student]["score"]]
    left += [f"{student!r} is in the gradebook" for student in recorded if student not in students]
    used = max(report["worker_mb"].items(), key=lambda item: item[1])
    left += [f"a worker used {used[1]:.0f} MB for {used[0]}"] if used[1] > MAX_WORKER_MB else []
    return left


@pytest.mark.parametrize("technique", SAMPLE)
def test_a_technique_of_each_family_gains_nothing(technique: str, sample: Json) -> None:
    assert gains(TECHNIQUES[technique], sample) == []


def test_a_small_class_of_attackers_leaves_everything_as_it_was(sample: Json) -> None:
    assert damage(sample) == []


def test_there_is_a_technique_of_each_family_in_the_sample() -> None:
    assert {technique.family for technique in TECHNIQUES.values()} == {TECHNIQUES[name].family for name in SAMPLE}
    assert len(TECHNIQUES) >= 90
    assert all(technique.sentence.endswith(".") for technique in TECHNIQUES.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tier", "technique"), [(tier, name) for (tier, _), names in CLASSES.items() for name in names]
)
def test_no_technique_gains_anything(tier: str, technique: str, reports: Reports) -> None:
    found = TECHNIQUES[technique]
    assert gains(found, reports(tier, found.assignment)) == []


@pytest.mark.slow
@pytest.mark.parametrize(("tier", "assignment"), CLASSES)
def test_attackers_leave_everything_as_it_was(tier: str, assignment: str, reports: Reports) -> None:
    assert damage(reports(tier, assignment)) == []


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can put a course there")
def test_a_course_below_usr_is_as_unreadable_as_any_other() -> None:
    """Images of containers put code into /usr/src; the system's folders are what a sandbox shows."""
    readers = [name for name in TECHNIQUES if name.startswith("reading/")]
    report = attack("root", DEFAULT_ASSIGNMENT, "--without-pages", *readers, below=Path("/usr/src"))
    assert [(name, found) for name in readers if (found := gains(TECHNIQUES[name], report))] == []
    assert damage(report) == []


@pytest.mark.slow
def test_without_a_sandbox_the_same_techniques_succeed() -> None:
    """Otherwise the tests above would say nothing."""
    chosen = ["reading/course_files", "reading/solution_in_a_call", "leaving/tcp"]
    report = attack(TIERS[0], DEFAULT_ASSIGNMENT, "--without-pages", "--unsafe", *chosen)
    assert [name for name in chosen if not gains(TECHNIQUES[name], report)] == []
    assert any(problem.startswith("arrived: ") for problem in damage(report))
