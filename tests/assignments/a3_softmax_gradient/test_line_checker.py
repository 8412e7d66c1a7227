"""The file with which students check the lines of their derivations."""

import ast
import importlib.util
import random
import re
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from course_fixtures import ROOT
from sympy import Derivative, Eq, IndexedBase, KroneckerDelta, Piecewise, Sum, exp, log, nan, symbols

from autograder.course.layout import Course

PATH = ROOT / "assignments" / "a3_softmax_gradient" / "line_checker.py"
QUESTIONS = {"other_class": 1, "label_class": 1, "any_classes": 2}

a, y, yhat = IndexedBase("a"), IndexedBase("y"), IndexedBase("yhat")
i, j, k, C = symbols("i j k C", integer=True)
TOTAL_3 = exp(a[1]) + exp(a[2]) + exp(a[3])
LOSS_3 = -log(exp(a[2]) / TOTAL_3)
TOTAL_C = Sum(exp(a[j]), (j, 1, C))
LOSS_C = -Sum(y[k] * log(exp(a[k]) / TOTAL_C), (k, 1, C))
NAMES: dict[str, Any] = {
    "a": a,
    "y": y,
    "yhat": yhat,
    "i": i,
    "j": j,
    "k": k,
    "C": C,
    "loss_3": LOSS_3,
    "total_3": TOTAL_3,
    "loss_C": LOSS_C,
    "total_C": TOTAL_C,
    "Derivative": Derivative,
    "KroneckerDelta": KroneckerDelta,
    "Sum": Sum,
    "exp": exp,
    "log": log,
}
"""What the cells above a derivation define."""


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("a3_line_checker", PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def says(checker: ModuleType, capsys: pytest.CaptureFixture[str], lines: Any, question: int, seed: int = 0) -> str:
    checker.check_lines(lines, question=question, seed=seed)
    return capsys.readouterr().out


def lines_of(code: str, name: str) -> list[Any]:
    names: dict[str, Any] = dict(NAMES)
    exec(code, names)
    lines: list[Any] = names[name]
    return lines


@cache
def answers() -> Mapping[str, str]:
    return Course(ROOT).assignment("a3_softmax_gradient").load().answers


def solution(name: str) -> list[Any]:
    return lines_of(answers()[name], name)


@pytest.mark.parametrize(("name", "question"), QUESTIONS.items())
@pytest.mark.parametrize("seed", range(3))
def test_the_reference_derivations_follow(
    checker: ModuleType, capsys: pytest.CaptureFixture[str], name: str, question: int, seed: int
) -> None:
    assert says(checker, capsys, solution(name), question, seed).startswith("Each of the 6 lines equals")


@pytest.mark.parametrize(("name", "question"), QUESTIONS.items())
@pytest.mark.parametrize("wrong", [1, 3, 5])
def test_it_names_the_first_line_that_does_not_follow_with_both_values_and_the_point(
    checker: ModuleType, capsys: pytest.CaptureFixture[str], name: str, question: int, wrong: int
) -> None:
    lines = solution(name)
    lines[wrong:] = [line + 1 for line in lines[wrong:]]
    text = says(checker, capsys, lines, question)
    assert text.startswith(f"Line {wrong + 1} does not follow from line {wrong}.\nThe point: ")
    found = re.search(r"Line \d is (\S+) there, and line \d is (\S+)\.$", text)
    assert found
    assert float(found[2]) - float(found[1]) == pytest.approx(1, abs=1e-6)
    assert "a[1] = " in text
    assert ("C = " in text) == (question == 2)


def test_the_values_are_those_of_the_lines_at_the_point(
    checker: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    text = says(checker, capsys, [a[1], a[2] + y[2] * 10], 1)
    first, second = (float(re.search(rf"a\[{n}\] = (\S+),", text)[1]) for n in (1, 2))  # type: ignore[index]
    assert float(text.split("Line 1 is ")[1].split()[0]) == pytest.approx(first)
    assert float(text.split("line 2 is ")[1].rstrip(".\n")) == pytest.approx(second + 10)


def test_a_difference_in_the_twentieth_digit_shows(checker: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    text = says(checker, capsys, [yhat[1], yhat[1] + a[1] / 10**20], 1)
    assert "does not follow" in text
    assert len(set(re.findall(r"[Ll]ine \d is (-?0\.\d+)", text))) == 2


def test_any_valid_route_follows(checker: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        Derivative(LOSS_C, a[i]),
        -Derivative(Sum(y[k] * log(yhat[k]), (k, 1, C)), a[i]),
        -Sum(y[k] * Derivative(yhat[k], a[i]) / yhat[k], (k, 1, C)),
        Sum(y[k] * (yhat[i] - Piecewise((1, Eq(i, k)), (0, True))), (k, 1, C)),
        (yhat[i] ** 2 - y[i] * yhat[i]) / yhat[i],
    ]
    assert says(checker, capsys, lines, 2).startswith("Each of the 5 lines equals")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (yhat[i] - y[k], "uses the letter k, which has no value outside a sum over k"),
        (Eq(yhat[1], a[1]), "is of the type Equality"),
        ("yhat[1]", "is of the type str"),
        (a[7], "uses a[7], which does not exist"),
        (a, "uses a without an index"),
        (Derivative(yhat[1] * y[1], y[1]), "has a derivative with respect to something that is not a score"),
        (log(-exp(a[1])), "which is not a number"),
        (nan, "which is not a number"),
        (Sum(a[1], (k, 1, 10**9)), "has a sum whose limits"),
    ],
)
def test_a_line_without_a_value_is_named_with_the_reason(
    checker: ModuleType, capsys: pytest.CaptureFixture[str], line: Any, reason: str
) -> None:
    text = says(checker, capsys, [1, line], 2)
    assert text.startswith("Line 2 ")
    assert reason in text


def test_what_is_no_list_is_said_to_be_none(checker: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert "a derivation is a list of lines" in says(checker, capsys, yhat[1], 1)


def test_labels_are_soft_and_sum_to_one_and_scores_differ(checker: ModuleType) -> None:
    for point in checker.any_number_of_classes(random.Random(1)):
        assert sum(point.labels.values()) == 1
        assert min(point.labels.values()) > 0
        assert len(set(point.scores.values())) == point.letters["C"] == len(point.labels)
        assert 1 <= point.letters["i"] <= point.letters["C"]


def test_it_agrees_with_the_hidden_tests_about_every_sample(
    checker: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sample that loses marks for its steps has a line that does not follow, and no other sample has one."""
    folder = ROOT / "assignments" / "a3_softmax_gradient"
    compared = 0
    for path in [*folder.glob("wrong_answers/*.py"), *folder.glob("right_answers/*.py")]:
        text = path.read_text(encoding="utf-8")
        for name, question in QUESTIONS.items():
            if f'answer="{name}"' not in text:
                continue
            code = text.split(f'answer="{name}"\n')[1].split("# %%")[0]
            lines = lines_of(code, name)
            if len(lines) < 4 or "test_the_start" in text:  # no derivation of this: lost for another reason
                continue
            gap = "does not follow" in says(checker, capsys, lines, question)
            case = {"other_class": "other", "label_class": "label", "any_classes": "test_any_classes"}[name]
            expected = any(
                case in test and ("every_line" in test or "first_half" in test)
                for test in re.findall(r'"([^"]*)"', text.splitlines()[0])
            )
            assert gap == expected, (path.name, name)
            compared += 1
    assert compared >= 10


def test_it_knows_neither_the_grader_nor_a_solution(checker: ModuleType) -> None:
    source = PATH.read_text(encoding="utf-8")
    modules = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert modules == {"random", "sympy"}
    for word in ("KroneckerDelta", "milestone(", "LOSS", "hidden"):
        assert word not in source
