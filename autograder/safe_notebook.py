"""What may be shown of a student's notebook: nothing active, and to students nothing hidden.

Every HTMLExporter of the course runs this (formgrader's pages and feedback), whoever wrote the notebook.
"""

from __future__ import annotations

import builtins
import re
from typing import Any

import nh3

from autograder.notebook import Json, nbgrader_of

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


def defuse(markdown: str) -> str:
    """Markdown in which nothing is an HTML tag any more: `<b` becomes `< b`.

    An HTML sanitiser would turn the `<` of `$a<b$` into an entity and break the formula; a space breaks tags only.
    """
    return _TAG.sub("< ", markdown)


def markdown2html(markdown: str) -> str:
    """In place of nbconvert's filter of this name, which lets `javascript:` links through."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True)
    html = MarkdownWithMath(renderer=renderer).render(markdown)
    return nh3.clean(html, attributes=_MARKDOWN_ATTRIBUTES, filter_style_properties={"text-align"})


def safe(notebook: Json, *, for_student: bool) -> Json:
    """The notebook with text and PNG outputs, our tables, and markdown without HTML."""
    cells = [_safe_cell(dict(cell), for_student=for_student) for cell in notebook["cells"]]
    return {**notebook, "cells": cells}


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
