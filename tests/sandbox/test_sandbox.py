"""The sandbox: cells run as in a notebook, nothing gets out, nothing outlives it, every bomb ends in time."""

import base64
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Spawn

from autograder.errors import SandboxError
from autograder.sandbox.host import peer
from autograder.sandbox.host import zygote as host
from autograder.sandbox.host.replies import _outputs
from autograder.sandbox.host.self_test import tier_for_this_machine
from autograder.sandbox.host.zygote import CellResult, Gone, Sandbox, Zygote

PNG = (
    "import base64\npng = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')\n"
)


def run(sandbox: Sandbox, source: str, seconds: float = 5.0, **options: Any) -> CellResult:
    return sandbox.run_cell(source, seconds=seconds, **options)


def text(result: CellResult) -> str:
    """All that a cell printed or raised."""
    parts = (output.get("text") or "\n".join(output.get("traceback", [])) for output in result.outputs)
    return "".join(parts)


def ask(sandbox: Sandbox, source: str, seconds: float = 5.0) -> Any:
    """What an expression is worth over there; ``source`` may be several lines, the last an expression."""
    *lines, last = source.strip().splitlines()
    printed = text(run(sandbox, "\n".join([*lines, "import json", f"print(json.dumps({last}))"]), seconds))
    return json.loads(printed)


def refuses(sandbox: Sandbox, act: str) -> bool:
    """Whether a line of code raises OSError over there."""
    printed = text(run(sandbox, f"try:\n    {act}\n    print('done')\nexcept OSError:\n    print('refused')"))
    assert printed in ("done\n", "refused\n"), printed
    return printed == "refused\n"


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Waits until something is so; False when it never was."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def alive(pid: int) -> bool:
    """Whether a process is still running: gone and zombie are both not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def family(pid: int) -> list[int]:
    """A process and everything below it that is alive."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid] * alive(pid) + [member for child in children for member in family(int(child))]


# -- cells run as in a notebook ------------------------------------------------------------------------------


def test_cells_share_a_namespace(sandbox: Sandbox) -> None:
    run(sandbox, "x = 20\nimport math")
    assert text(run(sandbox, "print(x + 1, math.pi > 3)")) == "21 True\n"


def test_the_last_expression_is_a_result_and_what_is_printed_a_stream(sandbox: Sandbox) -> None:
    assert run(sandbox, "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out')\n6 * 7").outputs == [
        {"output_type": "stream", "name": "stdout", "text": "out\n"},
        {"output_type": "stream", "name": "stderr", "text": "err\n"},
        {"output_type": "stream", "name": "stdout", "text": "out\n"},
        {"output_type": "execute_result", "data": {"text/plain": "42"}, "metadata": {}, "execution_count": None},
    ]
    assert run(sandbox, "6 * 7;").outputs == []


def test_a_traceback_shows_the_students_frames_only(sandbox: Sandbox) -> None:
    run(sandbox, "import json\ndef f(x):\n    return 1 / x", number=3)
    (output,) = run(sandbox, "f(0)", number=4).outputs
    assert (output["output_type"], output["ename"], output["evalue"]) == (
        "error",
        "ZeroDivisionError",
        "division by zero",
    )
    story = "\n".join(output["traceback"])
    assert "<ipython-input-4-" in story
    assert "line 3, in f\n    return 1 / x" in story
    for name in ("IPython", "kernel.py", "zygote", "peer.py", str(Path(__file__).parents[2])):
        assert name not in story


def test_a_syntax_error_is_an_error_of_the_cell(sandbox: Sandbox) -> None:
    (output,) = run(sandbox, "def f(:\n  pass").outputs
    assert (output["output_type"], output["ename"]) == ("error", "SyntaxError")
    assert text(run(sandbox, "print(1)")) == "1\n"


def test_magics_and_shell_commands_work(sandbox: Sandbox) -> None:
    result = text(run(sandbox, "%time x = 1\n!echo out of $((40 + 2))\ny = !echo listed\nprint(y[0], _exit_code)"))
    assert "Wall time" in result
    assert "out of 42\n" in result
    assert "listed 0\n" in result
    assert "a.txt" in text(run(sandbox, "%%writefile a.txt\nhello"))
    assert text(run(sandbox, "!cat a.txt\n!exit 3\nprint(_exit_code)")) == "hello\n3\n"


def test_pip_install_gives_up_at_once(sandbox: Sandbox) -> None:
    start = time.monotonic()
    printed = text(run(sandbox, "!pip install surely-no-such-package", seconds=20.0))
    assert "ERROR: " in printed
    assert time.monotonic() - start < 15.0


