"""Cells run as in a Jupyter kernel: what notebooks find there, they find here."""

from typing import Any

import pytest

from autograder.sandbox.host.zygote import Sandbox


def outputs(sandbox: Sandbox, *sources: str) -> list[Any]:
    """The outputs of the last of several cells."""
    for number, source in enumerate(sources, 1):
        result = sandbox.run_cell(source, number=number, seconds=5)
    return result.outputs


def printed(sandbox: Sandbox, *sources: str) -> str:
    return "".join(str(output.get("text", output.get("ename", ""))) for output in outputs(sandbox, *sources))


def test_earlier_cells_and_values_are_remembered(sandbox: Sandbox) -> None:
    assert printed(sandbox, "6 * 7", "print(_, Out, In[1:])") == "42 {1: 42} ['6 * 7', 'print(_, Out, In[1:])']\n"


@pytest.mark.parametrize(
    ("magic", "expected"), [("pwd", "'/home/student/work'"), ("%pwd", "'/home/student/work'"), ("x = 1\nx?", "int")]
)
def test_magics_work_with_and_without_a_percent_sign(sandbox: Sandbox, magic: str, expected: str) -> None:
    (output,) = outputs(sandbox, magic)
    assert expected in str(output.get("data", output))


def test_a_variable_hides_the_magic_of_its_name(sandbox: Sandbox) -> None:
    assert outputs(sandbox, "pwd = 5", "pwd")[0]["data"]["text/plain"] == "5"


def test_an_event_loop_is_running(sandbox: Sandbox) -> None:
    running = "import asyncio\nprint(asyncio.get_running_loop().is_running())"
    assert printed(sandbox, running) == "True\n"
    task = "task = asyncio.ensure_future(asyncio.sleep(0.01, 'done'))"
    assert printed(sandbox, task, "print(await task)") == "done\n"
    assert printed(sandbox, "asyncio.run(asyncio.sleep(0))").startswith("RuntimeError")


def test_a_loop_that_does_not_end_is_interrupted_and_the_next_cell_runs(sandbox: Sandbox) -> None:
    result = sandbox.run_cell("import asyncio\nwhile True: await asyncio.sleep(0.01)", seconds=0.5)
    assert result.interrupted
    assert printed(sandbox, "print(await asyncio.sleep(0, 'next'))") == "next\n"


def test_nobody_answers_input(sandbox: Sandbox) -> None:
    assert printed(sandbox, "input('name? ')") == "StdinNotImplementedError"


def test_the_user_and_nbgraders_mark_are_in_the_environment(sandbox: Sandbox) -> None:
    asked = "import getpass, os; print(getpass.getuser(), os.environ['NBGRADER_EXECUTION'])"
    assert printed(sandbox, asked) == "student autograde\n"


@pytest.mark.parametrize(
    "silenced",
    [
        "get_ipython().showtraceback = lambda *a, **k: None",
        "type(get_ipython()).showtraceback = lambda *a, **k: None",
        "get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)",
    ],
)
def test_an_error_that_is_not_shown_is_an_output_all_the_same(sandbox: Sandbox, silenced: str) -> None:
    (error,) = outputs(sandbox, silenced, "assert False, 'wrong'")
    assert (error["output_type"], error["ename"], error["evalue"]) == ("error", "AssertionError", "wrong")
