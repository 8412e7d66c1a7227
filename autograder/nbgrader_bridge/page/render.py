"""Fills the template of the feedback page; Jinja2 escapes every text that the sanitizer has not produced."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import timezone
from pathlib import Path

import jinja2
from markupsafe import Markup
from pygments.formatters import HtmlFormatter

from autograder import templates
from autograder.nbgrader_bridge.page import figures, prose
from autograder.nbgrader_bridge.page.content import Content, Section
from autograder.notebooks.ipynb import Json
from autograder.results.graded_notebook import as_sentence, with_code
from autograder.results.model import format_points

_HERE = Path(__file__).parent
_MAX_ANSWERS, _MAX_APPENDIX = 70_000, 170_000
"""Bytes of students' texts beside the questions, and of the whole notebook, so that a page has at most 300 kB."""


class _Room:
    """The room that is left for what students wrote."""

    def __init__(self, size: int) -> None:
        self._left = size

    def put(self, html: Markup) -> Markup:
        """Returns the text if there is room for it, and a note otherwise."""
        size = len(html.encode())
        if size > self._left:
            return _LEFT_OUT
        self._left -= size
        return html


_LEFT_OUT = Markup("<p>Too large for this page: the file that you handed in has it.</p>")


def render(content: Content) -> str:
    """Returns the page as HTML."""
    style = _style() + _bar_style(content)
    return _template().render(
        page=content,
        style=Markup(style),  # noqa: S704 - files of this package and numbers
        style_hash=templates.csp_hash(style),
        appendix=_appendix(content),
        room=_Room(_MAX_ANSWERS),
        handed_in=_local_time(content),
    )


@functools.cache
def _template() -> jinja2.Template:
    environment = templates.environment(_HERE)
    environment.filters |= {
        "points": format_points,
        "code": prose.code,
        "output": prose.output,
        "markdown": prose.markdown,
        "text": lambda text: Markup(with_code(prose.plain(text))),  # noqa: S704 - escaped there
        "sentence": as_sentence,
    }
    environment.globals |= {"cell_html": cell_html, "number_of": _number_of, "error_map": figures.error_map}
    environment.globals["curves"] = figures.curves
    return environment.get_template("feedback.html.jinja")


@functools.cache
def _style() -> str:
    """Returns the style sheet, with the colours of code on light and on dark ground."""
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    own = (_HERE / "feedback.css").read_text(encoding="utf-8")
    return f"{_colours(light)}@media screen and (prefers-color-scheme: dark) {{\n{_colours(dark)}}}\n{own}"


def _colours(rules: str) -> str:
    """Returns the rules for words of code; the ground and the frame around errors are the page's own."""
    kept = [line for line in rules.splitlines() if line.startswith(".highlight .") and ".err" not in line]
    return "".join(f"{line.partition(' /*')[0]}\n" for line in kept if "linenos" not in line and ".hll" not in line)


def _bar_style(content: Content) -> str:
    """Returns a rule for each segment of the bar: as wide as the question is worth, filled as far as it is decided."""
    rules = []
    for number, section in enumerate(content.sections, 1):
        points = section.points
        worth = max(points.worth, points.earned + points.pending) or 1.0
        earned, decided = (100 * share / worth for share in (points.earned, worth - points.pending))
        rules.append(
            f".bar li:nth-child({number}){{flex-grow:{max(points.worth, 0.01):.2f}}}"
            f".bar li:nth-child({number}) i{{--to:{earned:.1f}%;--decided:{decided:.1f}%}}"
        )
    return "\n".join(rules)


def _number_of(section: Section, place: int) -> str:
    """Returns the id of a section in the page."""
    return f"q{section.question.number or f'-{place}'}"


def _local_time(content: Content) -> str:
    when = content.grades.handed_in
    return when.replace(tzinfo=timezone.utc).astimezone().strftime("%Y-%m-%d %H:%M") if when else ""


def cell_html(cell: Json) -> Markup:
    """Renders a cell without its outputs."""
    if cell["cell_type"] == "code":
        return prose.code(cell["source"])
    return prose.markdown(cell["source"])


def _appendix(content: Content) -> Iterator[tuple[str, list[Markup]]]:
    """Yields the kind of each cell of the notebook and its parts as HTML, as far as there is room for them."""
    room = _Room(_MAX_APPENDIX)
    for cell in content.cells:
        if cell["source"].strip() or cell.get("outputs"):
            parts = [cell_html(cell), *map(prose.output, cell.get("outputs", ()))]
            yield cell["cell_type"], [room.put(part) for part in parts]
