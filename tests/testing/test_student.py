"""The student fixture: calls run over there, and whatever happens there is one clear sentence here."""

import contextlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from conftest import MakeProcess, MakeStudent, Spawn

from autograder.errors import AssignmentError
from autograder.protocol.arrays import Tensor
from autograder.protocol.channel import as_received
from autograder.protocol.values import Handle, Stored
from autograder.results.failure import Failure
from autograder.sandbox.host.peer import Why
from autograder.sandbox.host.replies import revive
from autograder.sandbox.host.self_test import tier_for_this_machine
from autograder.sandbox.host.zygote import Gone, Peer, Raised, Reply, Zygote
from autograder.testing.compare import fail
from autograder.testing.process import StudentError, StudentProcess
from autograder.testing.student import (
    Call,
    Student,
    assert_raises,
    assert_unchanged,
    imported,
    on_device,
    put_file,
    watch,
)

NOTEBOOK = """\
import os, time, signal, threading
import numpy as np
answer = [1, {"b": np.float32(2.5)}]
def double(x): return 2 * x
def apply(f, *args, **kwargs): return f(*args, **kwargs)
def add(a, b=10, *, c=100): return a + b + c
def stub(*args): raise NotImplementedError
class Secretive(ValueError): pass
def leak(x):
    y = x + 1
    raise Secretive(f"the input was {x}")
def divide(x): return 1 / x
def forever():
    while True: pass
def stubborn():
    while True:
        try:
            while True: pass
        except BaseException: pass
def leave(): os._exit(0)
def suicide(): os.kill(os.getpid(), signal.SIGKILL)
def quit_(): raise SystemExit
def in_place(x): x *= 2; return x
def grow(items): items.append(1)
def ignore(*args): pass
def state(): global count; count = globals().get("count", 0) + 1; return count
def swallow(f):
    try: return f("no number")
    except Exception as error: return type(error).__name__
"""


@pytest.fixture
def student(student_of: MakeStudent) -> Student:
    return student_of(NOTEBOOK)


def error_of(student: Student, name: str, *args: Any) -> StudentError:
    with pytest.raises(StudentError) as caught:
        getattr(student, name)(*args)
    return caught.value


# -- values ------------------------------------------------------------------------------------------------


def test_a_call_returns_a_plain_value(student: Student) -> None:
    assert student.double(2.5) == 5.0
    doubled = student.double(np.arange(3, dtype="float32"))
    assert (doubled.dtype.name, doubled.tolist()) == ("float32", [0.0, 2.0, 4.0])


def test_keywords_and_defaults_reach_the_function(student: Student) -> None:
    assert student.add(1) == 111
    assert student.add(1, 2, c=3) == 6
    assert student.add(b=1, a=0) == 101


def test_a_variable_is_read_by_name(student: Student) -> None:
    assert student["answer"] == [1, {"b": np.float32(2.5)}]


def test_a_missing_name_is_said_so(student: Student) -> None:
    for act in (lambda: student.nowhere(1), lambda: student["nowhere"]):
        with pytest.raises(StudentError) as caught:
            act()
        assert caught.value.reason.startswith("`nowhere` is not defined; its cell is missing or unfinished")


def test_private_names_are_no_functions_of_the_student(student: Student) -> None:
    with pytest.raises(AttributeError):
        _ = student._double


@pytest.mark.parametrize(
    "name", ["ask", "call", "close", "allow", "read", "imported", "put_file", "fork", "observe", "collect"]
)
def test_every_attribute_is_the_students_function(student_of: MakeStudent, name: str) -> None:
    student = student_of(f"def {name}(x): return 2 * x")
    assert getattr(student, name)(4) == 8
    assert student.__getattr__(name).observe(4).value == 8


def test_a_private_name_is_read_as_an_item(student_of: MakeStudent) -> None:
    student = student_of("_process = 3")
    assert student["_process"] == 3
    with pytest.raises(AttributeError):
        _ = imported(student, "probes")._private


def test_an_object_that_stays_over_there_can_be_passed_on(student: Student) -> None:
    double = student["double"]
    assert isinstance(double, Handle)
    assert student.apply(double, 4) == 8


def test_a_function_of_the_students_can_be_passed_to_another(student: Student) -> None:
    assert student.apply(student.double, 4) == 8