def test_input_reads_an_end_of_file(sandbox: Sandbox) -> None:
    (output,) = run(sandbox, "input('name? ')").outputs[-1:]
    assert output["output_type"] == "error"
    assert output["ename"] in ("EOFError", "StdinNotImplementedError")


def test_await_works_at_the_top_level(sandbox: Sandbox) -> None:
    assert text(run(sandbox, "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')")) == "awaited\n"


def test_warnings_go_to_stderr(sandbox: Sandbox) -> None:
    (output,) = run(sandbox, "import warnings\nwarnings.warn('careful')").outputs
    assert (output["output_type"], output["name"]) == ("stream", "stderr")
    assert "UserWarning: careful" in output["text"]


def test_a_plot_becomes_a_picture() -> None:
    with Zygote(("matplotlib.pyplot",), tier=tier_for_this_machine()) as zygote:
        sandbox = zygote.spawn()
        run(sandbox, "%matplotlib inline\nimport matplotlib.pyplot as plt")
        outputs = run(sandbox, "plt.plot([1, 2])\nplt.show()", seconds=10.0).outputs
        assert [output["output_type"] for output in outputs] == ["display_data"]
        assert outputs[0]["data"]["image/png"].startswith("iVBORw0KGgo")
        zygote.retire(sandbox)


def test_a_picture_is_kept_and_active_content_is_not(sandbox: Sandbox) -> None:
    outputs = run(
        sandbox,
        PNG + "from IPython.display import HTML, SVG, Image, Javascript, Markdown, display\n"
        "display(Image(png))\ndisplay(HTML('<script>1</script>'))\ndisplay(Javascript('1'))\ndisplay(Markdown('*x*'))\n"
        "display({'text/html': '<b>', 'image/png': 'aGVsbG8=', 'text/plain': 'plain', 'image/svg+xml': '<svg/>'},"
        " raw=True, metadata={'image/png': {'width': '<script>'}})",
    ).outputs
    assert {key for output in outputs for key in output.get("data", {})} == {"text/plain", "image/png"}
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 1
    assert outputs[-2] == {"output_type": "display_data", "data": {"text/plain": "plain"}, "metadata": {}}
    assert outputs[-1]["text"] == "A picture was left out: it is not a PNG picture.\n"


def test_control_characters_do_not_come_back(sandbox: Sandbox) -> None:
    printed = text(run(sandbox, r"print('a\x1b[31mb\x00c\x07d\x9b31me\x7ff\u202eg\u2066h\r\täé☃\n', end='')"))
    assert printed == "abcd31mefgh\täé☃\n"
    (output,) = run(sandbox, r"class E(Exception): pass" "\n" r"raise E('\x1b]0;title\x07')").outputs
    assert "\x1b" not in json.dumps(output, ensure_ascii=False)
    assert "\x07" not in output["evalue"]


FORGED = [
    1,
    None,
    {},
    {"output_type": "execute_result"},
    {"output_type": "stream", "name": "html", "text": "x"},
    {"output_type": "stream", "name": "stdout", "text": 5},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a"]},
    {"output_type": "update_display_data", "data": {"text/plain": "x"}},
    {"output_type": np.zeros(2), "name": "stdout", "text": "x"},
    {"output_type": "stream", "name": np.zeros(2), "text": "x"},
    {"output_type": np.zeros(2), "data": {"text/plain": "x"}},
]


def test_outputs_that_were_forged_are_dropped_or_rebuilt() -> None:
    assert _outputs(FORGED, 100) == []
    for data in ({"text/html": "<b>", "text/plain": 5}, {"image/png": b"GIF89a", 7: "x"}, {"image/png": "\x89PNG"}):
        output, *_ = _outputs([{"output_type": "display_data", "data": data, "metadata": {"x": 1}, "extra": 1}], 100)
        assert output == {"output_type": "display_data", "data": {}, "metadata": {}}
    (stream,) = _outputs([{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}], 100)
    assert len(stream["text"]) == 200
    assert len(_outputs([stream] * 5000, 100)) == 1000


def test_outputs_that_do_not_fit_a_frame_are_an_error_and_not_silence(sandbox: Sandbox) -> None:
    (output,) = run(sandbox, "print('x' * 3 * 2**20)", text_bytes=2**22).outputs
    assert (output["output_type"], output["evalue"]) == ("error", "the outputs of this cell are too large to keep")


def test_files_of_the_assignment_lie_in_the_working_folder(sandbox: Sandbox) -> None:
    sandbox.put_file("data/table.csv", b"1,2\n")
    sandbox.put_file("helper.py", b"value = 7\n")
    assert ask(sandbox, "import helper\n[open('data/table.csv').read(), helper.value]") == ["1,2\n", 7]


