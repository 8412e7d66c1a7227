"""What this machine lacks is found out by trying, and named with what would bring it."""

import os
from pathlib import Path

import pytest
from other_machines import as_root, python, rearranged, user_namespaces_are_possible

from autograder.errors import SandboxError
from autograder.reporting import mechanisms as module
from autograder.reporting.mechanisms import mechanisms
from autograder.sandbox.host.self_test import GET_NAMESPACES, tier_for_this_machine
from autograder.sandbox.settings import ROOT_TIER, USERNS_TIER

MISSING = """
from autograder.reporting.mechanisms import mechanisms
for found in mechanisms({tier!r}):
    if found.required and not found.passed:
        print(found.name, found.detail, sep=": ")
"""


def test_this_machine_has_what_its_tier_requires() -> None:
    found = mechanisms(tier_for_this_machine())
    assert [mechanism.name for mechanism in found if mechanism.required and not mechanism.passed] == []
    names = [mechanism.name for mechanism in found]
    assert len(names) == len(set(names)) >= 10
    assert all(mechanism.detail for mechanism in found)


@as_root
def test_root_without_the_right_to_make_namespaces_lacks_them() -> None:
    done = python("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", code=MISSING.format(tier=ROOT_TIER))
    lines = done.stdout.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"{name} namespaces" for name in ("process", "mount", "network", "IPC", "host name")
    ], done.stdout + done.stderr
    assert all(line.endswith(GET_NAMESPACES[ROOT_TIER]) for line in lines)


def test_an_unprivileged_user_without_user_namespaces_lacks_them(tmp_path: Path) -> None:
    """A user namespace that may hold no further ones stands for a machine that allows none."""
    prefix = rearranged(tmp_path / "as_nobody.sh", [], nobody=True) if os.geteuid() == 0 else ()
    if user_namespaces_are_possible(prefix):
        forbid = "echo 0 > /proc/sys/user/max_user_namespaces"
        prefix += ("unshare", "--user", "--map-root-user", "bash", "-c", f'{forbid}; exec "$@"', "sh")
    done = python(*prefix, code=MISSING.format(tier=USERNS_TIER))
    assert f"user namespaces: {GET_NAMESPACES[USERNS_TIER]}" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(("abi", "works"), [(0, False), (3, False), (4, True), (7, True)])
def test_an_old_landlock_is_a_warning_and_no_obstacle(abi: int, works: bool) -> None:
    found = module._landlock(abi)
    assert (found.passed, found.required and not found.passed) == (works, False)
    assert (f"version {abi}" if abi else "not in this kernel") in found.detail


def test_a_trial_that_fails_is_an_error_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TRIAL", "print('nothing')")
    with pytest.raises(SandboxError, match="the trial of this machine's mechanisms failed"):
        mechanisms(ROOT_TIER)
