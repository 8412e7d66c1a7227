"""Renders formgrader's pages with templates of ours, which extend nbgrader's, and escapes what they show.

nbgrader's templates insert ids of students as they are, as HTML. An id can come from the address of a page, to which a
student's notebook may link, from a folder in submitted/, which nobody has checked yet, and from a gradebook that was
filled in another way.
"""

from __future__ import annotations

import functools
import sys
from html import escape
from pathlib import Path
from typing import Any

import jinja2

TEMPLATES = Path(__file__).parent / "templates"
_PAGES = "nbgrader.server_extensions.formgrader.base"


def correct() -> None:
    """Changes formgrader's classes, where it runs: what they show is escaped, and what they say is true.

    Called when formgrader creates the exporter of its pages, which is before it serves any.
    """
    if _PAGES not in sys.modules or getattr(sys.modules[_PAGES], "is_corrected", False):
        return
    from autograder.nbgrader_bridge.formgrader import api

    pages: Any = sys.modules[_PAGES]
    pages.is_corrected = True
    pages.BaseHandler.render = _render
    api.correct()


def _render(self: Any, name: str, **shown: Any) -> str:
    from autograder.nbgrader_bridge.exchange import is_not_set_up

    if shown.get("exchange_missing") and is_not_set_up(shown["exchange"]):
        shown |= {"exchange_missing": False, "no_exchange": True}
    return _environment().get_template(name).render(**_escaped(shown))


@functools.cache
def _environment() -> jinja2.Environment:
    """Returns an environment that has our template before nbgrader's of the same name; ours extends `nbgrader/...`."""
    from nbgrader.server_extensions.formgrader.handlers import template_path

    theirs = jinja2.FileSystemLoader(template_path)
    loaders = [jinja2.FileSystemLoader(TEMPLATES), theirs, jinja2.PrefixLoader({"nbgrader": theirs})]
    return jinja2.Environment(loader=jinja2.ChoiceLoader(loaders))  # noqa: S701 - _escaped does it, as scripts need it


def _escaped(value: Any) -> Any:
    """Escapes text for HTML and for a quoted string in a script; the templates insert it in both places."""
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return escape(value).replace("\\", "&#92;") if isinstance(value, str) else value
