"""Sanitizes student notebooks and the HTML made of them: no active content, no hidden tests in feedback.

The pages of formgrader use it as well as feedback. Time and size of a page are bounded, whatever the notebook
contains: what is too long is cut, and what would take too long is shown as plain text.
"""

from __future__ import annotations

import builtins
import re
import time
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import nh3

from autograder.notebooks.ipynb import Json, nbgrader_of
from autograder.notebooks.outputs import OutputBudget

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_HIDDEN = re.compile(r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME).*?(?:END \1[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE)
_TABLE_TAGS = {"div", "p", "strong", "code", "br", "table", "tbody", "tr", "td"}
_TABLE_STYLES = {"color", "vertical-align", "text-align", "padding"}
_MARKDOWN_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "td": {"style"},
    "th": {"style"},
    **{tag: {"class"} for tag in ("div", "pre", "span", "code")},  # the colours of code; an id would be formgrader's
}
_MIME_TYPES = ("text/plain", "image/png")
_SAFE_IMAGE_SRC = re.compile(r"data:image/png;base64,|(?!/)(?!.*\.\.)[\w./ -]+$")
_MAX_SOURCE, _MAX_SOURCES = 20_000, 300_000
"""Characters per cell and per notebook; markdown rendering and syntax highlighting take quadratic time."""
_MAX_HIGHLIGHTED, _MAX_LINE, _MAX_BLANK_LINES = 10_000, 1000, 2
"""Cells with more characters, or a longer line, are shown without colours; longer runs of blank lines are shortened."""
_MAX_TABLE_LINES = 200
"""Lines of a cell with a ``|``; mistune looks for a table at each, which takes half a minute for thousands of them."""
_MAX_OUTPUT_TEXT, _MAX_PICTURES = 10**6, 16 * 2**20
"""Characters of all outputs of a page, and of its pictures in base64."""
_PAGE_SECONDS = 10.0
"""Processor time for rendering the text of a page; an ordinary one takes less than a second."""


def break_html_tags(markdown: str) -> str:
    """Inserts a space into everything that looks like an HTML tag: ``<b`` becomes ``< b``.

    An HTML sanitizer would escape the ``<`` of ``$a<b$`` and break the formula; TeX ignores the space.
    """
    return _TAG.sub("< ", markdown)


class _Clock:
    """The time that is left for rendering the text of the current page."""

    left = _PAGE_SECONDS

    def restart(self) -> None:
        self.left = _PAGE_SECONDS

    def render(self, text: str, render: Callable[[str], str]) -> str:
        """Returns ``render(text)``; once the time is up, or where rendering fails, the text as it is."""
        start = time.thread_time()
        try:
            if self.left > 0:
                return render(text)
        except Exception:  # noqa: BLE001 - deeply nested text, say: one cell must not cost the page
            pass
        finally:
            self.left -= time.thread_time() - start
        return f"<pre>{escape(text)}</pre>"


_clock = _Clock()


def bounded(text: str, render: Callable[[str], str]) -> str:
    """Returns ``render(text)`` as long as the page has time for it; afterwards the text as it is, in ``<pre>``."""
    return _clock.render(text, render)


def bounded_markdown(markdown: str, render: Callable[[str], str]) -> str:
    """Returns what :func:`bounded` does, and text that takes long to render as it is from the start."""
    if sum("|" in line for line in markdown.splitlines()) > _MAX_TABLE_LINES:
        return f"<pre>{escape(markdown)}</pre>"
    return bounded(markdown, render)


def highlight_code(source: str, **options: Any) -> str:
    """Renders code in colours, and long code without; replaces nbconvert's filter of this name."""
    from nbconvert.filters.highlight import Highlight2HTML

    if not is_short(source):
        return f'<div class="highlight"><pre>{escape(source)}</pre></div>'
    return _clock.render(source, lambda code: str(Highlight2HTML()(code, **options)))