def test_a_file_that_cannot_be_written_is_reported_and_the_process_goes_on(sandbox: Sandbox) -> None:
    run(sandbox, "import os\nos.mkdir('table.csv')\nopen('data', 'w').close()")
    assert sandbox.put_file("table.csv", b"1,2") is False
    assert sandbox.put_file("data/table.csv", b"1,2") is False
    assert sandbox.put_file("other.csv", b"1,2") is True
    assert text(run(sandbox, "print(open('other.csv').read())")) == "1,2\n"


def test_ending_a_copy_that_has_ended_harms_nobody(sandbox: Sandbox) -> None:
    sandbox.request("kill", 5.0, {"pid": 2**22 - 1})
    assert text(run(sandbox, "print('still here')")) == "still here\n"


TAKES_DESCRIPTORS = """
import resource  # those that are kept for the engine as well
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
taken = []
try:
    while True: taken.append(open('/dev/null'))
except OSError: pass
"""
TAKES_PROCESSES = "import os, time\ntry:\n    while os.fork(): pass\n    time.sleep(60)\nexcept OSError: pass"


@pytest.mark.parametrize("source", [TAKES_DESCRIPTORS, TAKES_PROCESSES])
def test_a_process_that_cannot_be_copied_says_so_and_goes_on(spawn: Spawn, source: str) -> None:
    sandbox = spawn(processes=10)
    run(sandbox, f"x = 1\n{source}")
    for _ in range(3):
        with pytest.raises(Gone) as caught:
            sandbox.fork()
        assert caught.value.why == "copy"
    assert sandbox.gone is None
    assert sandbox.get("x", seconds=2.0).value == 1


LEAVES_REPLIES_UNREAD = """
import socket, sys, threading, time
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()  # so that no copy is made
def f(g):
    frame = sys._getframe(1)
    server, nonce = frame.f_locals["self"], frame.f_locals["request"]["nonce"]
    one, other = socket.socketpair()
    one.setblocking(False)
    room = 0
    try:
        while True: room += one.send(bytes(60)) // 60
    except BlockingIOError: pass
    for _ in range(room): server.channel.send({"callback": 0, "args": (), "kwargs": {}})
    server.allowance.stop()
    server.channel.send({"value": 1.0, "interrupted": False, "nonce": nonce})
    time.sleep(600)
"""


