"""Control groups: limits for all processes of a sandbox together, on this machine and on others as far as files go."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import Spawn

from autograder.errors import SandboxError
from autograder.sandbox.host import cgroups
from autograder.sandbox.host.cgroups import Group, Support
from autograder.sandbox.host.peer import Gone
from autograder.sandbox.host.self_test import open_zygote, tier_for_this_machine
from autograder.sandbox.host.zygote import Sandbox, Zygote

Zygotes = Callable[[], Zygote]
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
memory_groups = pytest.mark.skipif(
    not {"memory", "pids"} <= set(cgroups.support().controllers), reason="this machine has no cgroups for us"
)
shares_of_cpu = pytest.mark.skipif("cpu" not in cgroups.support().controllers, reason="no cgroups for the CPU")


def ours() -> set[Path]:
    """The groups that this process has made and not removed, but for its own."""
    name = f"{cgroups._prefix()}{os.getpid()}-*"
    found = {path for base in cgroups._find().bases.values() for path in base.glob(name)}
    return {path for path in found if os.getpid() not in cgroups._members(path)}


@pytest.fixture
def zygotes() -> Iterator[Zygotes]:
    """Starts zygotes, each of which has a group for its sandboxes, as that of each worker has."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Zygote(("numpy",), tier=tier_for_this_machine()))


def usage(zygote: Zygote, number: int = 0) -> int:
    """Bytes that a zygote and its sandboxes use together; their limit is number 1."""
    assert zygote.group.memory is not None
    return int((zygote.group.memory / cgroups._FILES[zygote.group.version][number]).read_text())


def printed(sandbox: Sandbox, source: str, seconds: float = 10.0) -> str:
    outputs = sandbox.run_cell(source, seconds=seconds).outputs
    return "".join(output.get("text") or "\n".join(output.get("traceback", [])) for output in outputs)


# -- on this machine ---------------------------------------------------------------------------------------------

HOARDERS = """
import os, time
for _ in range(60):
    if os.fork() == 0:
        hoard = b"x" * (50 * 2**20)
        time.sleep(60)
time.sleep(1)
"""


@memory_groups
def test_many_processes_share_one_limit_on_memory_and_the_neighbours_go_on(zygotes: Zygotes) -> None:
    attacked, other = zygotes(), zygotes()
    before = usage(attacked.ready())
    bomb, neighbour = attacked.spawn(memory_mb=200, disk_mb=16), other.spawn()
    with suppress(Gone):  # the kernel may have chosen the process that answers
        bomb.run_cell(HOARDERS, seconds=3.0)
    peak = "memory.max_usage_in_bytes" if attacked.group.version == 1 else "memory.peak"
    assert int((attacked.group.memory / peak).read_text()) <= before + 220 * 2**20  # type: ignore[operator]
    assert printed(neighbour, "print(len(bytes(2**28)))") == f"{2**28}\n"
    attacked.retire(bomb)
    after = attacked.spawn()
    assert printed(after, "print(1)") == "1\n"  # the kernel has not chosen the zygote
    attacked.retire(after)
    other.retire(neighbour)


@memory_groups
def test_each_sandbox_may_use_its_limit_beyond_what_the_zygote_has(zygotes: Zygotes) -> None:
    zygote = zygotes()
    before = usage(zygote.ready())
    for memory_mb in (200, 100, 300):  # in either direction
        zygote.retire(zygote.spawn(memory_mb=memory_mb, disk_mb=16))
        zygote.wait_for_retired()
        assert abs(usage(zygote, 1) - before - (memory_mb + 16) * 2**20) < 2**24


@memory_groups
def test_one_process_that_asks_for_too_much_still_gets_a_memory_error(spawn: Spawn) -> None:
    assert "MemoryError" in printed(spawn(memory_mb=200), "x = b'x' * 2**28")


@memory_groups
def test_memory_that_the_kernel_holds_for_a_sandbox_counts(spawn: Spawn, zygote: Zygote) -> None:
    sandbox = spawn()
    before = usage(zygote)
    source = "import os\npipes = [os.pipe() for _ in range(60)]\nfor _, end in pipes: os.write(end, bytes(2**16))"
    assert printed(sandbox, source) == ""
    assert usage(zygote) - before > 60 * 2**16 * 0.8


