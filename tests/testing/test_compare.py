"""Comparators: each passes what is right, fails each kind of wrong, and gives nothing away."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.protocol.arrays import DTYPES, Tensor
from autograder.protocol.values import Handle
from autograder.results.failure import Failure
from autograder.testing import compare
from autograder.testing.compare import assert_close, assert_equal, assert_gradient
from autograder.testing.student import same_bytes, watch

ONES = np.ones(3)
FINITE = st.floats(-1e6, 1e6, width=64)
ARRAYS = hnp.arrays("float64", hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4), elements=FINITE)


def reason(act: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """Why it fails, in the student's words."""
    with pytest.raises(Failure) as caught:
        act(*args, **kwargs)
    return caught.value.reason


def tensor(*values: float, dtype: str = "float64") -> Tensor:
    return Tensor(np.array(values, dtype), dtype, "cpu", requires_grad=False)


# -- assert_close ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1.0, 1.0),
        (1, 1.0),
        (np.float32(0.5), 0.5),
        (np.array(2.0), 2.0),
        ([1, 1, 1], ONES),
        ([[1.0, 2], (3, 4)], np.array([[1.0, 2], [3, 4]])),
        ([np.ones(2), np.ones(2)], np.ones((2, 2))),
        (tensor(1, 1, 1), ONES),
        (np.arange(3), np.arange(3)),
        (np.arange(3.0), np.arange(3)),
        (1 + 2j, 1 + 2j),
        (np.array([math.nan, math.inf, -math.inf]), np.array([math.nan, math.inf, -math.inf])),
        (np.empty((0, 3)), np.empty((0, 3))),
        ([], np.empty(0)),
        (np.float16(2.0), 2.0),
        (1.0 + 5e-8, 1.0),
    ],
)
def test_close_values_pass(actual: Any, expected: Any) -> None:
    assert_close(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "why"),
    [
        (None, 1.0, "you returned None (is a `return` missing?); it should be a number or an array of numbers"),
        ("1.0", 1.0, "you returned a string; it should be a number or an array of numbers"),
        (True, 1.0, "you returned a bool; it should be a number or an array of numbers"),
        (np.True_, 1.0, "you returned a bool scalar; it should be a number or an array of numbers"),
        (np.array([True]), np.ones(1), "you returned a bool array with 1 axis; it should hold numbers"),
        ([True, False, True], ONES, "you returned a list of length 3; it should be a number or an array of numbers"),
        ([1.0, [2.0]], ONES, "you returned a list of length 2; it should be a number or an array of numbers"),
        ([1.0, "a"], ONES, "you returned a list of length 2; it should be a number or an array of numbers"),
        ({1.0}, 1.0, "you returned a set of length 1; it should be a number or an array of numbers"),
        ({}, 1.0, "you returned a dict of length 0; it should be a number or an array of numbers"),
        (10**400, 1.0, "you returned an int; it should hold numbers"),
        ([10**400, 0.5], np.ones(2), "you returned a list of length 2; it should hold numbers"),
        (Handle(1, "function"), 1.0, "you returned a function; it should be a number or an array of numbers"),
        (np.empty(0), 5.0, "the result has 1 axis; its shape should be ()"),
        (5.0, np.empty(0), "the result has no axes; its shape should be (0,)"),
        (np.ones(1), 1.0, "the result has 1 axis; its shape should be ()"),
        (1.0, np.ones(1), "the result has no axes; its shape should be (1,)"),
        (np.ones((3, 1)), ONES, "the result has 2 axes; its shape should be (3,)"),
        (np.ones((1, 3)), np.ones((4, 3)), "the shape is (1, 3); it should be (4, 3)"),
        (np.ones(3, int), ONES, "the dtype is int64, which cannot hold fractions; it should be floating"),
        (tensor(1, 1, 1, dtype="int8"), ONES, "the dtype is int8, which cannot hold fractions; it should be floating"),
        (math.nan, 1.0, "the value is nan"),
        (math.inf, 1.0, "the value is infinite"),
        (-math.inf, math.inf, "the value is infinite"),
        (1.0, math.nan, "the value is finite where it should not be"),
        (math.inf, math.nan, "the value is infinite"),
        (np.array([1.0, math.nan, math.inf]), ONES, "2 of 3 entries are nan"),
        (np.array([1.0, 1.0, math.inf]), ONES, "1 of 3 entries are infinite"),
        (2.0, 1.0, "the value is off: relative error 1"),
        (0.5, 0.0, "the value is off: 0.5 where it should be 0"),
        (1.0 + 2e-7, 1.0, "the value is off: relative error 2e-07"),
        (np.array([1.0, 1.5, 3.0]), ONES, "2 of 3 entries are off; the worst is at [2]: relative error 2"),
        (np.eye(2) * 3, np.eye(2), "2 of 4 entries are off; the worst is at [0, 0]: relative error 2"),
        (1 + 2j, 1 + 0j, "the value is off: relative error 2"),
        (-1.0, 1.0, "the value is off: relative error 2"),
        (np.uint8(255), -1, "the value is off: relative error 3e+02"),
    ],
)  # fmt: skip
def test_each_kind_of_wrong_value_fails_and_says_why(actual: Any, expected: Any, why: str) -> None:
    assert reason(assert_close, actual, expected) == why