def test_replies_that_nobody_reads_do_not_stop_the_next_copy_for_ever(
    spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request for a copy carries a descriptor, and finds no room in a socket that is full of replies."""
    monkeypatch.setattr(peer, "FORK_SECONDS", 0.5)
    sandbox = spawn()
    run(sandbox, LEAVES_REPLIES_UNREAD)
    assert sandbox.call("f", (lambda: 1.0,), {}, seconds=10.0).value == 1.0
    with pytest.raises(Gone) as caught:
        sandbox.fork()
    assert caught.value.why == "time"


def test_no_request_waits_long_after_the_deadline_of_the_submission(spawn: Spawn) -> None:
    sandbox = spawn()
    run(sandbox, "import os, signal\ndef f(): os.kill(os.getppid(), signal.SIGSTOP)")
    sandbox.deadline = time.monotonic() + 1
    copy = sandbox.fork()
    assert copy.deadline == sandbox.deadline
    start = time.monotonic()
    copy.call("f", (), {}, seconds=5.0)
    with pytest.raises(Gone):
        sandbox.fork()
    assert time.monotonic() - start < peer.FORK_SECONDS
    copy.close()


# -- output is bounded -----------------------------------------------------------------------------------------


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.parametrize("source", ["for _ in range(800): print('x' * 2**16)", "print('x' * 50 * 2**20)"])
def test_fifty_megabytes_of_text_are_cut_quickly_and_cost_us_nothing(sandbox: Sandbox, source: str) -> None:
    before, start = resident_mb(), time.monotonic()
    result = run(sandbox, source, seconds=10.0, text_bytes=10_000)
    assert time.monotonic() - start < 5.0
    assert text(result).endswith("... the rest of this output was cut\n")
    assert len(text(result)) < 10_100
    assert resident_mb() - before < 30
    assert text(run(sandbox, "print('next')")) == "next\n"


def test_what_is_printed_takes_no_memory_of_the_student(spawn: Spawn) -> None:
    sandbox = spawn(memory_mb=100)
    run(sandbox, "for _ in range(400): print('x' * 2**20)", seconds=20.0)
    assert text(run(sandbox, "print(len(bytes(2**25)))")) == f"{2**25}\n"


def test_an_error_after_a_flood_of_outputs_is_still_there(sandbox: Sandbox) -> None:
    for flood in (
        "for i in range(5000): display(i)",
        "import sys\nfor i in range(5000): print(1, file=(sys.stdout, sys.stderr)[i % 2])",
        "print('x' * 10**6)",
        "for i in range(5000): get_ipython().showtraceback((ValueError, ValueError('y' * 2000), None))",
    ):
        outputs = run(sandbox, f"{flood}\nraise KeyError('last')", seconds=10.0).outputs
        assert outputs[-1]["output_type"] == "error", flood
        assert len(outputs) <= 1000


NOISE = """
import io, numpy as np
from PIL import Image
from IPython.display import display
def noise(width, height):
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()
"""


def test_large_pictures_are_scaled_down_where_they_are_made(sandbox: Sandbox) -> None:
    run(sandbox, NOISE, seconds=10.0)
    for size in ((2400, 20), (20, 2400), (1100, 1100)):
        (output,) = run(sandbox, f"display({{'image/png': noise{size}}}, raw=True)", seconds=10.0).outputs
        picture = base64.b64decode(output["data"]["image/png"])
        width, height = struct.unpack_from(">II", picture, 16)
        assert max(width, height) <= 2000
        assert abs(width / height / (size[0] / size[1]) - 1) < 0.2
        assert len(picture) <= 2 * 2**20


def test_pictures_are_bounded(sandbox: Sandbox) -> None:
    run(sandbox, NOISE + "picture = noise(800, 800)", seconds=10.0)
    outputs = run(sandbox, "for _ in range(12): display({'image/png': picture}, raw=True)", seconds=10.0).outputs
    pictures = [output["data"]["image/png"] for output in outputs if "data" in output]
    assert sum(map(len, pictures)) < 24 * 2**20
    assert len(pictures) == 8
    assert outputs[-1]["text"] == "A picture was left out: this cell has too many.\n" * 4


# -- time ------------------------------------------------------------------------------------------------------


def test_a_loop_that_never_ends_is_interrupted_and_the_next_cell_runs(sandbox: Sandbox) -> None:
    result = run(sandbox, "x = 1\nprint('before')\nwhile True: pass", seconds=0.2)
    assert result.interrupted
    assert text(result).startswith("before\n")
    assert "while True: pass" in text(result)
    assert text(run(sandbox, "print(x)")) == "1\n"


def test_except_exception_does_not_swallow_the_interrupt(sandbox: Sandbox) -> None:
    source = "while True:\n    try:\n        while True: pass\n    except Exception: pass"
    assert run(sandbox, source, seconds=0.2).interrupted


UNSTOPPABLE = {
    "ignored signal": "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
    "loop in C": "import itertools\nsum(itertools.repeat(0))",
    "regular expression": "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
    "swallowed": "def again():\n    try:\n        while True: pass\n    except BaseException: again()\nagain()",
}


@pytest.mark.parametrize("source", UNSTOPPABLE.values(), ids=UNSTOPPABLE.keys())
def test_what_cannot_be_interrupted_is_killed_within_the_grace(zygote: Zygote, source: str) -> None:
    sandbox, start = zygote.spawn(), time.monotonic()
    with suppress(Gone):  # a regular expression lets itself be interrupted
        run(sandbox, source, seconds=0.2)
    assert sandbox.gone in ("time", None)
    zygote.retire(sandbox)
    zygote.wait_for_retired()
    assert time.monotonic() - start < 0.2 + 1.0 + 1.0


def test_a_background_thread_does_not_keep_a_cell_from_ending(sandbox: Sandbox) -> None:
    source = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nprint('started')"
    assert text(run(sandbox, source)) == "started\n"


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos._exit(0)",
        "import os\nos.kill(os.getpid(), 9)",
        "import ctypes\nctypes.string_at(0)",
        "os.abort()",
    ],
)
def test_a_process_that_ends_itself_is_gone_and_says_so(spawn: Spawn, source: str) -> None:
    sandbox = spawn()
    with pytest.raises(Gone) as caught:
        run(sandbox, f"import os\n{source}")
    assert caught.value.why == "died"
    with pytest.raises(Gone):
        run(sandbox, "print(1)")


def test_exit_ends_a_cell_and_not_the_process(sandbox: Sandbox) -> None:
    run(sandbox, "import sys\nsys.exit(0)")
    run(sandbox, "exit()")
    assert text(run(sandbox, "print('still here')")) == "still here\n"


# -- isolation -----------------------------------------------------------------------------------------------------


@pytest.fixture
def seen_whole(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox without Landlock, which lists no folder but those on its list, so that the mounts alone are judged."""
    without = "from autograder.sandbox.guest.isolation import landlock; landlock.restrict = lambda settings: None; "
    monkeypatch.setattr(host, "_BOOT", host._BOOT.replace("sys.path.remove", without + "sys.path.remove"))
    with Zygote(("numpy",), tier=tier_for_this_machine()) as fresh:
        sandbox = fresh.spawn()
        yield sandbox
        fresh.retire(sandbox)


def test_there_is_nothing_but_the_system_python_and_one_small_home(seen_whole: Sandbox) -> None:
    sandbox = seen_whole
    root = set(ask(sandbox, "import os\nsorted(os.listdir('/'))"))
    system = {"bin", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "proc", "sbin", "tmp", "usr"}
    prefixes = {Path(prefix).resolve().parts[1] for prefix in (sys.prefix, sys.base_prefix)}
    assert root <= system | prefixes
    assert ask(sandbox, "[os.listdir('/home'), sorted(os.listdir('/home/student'))]") == [["student"], ["tmp", "work"]]
    assert ask(sandbox, "[os.getcwd(), os.listdir('.')]") == ["/home/student/work", []]
    assert set(ask(sandbox, "os.listdir('/tmp')")) <= shown_below("/tmp")
    assert set(ask(sandbox, "os.listdir('/dev')")) == {"null", "zero", "full", "random", "urandom", "shm", "fd"}
    assert not set(ask(sandbox, "os.listdir('/etc')")) & {"passwd", "shadow", "hosts", "ssh", "resolv.conf"}


def shown_below(folder: str) -> set[str]:
    """What the sandbox must show there because Python itself lies below it, in a checkout under /tmp."""
    prefixes = [Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)]
    return {path.relative_to(folder).parts[0] for path in prefixes if path.is_relative_to(folder)}


