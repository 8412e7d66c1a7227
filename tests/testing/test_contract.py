"""What a file of hidden tests may contain: everything else is refused with its file and line, without importing it."""

from pathlib import Path
from textwrap import dedent

import pytest

from autograder.errors import AssignmentError
from autograder.testing.contract import check_sources


def folder_of(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "hidden_tests"
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(AssignmentError) as caught:
        check_sources(folder)
    return str(caught.value).removeprefix(f"{folder}/")


UNSUPPORTED_MARKS = {
    "skip": "@pytest.mark.skip",
    "skip with a reason": "@pytest.mark.skip(reason='later')",
    "skipif": "@pytest.mark.skipif(True, reason='later')",
    "xfail": "@pytest.mark.xfail",
    "filterwarnings": "@pytest.mark.filterwarnings('ignore')",
    "misspelled": "@pytest.mark.wieght(2)",
    "imported": "@mark.skip",
    "renamed": "@pt.mark.skip",
    "renamed mark": "@m.skip",
}


@pytest.mark.parametrize("line", UNSUPPORTED_MARKS.values(), ids=UNSUPPORTED_MARKS.keys())
def test_a_mark_that_would_be_ignored_is_refused_where_it_stands(tmp_path: Path, line: str) -> None:
    text = f'''\
import pytest, pytest as pt
from pytest import mark, mark as m

@pytest.mark.weight(2)
{line}
def test_x(student):
    """X."""
'''
    name = line.partition("mark.")[2] or line.partition(".")[2]
    name = name.partition("(")[0]
    assert refusal(folder_of(tmp_path, test_a=text)) == (
        f"test_a.py:5: @pytest.mark.{name} is not supported in hidden tests; remove it, or use one of "
        "weight, seconds, presupposes, slow, cuda, parametrize, usefixtures"
    )


@pytest.mark.parametrize("name", ['"test_nobody"', "test_x", '"helper"'])
def test_a_presupposed_test_that_does_not_exist_is_refused(tmp_path: Path, name: str) -> None:
    text = f'import pytest\n\n@pytest.mark.presupposes({name})\ndef test_x(student):\n    "X."\ndef helper(): ...\n'
    shown = name.replace('"', "'")
    assert refusal(folder_of(tmp_path, test_a=text)) == (
        f"test_a.py:3: @pytest.mark.presupposes({shown}) does not name a test of this file; correct it"
    )


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\npytestmark = [\n    pytest.mark.slow, \n\n    pytest.mark.skip]\n",
        "import pytest\n\n\n\nlater = pytest.mark.skip\n",
        "import pytest\n\n\n\n@pytest.mark.skip\nclass Helper: pass\n",
        "import pytest\n\ndef test_x(request):\n    'X.'\n    request.node.add_marker(pytest.mark.skip)\n",
    ],
)
def test_an_unsupported_mark_is_refused_wherever_it_stands(tmp_path: Path, text: str) -> None:
    assert refusal(folder_of(tmp_path, test_a=text)).startswith("test_a.py:5: @pytest.mark.skip is not supported")


@pytest.mark.parametrize("call", ["pytest.param", "param"])
def test_a_mark_on_a_single_parameter_set_is_refused(tmp_path: Path, call: str) -> None:
    text = f'''\
import pytest
from pytest import param

@pytest.mark.parametrize("n", [
    1,
    {call}(10**6, marks=pytest.mark.slow),
])
def test_x(student, n):
    """X."""
'''
    assert refusal(folder_of(tmp_path, test_a=text)) == (
        "test_a.py:6: a mark on a single parameter set is not supported; "
        "write a separate test function for it and mark that one"
    )