FUNCTIONS = """\
def double(x): return 2 * x
def call(g, x): return g(x)
def first(functions, x): return next(iter(functions))(x)
def named(functions, x): return functions["pair"][1](x)
def yields(functions, x):
    for f in functions: yield f(x)
def swallow(f, x):
    try: return f(x)
    except: return 0
"""


@pytest.mark.parametrize(("function", "value"), [("double", 6), (lambda x: x + 1, 4)], ids=["students", "trusted"])
def test_a_function_may_stand_anywhere_in_the_arguments(student_of: MakeStudent, function: Any, value: int) -> None:
    student = student_of(FUNCTIONS)
    f = getattr(student, function) if isinstance(function, str) else function
    assert student.call(f, 3) == value
    assert student.call(x=3, g=f) == value
    assert [student.first(kind([f]), 3) for kind in (list, tuple, set, frozenset)] == [value] * 4
    assert student.named({"pair": (1, f)}, x=3) == value
    assert student.first({f: "a key"}, 3) == value
    assert student.yields.collect([f, student.double], 3) == [value, 6]
    assert student.yields.observe(functions=[f, student.double], x=3).value == [value, 6]
    assert student.double(1) == 2


def test_a_function_of_a_file_can_be_passed_on(student_of: MakeStudent) -> None:
    student = student_of(FUNCTIONS)
    put_file(student, "probes.py", b"def triple(x): return 3 * x")
    assert student.call(x=3, g=imported(student, "probes").triple) == 9
    with pytest.raises(StudentError, match=r"`nowhere\.triple` raised ModuleNotFoundError"):
        student.call(imported(student, "nowhere").triple, 3)
    assert student.double(1) == 2


@pytest.mark.parametrize("name", ["call", "swallow"])
@pytest.mark.parametrize(
    ("act", "used"),
    [
        (lambda student: student.double(1), "double"),
        (lambda student: student.double.observe(1), "double"),
        (lambda student: student.call(student.double, 1), "double"),
        (lambda student: student["answer"], "answer"),
        (lambda student: put_file(student, "table.csv", b""), "table.csv"),
    ],
)
def test_a_trusted_function_that_calls_the_student_back_is_refused(
    student_of: MakeStudent, name: str, act: Callable[[Student], Any], used: str
) -> None:
    student = student_of(FUNCTIONS, "answer = 42")
    why = f"that was passed to the student's code uses `{used}` while that code runs; use it before the call"
    with pytest.raises(AssignmentError, match=why):
        getattr(student, name)(lambda x: act(student), 3)
    assert student["answer"] == 42
    assert student.double(1) == 2


def test_the_copy_keeps_its_state_between_calls_and_the_original_does_not_see_it(process_of: MakeProcess) -> None:
    process = process_of(NOTEBOOK)
    student = Student(process)
    assert [student.state(), student.state()] == [1, 2]
    process.close()
    assert student.state() == 1


# -- what goes wrong over there ------------------------------------------------------------------------------


def test_an_unanswered_stub_is_named(student: Student) -> None:
    error = error_of(student, "stub", 1)
    assert error.reason == "`stub` is not implemented yet"


def test_a_builtin_exception_is_named_with_the_line_of_our_copy(student: Student) -> None:
    error = error_of(student, "divide", 0)
    assert error.reason == "`divide` raised ZeroDivisionError, at `def divide(x): return 1 / x`"
    assert error.bases[:2] == ("ZeroDivisionError", "ArithmeticError")


def test_a_message_and_a_class_of_the_students_are_for_the_instructor_alone(student: Student) -> None:
    error = error_of(student, "leak", 31337)
    assert error.reason == '`leak` raised ValueError, at `raise Secretive(f"the input was {x}")`'
    assert error.detail == "Secretive: the input was 31337"
    assert "31337" not in error.reason + error.hint + str(error)


def test_the_line_is_empty_when_the_student_renames_the_cell(process_of: MakeProcess) -> None:
    process = process_of("exec(compile('def f(x):\\n raise KeyError(x)', '<ipython-input-77-x>', 'exec'))", "x = 1")

    def nowhere(number: int, line: int) -> str:
        assert (number, line) == (77, 2)
        return ""

    process._locate = nowhere
    assert error_of(Student(process), "f", 5).reason == "`f` raised KeyError"


def test_a_call_of_something_that_is_no_function_fails(student: Student) -> None:
    assert error_of(student, "answer", 1).reason == "`answer` raised TypeError"