def test_our_files_are_not_there(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "hidden_test.py").write_text("secret")
    for path in (tmp_path, tmp_path / "hidden_test.py", Path(__file__), Path(__file__).parents[2] / "assignments"):
        assert ask(sandbox, f"import os\nos.path.exists({str(path)!r})") is False, path


def test_only_the_home_is_writable(sandbox: Sandbox) -> None:
    folders = ["/", "/usr", "/usr/bin", "/etc", "/dev", "/proc", "/home", str(Path(sys.prefix).resolve())]
    for folder in folders:
        assert refuses(sandbox, f"open('{folder}/x', 'w')"), folder
    for folder in (".", "/tmp", "/dev/shm", "/home/student"):
        assert not refuses(sandbox, f"open('{folder}/x', 'w').write('x')"), folder


def test_what_is_made_visible_is_read_only_even_where_anybody_may_write(tmp_path: Path) -> None:
    shared = tmp_path / "shared"  # below /tmp, as a course may be
    shared.mkdir()
    shared.chmod(0o777)
    (shared / "data.csv").write_text("1,2")
    with Zygote(("numpy",), tier=tier_for_this_machine(), visible=(str(shared),)) as zygote:
        sandbox = zygote.spawn()
        assert ask(sandbox, f"open('{shared}/data.csv').read()") == "1,2"
        assert refuses(sandbox, f"open('{shared}/x', 'w')")
        assert refuses(sandbox, f"os.remove('{shared}/data.csv')".replace("os.", "__import__('os')."))
        zygote.retire(sandbox)


def test_the_sandbox_cannot_be_changed_from_inside(sandbox: Sandbox) -> None:
    run(sandbox, "import ctypes, os, signal\nlibc = ctypes.CDLL(None)")
    calls = {
        "mount": "libc.mount(b'none', b'/home/student/tmp', b'tmpfs', 0, None)",
        "remount": "libc.mount(b'none', b'/', None, 32 | 4096, None)",
        "umount": "libc.umount2(b'/proc', 2)",
        "chroot": "libc.chroot(b'/home/student')",
        "mount namespace": "libc.unshare(0x20000)",
        "net namespace": "libc.unshare(0x40000000)",
        "host name": "libc.sethostname(b'x', 1)",
        "uid": "libc.setuid(0)",
        "gid": "libc.setgid(0)",
        "device": "libc.mknod(b'/home/student/work/null', 0o20666, 0x103)",
        "priority": "libc.setpriority(0, 0, -5)",
    }
    assert {name: ask(sandbox, call) for name, call in calls.items()} == dict.fromkeys(calls, -1)


