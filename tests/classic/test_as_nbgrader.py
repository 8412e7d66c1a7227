"""Honest work in a course made with plain nbgrader earns what stock nbgrader gives, cell by cell, by both doors."""

import shutil
from pathlib import Path

import pytest
from classic_course import (
    STOCK_CONFIG,
    Points,
    answer,
    check,
    graded,
    hand_in,
    make_course,
    notebook,
    plain,
    setup,
    task,
    write,
    written,
)

pytestmark = pytest.mark.slow

SHELL = notebook(
    plain("%cd ."),
    plain("ls"),
    plain("x = 3"),
    plain("x?"),
    plain("6 * 7"),
    check("last_value", "assert _ == 42"),
    check("out", "assert 42 in Out.values()"),
    check("in", "assert any('6 * 7' in source for source in In)"),
    check("user", "import getpass; assert getpass.getuser()"),
    check("environment", "import os; assert os.environ['NBGRADER_EXECUTION'] == 'autograde'"),
    check("loop", "import asyncio; assert asyncio.get_running_loop().is_running()"),
    check("await", "await asyncio.sleep(0)"),
    check("no_second_loop", "try:\n    asyncio.run(None)\n    0\nexcept RuntimeError:\n    pass"),
    check("notebook_beside", "assert 'shell.ipynb' in os.listdir()"),
    plain("raise ValueError", "skip-execution"),
    plain("ran = 1", "experiment"),
    check("experiment_is_a_tag_like_others", "assert ran == 1"),
    check("timeit", "%timeit -n1 -r1 sum(range(100))"),
    check("capture", "%%capture out\nprint('hi')"),
    check("captured", "assert out.stdout == 'hi\\n'"),
    check("bash", "%%bash\nexit 0"),
    check("bash_fails", "%%bash\nexit 3"),
    check("writefile", "%%writefile made.txt\nabc"),
    check("written_file", "assert open('made.txt').read() == 'abc\\n'"),
    check("partial", "0.5", 2),
    check("nothing", "0", 2),
    check("text", "'abc'", 2),
    check("printed", "print(0.5)", 2),
    check("warning", "import warnings; warnings.warn('x')"),
    check("stderr", "import sys; print('x', file=sys.stderr)"),
    check("input", "try:\n    input()\nexcept NotImplementedError:\n    pass"),
    check("source", "import inspect\ndef f(): pass\nassert 'def f' in inspect.getsource(f)"),
    check("inline", "%matplotlib inline"),
    check("silenced", "get_ipython().showtraceback = lambda *a, **k: None\nassert False"),
    check("silenced_later", "assert False"),
    check("custom", "get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)\nassert False"),
)
FILES = notebook(
    setup("import_module", "import helper"),
    check("under_score", "assert open('_data.csv').read() == '1'"),
    check("dot", "assert open('.hidden').read() == '2'"),
    check("folder", "assert open('sub/x.txt').read() == 's'"),
    check("students_module", "assert helper.x == 5"),
    check("students_data", "assert open('own.txt').read() == 'own'"),
    check("excluded", "assert open('edit.py').read() == 'theirs'"),
    check("large", "assert open('large.bin', 'rb').read() == bytes(5 * 2**20)"),
)
ANSWERS = notebook(
    answer("square", "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"),
    check("right", "assert square(2) == 4\n### BEGIN HIDDEN TESTS\nassert square(-3) == 9\n### END HIDDEN TESTS", 2),
    check("auto", "### AUTOTEST square(7)", 3),
    answer("other", "### BEGIN SOLUTION\ny = 1\n### END SOLUTION"),
    check("needs_other", "assert y == 1"),
    written("essay", "Because.", 4),
    task("project", "Do it.\n=== BEGIN MARK SCHEME ===\nsecret scheme\n=== END MARK SCHEME ===", 5),
)
AUTOTESTS = """
python3:
    dispatch: "type({{snippet}})"
    normalize: "str({{snippet}})"
    check: 'assert {{snippet}} == \"\"\"{{value}}\"\"\", \"\"\"{{message}}\"\"\"'
    success: ""
    templates:
        default:
            - test: "{{snippet}}"
              fail: "the value is wrong"
"""
EXCLUDED = '\nc.Autograde.exclude_overwriting = {"ps": ["edit.py"]}\n'
LATE = '\nc.AssignLatePenalties.plugin_class = "late.Half"\n'
PENALTY = """
from nbgrader.plugins import BasePlugin

class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2 if student_id != "bob" else 1 / 0
"""
ADOPTED = STOCK_CONFIG + "import autograder\nautograder.configure(c)\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classic") / "course"
    write(folder / "autotests.yml", AUTOTESTS)
    notebooks = {"shell": SHELL, "files": FILES, "answers": ANSWERS}
    files: dict[str, str | bytes] = {
        "_data.csv": "1",
        ".hidden": "2",
        "edit.py": "ours",
        "sub/x.txt": "s",
        "large.bin": bytes(5 * 2**20),
    }
    course = make_course(folder, notebooks, files)
    theirs = {"helper.py": "x = 5", "own.txt": "own", "edit.py": "theirs", "_data.csv": "forged"}
    hand_in(course, "ann", {"square": "def square(x):\n    return x * x", "other": "y = 1", "essay": "Hm."}, theirs)
    hand_in(course, "bob", {"square": "def square(x):\n    return abs(x) * x"}, {"helper.py": "x = 5"})
    hand_in(course, "cy", {}, {"helper.py": "1 / 0"})
    return course


@pytest.fixture(scope="module")
def stock(course: Path) -> Points:
    return graded(course, course.with_name("stock"), "nbgrader", "autograde", "ps", config=STOCK_CONFIG + EXCLUDED)


@pytest.mark.parametrize("command", ["autograder grade ps", "nbgrader autograde ps"])
def test_each_cell_earns_what_it_earns_in_stock_nbgrader(course: Path, stock: Points, command: str) -> None:
    folder = course.with_name(command.split(maxsplit=1)[0])
    ours = graded(course, folder, *command.split(), config=ADOPTED + EXCLUDED)
    assert ours == stock
    assert stock["ann", "answers", "right"] == 2
    assert stock["bob", "answers", "right"] == stock["cy", "answers", "auto"] == stock["ann", "shell", "silenced"] == 0
    assert stock["ann", "files", "excluded"] == stock["ann", "files", "large"] == 1
    shutil.rmtree(folder)