@given(ARRAYS)
def test_an_array_is_close_to_itself_and_to_its_nested_lists(array: Any) -> None:
    assert_close(array, array)
    if array.size:
        assert_close(array.tolist(), array)


@given(ARRAYS.filter(lambda array: array.size > 0), st.data())
def test_one_wrong_entry_is_found_counted_and_placed(array: Any, data: st.DataObject) -> None:
    index = data.draw(st.tuples(*(st.integers(0, side - 1) for side in array.shape)))
    wrong = array.copy()
    wrong[index] += 1.0 + abs(wrong[index])
    said = reason(assert_close, wrong, array)
    place = f"1 of {array.size} entries are off; the worst is at [{', '.join(map(str, index))}]"
    assert said.startswith(place if array.ndim else "the value is off")


@given(FINITE, st.floats(0, 1e-3), st.floats(0, 1e-3))
def test_the_tolerance_is_atol_plus_rtol_times_expected(expected: float, rtol: float, atol: float) -> None:
    allowed = atol + rtol * abs(expected)
    assert_close(expected + 0.99 * allowed, expected, rtol=rtol + 1e-12, atol=atol + 1e-9)
    reason(assert_close, expected + 1.01 * allowed + 1e-6 * max(1, abs(expected)), expected, rtol=rtol, atol=atol)


def test_a_torch_tensor_may_be_expected() -> None:
    torch = pytest.importorskip("torch")
    assert_close(np.ones(2), torch.ones(2, dtype=torch.float64, requires_grad=True))
    assert reason(assert_close, np.zeros(2), torch.ones(2)).startswith("2 of 2 entries")


def test_the_hint_and_what_was_given_are_the_authors() -> None:
    with pytest.raises(Failure) as caught:
        assert_close(2.0, 1.0, hint="Halve it.", given="x = 3")
    assert caught.value.reason == "the value is off: relative error 1 (for x = 3)"
    assert caught.value.hint == "Halve it."
    assert str(caught.value) == caught.value.reason


# -- nothing is given away ---------------------------------------------------------------------------------

