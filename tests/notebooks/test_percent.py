"""Percent text: what is read is what a notebook shows, and what is written reads back."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.errors import AssignmentError
from autograder.notebooks.percent import PercentCell, front_matter, parse, render

TEXT = '''\
# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# # Title
#
# with $\\alpha$


# %%
import numpy as np
# %matplotlib inline
# !ls

# %% answer="f"
### BEGIN SOLUTION
def f(x):


    return x
### END SOLUTION
# %% check="test_f" points=2.5
assert f(1) == 1
# %% [markdown] written="why" points=3
"""
Because.
"""

# %% tags=["experiment"]
f(2)
'''


def test_cells_come_with_kind_source_header_and_line() -> None:
    assert [(cell.kind, cell.source, dict(cell.metadata), cell.line) for cell in parse(TEXT)] == [
        ("markdown", "# Title\n\nwith $\\alpha$", {}, 7),
        ("code", "import numpy as np\n%matplotlib inline\n!ls", {}, 13),
        ("code", "### BEGIN SOLUTION\ndef f(x):\n\n\n    return x\n### END SOLUTION", {"answer": "f"}, 18),
        ("code", "assert f(1) == 1", {"check": "test_f", "points": 2.5}, 25),
        ("markdown", "Because.", {"written": "why", "points": 3}, 27),
        ("code", "f(2)", {"tags": ["experiment"]}, 32),
    ]


def test_whole_points_stay_whole() -> None:
    assert type(parse('# %% check="test_f" points=3\n')[0].metadata["points"]) is int


def test_cells_that_were_read_are_written_byte_for_byte() -> None:
    assert render(parse(TEXT), front_matter(TEXT)) == TEXT


def test_the_chunks_of_a_file_are_the_file() -> None:
    assert front_matter(TEXT) + "".join(cell.text for cell in parse(TEXT)) == TEXT


def test_a_new_cell_stands_between_blank_lines() -> None:
    cells = parse("# %%\na = 1\n# %%\nb = 2\n")
    assert render([cells[0], PercentCell("code", "c = 3"), cells[1]]) == "# %%\na = 1\n\n# %%\nc = 3\n\n# %%\nb = 2\n"


def test_headers_are_written_as_contributing_shows_them() -> None:
    cell = PercentCell("markdown", "Why?", {"written": "why", "points": 5})
    assert render([cell]) == '# %% [markdown] written="why" points=5\n# Why?\n'


def test_windows_line_ends_read_as_newlines() -> None:
    assert parse("# %%\r\na = 1\r\nb = 2\r\n") == parse("# %%\na = 1\nb = 2\n")


@pytest.mark.parametrize("source", ["# Why?", "# copy", "# ls the files", "# %time"])
def test_headings_that_look_like_commands_stay_headings(source: str) -> None:
    assert parse(f"# %% [markdown]\n# {source}\n")[0].source == source


@pytest.mark.parametrize("comment", ["# copy the input", "# ls", "# why?", "    # cd back"])
def test_comments_that_look_like_shell_commands_stay_comments(comment: str) -> None:
    assert parse(f"# %%\ndef f(): ...\n{comment}\n")[0].source == f"def f(): ...\n{comment}"


def test_a_header_inside_a_string_starts_no_cell() -> None:
    text = "# %%\ntext = '''\n# %%\n'''\n\n# %%\nb = 2\n"
    assert [(cell.source, cell.line) for cell in parse(text)] == [("text = '''\n# %%\n'''", 1), ("b = 2", 6)]


def test_code_before_the_first_header_is_an_error_with_its_line() -> None:
    with pytest.raises(AssignmentError, match=r"nb\.py:2: 'import os' comes before the first '# %%' header"):
        parse("\nimport os\n# %%\n", "nb.py")


def test_an_unreadable_front_matter_is_an_error() -> None:
    with pytest.raises(AssignmentError, match=r"nb\.py:1: the header before the first cell cannot be read"):
        parse("# -*- coding: latin-1 -*-\n# %%\n", "nb.py")


@pytest.mark.parametrize("source", ["a = 1\n# %% b", "a = 1\n", "%%bash\nls", "cat notes"])
def test_code_that_would_not_read_back_is_refused(source: str) -> None:
    with pytest.raises(AssignmentError, match="cannot be written in percent format"):
        render([PercentCell("code", source)])


def test_no_cells_are_the_front_matter_alone() -> None:
    assert parse("") == []
    assert render([], "# ---\n# a: 1\n# ---\n\n") == "# ---\n# a: 1\n# ---\n\n"


LINES = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=20),
        st.sampled_from(
            ["def f(x):", "    return x", "# # Why?", "- item", "```", "%matplotlib inline", "# ls", "", "'''"]
        ),
    ),
    max_size=6,
)
CELLS = st.builds(
    lambda kind, lines, metadata: PercentCell(kind, "\n".join(lines), metadata),
    st.sampled_from(["code", "markdown"]),
    LINES,
    st.sampled_from([{}, {"answer": "f"}, {"check": "test_f", "points": 3}, {"tags": ["experiment"]}]),
)


# No deadline: whichever example comes first waits a second for jupytext to be imported.
@settings(deadline=None)
@given(st.lists(CELLS, max_size=4))
@example([PercentCell("code", ""), PercentCell("markdown", "")])
def test_what_is_written_reads_back_or_is_refused(cells: list[PercentCell]) -> None:
    try:
        text = render(cells)
    except AssignmentError:
        return
    assert parse(text) == cells
    assert render(parse(text)) == text


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["x = 1", "def f(x):", "    return x", "# a comment", "%matplotlib inline"]), min_size=1)
)
def test_ordinary_code_is_never_refused(lines: list[str]) -> None:
    cell = PercentCell("code", "\n".join(lines), {"answer": "f"})
    assert parse(render([cell, cell])) == [cell, cell]


@settings(deadline=None)
@given(st.lists(st.text("abc #%'=(\n\t[]", max_size=30), max_size=4))
def test_reading_any_cells_and_writing_them_changes_no_byte(bodies: list[str]) -> None:
    text = "".join(f"# %%\n{body}\n" for body in bodies).rstrip("\n") + "\n" if bodies else ""
    assert render(parse(text)) == text


def test_every_committed_notebook_is_written_as_it_was_read() -> None:
    for path in Path(__file__).parents[2].glob("assignments/*/notebook.py"):
        text = path.read_text(encoding="utf-8")
        assert render(parse(text, str(path)), front_matter(text)) == text
