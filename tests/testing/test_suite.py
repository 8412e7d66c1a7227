"""The hidden suite: what becomes a test, what a verdict says, and that running it again changes nothing."""

import gc
import os
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook
from conftest import MakeProcess

from autograder.course.data import Data
from autograder.errors import AssignmentError
from autograder.results.model import CheckResult, Status, Verdict
from autograder.sandbox.host.zygote import Gone, Peer, Reply
from autograder.testing.compare import fail
from autograder.testing.process import StudentError, StudentProcess
from autograder.testing.suite import Suite


class Here(Peer):
    """A student's process that is no process: its functions are in the test."""

    def __init__(self, functions: dict[str, Callable[..., Any]]) -> None:
        self.functions, self.gone = functions, None

    def call(
        self, name: str, args: Any, kwargs: Any, *, seconds: float, observe: bool = False, collect: bool = False
    ) -> Reply:
        return Reply(self.functions[name](*args, **kwargs)) if name in self.functions else Reply(undefined=True)


def process(**functions: Callable[..., Any]) -> StudentProcess:
    return StudentProcess(lambda: Here(functions), seconds=1.0, locate=lambda number, line: "")


OpenSuite = Callable[..., Suite]


@pytest.fixture
def suite_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenSuite]:
    """Opens a suite of the given files: ``suite_of(test_a="def test_x(student): ...")``."""
    # Grading does not run under pytest, whose import hook would rewrite the asserts of hidden tests.
    hooks = [hook for hook in sys.meta_path if not isinstance(hook, AssertionRewritingHook)]
    monkeypatch.setattr(sys, "meta_path", hooks)
    opened: list[Suite] = []

    def make(folder: str = "hidden_tests", how: dict[str, Any] | None = None, **files: str) -> Suite:
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / f"{name}.py").write_text("import pytest\n" + dedent(text), encoding="utf-8")
        opened.append(Suite(tmp_path / folder, **(how or {})))
        return opened[-1]

    yield make
    for suite in opened:
        suite.close()


def judge(suite: Suite, check: str = "test_a", *, seed: int = 0, **functions: Callable[..., Any]) -> list[Verdict]:
    return suite.run(check, process(**functions), seed=seed)


def states(verdicts: list[Verdict]) -> list[str]:
    return [verdict.status for verdict in verdicts]


# -- tests --------------------------------------------------------------------------------------------------


def test_a_docstring_gives_the_hidden_test_and_the_hint(suite_of: OpenSuite) -> None:
    suite = suite_of(
        test_a='''
        def test_one(student):
            """Rows sum to one."""

        @pytest.mark.weight(2.5)
        def test_two(student):
            """Large scores
            do not overflow.

            Subtract the
            maximum.

            Then exponentiate.
            """
        '''
    )
    one, two = suite.tests["test_a"]
    assert (one.check, one.name, one.id) == ("test_a", "test_one", "test_a::test_one")
    assert (one.sentence, one.hint, one.weight) == ("Rows sum to one.", "", 1.0)
    assert (two.sentence, two.weight) == ("Large scores do not overflow.", 2.5)
    assert two.hint == "Subtract the maximum. Then exponentiate."
    assert [(v.test, v.sentence, v.weight, v.status) for v in judge(suite)] == [
        ("test_a::test_one", "Rows sum to one.", 1.0, "passed"),
        ("test_a::test_two", "Large scores do not overflow.", 2.5, "passed"),
    ]


def test_a_parametrised_test_is_one_hidden_test_and_all_its_cases_must_hold(suite_of: OpenSuite) -> None:
    suite = suite_of(
        test_a='''
        @pytest.mark.parametrize("x", [1, 2, 3])
        @pytest.mark.parametrize("y", [1, 2])
        def test_f(student, x, y):
            """It holds."""
            assert student.f(x, y) == x + y, f"wrong"
        '''
    )
    assert len(suite.tests["test_a"]) == 1
    assert states(judge(suite, f=lambda x, y: x + y)) == ["passed"]
    asked: list[tuple[int, int]] = []

    def f(x: int, y: int) -> int:
        asked.append((x, y))
        return x + y + (x == 2)

    (verdict,) = judge(suite, f=f)
    assert (verdict.status, verdict.reason) == ("failed", "wrong")
    assert any(x == 2 for x, _ in asked)
    for wrong in range(6):
        calls = iter(range(6))
        assert states(judge(suite, f=lambda x, y, calls=calls, wrong=wrong: x + y + (next(calls) == wrong))) == [
            "failed"
        ]