SECRET = 31337.25
WRONG: list[Any] = [
    None, True, "text of the student", b"text of the student", 0.5, 7, 1j, [1.0], (1.0, "text of the student"),
    {"text of the student": 1}, np.zeros(3), np.zeros((2, 2)), np.full(2, math.nan), np.full(2, math.inf),
    np.zeros(2, int), tensor(0, 0), Handle(3, "text of the student"), np.zeros((0, 10**9)), np.zeros([1] * 30),
    np.array([SECRET, 0.0]), [SECRET, None],
]  # fmt: skip
COMPARATORS: list[Callable[[Any], object]] = [
    lambda value: assert_close(value, np.array([SECRET, SECRET])),
    lambda value: assert_equal(value, [SECRET, "31337.25"]),
    lambda value: assert_gradient(value, lambda x: SECRET * float(x.sum()), np.ones(2)),
    lambda value: compare.assert_shape(value, (3, 1)),
    lambda value: compare.assert_dtype(value, "float16"),
    lambda value: compare.assert_finite(np.full(1, math.nan) if isinstance(value, float) else value),
    lambda value: compare.unpack(value, 9),
    lambda value: compare.as_bool([value]),
    lambda value: float(compare.as_array(value, shape=(5,)).sum()),
]


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_messages_hold_no_expected_value_and_no_text_of_the_student(value: Any) -> None:
    for comparator in COMPARATORS:
        try:
            comparator(value)
        except Failure as failure:
            said = f"{failure.reason} {failure.hint} {failure.detail}"
            assert "31337" not in said
            assert "31,337" not in said
            assert "text of" not in said
            assert len(said) < 250, said


@given(hnp.array_shapes(min_dims=0, max_dims=6, max_side=900).map(lambda shape: (0, *shape)))
def test_a_forged_shape_cannot_carry_a_message(shape: tuple[int, ...]) -> None:
    said = reason(compare.assert_shape, np.empty(shape), (3, 4)) + compare.describe(np.empty(shape))
    numbers = re.findall(r"\d+", said.replace("float64", "").replace("(3, 4)", ""))
    assert len(numbers) <= 3
    assert all(int(number) <= 60 for number in numbers)


@pytest.mark.parametrize("shape", [(0, 2**32), (61, 1), (0, 10**9)])
def test_unusual_lengths_are_not_repeated(shape: tuple[int, ...]) -> None:
    assert reason(compare.assert_shape, np.empty(shape), (3, 4)) == "the shape is (unusual); it should be (3, 4)"
    assert reason(compare.assert_shape, np.empty(shape), (3,)) == "the result has 2 axes; its shape should be (3,)"
    assert reason(compare.assert_shape, np.empty(shape), (2, 10**9)).startswith("the shape is (")


# -- the other comparators ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [None, True, 1, 1.5, "a", b"a", [1, 2.0], (1, [2]), {"a": (1, None)}, {1, 2}, np.arange(3), np.array(["a"]), []],
    ids=repr,
)
def test_a_value_equals_itself(value: Any) -> None:
    assert_equal(value, value)


NUMPY_AND_PYTHON: list[tuple[Any, Any]] = [
    (np.int64(3), 3), (np.argmax([0, 0, 0, 1]), 3), (np.float64(2.5), 2.5), (np.True_, True), (np.array(3), 3),
    (np.array(True), True), (np.str_("a"), "a"), ([np.int8(1), 2], [1, 2]),
    ((np.array(1.5), [np.False_]), (1.5, [False])),
    ({"a": np.int64(1)}, {"a": 1}), ({np.int64(1): "a"}, {1: "a"}), ({(np.int64(1), "b")}, {(1, "b")}),
]  # fmt: skip


@pytest.mark.parametrize(("numpys", "pythons"), NUMPY_AND_PYTHON, ids=repr)
def test_numpy_scalars_count_as_pythons_on_either_side(numpys: Any, pythons: Any) -> None:
    for actual, expected in ((numpys, pythons), (pythons, numpys), (numpys, numpys)):
        assert_equal(actual, expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, np.True_), (1, np.float64(1.0)), (True, np.array(1)), (1.0, np.array(1)), ("1", np.int64(1))],
    ids=repr,
)
def test_types_differ_however_they_are_wrapped(one: Any, other: Any) -> None:
    wraps: list[Callable[[Any], Any]] = [
        lambda value: value, lambda value: [value], lambda value: (0, value), lambda value: {"a": [value]},
    ]  # fmt: skip
    for wrap in wraps:
        for actual, expected in ((one, other), (other, one)):
            with pytest.raises(Failure):
                assert_equal(wrap(actual), wrap(expected))


