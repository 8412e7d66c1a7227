"""Sanitizes student notebooks before they are rendered as HTML: no active content, and no hidden tests in feedback.

Every HTMLExporter of the course applies it: the pages of formgrader as well as feedback.
"""

from __future__ import annotations

import builtins
import re
from typing import Any

import nh3

from autograder.notebooks.ipynb import Json, nbgrader_of

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?(?:END HIDDEN TESTS[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE)
_TABLE_TAGS = {"div", "p", "strong", "code", "br", "table", "tbody", "tr", "td"}
_TABLE_STYLES = {"color", "vertical-align", "text-align", "padding"}
_MARKDOWN_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "td": {"style"},
    "th": {"style"},
    **{tag: {"class"} for tag in ("div", "pre", "span", "code")},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_MIME_TYPES = ("text/plain", "image/png")
_SAFE_IMAGE_SRC = re.compile(r"data:image/png;base64,|(?!/)(?!.*\.\.)[\w./ -]+$")
_MAX_SOURCE, _MAX_SOURCES = 20_000, 300_000
"""Characters per cell and per notebook; markdown rendering and syntax highlighting take quadratic time."""


def break_html_tags(markdown: str) -> str:
    """Inserts a space into everything that looks like an HTML tag: ``<b`` becomes ``< b``.

    An HTML sanitizer would escape the ``<`` of ``$a<b$`` and break the formula; TeX ignores the space.
    """
    return _TAG.sub("< ", markdown)


def markdown2html(markdown: str) -> str:
    """Renders markdown as safe HTML; replaces nbconvert's filter of this name, which allows ``javascript:`` links."""
    from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True)
    try:
        html = MarkdownWithMath(renderer=renderer).render(markdown)
    except InvalidNotebook:  # the cell refers to an attachment, and attachments were removed
        html = MarkdownWithMath(renderer=renderer).render(markdown.replace("attachment:", ""))
    return nh3.clean(
        html,
        attributes=_MARKDOWN_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        filter_style_properties={"text-align"},
        url_schemes={"http", "https", "mailto", "data"},
    )


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Allows only embedded and local images: a remote server would learn who opens the page."""
    if tag == "img" and attribute == "src":
        return value if _SAFE_IMAGE_SRC.match(value) else None
    return None if attribute == "href" and value.lower().startswith("data:") else value


def sanitize_notebook(notebook: Json, *, for_student: bool) -> Json:
    """Returns the notebook without HTML in students' markdown and with plain text and PNG outputs only.

    The feedback tables of graded cells are kept. With ``for_student``, hidden tests are removed as well, with every
    output that may quote them. Sources that are too long to render are truncated.
    """
    cells = [dict(cell) for cell in notebook["cells"]]
    _truncate_sources([cell for cell in cells if not nbgrader_of(cell).get("locked")])
    return {**notebook, "cells": [_sanitize_cell(cell, for_student=for_student) for cell in cells]}


def _truncate_sources(cells: list[Json]) -> None:
    remaining = _MAX_SOURCES
    for cell in cells:
        size = min(_MAX_SOURCE, remaining)
        if len(cell["source"]) > size:
            cell["source"] = cell["source"][:size] + "\n... (truncated; the submitted file has the rest)"
        remaining -= min(len(cell["source"]), remaining)


def _sanitize_cell(cell: Json, *, for_student: bool) -> Json:
    cell.pop("attachments", None)
    if cell["cell_type"] != "code":
        locked = nbgrader_of(cell).get("locked")
        return cell if locked else {**cell, "cell_type": "markdown", "source": break_html_tags(cell["source"])}
    hidden = bool(_HIDDEN.search(cell["source"]))
    outputs = [_sanitize_output(output, nbgrader_of(cell).get("grade") is True) for output in cell.get("outputs", [])]
    if for_student and hidden:
        cell["source"] = _HIDDEN.sub("", cell["source"])
        outputs = [_without_details(output) for output in outputs]
    cell["outputs"] = [output for output in outputs if output]
    return cell


def _sanitize_output(output: Json, graded: bool) -> Json | None:
    kind = output.get("output_type")
    if kind in ("stream", "error"):
        return output
    if kind not in ("display_data", "execute_result"):
        return None
    data: dict[str, Any] = {key: output["data"][key] for key in _MIME_TYPES if key in output["data"]}
    if graded and "text/html" in output["data"]:
        html = output["data"]["text/html"]
        data["text/html"] = nh3.clean(
            html, tags=_TABLE_TAGS, attributes={"td": {"style"}}, filter_style_properties=_TABLE_STYLES
        )
    return {**output, "data": data, "metadata": {}}


def _without_details(output: Json | None) -> Json | None:
    """Reduces an output to the score or the type of the error; printed text and tracebacks may quote hidden tests."""
    if output is None or output["output_type"] == "execute_result":
        return output
    if output["output_type"] != "error":
        return None
    # A student can define an exception class whose name quotes the hidden test.
    name = output["ename"] if hasattr(builtins, output["ename"]) else "Error"
    return {**output, "ename": name, "evalue": "", "traceback": [f"{name}: a hidden test in this cell failed."]}