@pytest.mark.parametrize("weight", ["", "0", "-1", "'2'", "float('inf')", "float('nan')", "None"])
def test_a_weight_that_is_no_number_above_zero_is_refused(suite_of: OpenSuite, weight: str) -> None:
    with pytest.raises(
        AssignmentError, match=r"test_a\.py:2: test_x has the weight .*; @pytest.mark.weight\(2\) takes"
    ):
        suite_of(test_a=f'@pytest.mark.weight({weight})\ndef test_x(student):\n    """X."""')


BROKEN_IMPORTS = {
    "missing module": ("import no_such_module", "2: ModuleNotFoundError: No module named 'no_such_module'"),
    "missing name": ("from json import no_such_name", "2: ImportError: cannot import name 'no_such_name' from 'json'"),
    "own mistake": ("\n\n1 / 0", "4: ZeroDivisionError: division by zero"),
    "inside a function": ("def f():\n    return 1 / 0\n\nf()", "3: ZeroDivisionError: division by zero"),
    "inside a library": ("import json\n\njson.loads('[')", "4: JSONDecodeError: Expecting value"),
    "inside the engine": ("from autograder import Derivation\n\nDerivation(no=1)", "4: TypeError: "),
    "invalid mark": ("mark = pytest.mark\nmark.wieght", "3: Failed: 'wieght' not found in `markers` configuration"),
    "skipped module": ("pytest.skip('later', allow_module_level=True)", "2: Skipped: later"),
    "skipped import": ("pytest.importorskip('no_such_module')", "2: Skipped: could not import 'no_such_module'"),
    "skip outside of a test": ("pytest.skip('later')", "2: Skipped: later"),
}


@pytest.mark.parametrize(("text", "why"), BROKEN_IMPORTS.values(), ids=BROKEN_IMPORTS.keys())
def test_a_file_that_cannot_be_imported_is_named_with_line_and_reason(suite_of: OpenSuite, text: str, why: str) -> None:
    innocent = 'HERE = __file__\n\ndef test_y(student):\n    """Y."""'
    with pytest.raises(AssignmentError, match="cannot be collected") as caught:
        suite_of(test_a=innocent, test_b=text, test_c=innocent)
    file, _, reason = (
        str(caught.value).partition("hidden_tests/")[2].partition(": the hidden tests cannot be collected: ")
    )
    assert file == "test_b.py:" + why.partition(":")[0]
    assert reason.startswith(why.partition(": ")[2])


@pytest.mark.parametrize(
    ("text", "line"),
    [("x = 1\n\nimport no_such_module", 3), ("def f():\n    return 1 / 0\nf()", 2), ("x = 1\n1 +\n", 2)],
)
def test_a_module_that_a_hidden_test_imports_is_named_when_it_is_at_fault(
    suite_of: OpenSuite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int
) -> None:
    (tmp_path / "shared_by_tests.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AssignmentError, match=rf"{tmp_path}/shared_by_tests\.py:{line}: .* cannot be collected: "):
        suite_of(test_a='def test_x(student):\n    """X."""', test_b="import shared_by_tests")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("@pytest.mark.parametrize('k', [])", r"Empty parameter set in 'test_x' at line 4"),
        ("@pytest.mark.parametrize('k, n', [(1, 2, 3)])", r'in "parametrize" the number of names'),
        ("@pytest.mark.parametrize('n', [1])", r"function uses no argument 'n'"),
    ],
)
def test_a_hidden_test_that_cannot_be_parametrised_is_named(suite_of: OpenSuite, line: str, why: str) -> None:
    with pytest.raises(AssignmentError, match=rf"test_a\.py(:\d+)?: the hidden tests cannot be collected: .*({why})"):
        suite_of(test_a=f'\n\n{line}\ndef test_x(student, k):\n    """X."""')


