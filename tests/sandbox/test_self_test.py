"""The isolation self-test: forbidden acts are attempted before anybody is graded; a successful escape stops it."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from other_machines import ROOT, as_root, python, rearranged, user_namespaces_are_possible

from autograder.errors import IsolationMissing, SandboxError
from autograder.sandbox.host import self_test
from autograder.sandbox.host import zygote as host
from autograder.sandbox.host.self_test import (
    GET_NAMESPACES,
    LANDLOCK_ABI,
    Attempt,
    attempt_escapes,
    open_zygote,
    start_zygote,
    tier_for_this_machine,
)
from autograder.sandbox.host.zygote import Gone, Sandbox, Zygote
from autograder.sandbox.linux import landlock_abi
from autograder.sandbox.settings import NO_TIER, ROOT_TIER, USERNS_TIER

has_landlock = pytest.mark.skipif(landlock_abi() < LANDLOCK_ABI, reason="this kernel has no Landlock, or an old one")


def test_every_attempt_is_blocked(zygote: Zygote) -> None:
    attempts = attempt_escapes(zygote)
    assert len(attempts) >= 18
    assert [attempt.name for attempt in attempts if not attempt.blocked] == []


def test_a_zygote_opens_only_after_the_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Zygote] = []

    def look(zygote: Zygote, private: tuple[str, ...]) -> list[Attempt]:
        tried.append(zygote)
        return attempt_escapes(zygote, private)

    monkeypatch.setattr(self_test, "attempt_escapes", look)
    with open_zygote(("numpy",)) as zygote:
        assert tried == [zygote]
        assert zygote.tier == tier_for_this_machine() != NO_TIER


def test_without_isolation_nearly_every_attempt_succeeds() -> None:
    """The attempts themselves are real: where nothing is in the way, they get through."""
    with open_zygote(("numpy",), unsafe=True) as zygote:
        down = {attempt.name for attempt in attempt_escapes(zygote) if not attempt.blocked}
    assert {"no network", "no host files", "few processes", "own process table", "no new privileges"} <= down
    assert {"own host name", "no password files", "limited processes"} <= down
    if os.geteuid() == 0:
        assert {"read-only system", "no capabilities", "no way back to root"} <= down
        assert "a uid other than the grader's" in down


def test_grading_without_a_sandbox_is_explicit_and_stamped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "attempt_escapes", lambda zygote, private: pytest.fail("nothing to inspect"))
    with open_zygote(("numpy",), unsafe=True) as zygote:
        assert zygote.tier == NO_TIER == "none"
        sandbox = zygote.spawn()
        (output,) = sandbox.run_cell("print(6 * 7)", seconds=5.0).outputs
        assert output["text"] == "42\n"
        zygote.retire(sandbox)


def test_the_message_names_the_escape_the_remedy_and_the_workaround(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = [Attempt("no network", True), Attempt("no mounts", False), Attempt("no host files", False)]
    monkeypatch.setattr(self_test, "attempt_escapes", lambda zygote, private: attempts)
    closed: list[Zygote] = []
    monkeypatch.setattr(Zygote, "close", closed_by(closed, Zygote.close))
    with pytest.raises(IsolationMissing) as caught:
        open_zygote(("numpy",))
    message = str(caught.value)
    assert message.startswith("nothing was graded: the sandbox lets a student break out (no mounts, no host files); ")
    assert "no network" not in message
    assert GET_NAMESPACES[tier_for_this_machine()] in message
    assert "--unsafe-no-sandbox" in message
    assert caught.value.exit_code == 78
    assert len(closed) == 1


def closed_by(closed: list[Zygote], close: Any) -> Any:
    def remember(zygote: Zygote) -> None:
        closed.append(zygote)
        close(zygote)

    return remember


def test_no_sandbox_is_spawned_before_the_self_test_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "attempt_escapes", lambda zygote, private: [Attempt("no mounts", False)])
    with start_zygote(("numpy",)) as zygote:
        with pytest.raises(IsolationMissing, match=r"break out \(no mounts\)"):
            zygote.spawn()
        with pytest.raises(SandboxError):
            zygote.spawn()
        assert not zygote.is_alive()


@pytest.mark.parametrize(
    ("step", "protection"),
    [
        ("set_limits", "limited memory"),
        ("drop_privileges", "no capabilities"),
        ("close_all_but", "only its own descriptors"),
        ("install_filter", "filtered system calls"),
        pytest.param("restrict", "Landlock", marks=has_landlock),
    ],
)
def test_a_step_that_is_left_out_is_noticed(step: str, protection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starts a zygote whose isolation lacks one step, and lets the self-test find out which."""
    module = {"install_filter": "seccomp", "restrict": "landlock"}.get(step, "namespaces")
    cripple = f"from autograder.sandbox.guest.isolation import {module}; {module}.{step} = lambda *a, **b: None; "
    monkeypatch.setattr(host, "_BOOT", host._BOOT.replace("sys.path.remove", cripple + "sys.path.remove"))
    with pytest.raises(IsolationMissing, match=protection):
        open_zygote(("numpy",))