def test_it_is_nobody_in_a_world_of_its_own(sandbox: Sandbox) -> None:
    status = dict(
        line.split(":\t", 1) for line in ask(sandbox, "open('/proc/self/status').read().splitlines()") if ":\t" in line
    )
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[capabilities], 16) == 0, capabilities
    assert status["NoNewPrivs"] == "1"
    assert status["Threads"] == "1"
    if os.geteuid() == 0:
        uids = set(status["Uid"].split())
        assert len(uids) == 1
        assert int(uids.pop()) >= 0x70000000
        assert status["Groups"].strip() == ""
    assert ask(
        sandbox, "[int(name) for name in os.listdir('/proc') if name.isdigit()]".replace("[int", "import os\n[int")
    ) == [1, 2]
    outside = {name: os.readlink(f"/proc/self/ns/{name}") for name in ("mnt", "pid", "net", "ipc", "uts")}
    inside = ask(sandbox, f"{{name: os.readlink('/proc/self/ns/' + name) for name in {list(outside)}}}")
    assert not set(outside.values()) & set(inside.values())
    assert ask(sandbox, "import socket\nsocket.gethostname()") == "sandbox"


def test_the_environment_and_the_descriptors_are_its_own(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_SECRET", "31337")
    with Zygote(("numpy",), tier=zygote.tier) as fresh:
        sandbox = fresh.spawn()
        environment = ask(sandbox, "import os\ndict(os.environ)")
        assert not [key for key in environment if key.startswith(("CHAINRULE", "PYTEST", "SSH", "VIRTUAL"))]
        assert environment["HOME"] == "/home/student"
        assert "31337" not in ask(sandbox, "open('/proc/2/environ').read()")
        assert refuses(sandbox, "open('/proc/1/environ').read()")
        run(sandbox, "folder = '/proc/self/fd/'\nfds = [folder + fd for fd in os.listdir(folder)]")
        links = ask(sandbox, "[os.readlink(fd) for fd in fds if os.path.lexists(fd)]")
        assert sorted(link.split(":")[0] for link in links) == ["/dev/null"] * 3 + ["socket"]
        fresh.retire(sandbox)


def test_there_is_no_network(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        port = tcp.getsockname()[1]
        abstract.bind(f"\0chainrule-test-{os.getpid()}")
        abstract.listen()
        run(sandbox, "import socket\nsocket.setdefaulttimeout(1)")
        for act in (
            f"socket.create_connection(('127.0.0.1', {port}))",
            "socket.create_connection(('1.1.1.1', 53))",
            "socket.getaddrinfo('example.org', 80)",
            f"socket.socket(socket.AF_UNIX).connect('\\0chainrule-test-{os.getpid()}')",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('10.0.0.1', 53))",
            "socket.socket(socket.AF_INET, socket.SOCK_RAW)",
            "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        ):
            assert refuses(sandbox, act), act
    assert ask(sandbox, "[name for _, name in socket.if_nameindex()]") == ["lo"]


def test_processes_outside_cannot_be_signalled(sandbox: Sandbox) -> None:
    printed = text(
        run(sandbox, f"import os\nfor pid in (1, {os.getpid()}):\n    try: os.kill(pid, 9)\n    except OSError: pass")
    )
    assert printed == ""
    assert text(run(sandbox, "print('init lives')")) == "init lives\n"


# -- bombs -----------------------------------------------------------------------------------------------------


def test_memory_is_bounded_and_the_next_cell_runs(spawn: Spawn) -> None:
    sandbox = spawn(memory_mb=200)
    assert "MemoryError" in text(run(sandbox, "x = bytes(2**28)"))
    assert "MemoryError" in text(run(sandbox, "import numpy as np\nx = np.ones(2**26)"))
    assert ask(sandbox, "len(bytes(2**26))") == 2**26


def test_a_fork_bomb_ends_and_the_neighbours_go_on(zygote: Zygote) -> None:
    bomb, neighbour = zygote.spawn(processes=20), zygote.spawn()
    start = time.monotonic()
    with suppress(Gone):
        run(bomb, "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", seconds=0.5)
    assert len(family(zygote._process.pid)) < 60
    assert text(run(neighbour, "print('fine')", seconds=10.0)) == "fine\n"
    for sandbox in (bomb, neighbour):
        zygote.retire(sandbox)
    zygote.wait_for_retired()
    assert time.monotonic() - start < 10.0
    assert len(family(zygote._process.pid)) == 1


def test_a_file_the_disk_and_its_inodes_are_bounded(spawn: Spawn) -> None:
    sandbox = spawn(disk_mb=4)
    assert refuses(sandbox, "open('big', 'wb').write(bytes(5 * 2**20))")
    run(sandbox, "import os\nos.remove('big')")
    assert refuses(sandbox, "[open(f'part{i}', 'wb').write(bytes(2**20)) for i in range(8)]")
    run(sandbox, "for i in range(8):\n    if os.path.exists(f'part{i}'): os.remove(f'part{i}')")
    assert refuses(sandbox, "[open(f'/tmp/{i}', 'wb').close() for i in range(20_000)]")


def test_open_files_are_bounded(sandbox: Sandbox) -> None:
    assert refuses(sandbox, "files = [open('/dev/null') for _ in range(300)]")


def test_a_notebook_that_leaves_all_of_its_files_open_can_still_be_copied(sandbox: Sandbox) -> None:
    source = "files = []\nwhile True: files.append(open('/dev/null'))"
    assert "Too many open files" in text(run(sandbox, source))
    run(sandbox, "def number(): return len(files)")
    for _ in range(3):
        copy = sandbox.fork()
        assert copy is not sandbox
        assert 240 < copy.call("number", (), {}, seconds=2).value < 256
        copy.close()


def test_computing_time_is_bounded_for_what_runs_beside_the_cells(spawn: Spawn) -> None:
    sandbox = spawn(cpu_seconds=1)
    run(sandbox, "import os\npid = os.fork()\nif pid == 0:\n    while True: pass", seconds=0.1)
    assert ask(sandbox, "os.waitpid(pid, 0)[1] != 0", seconds=10.0) is True


# -- nothing outlives it ---------------------------------------------------------------------------------------


def test_a_daemon_does_not_survive_its_sandbox(zygote: Zygote) -> None:
    sandbox = zygote.spawn()
    run(
        sandbox,
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(600)\n    os._exit(0)",
    )
    assert until(lambda: len(family(zygote._process.pid)) == 4)  # with the zygote, init and the shell
    members = family(zygote._process.pid)[1:]
    zygote.retire(sandbox)
    zygote.wait_for_retired()
    assert not [pid for pid in members if alive(pid)]


def test_files_do_not_survive_their_sandbox(zygote: Zygote) -> None:
    first = zygote.spawn()
    run(first, "for folder in ('.', '/tmp', '/dev/shm'):\n    open(folder + '/left', 'w').write('x')")
    mounts = Path("/proc/self/mounts").read_text()
    zygote.retire(first)
    second = zygote.spawn()
    left = ask(second, "import os\n[name for f in ('.', '/tmp', '/dev/shm') for name in os.listdir(f)]")
    assert set(left) <= shown_below("/tmp")
    zygote.retire(second)
    assert Path("/proc/self/mounts").read_text() == mounts


def test_generators_differ_between_sandboxes_and_between_copies() -> None:
    with Zygote(("numpy.random",), tier=tier_for_this_machine()) as zygote:
        drawn: list[float] = []
        for _ in range(2):
            sandbox = zygote.spawn()
            drawn += ask(sandbox, "import random, numpy as np\n[random.random(), np.random.rand()]")
            run(sandbox, "def draw(): return [random.random(), np.random.rand()]")
            for _ in range(2):
                copy = sandbox.fork()
                drawn += copy.call("draw", (), {}, seconds=2.0, observe=False).value
                copy.close()
            zygote.retire(sandbox)
    assert len(set(drawn)) == len(drawn) == 12


def test_closing_the_zygote_ends_everything_and_leaks_no_descriptor() -> None:
    before = set(os.listdir("/proc/self/fd"))
    with Zygote(("numpy",), tier=tier_for_this_machine()) as zygote:
        sandboxes = [zygote.spawn() for _ in range(2)]
        run(sandboxes[0], "x = 1")
        sandboxes[0].fork().close()
        members = family(zygote._process.pid)
        assert len(members) >= 5
        for sandbox in sandboxes:
            zygote.retire(sandbox)
    assert until(lambda: not any(map(alive, members)), 5.0)
    assert set(os.listdir("/proc/self/fd")) == before


def test_killing_the_trusted_process_takes_everything_along() -> None:
    code = (
        "import threading, time\n"
        "from autograder.sandbox.host.zygote import Zygote\n"
        f"zygote = Zygote(('numpy',), tier={tier_for_this_machine()!r})\n"
        "sandboxes = [zygote.spawn() for _ in range(2)]\n"
        "sandboxes[0].run_cell('import os\\nif os.fork() == 0:\\n    os.setsid()\\n    while True: pass', seconds=5)\n"
        "busy = {'source': 'print(1)\\nwhile True: pass', 'seconds': 600}\n"
        "threading.Thread(target=sandboxes[1].run_cell, kwargs=busy, daemon=True).start()\n"
        "time.sleep(0.2)\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    trusted = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert trusted.stdout is not None
    with trusted.stdout as printed:
        assert printed.readline() == "ready\n"
        members = family(trusted.pid)
        assert len(members) >= 7
        trusted.send_signal(signal.SIGKILL)
        trusted.wait()
    assert until(lambda: not any(map(alive, members)), 3.0), [pid for pid in members if alive(pid)]


def test_many_sandboxes_leave_no_process_behind(zygote: Zygote) -> None:
    for _ in range(10):
        sandbox = zygote.spawn()
        run(sandbox, "x = 1")
        sandbox.fork()._mark_gone("died")
        zygote.retire(sandbox)
    zygote.wait_for_retired()
    assert until(lambda: len(family(zygote._process.pid)) == 1)


# -- what cannot be started ------------------------------------------------------------------------------------


def test_a_library_that_cannot_be_imported_is_named() -> None:
    with pytest.raises(SandboxError, match="No module named 'no_such_library'"):
        Zygote(("no_such_library",), tier=tier_for_this_machine()).ready()


def test_a_library_that_starts_a_thread_is_refused(tmp_path: Path) -> None:
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    (tmp_path / "busy.py").write_text(thread)
    code = (
        f"import sys; sys.path.append({str(tmp_path)!r})\n"
        "from autograder.sandbox.guest import zygote; zygote._import_all(['busy'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "RuntimeError: importing busy started " in done.stderr


def test_a_sandbox_that_cannot_be_made_says_which_step_failed(zygote: Zygote) -> None:
    with pytest.raises(SandboxError, match=r"the sandbox could not be made: .*mount /home/student"):
        zygote.spawn(disk_mb=-1)
    sandbox = zygote.spawn()
    assert text(run(sandbox, "print('the zygote goes on')")) == "the zygote goes on\n"
    zygote.retire(sandbox)


def test_the_versions_of_the_libraries_are_known(zygote: Zygote) -> None:
    import numpy as np

    assert zygote.versions == {"numpy": np.__version__}


# -- torch's threads, and a GPU ----------------------------------------------------------------------------

TORCH = """
import os, sys, types
class Torch(types.ModuleType):
    threads, ready = 1, False
    def set_num_threads(self, number): self.threads = number
torch = Torch("torch")
torch.cuda = types.SimpleNamespace(is_initialized=lambda: torch.ready)
torch.default_generator = types.SimpleNamespace(manual_seed=lambda seed: None)
torch.Tensor = torch.Generator = type("Tensor", (), {})
sys.modules["torch"] = torch
def threads(): return torch.threads, os.getpid()
"""
"""Stands in for torch, which takes seconds to import: what the sandbox asks of it."""


def test_a_copy_may_use_more_threads_and_the_original_stays_forkable(spawn: Spawn) -> None:
    sandbox = spawn()
    sandbox.run_cell(TORCH, seconds=5)
    original = ask(sandbox, "os.getpid()")
    for number in (2, 1):
        copy = sandbox.fork(number)
        threads, pid = copy.call("threads", (), {}, seconds=2, observe=False).value
        assert threads == number
        assert pid != original
        copy.close()


def test_a_process_that_has_initialised_cuda_is_asked_itself(spawn: Spawn) -> None:
    """A fork would lose the GPU."""
    sandbox = spawn()
    sandbox.run_cell(TORCH + "torch.ready = True", seconds=5)
    asked = sandbox.fork(2)
    assert asked is sandbox
    threads, pid = asked.call("threads", (), {}, seconds=2, observe=False).value
    assert (threads, pid) == (2, ask(sandbox, "os.getpid()"))


def test_a_gpus_nodes_are_there_and_data_is_counted_instead_of_address_space(spawn: Spawn) -> None:
    """CUDA reserves far more addresses than it uses; RLIMIT_AS would refuse it. The memory is limited all the same."""
    there = "__import__('os').path.exists('/dev/tty')"
    reserve = "import mmap\nm = mmap.mmap(-1, 2**33, prot=0)"
    fill = "b = bytearray(2**29)"
    plain, gpu = spawn(memory_mb=300), spawn(memory_mb=300, gpus=("tty",))
    assert (ask(plain, there), ask(gpu, there)) == (False, True)
    assert [output["output_type"] for output in plain.run_cell(reserve, seconds=5).outputs] == ["error"]
    assert gpu.run_cell(reserve, seconds=5).outputs == []
    for sandbox in (plain, gpu):
        assert [output.get("ename") for output in sandbox.run_cell(fill, seconds=5).outputs] == ["MemoryError"]
