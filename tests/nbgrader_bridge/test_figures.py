"""The pictures of a feedback page say in words what they show, and draw what can be drawn."""

import re

from autograder.nbgrader_bridge.page.figures import curves, error_map


def test_an_error_map_says_which_entries_are_off() -> None:
    svg = error_map(("x..", ".x."))
    assert 'aria-label="Entries that are off: [0, 0], [1, 1]"' in svg
    assert svg.count("<path") == 2


def test_two_curves_say_where_they_differ() -> None:
    svg = curves(("48c", "40c"))
    assert 'aria-label="Two curves of 3 points, which differ at: 2"' in svg
    assert svg.count("<circle") == 3


def test_a_point_outside_is_at_the_edge_and_one_that_is_no_number_breaks_the_line() -> None:
    returned = curves(("48c4", "+-?4")).split('class="returned"')[1]
    line = re.search(r'class="line" d="([^"]*)"', returned)
    assert line is not None
    assert line[1] == "M8 8L32 98"
    assert returned.count("m-4-4") == 3