@pytest.mark.parametrize("answer", ["", "[1]", "not json", "7"])
def test_a_self_test_that_does_not_finish_stops_grading(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "_run", lambda zygote, probe, secret: answer)
    with pytest.raises(IsolationMissing, match="did not finish its attempts"):
        open_zygote(("numpy",))


def test_only_true_counts_as_blocked() -> None:
    assert self_test._read('{"a": true, "b": 1, "c": "yes", "d": null, "e": false}') == [
        Attempt("a", True), Attempt("b", False), Attempt("c", False), Attempt("d", False), Attempt("e", False),
    ]  # fmt: skip


def test_a_self_test_that_dies_stops_grading(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(self: Sandbox, *args: Any, **kwargs: Any) -> None:
        raise Gone("died")

    monkeypatch.setattr(Sandbox, "run_cell", die)
    with pytest.raises(IsolationMissing, match=r"the self-test.s sandbox ended early \(died\)"):
        open_zygote(("numpy",))
    assert "CHAINRULE_SELF_TEST" not in os.environ


def test_a_sandbox_that_cannot_be_made_stops_grading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Zygote, **attempts: int) -> Sandbox:
        raise SandboxError("the sandbox could not be made: unshare: Operation not permitted")

    monkeypatch.setattr(Zygote, "spawn", refuse)
    with pytest.raises(IsolationMissing, match=r"unshare: Operation not permitted; .*--unsafe-no-sandbox"):
        open_zygote(("numpy",))


