"""The tier for machines where only bubblewrap may make a user namespace, tried with the real bubblewrap."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from other_machines import python, rearranged, user_namespaces_are_possible

from autograder.errors import IsolationMissing
from autograder.sandbox.host import bubblewrap, self_test
from autograder.sandbox.host.self_test import open_zygote, tier_for_this_machine
from autograder.sandbox.settings import BWRAP_TIER, USERNS_TIER

MECHANISMS = """
from autograder.reporting.mechanisms import mechanisms
print(*(found.name for found in mechanisms("bwrap") if found.required and found.passed), sep=", ")
"""

IN_BUBBLEWRAP = """
import json, os, time
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.self_test import attempt_escapes, open_zygote
from autograder.sandbox.host.zygote import Gone
import numpy

def family(pid):
    children = open(f"/proc/{pid}/task/{pid}/children").read().split()
    return [pid, *(member for child in children for member in family(int(child)))]

bubblewrap.is_needed = lambda: True
with open_zygote(("numpy",), data={"images": numpy.arange(5)}, private=(os.getcwd(),)) as zygote:
    sandbox = zygote.spawn(memory_mb=200, disk_mb=4, processes=20)

    def run(source):
        outputs = sandbox.run_cell(source, seconds=5).outputs
        return "".join(str(output.get("text", output.get("ename", ""))) for output in outputs)

    def write_to(*folders):
        return [run(f"f = open('{folder}/y', 'w')") for folder in folders]

    said = {
        "tier": zygote.tier,
        "down": [attempt.name for attempt in attempt_escapes(zygote, (os.getcwd(),)) if not attempt.blocked],
        "versions": zygote.versions,
        "value": run("import os; print(6 * 7)"),
        "root": run("print([line.split()[3][:3] for line in open('/proc/mounts') if line.split()[1] == '/'])"),
        "memory": run("x = bytes(2**28)"),
        "disk": run("open('x', 'wb').write(bytes(5 * 2**20))"),
        "writable": write_to(".", "/tmp", "/dev/shm"),
        "closed": write_to("/", "/dev", "/usr/bin", "/engine", "/engine/autograder"),
        "first process": [run(f"f = open('/proc/1/{name}', 'rb').read(1)") for name in ("environ", "mem", "maps")],
        "kill": run("try: os.kill(1, 9)\\nexcept OSError: pass\\nprint('alive')"),
        "command": run("!echo $((40 + 2))"),
        "undefined": sandbox.fork().get("nowhere", seconds=1.0).undefined,
        "interrupted": sandbox.run_cell("while True: pass", seconds=0.2).interrupted,
    }
    run("if os.fork() == 0:\\n    if os.fork() == 0: os._exit(0)\\n    os._exit(0)\\nos.wait()")
    for _ in range(100):
        states = "[open(f'/proc/{p}/stat').read().split()[2] for p in os.listdir('/proc') if p.isdigit()]"
        said["zombies"] = run(f"import time; time.sleep(0.05); print({states}.count('Z'))")
        if said["zombies"] == "0\\n":
            break
    run("if os.fork() == 0:\\n    os.setsid()\\n    time.sleep(600)")
    said["before"] = len(family(os.getpid()))
    zygote.retire(sandbox)
    zygote.wait_for_retired()
    said["after"] = len(family(os.getpid()))
print(json.dumps(said))
"""


@pytest.fixture
def nobody(tmp_path: Path) -> tuple[str, ...]:
    """A command line before which Python runs without privileges, on a machine that has bubblewrap."""
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    prefix = rearranged(tmp_path / "as_nobody.sh", [], nobody=True) if os.geteuid() == 0 else ()
    if not user_namespaces_are_possible(prefix):
        pytest.skip("this kernel gives no user namespace to an unprivileged process")
    return prefix


def test_a_sandbox_in_bubblewrap_has_every_protection(nobody: tuple[str, ...]) -> None:
    done = python(*nobody, code=IN_BUBBLEWRAP)
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert set(said.pop("versions")) == {"numpy"}
    assert said.pop("before") - said.pop("after") >= 4
    assert said == {
        "tier": "bwrap",
        "down": [],
        "value": "42\n",
        "root": "['ro,']\n",
        "memory": "MemoryError",
        "disk": "OSError",
        "writable": ["", "", ""],
        "closed": ["OSError"] * 5,
        "first process": ["PermissionError"] * 3,
        "kill": "alive\n",
        "command": "42\n",
        "undefined": True,
        "interrupted": True,
        "zombies": "0\n",
    }


def test_the_doctor_tries_bubblewrap_instead_of_namespaces(nobody: tuple[str, ...]) -> None:
    done = python(*nobody, code=MECHANISMS)
    assert "bubblewrap" in done.stdout.split(", "), done.stdout + done.stderr
    assert "namespaces" not in done.stdout


def test_bubblewrap_is_used_only_where_other_programs_are_restricted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = tmp_path / "apparmor_restrict_unprivileged_userns"
    monkeypatch.setattr(bubblewrap, "RESTRICTIONS", {str(setting): "1"})
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert tier_for_this_machine() == USERNS_TIER
    setting.write_text("0\n")
    assert tier_for_this_machine() == USERNS_TIER
    setting.write_text("1\n")
    assert tier_for_this_machine() == BWRAP_TIER
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert tier_for_this_machine() == USERNS_TIER


def test_a_bubblewrap_that_fails_stops_grading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "_program", lambda: str(broken))
    monkeypatch.setattr(self_test, "tier_for_this_machine", lambda: BWRAP_TIER)
    with pytest.raises(IsolationMissing, match="nothing was graded: bubblewrap could not make a sandbox"):
        open_zygote(("numpy",))
