"""What may be shown of a student's notebook: nothing active, and to students nothing hidden.

Every HTMLExporter of the course runs this (formgrader's pages and feedback), whoever wrote the notebook.
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
_PICTURE = re.compile(r"data:image/png;base64,|(?!/)(?!.*\.\.)[\w./ -]+$")
_MAX_SOURCE, _MAX_SOURCES = 20_000, 300_000
"""Characters of one cell, and of all of a student's cells: rendering markdown and highlighting take quadratic time."""


def defuse(markdown: str) -> str:
    """Markdown in which nothing is an HTML tag any more: `<b` becomes `< b`.

    An HTML sanitiser would turn the `<` of `$a<b$` into an entity and break the formula; a space breaks tags only.
    """
    return _TAG.sub("< ", markdown)


def markdown2html(markdown: str) -> str:
    """In place of nbconvert's filter of this name, which lets `javascript:` links through."""
    from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True)
    try:
        html = MarkdownWithMath(renderer=renderer).render(markdown)
    except InvalidNotebook:  # a picture that was pasted into the cell: attachments are not kept
        html = MarkdownWithMath(renderer=renderer).render(markdown.replace("attachment:", ""))
    return nh3.clean(
        html,
        attributes=_MARKDOWN_ATTRIBUTES,
        attribute_filter=_no_foreign_pictures,
        filter_style_properties={"text-align"},
        url_schemes={"http", "https", "mailto", "data"},
    )


def _no_foreign_pictures(tag: str, attribute: str, value: str) -> str | None:
    """A picture lies beside the page or in it; one from elsewhere would tell its server who looks."""
    if tag == "img" and attribute == "src":
        return value if _PICTURE.match(value) else None
    return None if attribute == "href" and value.lower().startswith("data:") else value


def safe(notebook: Json, *, for_student: bool) -> Json:
    """The notebook with text and PNG outputs, our tables, and markdown without HTML."""
    cells = [dict(cell) for cell in notebook["cells"]]
    _cut_sources([cell for cell in cells if not nbgrader_of(cell).get("locked")])
    return {**notebook, "cells": [_safe_cell(cell, for_student=for_student) for cell in cells]}


def _cut_sources(cells: list[Json]) -> None:
    """Bounds what a page has to render."""
    left = _MAX_SOURCES
    for cell in cells:
        size = min(_MAX_SOURCE, left)
        if len(cell["source"]) > size:
            cell["source"] = cell["source"][:size] + "\n... (cut: the rest is in the submitted file)"
        left -= min(len(cell["source"]), left)


def _safe_cell(cell: Json, *, for_student: bool) -> Json:
    cell.pop("attachments", None)
    if cell["cell_type"] != "code":
        locked = nbgrader_of(cell).get("locked")
        return cell if locked else {**cell, "cell_type": "markdown", "source": defuse(cell["source"])}
    hidden = bool(_HIDDEN.search(cell["source"]))
    outputs = [_safe_output(output, nbgrader_of(cell).get("grade") is True) for output in cell.get("outputs", [])]
    if for_student and hidden:
        cell["source"] = _HIDDEN.sub("", cell["source"])
        outputs = [_without_story(output) for output in outputs]
    cell["outputs"] = [output for output in outputs if output]
    return cell


def _safe_output(output: Json, graded: bool) -> Json | None:
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


def _without_story(output: Json | None) -> Json | None:
    """The score, or that there was an error: prints, messages and tracebacks may quote the hidden test."""
    if output is None or output["output_type"] == "execute_result":
        return output
    if output["output_type"] != "error":
        return None
    name = output["ename"] if hasattr(builtins, output["ename"]) else "Error"  # students name their own classes
    return {**output, "ename": name, "evalue": "", "traceback": [f"{name}: a hidden test of this cell failed."]}