BAD_FUNCTIONS = {
    "a method": (
        'class TestX:\n    def test_x(self, student):\n        """X."""\n',
        (
            "test_a.py:3: test_x is a method of the class TestX; "
            "write hidden tests as functions at the top level of the file"
        ),
    ),
    "a method of a TestCase": (
        'import unittest\nclass X(unittest.TestCase):\n    def test_x(self):\n        """X."""\n',
        (
            "test_a.py:4: test_x is a method of the class X; "
            "write hidden tests as functions at the top level of the file"
        ),
    ),
    "an async function": (
        'async def test_x(student):\n    """X."""\n',
        "test_a.py:2: test_x is async and would never be awaited; write it with a plain def",
    ),
    "a generator": (
        'def test_x(student):\n    """X."""\n    for n in range(3):\n        yield n\n',
        "test_a.py:2: test_x contains yield, so its body would not run; use @pytest.mark.parametrize instead",
    ),
    "no docstring": (
        "@pytest.mark.slow\ndef test_mute(student):\n    student.f()\n",
        "test_a.py:3: test_mute has no docstring; write one, whose first paragraph is the sentence a student reads",
    ),
    "an empty docstring": (
        "def test_mute(student):\n    ''' '''\n",
        "test_a.py:2: test_mute has no docstring; write one, whose first paragraph is the sentence a student reads",
    ),
    "inside an if": (
        "if True:\n    def test_mute(student):\n        student.f()\n",
        "test_a.py:3: test_mute has no docstring; write one, whose first paragraph is the sentence a student reads",
    ),
    "two of one name": (
        'def test_x(student):\n    """X."""\n\ndef test_x(student):\n    """Y."""\n',
        "test_a.py:5: test_x is also defined on line 2, and only one of the two would run; rename one of them",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD_FUNCTIONS.values(), ids=BAD_FUNCTIONS.keys())
def test_a_function_that_is_no_hidden_test_is_refused(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(folder_of(tmp_path, test_a="import pytest\n" + text)) == message


def test_the_first_problem_of_the_first_file_is_named(tmp_path: Path) -> None:
    late = "import pytest\ndef test_x(): 'X.'\n\n@pytest.mark.skip\ndef test_y(): 'Y.'\n"
    assert refusal(folder_of(tmp_path, test_b="def test_x(): pass", test_a=late + "def test_z(): pass")).startswith(
        "test_a.py:4: "
    )


def test_a_file_that_is_not_python_is_named(tmp_path: Path) -> None:
    message = refusal(folder_of(tmp_path, test_a='def test_x(student):\n    """X."""\n    1 +\n'))
    assert message == "test_a.py:3: SyntaxError: invalid syntax; correct it"


def test_a_conftest_is_refused_because_it_would_not_be_read(tmp_path: Path) -> None:
    assert refusal(folder_of(tmp_path, conftest="", test_a="")) == (
        "conftest.py: a conftest.py is not read; define each fixture in the file that uses it"
    )


def test_hidden_tests_in_a_subfolder_are_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, test_a="")
    (folder / "more").mkdir()
    (folder / "more" / "test_a.py").write_text("")
    assert refusal(folder) == (
        f"more/test_a.py: hidden tests in a subfolder are not supported; move the file to {folder}"
    )


def test_what_jupyter_leaves_behind_is_no_hidden_test(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, test_a="")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "test_a-checkpoint.py").write_text("def test_x(): pass")
    check_sources(folder)


def test_plain_pytest_is_accepted(tmp_path: Path) -> None:
    text = '''
    """Softmax."""
    import pytest
    from dataclasses import dataclass

    pytestmark = pytest.mark.seconds(3)
    both = pytest.mark.parametrize("k", [pytest.param(1, id="one"), 2])

    @dataclass
    class TestData:
        x: int

        def total(self):
            """Not a test."""

    class Log:
        def test(self):
            yield 1

    @pytest.fixture(scope="module")
    def test_values():
        yield [1, 2]

    def helper():
        yield 1

    @both
    @pytest.mark.cuda(twin="test_y")
    @pytest.mark.weight(2)
    def test_x(student, test_values, k):
        """X."""
        def test_inside():
            yield 1

    @pytest.mark.slow()
    @pytest.mark.usefixtures("tmp_path")
    def test_y(student):
        """Y."""
        with pytest.raises(ValueError):
            student.f()
    '''
    check_sources(folder_of(tmp_path, test_a=text, helpers="def test_like(): pass"))


def test_an_assignment_without_hidden_tests_has_nothing_to_refuse(tmp_path: Path) -> None:
    check_sources(tmp_path / "hidden_tests")
