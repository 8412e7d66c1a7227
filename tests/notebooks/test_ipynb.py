"""A submitted file becomes well-formed cells or one sentence that says why not, whatever its bytes are."""

import contextlib
import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import NotebookError
from autograder.notebooks import ipynb as nb


def notebook(*cells: Any, **fields: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | fields).encode()


def cell(**fields: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None} | fields


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "the file is empty"),
        (b"PK\x03\x04 a docx", "not a notebook"),
        (b"\xff\xfe\x00", "not a notebook"),
        (b"{" + b'"cells": [', "not a notebook"),
        (b"<html>please log in</html>", "not a notebook"),
        (b"[" * 100_000, "not a notebook"),
        (b'{"cells": [], "nbformat": 4, "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "not a notebook"),
        (b'{"cells": [], "nbformat": ' + b"4" * 10_000 + b"}", "not a notebook"),
        (b"[]", "has no list of cells"),
        (b"null", "has no list of cells"),
        (b'"cells"', "has no list of cells"),
        (b'{"nbformat": 4}', "has no list of cells"),
        (b'{"nbformat": 4, "cells": {"0": 1}}', "has no list of cells"),
        (b'{"nbformat": 3, "worksheets": [{"cells": []}]}', "has no list of cells"),
        (notebook(nbformat=3), "not in format 4"),
        (notebook(nbformat=99), "not in format 4"),
        (notebook(nbformat="4"), "not in format 4"),
        (notebook("text"), "cell 1 is not a code, markdown or raw cell"),
        (notebook(cell(), None), "cell 2 is not a code, markdown or raw cell"),
        (notebook(cell(cell_type="heading")), "cell 1 is not a code, markdown or raw cell"),
        (notebook(cell(cell_type=["code"])), "cell 1 is not a code, markdown or raw cell"),
        (notebook({"cell_type": "code", "metadata": {}}), "cell 1 has no readable source"),
        (notebook(cell(source=None)), "cell 1 has no readable source"),
        (notebook(cell(source={"a": 1})), "cell 1 has no readable source"),
        (notebook(cell(source=["x", 1])), "cell 1 has no readable source"),
        (notebook(cell(source="x" * (nb.MAX_SOURCE + 1))), "cell 1 has no readable source"),
        (notebook(*[cell()] * (nb.MAX_CELLS + 1)), "more than 2000 cells"),
    ],
)
def test_a_file_that_is_no_notebook_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(NotebookError, match=said):
        nb.parse(data)


def test_a_file_over_the_cap_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nb, "MAX_BYTES", 10)
    monkeypatch.setattr(json, "loads", lambda data: pytest.fail("parsed"))
    with pytest.raises(NotebookError, match="clear its outputs"):
        nb.parse(b" " * 11)


def test_lines_of_a_source_are_joined() -> None:
    assert nb.parse(notebook(cell(source=["a\n", "b"])))["cells"][0]["source"] == "a\nb"


def test_a_lone_surrogate_becomes_a_question_mark_that_can_be_written() -> None:
    data = notebook(cell(source="x = '\ud800'"))
    assert b"\\ud800" in data
    parsed = nb.parse(data)
    assert parsed["cells"][0]["source"] == "x = '?'"
    assert b"x = '?'" in nb.dump(parsed)


def test_a_byte_order_mark_and_other_unicode_encodings_are_read() -> None:
    text = notebook(cell(source="é")).decode()
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert nb.parse(text.encode(encoding))["cells"][0]["source"] == "é"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
CELLS = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | JSON,
        "source": st.text(max_size=9) | st.lists(st.text(max_size=3), max_size=3) | JSON,
    },
    optional={"metadata": st.fixed_dictionaries({}, optional={"nbgrader": JSON, "tags": JSON}) | JSON, "id": JSON},
)


@given(cells=st.lists(CELLS | JSON, max_size=4) | JSON, format=st.just(4) | JSON)
def test_any_json_gives_cells_or_a_notebook_error_and_nothing_else(cells: Any, format: Any) -> None:  # noqa: A002
    try:
        parsed = nb.parse(notebook(cells=cells, nbformat=format))
    except NotebookError:
        return
    for found in parsed["cells"]:
        found["source"].encode()
        assert isinstance(nb.nbgrader_of(found), dict)
        assert isinstance(nb.grade_id_of(found), str | None)
        assert nb.has_tag(found, nb.EXPERIMENT) in (True, False, nb.EXPERIMENT)


@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_notebook_or_a_notebook_error(data: bytes) -> None:
    with contextlib.suppress(NotebookError):
        assert isinstance(nb.parse(data)["cells"], list)


def test_the_bytes_written_are_those_of_nbformat() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "a\nb\n"},
        {"output_type": "error", "ename": "E", "evalue": "a\nb", "traceback": ["a", "b"]},
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/plain": "a\nb", "text/html": "<b>\n</b>", "image/png": "iVBO\nxx"},
        },
    ]
    parsed = nb.parse(notebook(cell(id="a", source="é = '\\n'\n\nx\n"), cell(id="b", outputs=outputs), cell(source="")))
    parsed["cells"][2] |= {"id": "c"}
    written = nbformat.writes(nbformat.from_dict(parsed))
    assert nb.dump(parsed).decode() == written.rstrip("\n") + "\n"


def test_an_experiment_is_a_cell_with_that_tag() -> None:
    assert nb.has_tag(cell(metadata={"tags": ["x", "experiment"]}), nb.EXPERIMENT)
    assert not nb.has_tag(cell(metadata={"tags": "experiment"}), nb.EXPERIMENT)
    assert not nb.has_tag(cell(), nb.EXPERIMENT)