@pytest.mark.parametrize("name", ["leave", "suicide"])
def test_a_call_that_ends_the_process_is_said_so_and_a_new_copy_answers(student: Student, name: str) -> None:
    error = error_of(student, name)
    assert error.reason == f"`{name}` ended the whole Python process"
    assert student.double(1) == 2


def test_system_exit_is_an_exception_like_any_other(student: Student) -> None:
    assert error_of(student, "quit_").reason.startswith("`quit_` raised SystemExit")
    assert student.double(1) == 2


@pytest.mark.parametrize("name", ["forever", "stubborn"])
def test_a_call_that_never_ends_is_stopped_and_the_next_one_answered(student_of: MakeStudent, name: str) -> None:
    student = student_of(NOTEBOOK, seconds=0.3)
    start = time.monotonic()
    error = error_of(student, name)
    assert error.reason == f"`{name}` did not return within 0.3 s"
    assert error.hint == "Look for a loop that never ends."
    assert student.double(1) == 2
    assert time.monotonic() - start < 8.0


def test_a_value_after_the_deadline_is_too_late(student_of: MakeStudent) -> None:
    student = student_of(
        "import time\ndef late():\n    try:\n        time.sleep(9)\n    except BaseException:\n        return 42",
        seconds=0.2,
    )
    assert error_of(student, "late").reason == "`late` did not return within 0.2 s"


def test_a_value_that_cannot_be_encoded_is_the_exception_it_raised(student_of: MakeStudent) -> None:
    student = student_of(
        "class Trap(list):\n    def __iter__(self): raise KeyError\n"
        "def trap(): return Trap()\n"
        "def endless():\n    a = []\n    a.append(a)\n    return a\n"
        "def huge(): return 2**9999\n"
    )
    assert error_of(student, "trap").reason.startswith("`trap` raised KeyError")
    assert error_of(student, "endless").detail == "WireError: a value is nested more than 40 levels deep"
    assert error_of(student, "huge").detail == "WireError: an integer has more than 4096 bits"


def test_a_garbled_frame_costs_the_call_and_its_copy_alone(student_of: MakeStudent) -> None:
    student = student_of(GARBLE)
    assert error_of(student, "garble").reason == "`garble` returned something that cannot be read"
    assert student.fine() == 1


def test_a_forged_answer_is_not_taken_for_the_next_call(student_of: MakeStudent) -> None:
    student = student_of("import os\ndef twice():\n    os.fork()\n    return 'first'\ndef fine(): return 'second'\n")
    assert student.twice() == "first"
    unread = "`fine` returned something that cannot be read"
    assert outcome(student) in ("second", unread)
    assert outcome(student) in ("second", unread)


def outcome(student: Student) -> Any:
    try:
        return student.fine()
    except StudentError as error:
        return error.reason


# -- functions that stay here -----------------------------------------------------------------------------------


def test_a_function_among_the_arguments_stays_here_and_is_watched(student: Student) -> None:
    square = watch(lambda x: x * x)
    main = threading.get_ident()
    assert student.apply(lambda x: threading.get_ident() - main, 1) == 0
    assert student.apply(square, np.array([1.0, 3.0])).tolist() == [1.0, 9.0]
    assert square.count == 1
    assert square.points[0].tolist() == [1.0, 3.0]


@pytest.mark.parametrize(("args", "kwargs"), [((), {}), ((1, 2), {}), ((), {"x": 1}), ((1,), {"hidden": 2})])
def test_a_function_takes_its_required_arguments_and_nothing_else(student: Student, args: Any, kwargs: Any) -> None:
    def secret(x: float, hidden: float = 31337.0) -> float:
        raise AssertionError("it was called")

    with pytest.raises(StudentError) as caught:
        student.apply(secret, *args, **kwargs)
    error = caught.value
    assert error.bases[0] == "TypeError"
    assert "function() " in error.detail
    assert "secret" not in error.detail


@pytest.mark.parametrize("function", [np.exp, print, max, lambda *args: 0, lambda x, *, y: 0, dict, watch(np.hypot)])
def test_a_function_without_a_fixed_number_of_arguments_is_the_authors_mistake(student: Student, function: Any) -> None:
    with pytest.raises(AssignmentError, match=r"takes no fixed number of positional arguments; wrap it in a lambda"):
        student.apply(function, 1)
    assert student.double(1) == 2