HIDDEN_FROM_THE_SOURCE = {
    "mark": (
        'name = "skip"\n\n@getattr(pytest.mark, name)\ndef test_x(student):\n    """X."""',
        "test_a.py:4: @pytest.mark.skip is not supported in hidden tests; remove it",
    ),
    "mark of the module": (
        'marks = pytest.mark\npytestmark = marks.xfail\n\ndef test_x(student):\n    """X."""',
        "test_a.py:5: @pytest.mark.xfail is not supported in hidden tests; remove it",
    ),
    "mark that is put on later": (
        'def test_x(student):\n    """X."""\n\nmarks = pytest.mark\nmarks.skip(test_x)',
        "test_a.py:2: @pytest.mark.skip is not supported in hidden tests; remove it",
    ),
    "marked parameter set": (
        (
            'how = {"marks": pytest.mark.slow}\n\n@pytest.mark.parametrize("k", [1, pytest.param(2, **how)])\n'
            'def test_x(student, k):\n    """X."""'
        ),
        "test_a.py:4: a mark on a single parameter set is not supported; write a separate test function",
    ),
    "method": (
        'class Cases:\n    def test_x(self, student):\n        """X."""\n\nTestCases = Cases',
        "test_a.py:3: test_x is a method of the class Cases; write hidden tests as functions",
    ),
    "async function": (
        'async def later(student):\n    """X."""\n\ntest_x = later',
        "test_a.py:2: test_x is async and would never be awaited; write it with a plain def",
    ),
    "function without a docstring": (
        "test_x = lambda student: None",
        "test_a.py:2: test_x has no docstring; write one, whose first paragraph is the sentence a student reads",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), HIDDEN_FROM_THE_SOURCE.values(), ids=HIDDEN_FROM_THE_SOURCE.keys())
def test_what_shows_only_when_a_file_is_imported_is_refused_as_well(
    suite_of: OpenSuite, text: str, message: str
) -> None:
    with pytest.raises(AssignmentError) as caught:
        suite_of(test_a=text)
    assert f"hidden_tests/{message}" in str(caught.value)


def test_what_shows_in_the_source_is_refused_before_anything_is_imported(suite_of: OpenSuite) -> None:
    with pytest.raises(AssignmentError, match=r"test_b\.py:2: @pytest\.mark\.skip is not supported"):
        suite_of(test_a="1 / 0", test_b='@pytest.mark.skip\ndef test_x(student):\n    """X."""')


def test_marks_and_fixtures_of_a_whole_module_hold_for_its_tests(suite_of: OpenSuite) -> None:
    suite = suite_of(
        test_a='''
        pytestmark = [pytest.mark.slow, pytest.mark.weight(2), pytest.mark.usefixtures("asked")]

        @pytest.fixture
        def asked(student):
            student.note()

        def test_x(student):
            """X."""

        @pytest.mark.weight(3)
        def test_y(student):
            """Y."""
        '''
    )
    assert [(test.weight, test.slow) for test in suite.tests["test_a"]] == [(2.0, True), (3.0, True)]
    asked: list[int] = []
    assert states(judge(suite, note=lambda: asked.append(1))) == ["passed", "passed"]
    assert len(asked) == 2


def test_the_subtests_of_pytest_cannot_swallow_a_failure(suite_of: OpenSuite) -> None:
    suite = suite_of(
        test_a='''
        def test_x(student, subtests):
            """X."""
            with subtests.test():
                assert False
        '''
    )
    (verdict,) = judge(suite)
    assert verdict.status == Status.ERROR
    assert "FixtureLookupError: ('subtests'" in verdict.detail


