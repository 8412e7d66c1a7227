"""Exports are for spreadsheets and programs: nothing in them is a formula, and a pending answer is no zero."""

import csv
import io
import json
from pathlib import Path

import pytest
from class_fixtures import class_of, row
from hypothesis import given
from hypothesis import strategies as st

from autograder.reporting.export import class_csv, class_json, csv_text
from autograder.results.model import format_points

DATA = class_of(
    Path(), row("=HYPERLINK(1)", [[True], [True]], pending=True), row("bob, jr", [[False], [True]], flag="+odd")
)


def test_the_class_as_csv() -> None:
    header, first, second = csv.reader(io.StringIO(class_csv(DATA)))
    assert header[:4] == ["student", "Q1", "Q2", "penalty"]
    assert first[:3] == ["'=HYPERLINK(1)", "10", ""], "pending is empty, and a name is no formula"
    assert second[:3] == ["bob, jr", "0", "10"]
    assert second[-2:] == ["yes", "'+odd"]


@given(st.lists(st.text() | st.floats(-1e6, 1e6) | st.integers(-9, 9) | st.none(), min_size=1))
def test_no_cell_is_a_formula(cells: list[object]) -> None:
    (line,) = csv.reader(io.StringIO(csv_text(cells, []), newline=""), strict=True)
    assert len(line) == len(cells)
    for text in line:
        if text.startswith(("=", "+", "-", "@", "\t", "\r")):
            float(text)


def test_numbers_keep_their_sign() -> None:
    assert csv_text([-1.5, "-2", "-x", "+1e3"], []) == "-1.5,-2,'-x,+1e3\n"


def test_the_class_as_json() -> None:
    fields = json.loads(class_json(DATA, DATA.rows[:1]))
    assert fields["questions"][0] == {"number": "1", "title": "title 1", "points": 10.0}
    assert fields["summary"]["graded"] == 2
    (student,) = fields["students"]
    assert student["points"] == [10.0, None]
    assert student["waiting"] == 1


@pytest.mark.parametrize(
    ("points", "text"),
    [(86.333333, "86.33"), (20.0, "20"), (2.5, "2.5"), (0, "0"), (-0.001, "0"), (1234567.891, "1234567.89")],
)
def test_points_have_two_decimal_places_at_most(points: float, text: str) -> None:
    assert format_points(points) == text