DESCRIBED = """\
import gc, inspect, sys
def described(f):
    said = [f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__defaults__, f.__kwdefaults__, f.__dict__,
            f.__annotations__, f.__code__.co_consts, f.__code__.co_filename, str(inspect.signature(f)),
            [cell.cell_contents for cell in f.__closure__ if isinstance(cell.cell_contents, int)],
            [type(found).__name__ for found in gc.get_referents(f)]]
    frame = sys._getframe(1)
    while frame:
        request = frame.f_locals.get("request", {})
        said.append([(key, value) for key, value in request.items() if key != "nonce"])
        frame = frame.f_back
    for args in ((), (1, 2), ("a",), (None,), ([[1.0], [2.0]],), (1e300,)):
        try:
            said.append(f(*args))
        except BaseException as error:
            said += [type(error).__name__, str(error), repr(error.args)]
    return repr(said).replace(hex(id(f)), "")
"""


def test_two_functions_look_alike_in_the_students_process(student_of: MakeStudent) -> None:
    """What differs is what they compute."""

    def doubled(p: Any, hidden: float = 2.0) -> float:
        if np.ndim(p):
            raise ValueError(f"doubled cannot take {p} with {hidden}")
        return 0.0

    class Wrong:
        def __call__(self, q: Any) -> float:
            if np.ndim(q):
                raise np.linalg.LinAlgError("Wrong: not a float")
            return 0.0

    student = student_of(DESCRIBED)
    functions = [doubled, watch(doubled), Wrong(), lambda claim, wrong=doubled: wrong(claim)]
    (said,) = {student.described(function) for function in functions}
    assert "doubled" not in said
    assert "hidden" not in said
    assert "Wrong" not in said


def test_what_a_trusted_function_raises_goes_to_the_students_code(student: Student) -> None:
    def picky(x: Any) -> float:
        return float(x)

    assert student.swallow(picky) == "ValueError"
    assert error_of(student, "apply", picky, "no number").reason.startswith("`apply` raised ValueError")


def test_a_trusted_function_may_return_what_cannot_be_sent(student: Student) -> None:
    assert student.swallow(lambda x: object()) == "RuntimeError"


def test_a_callback_that_nobody_offered_ends_the_conversation(student_of: MakeStudent) -> None:
    student = student_of(
        "def escalate(f):\n"
        "    channel = f.__closure__[2].cell_contents.channel\n"
        "    channel.send({'callback': NUMBER, 'args': (1,)})\n"
        "    return channel.receive()\n"
        "def fine(): return 1\n".replace("NUMBER", "5")
    )
    seen: list[Any] = []
    error = error_of(student, "escalate", seen.append)
    assert error.reason == "`escalate` returned something that cannot be read"
    assert seen == []
    assert student.fine() == 1


def test_a_trusted_function_ends_with_the_call(student_of: MakeStudent) -> None:
    def forever(x: float) -> float:
        while True:
            with contextlib.suppress(Exception):
                x = math.sin(x)

    student = student_of("def call(f): return f(1.0)\ndef fine(): return 1", seconds=0.2)
    assert error_of(student, "call", forever).reason == "`call` did not return within 0.2 s"
    assert student.fine() == 1


def test_callbacks_share_the_deadline_of_the_call(student_of: MakeStudent) -> None:
    student = student_of(
        "def pester(f):\n    while True:\n        try: f(1)\n        except BaseException: pass", seconds=0.2
    )
    start = time.monotonic()
    assert error_of(student, "pester", lambda x: x).reason == "`pester` did not return within 0.2 s"
    assert time.monotonic() - start < 6.0


CATCHING = """\
import os
def politely(f, x):
    try: return f(x)
    except Exception: return 0
def silently(f, x):
    try: return f(x)
    except: return 0
def twice(f, x):
    return politely(f, x) + silently(f, x)
def then_leave(f, x):
    silently(f, x)
    os._exit(0)
def then_loop(f, x):
    silently(f, x)
    while True: pass
def told(f, x):
    try: f(x)
    except Exception as error: return repr(error)
def keep(f, x):
    global kept
    kept = told(f, x)
def fine(): return 1
"""


@pytest.mark.parametrize("name", ["politely", "silently", "twice", "then_leave", "then_loop"])
@pytest.mark.parametrize(
    ("give_up", "kind"),
    [
        (lambda: fail("it asks outside of [0, 1]", "look"), Failure),
        (lambda: pytest.fail("it asks outside of [0, 1]"), pytest.fail.Exception),
        (lambda: pytest.skip("it asks outside of [0, 1]"), pytest.skip.Exception),
        (lambda: np.testing.assert_equal(1, 2, err_msg="it asks outside of [0, 1]"), AssertionError),
    ],
)
def test_a_verdict_of_a_trusted_function_cannot_be_swallowed(
    student_of: MakeStudent, name: str, give_up: Callable[[], None], kind: type[BaseException]
) -> None:
    student = student_of(CATCHING, seconds=0.5)
    with pytest.raises(kind, match="it asks outside"):
        getattr(student, name)(lambda x: give_up(), 2)
    assert student.fine() == 1


