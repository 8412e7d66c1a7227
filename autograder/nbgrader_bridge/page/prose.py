"""Renders markdown, code and outputs of a notebook as safe HTML, with formulas as MathML, which browsers show offline.

Everything passes the sanitizer of :mod:`autograder.notebooks.sanitize`, formulas included: LaTeX can set attributes.
"""

from __future__ import annotations

import contextlib
import functools
import re
import unicodedata
from html import escape
from typing import Any

import nh3
from latex2mathml.converter import convert
from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from autograder.notebooks import sanitize
from autograder.notebooks.ipynb import Json

_MATHML: dict[str, set[str]] = {
    "math": {"display"},
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mo": {"stretchy", "fence", "form", "accent", "minsize", "maxsize", "separator", "lspace", "rspace"},
    "mover": {"accent"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtd": {"columnalign"},
    "menclose": {"notation"},
    **{tag: set() for tag in "mrow mtext mfrac msqrt mroot mtable mtr mpadded mphantom".split()},
    **{tag: set() for tag in "msub msup msubsup munder munderover".split()},
}
_ALLOWED = _MATHML | {"div": {"tabindex"}, "td": {"class"}, "th": {"class"}}
_UNKNOWN = {r"\arg": r"\operatorname{arg}"}
"""Commands of LaTeX that the converter does not know."""
_COMMAND = re.compile(r"\\[A-Za-z]+")
_MAX_FORMULA = 2000
"""Characters of a formula that is converted; a longer one is shown as LaTeX."""
_LEXER, _FORMATTER = get_lexer_by_name("ipython3"), HtmlFormatter(wrapcode=True)
_UNSTYLED = re.compile(r'<span class="(?:n|nn|o|p|w)">([^<]*)</span>')
"""Names, operators, brackets and spaces: without elements of their own, a page has half the size."""
_VARIANT = re.compile(r'<mi mathvariant="(double-struck|script)">([A-Z])</mi>')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class _Renderer(IPythonRenderer):
    """Renders formulas as MathML, and headings below those of the page and without ids."""

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        level = min(level + 2, 6)
        return f"<h{level}>{text}</h{level}>\n"

    def table(self, text: str) -> str:
        return f'<div class="wide" tabindex="0"><table>{text}</table></div>\n'  # may be scrolled, with the keyboard too

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag = "th" if head else "td"
        return f'<{tag} class="{align or "left"}">{text}</{tag}>\n'  # instead of a style, which the page forbids

    def inline_math(self, body: str) -> str:
        return formula(body, "inline")

    def block_math(self, body: str) -> str:
        return f'<div class="wide" tabindex="0">{formula(body, "block")}</div>\n'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")


def formula(latex: str, display: str) -> str:
    """Converts a formula to MathML; shows it as LaTeX where that fails."""
    try:
        if len(latex) <= _MAX_FORMULA:
            known = _COMMAND.sub(lambda found: _UNKNOWN.get(found[0], found[0]), latex)
            return _VARIANT.sub(_letter, convert(known, display=display))
    except Exception:  # noqa: BLE001 - a student may write anything, and the library raises many things
        pass
    return f"<code>{escape(latex)}</code>"


def _letter(variant: re.Match[str]) -> str:
    """Returns the character for a letter such as the R of real numbers, because browsers ignore these variants."""
    kind = f"{variant[1].upper()} CAPITAL {variant[2]}"
    for name in (kind, f"MATHEMATICAL {kind}"):
        with contextlib.suppress(KeyError):
            return f'<mi mathvariant="normal">{unicodedata.lookup(name)}</mi>'
    return variant[0]


def markdown(text: str) -> Markup:
    """Renders markdown that a student may have written."""
    return _safe(sanitize.bounded_markdown(text, _markdown))


@functools.lru_cache(maxsize=512)  # most cells are the same in the whole class
def _markdown(text: str) -> str:
    try:
        html = MarkdownWithMath(renderer=_renderer()).render(text)
    except InvalidNotebook:  # the cell refers to an attachment, and attachments were removed
        html = MarkdownWithMath(renderer=_renderer()).render(text.replace("attachment:", ""))
    return sanitize.clean(html, _ALLOWED)


def _renderer() -> _Renderer:
    return _Renderer(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True)


def code(source: str) -> Markup:
    """Renders code in colours; code that is very long without."""
    source = plain(source)
    return _safe(sanitize.bounded(source, _highlight if sanitize.is_short(source) else _escape))


@functools.lru_cache(maxsize=512)
def _highlight(source: str) -> str:
    return _UNSTYLED.sub(r"\1", highlight(source, _LEXER, _FORMATTER))


def _escape(source: str) -> str:
    return f'<div class="highlight"><pre>{escape(source)}</pre></div>'


def plain(text: str) -> str:
    """Removes what terminals and browsers would take for commands."""
    return _CONTROL.sub("", strip_ansi(text.replace("\r\n", "\n").replace("\r", "\n")))


def output(shown: Json) -> Markup:
    """Renders an output that the sanitizer has admitted: text, a picture, or the grader's own table."""
    data = shown.get("data", {})
    if "text/html" in data:
        return _safe(nh3.clean(data["text/html"], attributes={}))  # the table for formgrader has styles
    if "image/png" in data:
        return Markup('<img src="data:image/png;base64,{}" alt="A picture that this cell shows">').format(
            data["image/png"].replace("\n", "")
        )
    if shown["output_type"] == "error":
        return _pre("\n".join(shown["traceback"]))
    return _pre(shown.get("text") or data.get("text/plain", ""))


def _pre(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(plain(text))


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - what is passed here has been sanitized or escaped