@pytest.mark.parametrize("one", [True, np.True_, 1.0])
def test_keys_and_members_have_types_as_well(one: Any) -> None:
    for actual, expected in (({one: 0}, {1: 0}), ({one}, {1}), ({(one, 2)}, {(1, 2)}), ({(one, 2): 0}, {(1, 2): 0})):
        with pytest.raises(Failure):
            assert_equal(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "why"),
    [
        (1, True, "an int"),
        (True, 1, "a bool"),
        (1.0, 1, "a float"),
        (1, 1.0, "an int"),
        (np.float64(1.0), 1, "a float64 scalar"),
        ("1", 1, "a string"),
        (None, 0, "None (is a `return` missing?)"),
        ([1, 2], (1, 2), "a list of length 2"),
        ((1, 2), [1, 2], "a tuple of length 2"),
        ([1], [1, 2], "a different value"),
        ([1, True], [1, 1], "a different value"),
        ({"a": 1}, {"a": 1.0}, "a different value"),
        ({"a": 1}, {"b": 1}, "a different value"),
        (math.nan, math.nan, "a different value"),
        (b"a", "a", "bytes"),
        ("b", "a", "a different value"),
        (np.arange(3.0), np.arange(3), "a different value"),
        (np.arange(4), np.arange(3), "a different value"),
        ([0, 1, 2], np.arange(3), "a list of length 3"),
        (np.arange(3), [0, 1, 2], "a int64 array with 1 axis"),
        (Handle(1, "X"), 1, "an object that is not plain data"),
        ([0] * 1000, 1, "a list"),
    ],
)
def test_an_unequal_value_fails(actual: Any, expected: Any, why: str) -> None:
    assert reason(assert_equal, actual, expected) == f"you returned {why}"
    assert reason(assert_equal, actual, expected, given="n = 2") == f"you returned {why} (for n = 2)"


def test_shape_dtype_and_finiteness_can_be_asked_for_alone() -> None:
    compare.assert_shape([[1, 2]], (1, 2))
    compare.assert_shape(3.0, ())
    assert reason(compare.assert_shape, ONES, (3, 1)) == "the result has 1 axis; its shape should be (3, 1)"
    assert reason(compare.assert_shape, "abc", (3,)).startswith("you returned a string")
    compare.assert_dtype(ONES, "float64")
    compare.assert_dtype(1.0, "float64")
    compare.assert_dtype(tensor(1, dtype="float16"), "float16")
    assert reason(compare.assert_dtype, ONES, "float32") == "the dtype is float64; it should be float32"
    assert reason(compare.assert_dtype, None, "float32").startswith("you returned None")
    compare.assert_finite([1.0, 2.0])
    compare.assert_finite(np.empty(0))
    assert reason(compare.assert_finite, [1.0, math.nan, math.inf]) == "2 of 3 entries are nan or infinite"
    assert reason(compare.assert_finite, Handle(1, "X")).startswith("you returned an object")


def f(x: Any) -> float:
    return float(np.sum(x**3) + x.flat[0] * x.flat[-1])


def gradient_of_f(x: Any) -> Any:
    gradient = 3 * x**2
    gradient.flat[0] += x.flat[-1]
    gradient.flat[-1] += x.flat[0]
    return gradient


@pytest.mark.parametrize("x", [np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([1e4, -1e4]), np.array([1e-8, 0.0])])
def test_the_gradient_of_a_function_passes_at_any_scale(x: Any) -> None:
    assert_gradient(gradient_of_f(x), f, x)


