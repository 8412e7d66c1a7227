"""A student reads each cause once: failed tests that follow from another are listed below it."""

from typing import Any

from autograder.results.causes import causes_of
from autograder.results.model import Status, Verdict


def failed(name: str, *presupposes: str, **fields: Any) -> Verdict:
    ids = tuple(f"test_f::{other}" for other in presupposes)
    return Verdict(f"test_f::{name}", name, 1.0, Status.FAILED, presupposes=ids, **fields)


def passed(name: str) -> Verdict:
    return Verdict(f"test_f::{name}", name, 1.0, Status.PASSED)


def groups(*verdicts: Verdict) -> list[list[str]]:
    return [[verdict.sentence for verdict in cause.verdicts] for cause in causes_of(verdicts)]


def test_what_presupposes_a_failed_test_follows_from_it() -> None:
    assert groups(failed("a"), failed("b", "a"), failed("c")) == [["a", "b"], ["c"]]


def test_what_presupposes_a_passed_test_has_a_cause_of_its_own() -> None:
    assert groups(passed("a"), failed("b", "a")) == [["b"]]


def test_consequences_of_consequences_have_the_same_cause() -> None:
    assert groups(failed("a"), failed("b", "a"), failed("c", "b"), failed("d", "x", "c")) == [["a", "b", "c", "d"]]


def test_the_same_exception_on_the_same_line_is_one_cause() -> None:
    raised = {"reason": "`f` raised TypeError, at `return x.y`", "stopped": "exception"}
    other = {"reason": "`f` raised KeyError", "stopped": "exception"}
    assert groups(failed("a", **raised), failed("b", **other), failed("c", **raised)) == [["a", "c"], ["b"]]


def test_the_same_number_is_not_the_same_cause() -> None:
    off = {"reason": "the value is off: relative error 1"}
    assert groups(failed("a", **off), failed("b", **off)) == [["a"], ["b"]]


def test_a_hint_is_given_where_its_test_has_established_it() -> None:
    off, none = {"reason": "off"}, {"reason": "you returned None", "stopped": "unusable"}
    (cause,) = causes_of([failed("a", hint="Add.", **off), failed("b", "a", hint="Work on a copy.", **off)])
    assert cause.hint == "Add."
    (cause,) = causes_of([failed("a", hint="Add.", **none), failed("b", hint="Work on a copy.", **none)])
    assert cause.hint == ""
    (cause,) = causes_of([failed("a", hint="Add.", **none)])
    assert cause.hint == "Add."