@memory_groups
def test_the_kernel_ends_a_sandbox_before_its_zygote(spawn: Spawn) -> None:
    assert printed(spawn(), "print(open('/proc/self/oom_score_adj').read().strip())") == "1000\n"


@memory_groups
def test_files_in_the_home_count_as_memory(spawn: Spawn, zygote: Zygote) -> None:
    sandbox = spawn()
    before = usage(zygote)
    printed(sandbox, "open('big', 'wb').write(b'x' * 2**25)")
    assert usage(zygote) - before > 2**25 * 0.9


@memory_groups
def test_processes_are_counted_by_the_group_as_well(zygotes: Zygotes) -> None:
    zygote = zygotes()
    sandbox = zygote.spawn(processes=20)
    (folder,) = [folder for folder in zygote.group.folders if Path(folder, "pids.max").exists()]
    assert Path(folder, "pids.max").read_text() == "21\n"
    assert len(cgroups._members(Path(folder))) == 3  # the zygote, the first process and the student's
    zygote.retire(sandbox)


BUSY = """
import os, time
os.sched_setaffinity(0, {0})
start = time.monotonic() + 1
for _ in range(59):
    if os.fork() == 0:
        time.sleep(start - time.monotonic())
        while True: pass
"""
WORK = """
import os, time
os.sched_setaffinity(0, {0})
time.sleep(1)
start, end = time.process_time(), time.monotonic() + 1
while time.monotonic() < end: pass
print(time.process_time() - start)
"""


@shares_of_cpu
def test_sixty_busy_processes_take_one_share_of_the_cpu(zygotes: Zygotes) -> None:
    """Beside them, one process would get a sixtieth of the core if each took a share."""
    attacked, other = zygotes(), zygotes()
    bomb, neighbour = attacked.spawn(processes=100), other.spawn()
    printed(bomb, BUSY)
    assert all(len(cgroups._members(Path(folder))) == 62 for folder in attacked.group.folders)
    assert float(printed(neighbour, WORK, seconds=30.0)) > 4 / 60
    attacked.retire(bomb)
    other.retire(neighbour)


@memory_groups
def test_nothing_is_left_of_a_group_when_its_zygote_has_ended() -> None:
    before = ours()
    with Zygote(("numpy",), tier=tier_for_this_machine()) as zygote:
        retired, forgotten = zygote.spawn(), zygote.spawn()
        assert ours() - before == set(map(Path, zygote.group.folders))
        zygote.retire(retired)
        zygote.wait_for_retired()
    assert ours() == before
    forgotten.kill()  # closes its socket