def test_the_first_of_two_verdicts_counts(student_of: MakeStudent) -> None:
    verdicts = iter(["the first", "the second"])
    with pytest.raises(Failure, match="the first"):
        student_of(CATCHING).twice(lambda x: fail(next(verdicts)), 2)


def test_a_verdict_is_not_told_to_the_student(student_of: MakeStudent) -> None:
    student = student_of(CATCHING)
    with pytest.raises(Failure):
        student.keep(lambda x: fail("the input was 31337"), 2)
    assert student["kept"] == "RuntimeError('the function has no value for these arguments')"


@pytest.mark.parametrize("name", ["politely", "silently", "then_leave"])
@pytest.mark.parametrize("error", [NameError("no_such_name"), ImportError("scipy"), FileNotFoundError("t.npy")])
def test_a_mistake_that_no_argument_causes_is_the_authors(student_of: MakeStudent, name: str, error: Exception) -> None:
    def broken(x: float) -> None:
        raise error

    student = student_of(CATCHING)
    with pytest.raises(type(error)) as caught:
        getattr(student, name)(broken, 2)
    assert caught.value is error
    assert student.fine() == 1


@pytest.mark.parametrize("error", [ValueError, TypeError, ZeroDivisionError, AttributeError, RuntimeError, MemoryError])
def test_a_student_may_catch_what_the_arguments_cause(student_of: MakeStudent, error: type[Exception]) -> None:
    def picky(x: float) -> float:
        raise error("not 31337")

    student = student_of(CATCHING)
    assert student.politely(picky, 2) == 0
    assert student.twice(picky, 2) == 0
    assert "function has no value" in student.told(picky, 2)
    assert "31337" not in student.told(picky, 2)


def test_an_interrupt_in_a_trusted_function_ends_the_call_at_once(student_of: MakeStudent) -> None:
    def interrupted(x: float) -> None:
        raise KeyboardInterrupt

    student = student_of(CATCHING)
    with pytest.raises(KeyboardInterrupt):
        student.then_loop(interrupted, 2)
    assert student.fine() == 1


# -- arguments that are read back ---------------------------------------------------------------------------


def test_arguments_are_copies_that_can_be_read_back(student: Student) -> None:
    x = np.array([1.0, 2.0])
    call = student.in_place.observe(x)
    assert isinstance(call, Call)
    assert x.tolist() == [1.0, 2.0]
    assert call.value.tolist() == call.arguments[0].tolist() == [2.0, 4.0]
    assert call.sent[0].tolist() == [1.0, 2.0]
    assert call.seconds > 0
    with pytest.raises(Failure, match=r"the caller's array \(argument 1\) was changed by the call"):
        assert_unchanged(call)


def test_a_call_that_leaves_its_arguments_alone_is_unchanged(student: Student) -> None:
    arguments: list[Any] = [np.arange(3.0), [1, {"a": (2.5, None)}], "text", {1}, b"bytes", 2**70, True, float("nan")]
    assert_unchanged(student.ignore.observe(lambda: None, *arguments))


class Pair(NamedTuple):
    first: int
    second: list[int]


def test_arguments_are_compared_as_they_travel(process_of: MakeProcess) -> None:
    """What arrives in another form than it was sent in was not changed by the student."""
    process = process_of("import numpy as np\ndef f(*args, **kwargs): return None\nhandle = object()", seconds=20)
    student = Student(process)
    values: list[Any] = [
        np.arange(3, dtype=">f8"), np.arange(6.0).reshape(2, 3).T, np.arange(8.0)[::2], np.array(2.5), np.float32(0.1),
        OrderedDict(b=1, a=2), Pair(1, [2]), frozenset({8, 0, 16}), {"a", "b", "c", "d", "e", "f"}, bytearray(b"x"),
        {math.nan: 1}, "\ud800", HTTPStatus.OK, True, -0.0, 1j, (np.int8(1), [None]),
    ]  # fmt: skip
    assert_unchanged(student.f.observe(*values, *[[value] for value in values]))
    assert_unchanged(student.f.observe(**{f"x{n}": value for n, value in enumerate(values)}))


