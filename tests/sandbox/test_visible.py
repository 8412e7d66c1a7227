"""What a sandbox shows of the machine: enough for Python, its libraries and commands, and never a whole prefix."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Spawn
from course_fixtures import NAME, hand_in, released
from other_machines import as_root, python, rearranged, user_namespaces_are_possible

from autograder.course.layout import Course
from autograder.errors import IsolationMissing
from autograder.sandbox.host.self_test import (
    _names_on_the_way,
    attempt_escapes,
    start_zygote,
    tier_for_this_machine,
)
from autograder.sandbox.host.visible import _way_to, refuse_visible, visible_paths
from autograder.sandbox.host.zygote import Sandbox, Zygote
from autograder.sandbox.settings import HOME, HOME_FOLDERS

PREFIXES = {"/usr", "/usr/local", *(os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix))}
SITE_PACKAGES = Path(os.__file__.replace(sys.base_prefix, sys.prefix, 1)).parent / "site-packages"


def said(sandbox: Sandbox, source: str, seconds: float = 20.0) -> str:
    """What a cell printed or raised."""
    outputs = sandbox.run_cell(source, seconds=seconds).outputs
    return "".join(output.get("text") or "\n".join(output.get("traceback", [])) for output in outputs)


# -- the list -------------------------------------------------------------------------------------------------


def test_no_prefix_and_no_system_folder_is_shown_as_a_whole() -> None:
    shown = set(visible_paths())
    assert not shown & {*PREFIXES, "/", "/etc", "/usr/share", "/usr/local/share", "/opt", "/home", "/root", "/var"}
    assert len(shown) < 50
    for path in shown:
        assert os.path.lexists(path)
        assert not [other for other in shown if path.startswith(f"{other}/") and not os.path.islink(other)]


def test_nothing_else_is_mounted_in_a_sandbox(zygote: Zygote, sandbox: Sandbox) -> None:
    mounted = said(sandbox, "print(*(line.split()[1] for line in open('/proc/self/mounts')), sep='\\n')").split()
    own = {path for path in mounted if path in ("/", "/proc", HOME) or path.startswith("/dev/")}
    assert len(own) == 8
    shown = {path for path in zygote.visible if not os.path.islink(path)}
    tmp = HOME_FOLDERS[1]  # /tmp leads there, also for a Python that is installed below /tmp
    assert set(mounted) - own == {f"{tmp}{path[4:]}" if path.startswith("/tmp/") else path for path in shown}


def test_links_on_the_way_to_a_path_are_shown_as_links(tmp_path: Path) -> None:
    (tmp_path / "real" / "bin").mkdir(parents=True)
    (tmp_path / "real" / "bin" / "python3").touch()
    (tmp_path / "real" / "bin" / "python").symlink_to("python3")
    (tmp_path / "current").symlink_to("real")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "env").symlink_to("../current")
    way = _way_to(str(tmp_path.resolve() / "deep/env/bin/python"))
    names = [path.removeprefix(f"{tmp_path.resolve()}/") for path in way]
    assert names == ["deep/env", "current", "real/bin/python", "real/bin/python3"]


def test_a_private_path_inside_a_visible_one_is_refused(tmp_path: Path) -> None:
    lib, course = tmp_path / "lib", tmp_path / "lib" / "course"
    course.mkdir(parents=True)
    (tmp_path / "link").symlink_to(course)
    (tmp_path / "library").mkdir()
    for path in (lib, course, course / "gradebook.db", tmp_path / "link", tmp_path / "link" / "submitted"):
        with pytest.raises(IsolationMissing, match=r"'.*' is inside '.*lib', which .* move it to") as refused:
            refuse_visible([str(path)], [str(lib)])
        assert str(refused.value).startswith(f"nothing was graded: {str(path)!r} is")
        assert refused.value.exit_code == 78
    refuse_visible([str(tmp_path), str(tmp_path / "library"), str(tmp_path / "lib.db")], [str(lib)])


def test_a_zygote_is_not_even_started_for_a_course_that_would_be_visible(tmp_path: Path) -> None:
    with pytest.raises(IsolationMissing, match=r"change the setting in nbgrader_config\.py"):
        start_zygote(("numpy",), visible=(str(tmp_path),), private=(str(tmp_path / "course"),))


# -- the self-test reads the real files ------------------------------------------------------------------------


def blocked(zygote: Zygote, *private: Path) -> bool:
    (attempt,) = (found for found in attempt_escapes(zygote, map(str, private)) if found.name == "no course files")
    return attempt.blocked


def test_any_private_file_or_folder_that_can_be_read_is_an_escape(tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "tests").mkdir(parents=True)
    (course / "tests" / "hidden.py").write_text("secret")
    (course / "empty.db").touch()
    (tmp_path / "link").symlink_to(course)
    with Zygote(("numpy",), tier=tier_for_this_machine(), visible=(str(course),)) as zygote:
        for path in (course, course / "tests", course / "tests" / "hidden.py", course / "empty.db", tmp_path / "link"):
            assert not blocked(zygote, tmp_path / "nowhere", path), path
        assert blocked(zygote, tmp_path / "nowhere", course / "nowhere")


def test_a_virtual_environment_inside_the_course_is_no_escape(tmp_path: Path) -> None:
    environment = tmp_path / "course" / ".venv" / "lib"
    environment.mkdir(parents=True)
    (tmp_path / "course" / "gradebook.db").touch()
    with Zygote(("numpy",), tier=tier_for_this_machine(), visible=(str(environment),)) as zygote:
        assert blocked(zygote, tmp_path / "course", tmp_path / "course" / "gradebook.db")
        assert _names_on_the_way(str(tmp_path / "course"), zygote.visible) == [".venv"]


CLASS = """
import os
from pathlib import Path
os.environ |= {"HOME": "/nonexistent", "JUPYTER_CONFIG_DIR": "/nonexistent"}
from autograder.course.layout import Course
from autograder.course.private import private_paths
from autograder.sandbox.host.self_test import open_zygote
private = private_paths(Course(Path("/usr/src/course")))
with open_zygote(("numpy",), private=private) as zygote:
    sandbox = zygote.spawn()
    look = f"import os; print([path for path in {private!r} if os.path.exists(path)])"
    print(zygote.tier, len(private), sandbox.run_cell(look, seconds=5).outputs[0]["text"], end="")