@pytest.mark.parametrize(
    "spoil",
    [lambda g: -g, lambda g: 1.001 * g, lambda g: g + 1e-2, lambda g: g.T, lambda g: g[:1], lambda g: 2 * g, len],
)
def test_what_is_not_the_gradient_fails(spoil: Callable[[Any], Any]) -> None:
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    reason(assert_gradient, spoil(gradient_of_f(x)), f, x)


def test_the_gradient_at_a_number_is_a_number() -> None:
    assert_gradient(6.0, lambda x: float(x**2), 3.0)
    assert reason(assert_gradient, [6.0], lambda x: float(x**2), 3.0) == "the result has 1 axis; its shape should be ()"


@pytest.mark.parametrize(
    ("value", "array"), [(1, 1.0), ([1, 2], [1.0, 2.0]), (tensor(1, 2, dtype="float16"), [1.0, 2.0]), (np.uint8(3), 3)]
)
def test_numbers_become_a_float64_array(value: Any, array: Any) -> None:
    got = compare.as_array(value)
    assert got.dtype == np.float64
    assert np.array_equal(got, array)


def test_an_array_that_was_converted_is_the_tests_own() -> None:
    frozen = np.ones(2)
    frozen.setflags(write=False)
    compare.as_array(frozen)[0] = 5.0
    assert frozen[0] == 1.0


def test_conversions_fail_for_what_they_cannot_read() -> None:
    assert reason(compare.as_array, 1j) == "you returned a complex; it should be real"
    assert reason(compare.as_array, ONES, shape=(2,)) == "the shape is (3,); it should be (2,)"
    assert reason(compare.as_float, ONES) == "the result has 1 axis; its shape should be ()"
    assert reason(compare.as_bool, 1) == "you returned an int; it should be True or False"
    assert reason(compare.unpack, [1], 2).startswith("you returned a list of length 1; it should be 2 values")
    assert reason(compare.unpack, np.ones(2), 2).startswith("you returned a float64 array with 1 axis")
    assert compare.as_float(np.array(2)) == 2.0
    assert compare.as_bool(np.array(True)) is True
    assert compare.unpack([1, 2], 2) == (1, 2)


def test_a_watched_function_counts_and_remembers_first_arguments() -> None:
    square = watch(lambda x, power=2: x**power)
    assert (square.count, square.points) == (0, [])
    assert square(3) == 9
    assert square(2, power=3) == 8
    assert (square.count, square.points) == (2, [3, 2])
    with pytest.raises(TypeError):
        square("a")
    assert square.count == 3


# -- same_bytes --------------------------------------------------------------------------------------------

BIT_CHANGES: list[tuple[Any, Any]] = [
    (0.0, -0.0), (1, True), (1, 1.0), (math.nan, 0.0), ([1], (1,)), ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    (np.zeros(2), -np.zeros(2)), (np.zeros(2), np.zeros((2, 1))), (np.zeros(2), np.zeros(2, "float32")),
    (tensor(0.0), tensor(-0.0)), (tensor(1), tensor(1, dtype="int8")), ([np.zeros(1)], [np.ones(1)]),
    ("a", "b"), ({"a": np.zeros(1)}, {"a": np.ones(1)}), (ONES, None),
    ({1}, {True}), ({1, 2}, {1, 3}), ({1: 0}, {True: 0}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), BIT_CHANGES, ids=repr)
def test_a_change_of_one_bit_is_seen(before: Any, after: Any) -> None:
    assert not same_bytes(before, after)
    assert same_bytes(before, before)


def test_nan_is_the_same_nan() -> None:
    assert same_bytes([math.nan, np.array([math.nan])], [math.nan, np.array([math.nan])])


def test_every_dtype_of_the_wire_can_be_compared() -> None:
    for name in DTYPES:
        assert same_bytes(np.zeros(2, name), np.zeros(2, name))
        assert not same_bytes(np.zeros(2, name), np.ones(2, name))