def test_what_cannot_change_or_be_compared_is_left_out(stocked_student: Student) -> None:
    student = stocked_student
    generators = (np.random.default_rng(3), torch.Generator().manual_seed(3))
    values = [lambda x: x, student.f, student["handle"], Stored("x"), Stored("x")[np.array([1])], *generators]
    for value in values:
        assert_unchanged(student.f.observe(value, [value], {"a": (1, value)}, x=value, y=[value]))
        call = student.f.observe([value, [0]])
        assert_unchanged(call)
        with pytest.raises(Failure, match="was changed"):
            assert_unchanged(student.grow_last.observe([value, [0]]))
    assert_unchanged(student.f.observe({student.f, "a", 1}, {student.f: 1}))
    assert_unchanged(student.draw.observe(np.random.default_rng(3)))


@pytest.fixture
def stocked_student() -> Iterator[Student]:
    source = (
        "import numpy as np, torch\nhandle = object()\n"
        "def f(*args, **kwargs): return None\ndef grow_last(items): items[-1].append(1)\n"
        "def draw(rng): return rng.random()"
    )
    libraries = ("numpy", "torch")
    with Zygote(libraries, tier=tier_for_this_machine(), data={"x": np.arange(3.0)}) as zygote:
        sandbox = zygote.spawn()
        sandbox.run_cell(source, seconds=20)
        process = StudentProcess(sandbox.fork, seconds=5.0, locate=lambda number, line: "")
        yield Student(process)
        process.close()
        zygote.retire(sandbox)


def test_a_change_inside_a_travelling_form_is_seen(student_of: MakeStudent) -> None:
    student = student_of(
        "def reverse(x): x[:] = x[::-1].copy()\ndef put(d): d['a'] = 3\ndef add(s): s.add(5)\n"
        "def first(pair): pair[1].append(1)"
    )
    for call in (
        student.reverse.observe(np.arange(3, dtype=">f8")),
        student.reverse.observe(x=np.arange(3, dtype=">f8")),
        student.put.observe(OrderedDict(a=1)),
        student.add.observe({1, 2}),
        student.first.observe(Pair(1, [2])),
    ):
        with pytest.raises(Failure, match="was changed by the call"):
            assert_unchanged(call)


def test_keywords_are_compared_by_name(student_of: MakeStudent) -> None:
    student = student_of("def second(a, *, b, c=None): b.append(1)")
    call = student.second.observe([0], b=[0], c=np.zeros(1))
    assert call.sent_keywords["b"] == [0]
    assert_unchanged(call, 0, "c")
    for which in ((), ("b",), (0, "b")):
        with pytest.raises(Failure, match=r"the caller's argument \(`b`\) was changed by the call"):
            assert_unchanged(call, *which)


@pytest.mark.parametrize("which", ["a", 1, -1])
def test_an_argument_that_was_not_passed_is_the_authors_mistake(student: Student, which: int | str) -> None:
    with pytest.raises(LookupError, match="the call had no argument"):
        assert_unchanged(student.double.observe(1), which)


def test_only_the_named_positions_are_looked_at(student_of: MakeStudent) -> None:
    student = student_of("def second(a, b): b.append(1)")
    call = student.second.observe([0], [0])
    assert_unchanged(call, 0)
    with pytest.raises(Failure, match=r"the caller's argument \(argument 2\)") as caught:
        assert_unchanged(call, 1, hint="Copy it first.")
    assert caught.value.hint == "Copy it first."


def test_keywords_are_read_back_too(student_of: MakeStudent) -> None:
    call = student_of("def f(*, items): items.append(1)").f.observe(items=[0])
    assert call.keywords == {"items": [0, 1]}


def test_a_tensor_that_was_left_alone_is_unchanged() -> None:
    sent = as_received(torch.tensor([1.0, 2.0], requires_grad=True), lambda other: None, revive)
    same = Tensor(np.array([1.0, 2.0], "float32"), "float32", "cpu", requires_grad=True)
    assert_unchanged(observed(sent, same))
    for other in (
        Tensor(np.array([1.0, 3.0], "float32"), "float32", "cpu", requires_grad=True),
        Tensor(np.array([1.0, 2.0], "float16"), "float16", "cpu", requires_grad=True),
        np.array([1.0, 2.0], "float32"),
    ):
        with pytest.raises(Failure, match="was changed"):
            assert_unchanged(observed(sent, other))


