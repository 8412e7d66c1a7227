"""What may be opened in a sandbox, whatever is mounted there."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.guest.isolation import landlock
from autograder.sandbox.host import zygote as host
from autograder.sandbox.host.self_test import tier_for_this_machine
from autograder.sandbox.host.zygote import Sandbox, Zygote
from autograder.sandbox.linux import landlock_abi

pytestmark = pytest.mark.skipif(landlock_abi() < landlock._OLDEST, reason="this kernel has no Landlock")


def run(sandbox: Sandbox, source: str) -> str:
    outputs = sandbox.run_cell(source, seconds=5).outputs
    return "".join(str(output.get("text", output.get("traceback"))) for output in outputs)


def errors(sandbox: Sandbox, *acts: str) -> list[str]:
    """With what error each line fails; "done" when it does not."""
    lines = ["import errno, os, signal, socket"]
    for act in acts:
        lines += ["try:", f"    {act}", "    print('done')", "except OSError as error:"]
        lines += ["    print(errno.errorcode[error.errno])"]
    return run(sandbox, "\n".join(lines)).split()


@pytest.fixture
def course() -> Iterator[Path]:
    """A folder with a secret that everybody may read. It is not below /tmp, which lies in the home of a sandbox."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        secret = Path(folder, "test_hidden.py")
        secret.write_text("secret")
        secret.chmod(0o644)
        yield Path(folder)


def boot_with(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the next zygote run a line before anything else; it can name the guest's modules."""
    modules = "from autograder.sandbox.guest.isolation import landlock, namespaces; from dataclasses import replace"
    before = f"{modules}; {change}; "
    monkeypatch.setattr(host, "_BOOT", host._BOOT.replace("sys.path.remove", before + "sys.path.remove"))


def mount_by_mistake(course: Path) -> str:
    wrong = f"replace(settings, visible=(*settings.visible, {str(course)!r}))"
    return f"build = namespaces.build_root; namespaces.build_root = lambda settings: build({wrong})"


@pytest.mark.parametrize("is_restricted", [True, False], ids=["with", "without"])
def test_what_is_mounted_by_mistake_cannot_be_read(
    course: Path, is_restricted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Landlock it can be, so that the test shows what stands in the way."""
    boot_with(mount_by_mistake(course), monkeypatch)
    if not is_restricted:
        boot_with("landlock.restrict = lambda settings: None", monkeypatch)
    with Zygote(("numpy",), tier=tier_for_this_machine()) as zygote:
        sandbox = zygote.spawn()
        secret = course / "test_hidden.py"
        assert errors(sandbox, f"os.stat({str(secret)!r})") == ["done"]  # it is there
        acts = (
            f"open({str(secret)!r}).read()",
            f"os.listdir({str(course)!r})",
            f"open('/proc/self/root{secret}').read()",
            f"os.symlink({str(secret)!r}, 'link'); open('link').read()",
            f"fd = os.open({str(secret)!r}, os.O_PATH); open(f'/proc/self/fd/{{fd}}').read()",
            "os.listdir('/')",
        )
        assert errors(sandbox, *acts) == ["EACCES" if is_restricted else "done"] * len(acts)
        script = f"import subprocess; print(subprocess.run(['cat', {str(secret)!r}], capture_output=True).stdout)"
        assert run(sandbox, script).strip() == ("b''" if is_restricted else "b'secret'")
        zygote.retire(sandbox)


def test_only_the_home_and_the_devices_are_written_to(sandbox: Sandbox) -> None:
    """Some files below /proc may be written by the process that they describe, its memory among them."""
    acts = [f"open('/proc/self/{name}', 'r+b')" for name in ("mem", "comm", "oom_score_adj", "coredump_filter")]
    assert errors(sandbox, *acts) == ["EACCES"] * len(acts)
    acts = [f"open('/dev/{name}', 'wb').write(b'x')" for name in ("null", "zero", "urandom")]
    acts += [f"open('{folder}/x', 'w').write('x')" for folder in (".", "/tmp", "/dev/shm", "/home/student")]
    assert errors(sandbox, *acts) == ["done"] * len(acts)


def test_files_of_the_home_can_be_moved_linked_run_and_truncated(sandbox: Sandbox) -> None:
    acts = (
        "os.mkdir('a'); os.mkdir('b'); open('a/x', 'w').write('#!/bin/sh\\nexit 0\\n')",
        "os.rename('a/x', 'b/y'); os.replace('b/y', '/tmp/z')",
        "os.link('/tmp/z', 'a/z'); os.symlink('a/z', 'link')",
        "os.chmod('link', 0o700); assert os.spawnv(os.P_WAIT, './link', ['link']) == 0",
        "os.truncate('link', 3); assert open('link').read() == '#!/'",
        "os.remove('a/z'); os.rmdir('a')",
        "socket.socket(socket.AF_UNIX).bind('socket')",
    )
    assert errors(sandbox, *acts) == ["done"] * len(acts)


def test_a_device_takes_no_requests(sandbox: Sandbox) -> None:
    if landlock_abi() < 5:
        pytest.skip("this kernel's Landlock does not know ioctl")
    run(sandbox, "import fcntl, termios")
    assert errors(sandbox, "fcntl.ioctl(open('/dev/zero'), termios.TCGETS, bytes(64))") == ["EACCES"]


def test_there_is_no_tcp_even_within_the_sandbox(sandbox: Sandbox) -> None:
    if landlock_abi() < 4:
        pytest.skip("this kernel's Landlock does not know TCP")
    address = "socket.socket().{}(('127.0.0.1', 8000))"
    assert errors(sandbox, address.format("bind"), address.format("connect")) == ["EACCES", "EACCES"]


def test_copies_can_still_be_signalled(sandbox: Sandbox) -> None:
    assert errors(sandbox, "pid = os.fork() or os.kill(os.getpid(), 9); os.waitpid(pid, 0)") == ["done"]
    assert errors(sandbox, "pid = os.fork() or signal.pause(); os.kill(pid, 9); os.waitpid(pid, 0)") == ["done"]


@pytest.mark.parametrize(("version", "highest"), [(2, 13), (3, 14), (4, 14), (5, 15), (7, 15)])
def test_each_version_is_asked_for_the_rights_that_it_knows(version: int, highest: int) -> None:
    assert landlock._rights(version) == 2 ** (highest + 1) - 1


def test_a_kernel_without_landlock_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is asked for by the real call, which fails with ENOSYS in a sandbox."""
    monkeypatch.setattr(landlock, "landlock_abi", lambda: 0)
    monkeypatch.setattr(landlock, "libc", None)
    landlock.restrict(None)  # type: ignore[arg-type]  # it is not looked at