def test_collecting_hidden_tests_leaves_nothing_beside_them(
    suite_of: OpenSuite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    suite_of(test_a='def test_x(student):\n    """X."""')
    assert [path.name for path in (tmp_path / "hidden_tests").iterdir()] == ["test_a.py"]


def test_a_conftest_of_the_folders_above_is_not_read(suite_of: OpenSuite, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("1 / 0")
    assert states(judge(suite_of(test_a='def test_x(student):\n    """X."""'))) == ["passed"]


def test_a_suite_without_files_has_no_hidden_tests(suite_of: OpenSuite) -> None:
    suite = suite_of()
    assert suite.tests == {}
    assert judge(suite) == []


def test_an_unknown_check_has_no_verdicts(suite_of: OpenSuite) -> None:
    assert judge(suite_of(test_a='def test_x(student):\n    """X."""'), "test_b") == []


def test_two_suites_with_files_of_one_name_do_not_share_them(suite_of: OpenSuite) -> None:
    first = suite_of("one", test_a='def test_x(student):\n    """First."""')
    second = suite_of("two", test_a='def test_x(student):\n    """Second."""\n    assert False, "second"')
    assert [test.sentence for test in first.tests["test_a"]] == ["First."]
    assert [test.sentence for test in second.tests["test_a"]] == ["Second."]
    assert states(judge(second)) == ["failed"]
    assert states(judge(first)) == ["passed"]


def test_the_callers_pytest_options_do_not_reach_hidden_tests(
    suite_of: OpenSuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent)
    assert states(judge(suite_of(test_a='def test_x(student):\n    """X."""'))) == ["passed"]


# -- verdicts ------------------------------------------------------------------------------------------------

MISSING = "`f` is not defined; its cell is missing or unfinished, or raised an exception first"
OUTCOMES = {
    "fail('it is off', 'look there')": ("failed", "it is off", "look there"),
    "fail('it is off')": ("failed", "it is off", "The hint."),
    "assert_close(2.0, 1.0, hint='halve')": ("failed", "the value is off: relative error 1", "halve"),
    "assert False, 'in our words'": ("failed", "in our words", "The hint."),
    "secret = 31337; assert secret == 1": ("failed", "", "The hint."),
    "student.f()": ("failed", MISSING, "The hint."),
    "1 / 0": (Status.ERROR, "", ""),
    "raise ValueError('boom')": (Status.ERROR, "", ""),
    "student.ok().shape": (Status.ERROR, "", ""),
    "pytest.skip('no GPU')": (Status.ERROR, "", ""),
    "pytest.importorskip('no_such_module')": (Status.ERROR, "", ""),
    "raise RecursionError": (Status.ERROR, "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), OUTCOMES.items(), ids=OUTCOMES.keys())
def test_a_failure_is_the_students_fault_and_an_error_is_the_authors(
    suite_of: OpenSuite, line: str, expected: tuple[str, str, str]
) -> None:
    suite = suite_of(
        test_a=f'''
        from autograder import assert_close, fail

        def test_x(student):
            """The test.

            The hint.
            """
            {line}

        def test_after(student):
            """The next test is judged on its own."""
        '''
    )
    verdict, after = judge(suite, ok=lambda: 1)
    assert (verdict.status, verdict.reason, verdict.hint) == expected
    assert "31337" not in verdict.reason + verdict.hint + verdict.detail
    assert (line.split("(", maxsplit=1)[0] in verdict.detail) == (verdict.status == Status.ERROR)
    assert after.status == "passed"


@pytest.mark.parametrize("line", ["pytest.skip('x')", "pytest.importorskip('no_such_module')", "pytest.xfail('x')"])
def test_a_hidden_test_that_gives_up_while_it_runs_asks_for_a_person(suite_of: OpenSuite, line: str) -> None:
    verdicts = judge(suite_of(test_a=f'def test_x(student):\n    """X."""\n    {line}'))
    assert states(verdicts) == [Status.ERROR]
    assert CheckResult.of("test_a", 1.0, tuple(verdicts)).needs_person


def test_a_student_that_cannot_be_asked_fails_the_hidden_test(suite_of: OpenSuite) -> None:
    suite = suite_of(test_a='def test_x(student):\n    """X."""\n    student.f()\n')

    def fork() -> Peer:
        raise Gone("died")

    verdicts = suite.run("test_a", StudentProcess(fork, seconds=1.0, locate=lambda number, line: ""))
    assert states(verdicts) == ["failed"]


SWALLOWS = """
def quietly(f, x):
    try: return f(x)
    except Exception: return 4.0
def silently(f, x):
    try: return f(x)
    except: return 4.0
"""


@pytest.mark.parametrize("name", ["quietly", "silently"])
@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        ("fail('it asks outside')", "failed", "it asks outside"),
        ("assert x < 1, 'it asks outside'", "failed", "it asks outside"),
        ("pytest.skip('no GPU')", Status.ERROR, ""),
        ("return no_such_name", Status.ERROR, ""),
        ("raise ValueError('what an argument may cause')", "passed", ""),
    ],
)
def test_what_a_trusted_function_says_is_the_verdict_though_the_student_swallows_it(
    suite_of: OpenSuite, process_of: MakeProcess, name: str, line: str, status: str, reason: str
) -> None:
    suite = suite_of(
        test_a=f'''
        from autograder import assert_close, fail

        def test_x(student):
            """X."""
            def f(x):
                {line}
            assert_close(student.{name}(f, 2.0), 4.0)

        def test_y(student):
            """Y."""
            assert_close(student.{name}(lambda x: x * x, 3.0), 9.0)
        '''
    )
    verdict, after = suite.run("test_a", process_of(SWALLOWS))
    assert (verdict.status, verdict.reason) == (status, reason)
    assert after.status == "passed"


def test_a_trusted_function_that_calls_the_student_back_is_the_authors_mistake(
    suite_of: OpenSuite, process_of: MakeProcess
) -> None:
    suite = suite_of(
        test_a='''
        def test_x(student):
            """X."""
            student.quietly(lambda x: student.double(x), 3)

        def test_y(student):
            """Y."""
            assert student.quietly(x=3, f=student.double) == 6
        '''
    )
    verdict, after = suite.run("test_a", process_of(SWALLOWS, "def double(x): return 2 * x"))
    assert verdict.status is Status.ERROR
    assert "uses `double` while that code runs" in verdict.detail
    assert after.status == "passed"


FIXTURES = """
@pytest.fixture
def asks(student):
    return student.f()

@pytest.fixture
def bad_setup():
    raise ValueError("boom")

@pytest.fixture
def bad_assert():
    assert False, "bad assert"

@pytest.fixture
def bad_teardown():
    yield 1
    raise ValueError("boom at the end")

"""


@pytest.mark.parametrize(
    ("fixture", "status", "words"),
    [
        ("asks", "failed", "`f` is not defined"),
        ("bad_setup", Status.ERROR, "ValueError: boom"),
        ("bad_assert", Status.ERROR, "a fixture failed: bad assert"),
        ("bad_teardown", Status.ERROR, "a fixture could not be torn down: boom at the end"),
        ("no_such_fixture", Status.ERROR, "no_such_fixture"),
    ],
)
def test_a_fixture_that_fails_is_the_authors_fault_unless_it_called_the_student(
    suite_of: OpenSuite, fixture: str, status: str, words: str
) -> None:
    suite = suite_of(
        test_a=FIXTURES
        + f'def test_x(student, {fixture}):\n    """X."""\n\ndef test_y(student):\n    """Y."""\n    student.ok()'
    )
    for _ in range(2):
        x, y = judge(suite, ok=lambda: 1)
        assert x.status == status
        assert words in x.reason + x.detail
        assert y.status == "passed"


def test_a_failing_case_of_the_last_hidden_test_leaves_the_next_check_alone(suite_of: OpenSuite) -> None:
    suite = suite_of(
        test_a='@pytest.mark.parametrize("x", [1, 2])\ndef test_x(student, x):\n    """X."""\n    student.f()',
        test_b='def test_y(student):\n    """Y."""',
    )
    for _ in range(2):
        assert states(judge(suite, "test_a")) == ["failed"]
        assert states(judge(suite, "test_b")) == ["passed"]


def test_a_run_may_stop_at_the_first_failure(suite_of: OpenSuite) -> None:
    text = "".join(f'def test_{n}(student):\n    """N."""\n    assert student.f() != {n}\n\n' for n in range(3))
    suite = suite_of(test_a=text, test_b=text)
    for _ in range(2):
        assert states(suite.run("test_a", process(f=lambda: 1), until_failure=True)) == ["passed", "failed"]
        assert states(suite.run("test_b", process(f=lambda: 9), until_failure=True)) == ["passed"] * 3


def test_hidden_tests_run_through_the_command_line_only(suite_of: OpenSuite) -> None:
    suite = suite_of(test_a='def test_x(student):\n    """X."""')
    error = suite._run_item(suite.tests["test_a"][0].items[0], None)
    assert isinstance(error, pytest.UsageError)
    assert "autograder prove" in str(error)


# -- again and again -----------------------------------------------------------------------------------------

RANDOM = '''
def test_x(student, rng):
    """X."""
    student.see(rng.integers(2**60))

@pytest.mark.parametrize("k", [1, 2])
def test_y(student, rng, k):
    """Y."""
    student.see(rng.integers(2**60))
'''


def test_random_inputs_belong_to_the_test_and_the_seed(suite_of: OpenSuite) -> None:
    def drawn(suite: Suite, check: str, seed: int) -> list[int]:
        seen: list[int] = []
        judge(suite, check, seed=seed, see=seen.append)
        return seen

    suite = suite_of(test_a=RANDOM, test_b=RANDOM)
    first = drawn(suite, "test_a", 0)
    assert len(set(first)) == 3
    assert drawn(suite, "test_a", 0) == first
    assert not set(drawn(suite, "test_a", 1)) & set(first)
    assert not set(drawn(suite, "test_b", 0)) & set(first)
    assert drawn(suite_of("elsewhere", test_a=RANDOM), "test_a", 0) == first


def test_every_student_gets_fresh_fixtures(suite_of: OpenSuite) -> None:
    suite = suite_of(
        test_a='''
        made = []

        @pytest.fixture
        def basket(student):
            made.append(student)
            items = []
            yield items
            items.clear()

        @pytest.fixture(scope="module")
        def shared():
            return []

        @pytest.mark.parametrize("k", [1, 2])
        def test_x(student, basket, shared, k):
            """X."""
            basket.append(k)
            shared.append(k)
            student.see(len(basket), len(shared), made[-1] is student)

        def test_y(student, basket):
            """Y."""
            student.see(len(basket), 0, made[-1] is student)
        '''
    )
    for _ in range(3):
        seen: list[tuple[int, int, bool]] = []
        assert states(judge(suite, see=lambda *row, seen=seen: seen.append(row))) == ["passed", "passed"]
        assert seen == [(1, 1, True), (1, 2, True), (0, 0, True)]


def test_a_tmp_path_is_empty_for_every_student(suite_of: OpenSuite) -> None:
    suite = suite_of(
        test_a='def test_x(student, tmp_path):\n    """X."""\n    student.see(len(list(tmp_path.iterdir())))\n'
        '    (tmp_path / "left").touch()'
    )
    seen: list[int] = []
    for _ in range(3):
        assert states(judge(suite, see=seen.append)) == ["passed"]
    assert seen == [0, 0, 0]


def test_the_last_student_is_forgotten(suite_of: OpenSuite) -> None:
    suite = suite_of(test_a='def test_x(student):\n    """X."""')
    judge(suite)
    assert suite._plugin.student_now is None


def test_memory_is_flat_over_many_students(suite_of: OpenSuite) -> None:
    suite = suite_of(
        test_a=RANDOM, test_b='def test_z(student):\n    """Z."""\n    student.see(bytes(10**5))\n    1 / 0'
    )

    def run(times: int) -> int:
        for _ in range(times):
            judge(suite, "test_a", see=lambda value: 1)
            judge(suite, "test_b", see=lambda value: 1)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = run(10)
        grown = run(60) - before
    finally:
        tracemalloc.stop()
    assert grown < 60 * 500, f"60 students left {grown} bytes behind"


# -- slow tests, tests for a GPU, shares, notes --------------------------------------------------------------

LADDER = '''
    from autograder import fail

    @pytest.mark.slow
    @pytest.mark.seconds(90)
    def test_ladder(student, report):
        """The accuracy is at least 98 %."""
        accuracy = student.accuracy()
        report.note(f"{accuracy:.1%} of the test images are right.")
        if accuracy == 1.0:
            report.flag("all test images are right, which nobody honest reaches")
        if accuracy < 0.98:
            fail(f"the accuracy is {accuracy:.1%}", share=0.4)

    @pytest.mark.weight(3)
    def test_shape(student):
        """There is an accuracy."""
        student.accuracy()
    '''


def test_a_hidden_test_that_fails_keeps_the_share_it_is_given(suite_of: OpenSuite) -> None:
    ladder, shape = judge(suite_of(test_a=LADDER), accuracy=lambda: 0.97)
    assert (ladder.status, ladder.share, ladder.earned) == ("failed", 0.4, 0.4)
    assert (shape.status, shape.earned) == ("passed", 3.0)


@pytest.mark.parametrize("share", [-0.1, 1.0, 2.0, float("nan")])
def test_a_share_is_less_than_all(share: float) -> None:
    with pytest.raises(ValueError, match="share of its points"):
        fail("wrong", share=share)


def test_a_test_can_say_something_whatever_the_outcome(suite_of: OpenSuite) -> None:
    suite = suite_of(test_a=LADDER)
    assert judge(suite, accuracy=lambda: 0.99)[0].notes == ("99.0% of the test images are right.",)
    assert judge(suite, accuracy=lambda: 0.5)[0].notes == ("50.0% of the test images are right.",)
    assert judge(suite, accuracy=lambda: 0.5)[1].notes == ()


def test_a_flag_asks_for_a_person_and_costs_nothing(suite_of: OpenSuite) -> None:
    ladder = judge(suite_of(test_a=LADDER), accuracy=lambda: 1.0)[0]
    assert (ladder.status, ladder.flags) == ("passed", ("all test images are right, which nobody honest reaches",))


def test_a_quick_grading_leaves_slow_hidden_tests_out_and_says_so(suite_of: OpenSuite) -> None:
    suite = suite_of(how={"quick": True}, test_a=LADDER)
    asked: list[float] = []

    def accuracy() -> float:
        asked.append(0.99)
        return asked[-1]

    ladder, shape = judge(suite, accuracy=accuracy)
    assert (ladder.status, ladder.reason) == (Status.SKIPPED, "")
    assert shape.status == "passed"
    assert len(asked) == 1
    assert suite.slow_tests() == {"test_a::test_ladder"}


def test_a_hidden_test_may_have_a_deadline_of_its_own(suite_of: OpenSuite) -> None:
    times: list[float] = []

    class Timed(Here):
        def call(
            self, name: str, args: Any, kwargs: Any, *, seconds: float, observe: bool = False, collect: bool = False
        ) -> Reply:
            times.append(seconds)
            return Reply(0.99)

    timed = StudentProcess(lambda: Timed({}), seconds=1.0, locate=lambda number, line: "")
    suite_of(test_a=LADDER).run("test_a", timed)
    assert times == [90.0, 1.0]


GPU = '''
    @pytest.mark.cuda(twin="test_here")
    @pytest.mark.weight(2)
    def test_there(student, device):
        """It works on the GPU."""
        assert student.where(device) == "cuda"

    def test_here(student, device):
        """It works."""
        assert student.where("cpu") == "cpu"

    def test_other(student):
        """It is there."""
        student.where("cpu")
    '''


def test_without_a_gpu_the_points_are_with_the_cpu_twin(suite_of: OpenSuite) -> None:
    verdicts = judge(suite_of(test_a=GPU), where=lambda device: device)
    assert [(verdict.test, verdict.status, verdict.weight) for verdict in verdicts] == [
        ("test_a::test_here", "passed", 3.0),
        ("test_a::test_other", "passed", 1.0),
    ]


def test_on_a_gpu_both_are_asked(suite_of: OpenSuite) -> None:
    verdicts = judge(suite_of(how={"device": "cuda"}, test_a=GPU), where=lambda device: device)
    assert [(verdict.test, verdict.status, verdict.weight) for verdict in verdicts] == [
        ("test_a::test_there", "passed", 2.0),
        ("test_a::test_here", "passed", 1.0),
        ("test_a::test_other", "passed", 1.0),
    ]


@pytest.mark.parametrize("twin", ["test_nobody", "test_there"])
def test_a_hidden_test_for_a_gpu_needs_a_twin_that_needs_none(twin: str, suite_of: OpenSuite) -> None:
    with pytest.raises(AssignmentError, match=rf"test_a\.py:3: test_there needs a GPU, and its twin '{twin}'"):
        suite_of(test_a=GPU.replace('test_here")', f'{twin}")'))


def test_data_is_references_and_what_is_kept(suite_of: OpenSuite) -> None:
    data = Data("Tiny", "made up", public={"x": np.arange(3)}, private={"y": np.array([1, 0, 1])})
    suite = suite_of(
        how={"data": data},
        test_a='''
        def test_fit(student, data):
            """The predictions are right."""
            predicted = student.predict(data.public["x"][[2, 0]])
            assert predicted.name == "x" and predicted.index.tolist() == [2, 0]
            assert data.name == "Tiny" and data.private["y"].sum() == 2

        ''',
        test_b='''
        def test_other(student):
            """There is something."""
            student.predict(1)
        ''',
    )
    assert states(judge(suite, predict=lambda x: x)) == ["passed"]
    assert suite.graded_with("test_a") == "graded with Tiny on the CPU"
    assert suite.graded_with("test_b") == ""


def test_a_test_that_asks_for_data_where_there_is_none_is_our_fault(suite_of: OpenSuite) -> None:
    suite = suite_of(test_a='def test_x(student, data):\n    """It fits."""')
    assert states(judge(suite)) == [Status.ERROR]


def test_pytest_options_of_the_environment_have_no_say(suite_of: OpenSuite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    suite = suite_of(test_a='def test_x(student):\n    """X."""\n')
    assert [test.id for test in suite.tests["test_a"]] == ["test_a::test_x"]
    assert (os.environ["PYTEST_ADDOPTS"], os.environ["PYTEST_PLUGINS"]) == ("-k nothing", "no_such_plugin")
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ


FOLLOWING = """
    def test_value(student):
        \"\"\"The value is right.\"\"\"
        assert student.f(2) == 4, "it is off"

    @pytest.mark.presupposes("test_value")
    def test_zero(student):
        \"\"\"So it is at zero.\"\"\"
        assert student.f(0) == 0, "it is off at zero"
"""


def test_a_verdict_names_the_tests_that_its_own_presupposes(suite_of: OpenSuite) -> None:
    value, zero = judge(suite_of(test_a=FOLLOWING), f=lambda x: x + 1)
    assert (value.presupposes, zero.presupposes) == ((), ("test_a::test_value",))
    assert states([value, zero]) == ["failed", "failed"], "it is run all the same, and counts"


def test_a_presupposed_test_stands_above_in_the_same_file(suite_of: OpenSuite) -> None:
    itself = FOLLOWING.replace('("test_value")', '("test_zero")')
    with pytest.raises(
        AssignmentError, match=r"test_a\.py:\d+: test_zero presupposes 'test_zero', which is not a test"
    ):
        suite_of(test_a=itself)


def test_what_is_missing_and_what_is_unusable_is_told_from_a_wrong_value(suite_of: OpenSuite) -> None:
    text = """
    from autograder import assert_close

    def test_x(student):
        \"\"\"It holds.

        Multiply.
        \"\"\"
        assert_close(student.f(2.0), 4.0)
    """

    def raises(x: float) -> float:
        raise StudentError("`f` is not implemented yet", stopped="unanswered")

    suite = suite_of(test_a=text)
    found = [judge(suite, f=f)[0] for f in (raises, lambda x: None, lambda x: x)]
    assert [verdict.stopped for verdict in found] == ["unanswered", "unusable", ""]
    assert [verdict.hint for verdict in found] == ["", "Multiply.", "Multiply."]


def test_an_array_that_is_partly_right_gets_an_error_map(suite_of: OpenSuite) -> None:
    text = """
    import numpy as np
    from autograder import assert_close

    def test_x(student):
        \"\"\"It holds.\"\"\"
        assert_close(student.f(), np.ones((2, 3)))
    """
    (verdict,) = judge(suite_of(test_a=text), f=lambda: np.array([[1.0, 2.0, 1.0], [1.0, 1.0, 3.0]]))
    assert verdict.error_map == (".x.", "..x")


def test_a_curve_that_is_off_is_shown_with_the_expected_one(suite_of: OpenSuite) -> None:
    text = """
    import numpy as np
    from autograder import assert_curve

    def test_x(student):
        \"\"\"It holds.\"\"\"
        assert_curve(student.f(), np.array([1.0, 0.5, 0.0]), given="lr = 0.5")
    """
    suite = suite_of(test_a=text)
    values = (np.array([1.0, 0.5, 1.0]), "a", np.array([1.0, 0.5, 0.0]))
    curve, text_, right = (judge(suite, f=lambda value=value: value)[0] for value in values)
    assert (curve.curves, curve.error_map) == (("c84", "c8c"), ())
    assert curve.reason.endswith("(for lr = 0.5)")
    assert (text_.curves, right.curves) == ((), ())
    assert (text_.status, right.status) == (Status.FAILED, Status.PASSED)