def is_short(source: str) -> bool:
    """Whether code can be highlighted in a short time."""
    return len(source) <= _MAX_HIGHLIGHTED and all(len(line) <= _MAX_LINE for line in source.splitlines())


def clean(html: str, more: Mapping[str, set[str]] = {}) -> str:
    """Removes from rendered markdown what could act; ``more`` are tags with attributes that are allowed as well."""
    allowed = _MARKDOWN_ATTRIBUTES
    return nh3.clean(
        html,
        tags=nh3.ALLOWED_TAGS | more.keys(),
        attributes={tag: allowed.get(tag, set()) | more.get(tag, set()) for tag in {*allowed, *more}},
        attribute_filter=_filter_attribute,
        filter_style_properties={"text-align"},
        url_schemes={"http", "https", "mailto", "data"},
    )


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Allows only embedded and local images, because a remote server would learn who opens the page; no diagrams."""
    if tag == "img" and attribute == "src":
        return value if _SAFE_IMAGE_SRC.match(value) else None
    if attribute == "class" and "mermaid" in value:  # Jupyter's own templates run what is in such a box
        return None
    return None if attribute == "href" and value.lower().startswith("data:") else value


def sanitize_notebook(notebook: Json, *, for_student: bool, released: Mapping[str, str] = {}) -> Json:
    """Returns the notebook without HTML in students' markdown and with plain text and PNG outputs only.

    The feedback tables of graded cells are kept. With ``for_student``, hidden tests and mark schemes are removed, with
    every output that may quote them; ``released`` is the text of the cells that students were given, by grade id.
    Sources and outputs that are too long are cut. This begins a page: the time for rendering its text starts anew.
    """
    _clock.restart()
    cells = [dict(cell) for cell in notebook["cells"]]
    _truncate_sources([cell for cell in cells if not nbgrader_of(cell).get("locked")])
    budget = OutputBudget(_MAX_OUTPUT_TEXT, _MAX_PICTURES)
    return {
        **notebook,
        "cells": [_sanitize_cell(cell, budget, hidden=for_student and _hide(cell, released)) for cell in cells],
    }


def _truncate_sources(cells: list[Json]) -> None:
    remaining = _MAX_SOURCES
    for cell in cells:
        cell["source"] = _without_blank_runs(cell["source"])
        size = min(_MAX_SOURCE, remaining)
        if len(cell["source"]) > size:
            cell["source"] = cell["source"][:size] + "\n... (truncated; the submitted file has the rest)"
        remaining -= min(len(cell["source"]), remaining)


def _without_blank_runs(source: str) -> str:
    """Shortens runs of blank lines, for which Pygments takes quadratic time."""
    kept: list[str] = []
    blank = 0
    for line in source.splitlines():
        blank = 0 if line.strip() else blank + 1
        if blank <= _MAX_BLANK_LINES:
            kept.append(line if line.strip() else "")
    return "\n".join(kept)


def _hide(cell: Json, released: Mapping[str, str]) -> bool:
    """Removes what students must not see from the text of a cell, and returns whether there was anything."""
    fields, source = nbgrader_of(cell), cell["source"]
    if fields.get("locked"):  # the delimiters may be the course's own
        cell["source"] = released.get(str(fields.get("grade_id")), source)
    cell["source"] = _HIDDEN.sub("", cell["source"])
    return bool(cell["source"].strip() != source.strip())


def _sanitize_cell(cell: Json, budget: OutputBudget, *, hidden: bool) -> Json:
    cell.pop("attachments", None)
    if cell["cell_type"] != "code":
        locked = nbgrader_of(cell).get("locked")
        return cell if locked else {**cell, "cell_type": "markdown", "source": break_html_tags(cell["source"])}
    outputs = [_sanitize_output(output, nbgrader_of(cell).get("grade") is True) for output in cell.get("outputs", [])]
    if hidden:
        outputs = [_without_details(output) for output in outputs]
    cell["outputs"] = budget.admit([output for output in outputs if output])
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