"""


@as_root
@pytest.mark.parametrize("nobody", [False, True], ids=["root", "nobody"])
def test_a_course_in_usr_and_the_default_exchange_cannot_be_seen(course: Course, tmp_path: Path, nobody: bool) -> None:
    """Images put code in /usr/src, nbgrader puts its exchange in /usr/local/share; anybody may read both here."""
    hand_in(course, "ada", released(course))
    exchange = "/usr/local/share/nbgrader/exchange"
    lines = [
        "mount -t tmpfs -o mode=755 none /usr/src",
        f"cp -r {course.root} /usr/src/course",
        "mount -t tmpfs -o mode=755 none /usr/local/share",
        f"mkdir -p {exchange}",
        "chmod -R a+rwX /usr/src/course /usr/local/share/nbgrader",
    ]
    if nobody:
        lines.append("chown -R 65534:65534 /usr/src/course /usr/local/share/nbgrader")
    prefix = rearranged(tmp_path / "usr.sh", lines, nobody=nobody)
    if nobody and not user_namespaces_are_possible(prefix):
        pytest.skip("this kernel gives no user namespace to an unprivileged process")
    done = python(*prefix, code=CLASS)
    assert done.returncode == 0, done.stdout + done.stderr
    tier, number, *seen = done.stdout.split()
    assert (tier, int(number) >= 12) == ("userns" if nobody else "root", True)
    assert seen == ["[]"]


GRADE = """
import os, sys
from autograder import cli
os.chdir("/usr/local/lib/course")
sys.argv = ["autograder", "grade", {name!r}]
cli.main()
"""


@as_root
@pytest.mark.skipif(sys.base_prefix == "/usr/local", reason="the folder that is hidden here holds this Python")
def test_a_course_among_the_libraries_is_not_graded(course: Course, tmp_path: Path) -> None:
    hand_in(course, "ada", released(course))
    lines = ["mount -t tmpfs -o mode=755 none /usr/local/lib", f"cp -r {course.root} /usr/local/lib/course"]
    done = python(*rearranged(tmp_path / "lib.sh", lines), code=GRADE.format(name=NAME))
    assert done.returncode == 78, done.stdout + done.stderr
    assert "nothing was graded: '/usr/local/lib/course' is inside '/usr/local/lib'" in done.stdout + done.stderr


# -- what still works ------------------------------------------------------------------------------------------

PLOT = """
import io, matplotlib
matplotlib.use("agg")
from matplotlib import pyplot
pyplot.title(r"x² $\\alpha$")
pyplot.savefig(picture := io.BytesIO())
print(picture.tell() > 1000)
"""
ZONES = "import datetime, zoneinfo\nzone = zoneinfo.ZoneInfo('Europe/Berlin')\n"

WORKS = {
    "a command": ("!ls /usr/bin/env", "/usr/bin/env"),
    "python": ("!python -c 'import numpy; print(numpy.add(40, 2))'", "42"),
    "this interpreter": ("import sys\n!{sys.executable} -c 'import email; print(42)'", "42"),
    "a spawned process": (
        "from multiprocessing import *\nwith get_context('spawn').Pool(1) as pool: print(pool.map(abs, [-42]))",
        "[42]",
    ),
    "time zones": (ZONES + "print(datetime.datetime(2025, 7, 1, tzinfo=zone).utcoffset())", "2:00:00"),
    "a plot": (PLOT, "True"),
    "a database": ("import sqlite3\nprint(sqlite3.connect('x.db').execute('select 42').fetchall())", "[(42,)]"),
}


@pytest.mark.parametrize("name", WORKS)
def test_what_notebooks_use_is_there(sandbox: Sandbox, name: str) -> None:
    source, answer = WORKS[name]
    assert said(sandbox, source).strip() == answer


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('time').tzname",
        "__import__('ctypes.util').util.find_library('c')",
        "[__import__('os').path.exists(path) for path in __import__('ssl').get_default_verify_paths()[3::2]]",
        "__import__('ssl').create_default_context().cert_store_stats()",
        "__import__('mimetypes').guess_type('a.webm')",
        "__import__('shutil').which('ls') is not None",
    ],
)
def test_what_the_machine_says_is_said_in_a_sandbox(sandbox: Sandbox, expression: str) -> None:
    host = subprocess.check_output([sys.executable, "-I", "-c", f"print({expression})"], text=True, env={})
    assert said(sandbox, f"print({expression})") == host


@pytest.mark.slow
def test_torch_and_sympy_are_imported_in_a_sandbox(spawn: Spawn) -> None:
    assert said(spawn(), "import sympy, torch\nprint(torch.ones(2).sum(), sympy.sqrt(4))", 60.0) == "tensor(2.) 2\n"


LAYOUT = f"""
import sys
from autograder.sandbox.host.self_test import open_zygote
with open_zygote(("numpy",)) as zygote:
    sandbox = zygote.spawn()
    for source in {[WORKS[name][0] for name in ("time zones", "a plot", "a database")]!r}:
        for output in sandbox.run_cell(source, seconds=20).outputs:
            print(output.get("text") or output, end="")
    print(sys.prefix, sys.prefix in zygote.visible)