def test_arguments_that_never_came_back_count_as_changed() -> None:
    for call in (Call(None, (), {}, (1.0,), {}, 0.1), Call(None, (), {}, (), {"x": 1.0}, 0.1)):
        with pytest.raises(Failure, match="was changed"):
            assert_unchanged(call)


# -- exceptions that should be raised ---------------------------------------------------------------------------


def test_the_right_exception_passes(student: Student) -> None:
    assert_raises(ZeroDivisionError, student.divide, 0)
    assert_raises(ArithmeticError, student.divide, 0)
    assert_raises(ValueError, student.leak, 0)
    assert_raises(NotImplementedError, student.stub, 0)


def test_the_wrong_exception_or_none_fails(student: Student) -> None:
    with pytest.raises(Failure, match=r"`divide` raised ZeroDivisionError, at .*; it should raise ValueError"):
        assert_raises(ValueError, student.divide, 0)
    with pytest.raises(Failure, match="`double` raised nothing; it should raise ValueError") as caught:
        assert_raises(ValueError, student.double, 0, hint="Check first.")
    assert caught.value.hint == "Check first."


@pytest.mark.parametrize(
    ("name", "reason"), [("stub", "not implemented yet$"), ("leave", "should raise"), ("nowhere", "should raise")]
)
def test_an_unanswered_or_dying_function_does_not_count_as_raising(student: Student, name: str, reason: str) -> None:
    for exception in (Exception, RuntimeError):
        with pytest.raises(Failure, match=reason) as caught:
            assert_raises(exception, getattr(student, name))
        assert caught.value.stopped == ("unanswered" if name == "stub" else "")


# -- copies ---------------------------------------------------------------------------------------------------


def test_a_student_who_started_a_thread_is_asked_in_place(process_of: MakeProcess) -> None:
    process = process_of(NOTEBOOK, "threading.Thread(target=time.sleep, args=(30,), daemon=True).start()")
    student = Student(process)
    assert student.double(2) == 4
    assert [student.state(), student.state()] == [1, 2]
    process.close()
    assert student.state() == 3


GARBLE = """\
import os, socket, stat
def garble():
    for fd in range(3, 20):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode): os.write(fd, b"\\xff" * 64)
        except OSError: pass
    while True: pass
def fine(): return 1
"""


def test_copies_do_not_pile_up(spawn: Spawn) -> None:
    sandbox = spawn(processes=12)
    sandbox.run_cell(GARBLE, seconds=5)
    for _ in range(15):
        process = StudentProcess(sandbox.fork, seconds=2.0, locate=lambda number, line: "")
        student = Student(process)
        assert student.fine() == 1
        with pytest.raises(StudentError):
            student.garble()
        process.close()


class Puppet(Peer):
    """A peer whose answers are written in the test."""

    def __init__(self, *answers: Reply | Gone) -> None:
        self.answers, self.gone, self.closed = list(answers), None, False

    def call(
        self, name: str, args: Any, kwargs: Any, *, seconds: float, observe: bool = False, collect: bool = False
    ) -> Reply:
        answer = self.answers.pop(0)
        if isinstance(answer, Gone):
            self.gone = answer.why
            raise answer
        return answer

    def close(self) -> None:
        self.closed = True


def test_a_copy_that_died_is_closed_and_replaced_by_a_fresh_one() -> None:
    peers = [Puppet(Reply(1), Gone("died")), Puppet(Reply(2))]
    made: list[Puppet] = []

    def fork() -> Peer:
        made.append(peers.pop(0))
        return made[-1]

    process = StudentProcess(fork, seconds=1.0, locate=lambda number, line: "")
    student = Student(process)
    assert student.f() == 1
    with pytest.raises(StudentError, match="ended the whole Python process"):
        student.f()
    assert student.f() == 2
    assert [peer.closed for peer in made] == [True, False]
    process.close()
    assert made[1].closed


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("time", "it did not answer in time"),
        ("died", "it has ended"),
        ("wire", "its answer cannot be read"),
        ("copy", "it has too many processes or open files"),
    ],
)
def test_a_copy_that_cannot_be_made_is_not_blamed_on_the_function(why: Why, said: str) -> None:
    def fork() -> Peer:
        raise Gone(why)

    with pytest.raises(StudentError, match=f"^the notebook's process could not be copied: {said}$"):
        Student(StudentProcess(fork, seconds=1.0, locate=lambda number, line: "")).f()