@memory_groups
def test_what_a_killed_grader_has_left_is_removed_by_the_next() -> None:
    code = (
        "import os, subprocess\nfrom autograder.sandbox.host import cgroups\n"
        f"group = cgroups.enter()\nprocess = subprocess.Popen({SLEEP!r}, start_new_session=True, stdout=-3)\n"
        "print(process.pid, *group.folders, flush=True)\nos.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False)
    pid, *folders = done.stdout.split()
    assert folders
    assert all(os.path.isdir(folder) for folder in folders)
    cgroups.sweep()
    assert not any(os.path.isdir(folder) for folder in folders)
    assert not Path("/proc", pid, "exe").exists()


DAEMON = """
import os, time
ours, theirs = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(theirs, str(os.getpid()).encode())
        time.sleep(600)
    os._exit(0)
print(os.read(ours, 20).decode())
"""


@memory_groups
def test_a_process_that_left_its_session_does_not_outlive_grading_without_a_sandbox() -> None:
    """Without a pid namespace to end, the group is what holds a submission's processes together."""
    with open_zygote(("numpy",), unsafe=True) as zygote:
        sandbox = zygote.spawn()
        daemon = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        daemon += (
            "        print(os.getpid(), file=open('pid', 'w'))\n        time.sleep(600)\n    os._exit(0)\nos.wait()\n"
        )
        daemon += (
            "while not os.path.exists('pid') or not open('pid').read(): time.sleep(0.01)\nprint(open('pid').read())"
        )
        pid = int(printed(sandbox, daemon))
        assert Path("/proc", str(pid)).exists()
        zygote.retire(sandbox)
        zygote.wait_for_retired()
        assert not Path("/proc", str(pid), "exe").exists()


@memory_groups
def test_a_limit_can_be_set_beyond_what_is_in_use_and_lifted_again() -> None:
    group = cgroups.make()
    assert group.memory is not None
    _, limit, _ = cgroups._FILES[group.version]
    unlimited = (group.memory / limit).read_text()
    group.limit_memory(100, more=True)
    assert int((group.memory / limit).read_text()) >= 100 * 2**20
    group.limit_memory(50)
    assert int((group.memory / limit).read_text()) == 50 * 2**20
    group.lift_memory_limit()
    assert (group.memory / limit).read_text() == unlimited
    group.remove()
    group.remove()  # as often as one likes
    assert not group.memory.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone may make groups of version 2 here")
@pytest.mark.skipif(not Path("/sys/fs/cgroup/unified").is_dir(), reason="version 2 is mounted elsewhere or not at all")
def test_version_2_kills_its_processes_by_one_word() -> None:
    """The hierarchy is real, if without controllers, which belong to version 1 on such a machine."""
    folder = Path("/sys/fs/cgroup/unified", f"{cgroups._prefix()}{os.getpid()}-v2")
    folder.mkdir()
    process = subprocess.Popen(SLEEP, start_new_session=True)
    (folder / "cgroup.procs").write_text(str(process.pid))
    Group((str(folder),)).remove()
    assert not folder.exists()
    assert process.wait(5) == -9


# -- without groups ----------------------------------------------------------------------------------------------


def test_a_machine_without_groups_runs_sandboxes_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "_find", lambda: cgroups._Place(Support(0), {}))
    assert cgroups.support() == Support(0)
    assert cgroups.make() == Group()
    with Zygote(("numpy",), tier=tier_for_this_machine()) as zygote:
        sandbox = zygote.spawn(memory_mb=200)
        assert zygote.group == Group()
        assert printed(sandbox, "print(1)") == "1\n"
        assert "MemoryError" in printed(sandbox, "x = bytes(2**28)")
        zygote.retire(sandbox)
    Group().kill()
    Group().limit_memory(1)
    Group().lift_memory_limit()


def test_without_groups_the_first_process_watches_over_the_memory_of_all(
    monkeypatch: pytest.MonkeyPatch, zygotes: Zygotes
) -> None:
    monkeypatch.setattr(cgroups, "_find", lambda: cgroups._Place(Support(0), {}))
    zygote = zygotes()
    bomb = zygote.spawn(memory_mb=200)
    with pytest.raises(Gone) as caught:
        bomb.run_cell(HOARDERS.replace("time.sleep(1)", "time.sleep(20)"), seconds=20.0)
    assert caught.value.why == "died"
    zygote.retire(bomb)
    honest = zygote.spawn(memory_mb=200)
    several = "import os\nfor _ in range(8):\n    if os.fork() == 0:\n        import time; time.sleep(1); os._exit(0)\n"
    several += "import time\nx = b'x' * 2**27\ntime.sleep(1)\nprint(len(x))"
    assert printed(honest, several) == f"{2**27}\n"
    zygote.retire(honest)


def test_a_group_that_cannot_be_made_stops_grading_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    place = cgroups._Place(Support(2, ("memory",)), {"memory": gone})
    monkeypatch.setattr(cgroups, "_find", lambda: place)
    with pytest.raises(SandboxError, match=r"a control group cannot be made: .*gone"):
        cgroups.make()


# -- other machines, by their files -------------------------------------------------------------------------------

V2 = "30 20 0:26 {root} {point} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
V1 = "3{n} 20 0:3{n} {root} {point} rw - cgroup cgroup rw,{names}"