@pytest.mark.parametrize("system", ["Darwin", "Windows"])
def test_another_operating_system_is_told_what_to_do(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    with pytest.raises(IsolationMissing, match=f"{system} has no namespaces; grade in a Linux container"):
        open_zygote(("numpy",))


@pytest.mark.parametrize(("uid", "tier"), [(0, ROOT_TIER), (1000, USERNS_TIER)])
def test_the_tier_follows_from_the_uid(uid: int, tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert tier_for_this_machine() == tier


# -- other machines than this ------------------------------------------------------------------------------

OPEN = """
import sys
from autograder.errors import ChainruleError
from autograder.sandbox.host.self_test import open_zygote
try:
    with open_zygote(("numpy",)) as zygote:
        print("opened", zygote.tier)
except ChainruleError as error:
    print(error)
    sys.exit(error.exit_code)
"""


AS_NOBODY = "import os; os.geteuid = lambda: 65534\n"


@as_root
def test_root_without_the_right_to_make_namespaces_is_told_so() -> None:
    done = python("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", code=OPEN)
    assert done.returncode == 78, done.stdout + done.stderr
    assert "Operation not permitted" in done.stdout
    assert "start it with the options in docs/container.md" in done.stdout


GUIDE = (ROOT / "docs" / "container.md").read_text(encoding="utf-8")
CAPABILITIES = re.findall(r"--cap-add (\w+)", GUIDE)


def open_with(capabilities: list[str]) -> subprocess.CompletedProcess[str]:
    kept = ",".join(["-all", *(f"+{name.lower()}" for name in capabilities)])
    return python("setpriv", f"--bounding-set={kept}", "--inh-caps=-all", code=OPEN)


@as_root
def test_root_can_grade_with_the_capabilities_that_the_container_gets() -> None:
    done = open_with(CAPABILITIES)
    assert done.stdout == "opened root\n", done.stdout + done.stderr


@as_root
@pytest.mark.slow
@pytest.mark.parametrize("name", CAPABILITIES)
def test_root_needs_each_of_the_capabilities_that_the_container_gets(name: str) -> None:
    done = open_with([other for other in CAPABILITIES if other != name])
    assert done.returncode == 78, done.stdout + done.stderr


# -- the tier of an unprivileged grader --------------------------------------------------------------------

UNPRIVILEGED = """
import contextlib, json
from autograder.sandbox.host.self_test import attempt_escapes, tier_for_this_machine
from autograder.sandbox.host.zygote import Gone, Zygote

with Zygote(("numpy",), tier=tier_for_this_machine()) as zygote:
    down = [attempt.name for attempt in attempt_escapes(zygote) if not attempt.blocked]
    sandbox = zygote.spawn(memory_mb=200, disk_mb=4, processes=20)

    def run(source):
        result = sandbox.run_cell(source, seconds=5.0)
        return "".join(output.get("text", output.get("ename", "")) for output in result.outputs)

    said = {
        "value": run("import os; print(6 * 7)"),
        "memory": run("x = bytes(2**28)"),
        "disk": run("open('x', 'wb').write(bytes(5 * 2**20))"),
        "uid": run("print(os.getuid())"),
        "undefined": sandbox.fork().get("nowhere", seconds=1.0).undefined,
        "interrupted": sandbox.run_cell("while True: pass", seconds=0.2).interrupted,
    }
    with contextlib.suppress(Gone):  # a fork bomb
        sandbox.run_cell("while True:\\n    try: os.fork()\\n    except OSError: pass", seconds=0.3)
    zygote.retire(sandbox)
    sandbox = zygote.spawn()
    left = run("import os; os.listdir('.')") or sandbox.run_cell("os.listdir('.')", seconds=5.0).outputs[0]["data"]
    print(json.dumps({"tier": zygote.tier, "down": down, **said, "left": left["text/plain"]}))
"""


@pytest.fixture
def unprivileged(tmp_path: Path) -> tuple[str, ...]:
    """A command line before which Python runs as nobody, in a view of this machine that nobody can read."""
    return rearranged(tmp_path / "as_nobody.sh", [], nobody=True) if os.geteuid() == 0 else ()


def test_an_unprivileged_grader_has_every_protection(unprivileged: tuple[str, ...]) -> None:
    if not user_namespaces_are_possible(unprivileged):
        pytest.skip("this kernel gives no user namespace to an unprivileged process")
    done = python(*unprivileged, code=UNPRIVILEGED)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said.pop("uid") not in ("", "0\n")
    assert said == {
        "tier": "userns",
        "down": [],
        "value": "42\n",
        "memory": "MemoryError",
        "disk": "OSError",
        "undefined": True,
        "interrupted": True,
        "left": "[]",
    }


def test_an_unprivileged_grader_without_user_namespaces_is_told_so(unprivileged: tuple[str, ...]) -> None:
    """A user namespace that may hold no further ones stands for a machine that allows none."""
    if not user_namespaces_are_possible(unprivileged):
        done = python(*unprivileged, code=OPEN)
    else:
        forbid = "echo 0 > /proc/sys/user/max_user_namespaces"
        inner = ("unshare", "--user", "--map-root-user", "bash", "-c", f'{forbid}; exec "$@"', "sh")
        done = python(*unprivileged, *inner, code=AS_NOBODY + OPEN)
    assert done.returncode == 78, done.stdout + done.stderr
    assert "unprivileged user namespaces seem to be off" in done.stdout