@pytest.mark.parametrize(
    "raised",
    [
        Raised(("Exception",), cell="<ipython-input-" + "9" * 150 + "-x>", line=3),
        Raised(("<script>", "x" * 80), "message", "nonsense", -1),
        Raised(("Exception",), cell="/etc/passwd", line=2**60),
    ],
)
def test_a_forged_exception_says_nothing_but_its_kind(raised: Raised) -> None:
    process = StudentProcess(lambda: Puppet(Reply(raised=raised)), seconds=1.0, locate=lambda number, line: "")
    with pytest.raises(StudentError) as caught:
        Student(process).f()
    assert caught.value.reason in ("`f` raised Exception", "`f` raised an exception")


def observed(sent: Any, after: Any) -> Call:
    return Call(None, (after,), {}, (sent,), {}, 0.1)


# -- iterators, files, generators --------------------------------------------------------------------------


def test_a_generator_comes_back_as_a_list(student_of: MakeStudent) -> None:
    student = student_of("def halves(n):\n    while n:\n        yield n\n        n //= 2")
    assert student.halves.collect(9) == [9, 4, 2, 1]
    assert student.halves(9) == Handle(0, "generator")


def test_a_generator_without_end_meets_the_deadline(student_of: MakeStudent) -> None:
    student = student_of("def count():\n    while True:\n        pass\n    yield 0", seconds=0.3)
    with pytest.raises(StudentError, match=r"did not return within 0\.3 s"):
        student.count.collect()


def test_an_error_in_a_generator_is_the_functions(student_of: MakeStudent) -> None:
    student = student_of("def broken():\n    yield 1\n    raise KeyError('x')")
    with pytest.raises(StudentError, match="`broken` raised KeyError, at `raise KeyError"):
        student.broken.collect()


def test_a_file_can_be_put_where_a_function_reads_it(student_of: MakeStudent) -> None:
    student = student_of("def read(path): return open(path, 'rb').read()")
    put_file(student, "tiny.idx", b"\x00\x01")
    assert student.read("tiny.idx") == b"\x00\x01"


def test_a_hidden_test_may_allow_more_time(process_of: MakeProcess) -> None:
    process = process_of("import time\ndef slow():\n    time.sleep(0.6)\n    return 1", seconds=0.2)
    student = Student(process)
    process.allow(5)
    assert student.slow() == 1
    process.allow(None)
    with pytest.raises(StudentError, match=r"within 0\.2 s"):
        student.slow()


def test_a_torch_generator_arrives_in_its_state(student_of: MakeStudent) -> None:
    source = "import torch\ndef draw(generator): return torch.rand(3, generator=generator)"
    student = student_of(source, seconds=20)  # torch is imported over there
    generator = torch.Generator().manual_seed(3)
    expected = torch.rand(3, generator=torch.Generator().manual_seed(3))
    assert student.draw(generator).array.tolist() == expected.tolist()
    assert student.draw(generator).array.tolist() == expected.tolist()


def test_on_device_names_the_device(student_of: MakeStudent) -> None:
    source = "import torch\ndef where(x): return x.device.type, str(x.dtype), tuple(x.shape)"
    student = student_of(source, seconds=20)
    assert student.where(on_device(np.zeros((2, 3), dtype=np.float32), "meta")) == ("meta", "torch.float32", (2, 3))
    assert student.where(on_device(torch.zeros(2, dtype=torch.bfloat16), "cpu")) == ("cpu", "torch.bfloat16", (2,))


def test_a_file_beside_the_notebook_is_asked_whatever_the_notebook_calls_by_that_name(student_of: MakeStudent) -> None:
    student = student_of("def twice(f): return 'mine'\ndef one(): return 1")
    put_file(student, "probes.py", b"def twice(f): return [f(), f()]")
    assert imported(student, "probes").twice(student.one) == [1, 1]
    assert student.twice(student.one) == "mine"


def test_an_endless_iterator_in_c_is_cut(student_of: MakeStudent) -> None:
    student = student_of("import itertools\ndef endless(): return itertools.repeat(0)", seconds=5)
    assert len(student.endless.collect()) == 100_000


def test_a_file_that_cannot_be_written_is_said_to_be_that(student_of: MakeStudent) -> None:
    student = student_of("import os\nos.mkdir('taken')")
    with pytest.raises(StudentError, match="the file of this test could not be written"):
        put_file(student, "taken", b"x")