"""

LAYOUTS = {
    "the docker image": ("/usr/local", "/usr/local/lib/python{version}/site-packages", "/usr/local/bin/python3"),
    "conda": ("/srv/conda", "/srv/conda/lib/python{version}/site-packages", "/srv/conda/bin/python3"),
    "Debian": ("", "/usr/local/lib/python{version}/dist-packages", "/usr/bin/python3"),
}


@as_root
@pytest.mark.parametrize("layout", LAYOUTS)
def test_python_works_wherever_it_is_installed(layout: str, tmp_path: Path) -> None:
    """The interpreter of these tests and its libraries are mounted where other machines have theirs."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    prefix, site, executable = (part.format(version=version) for part in LAYOUTS[layout])
    lines = ["mount -t tmpfs -o mode=755 none /srv"]
    if prefix:
        lines += [f"mkdir -p {prefix}", f"mount --rbind {sys.base_prefix} {prefix}"]
    elif not (os.path.exists(f"/usr/bin/python{version}") and os.path.isdir(site)):
        pytest.skip(f"this machine has no Python {version} of its own")
    lines.append(f"mount --rbind {SITE_PACKAGES} {site}")
    done = python(*rearranged(tmp_path / "layout.sh", lines), code=LAYOUT, executable=executable)
    assert done.stdout == f"2:00:00\nTrue\n[(42,)]\n{prefix or '/usr'} False\n", done.stdout + done.stderr