class Machine:
    """A directory that looks like a cgroup file system, and like /proc/self."""

    def __init__(self, folder: Path) -> None:
        self.proc, self.point = folder / "self", folder / "cgroup"
        self.proc.mkdir()
        self.point.mkdir()

    def write(self, mounts: list[str], groups: list[str]) -> None:
        other = "25 20 0:22 / /proc rw - proc proc rw"
        (self.proc / "mountinfo").write_text("\n".join([other, *mounts]) + "\n")
        (self.proc / "cgroup").write_text("\n".join(groups) + "\n")

    def version_2(self, own: str, *members: int, root_of_machine: bool = True) -> Path:
        """A machine of version 2 on which this process is in the group ``own``, with others; returns its folder."""
        self.write([V2.format(root="/", point=self.point)], [f"0::{own}"])
        folder = self.point / own.lstrip("/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cgroup.procs").write_text("\n".join(map(str, members)))
        if not root_of_machine:
            (self.point / "cgroup.type").write_text("domain")
        return folder

    def find(self) -> Any:
        return cgroups._find.__wrapped__(self.proc)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_version_1_has_a_hierarchy_for_each_controller(machine: Machine) -> None:
    for name in ("memory", "pids", "cpu,cpuacct"):
        (machine.point / name / "jobs").mkdir(parents=True)
    mounts = [
        V1.format(n=n, root="/", point=machine.point / names, names=names)
        for n, names in enumerate(("memory", "pids", "cpu,cpuacct"))
    ]
    machine.write(mounts, ["3:memory:/jobs", "2:cpu,cpuacct:/", "1:pids:/jobs", "0::/"])
    place = machine.find()
    assert place.support == Support(1, ("memory", "pids", "cpu"))
    assert place.bases == {
        "memory": machine.point / "memory/jobs",
        "pids": machine.point / "pids/jobs",
        "cpu": machine.point / "cpu,cpuacct",
    }


def test_in_a_container_that_shows_its_own_group_as_the_root(machine: Machine) -> None:
    """Docker with version 1 mounts the container's group, while /proc/self/cgroup has the path on the host."""
    machine.write([V1.format(n=1, root="/docker/ab", point=machine.point, names="memory")], ["1:memory:/docker/ab"])
    assert machine.find().bases == {"memory": machine.point}
    machine.write([V1.format(n=1, root="/docker/ab", point=machine.point, names="memory")], ["1:memory:/elsewhere"])
    assert machine.find().bases == {"memory": machine.point}


def test_a_process_alone_in_its_delegated_group_moves_below_it(machine: Machine) -> None:
    own = machine.version_2("/user.slice/run-1.scope", os.getpid(), root_of_machine=False)
    place = machine.find()
    assert place.support == Support(2, ("memory", "pids", "cpu"))
    assert set(place.bases.values()) == {own}
    (leaf,) = own.glob("chainrule-*")
    assert (leaf / "cgroup.procs").read_text() == "0"


def test_its_workers_find_the_group_that_holds_them(machine: Machine) -> None:
    own = f"/user.slice/run-1.scope/{cgroups._prefix()}1-0"
    leaf = machine.version_2(own, os.getpid(), 1, root_of_machine=False)
    assert set(machine.find().bases.values()) == {leaf.parent}
    assert list(leaf.glob("chainrule-*")) == []


def test_a_group_that_is_shared_with_a_shell_is_left_alone(machine: Machine) -> None:
    own = machine.version_2("/user.slice/session-2.scope", os.getpid(), 1, root_of_machine=False)
    place = machine.find()
    assert (place.bases, place.support.version) == ({}, 0)
    assert place.support.remedy
    assert [path.name for path in own.iterdir()] == ["cgroup.procs"]


@pytest.mark.skipif(os.geteuid() != 0, reason="everybody else would find the root read-only")
def test_root_makes_groups_at_the_top_of_the_machine(machine: Machine) -> None:
    machine.version_2("/user.slice/session-2.scope", os.getpid(), 1)
    assert set(machine.find().bases.values()) == {machine.point}


def test_a_machine_without_the_file_system_says_how_to_get_it(machine: Machine) -> None:
    machine.write([], ["0::/"])
    assert machine.find().support == Support(0, (), "mount the cgroup file system at /sys/fs/cgroup")


def test_limits_of_version_2_are_written_without_swap(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.version_2("/run-1.scope", os.getpid(), root_of_machine=False)
    place = machine.find()
    monkeypatch.setattr(cgroups, "_find", lambda: place)
    group = cgroups.make()
    (folder,) = map(Path, group.folders)
    (folder / "pids.current").write_text("1")
    (folder / "pids.max").write_text("max")
    group.limit_memory(100)
    group.limit_processes(6)
    (folder / "pids.current").unlink()
    files = {path.name: path.read_text() for path in folder.iterdir()}
    assert files == {"memory.max": str(100 * 2**20), "memory.swap.max": "0", "pids.max": "7"}
    group.lift_memory_limit()
    assert (folder / "memory.max").read_text() == "max"
