"""What notebooks hold becomes safe HTML, with formulas that browsers lay out without a script."""

import re
from html import unescape
from pathlib import Path
from typing import Literal

import pytest
from latex2mathml.converter import convert

from autograder.nbgrader_bridge.page import prose
from autograder.notebooks import ipynb

ROOT = Path(__file__).parents[2]
RELEASES = sorted(path for path in ROOT.glob("release/*/*.ipynb") if not path.name.startswith("."))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_every_formula_of_the_course_is_converted(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [cell for cell in ipynb.parse(release.read_bytes())["cells"] if cell["cell_type"] == "markdown"]
    formulas: list[str] = []

    def noted(latex: str, display: Literal["inline", "block"]) -> str:
        formulas.append(latex)
        return convert(latex, display=display)

    monkeypatch.setattr(prose, "convert", noted)
    prose._markdown.cache_clear()
    html = "".join(prose.markdown(cell["source"]) for cell in cells)
    assert len(formulas) > 100
    assert html.count("<math") == len(formulas), "one that cannot be converted is shown as LaTeX"
    assert not re.findall(r"<m[a-z]+[^>]*>[^<]*\\[^<]*<", html), "an unknown command is shown with its backslash"
    assert "merror" not in html
    assert "$" not in re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\mathbb R^n", "ℝ"),
        (r"\mathcal N", "𝒩"),
        (r"\mathbf x", 'mathvariant="bold"'),
        (r"\arg\max_y", "arg"),
        (r"a < b", "&lt;"),
        (r"\tfrac h2", "<mfrac>"),
    ],
)
def test_a_formula_is_mathml(latex: str, expected: str) -> None:
    assert expected in prose.markdown(f"So ${latex}$.")


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\style{background:url(//evil.example)}{x}",
        r"\class{highlight}{x}",
        r"\mathbf{</math><script>alert(1)</script>}",
        r"\begin{x onload=alert(1)}a\end{x onload=alert(1)}",
    ],
)
def test_a_formula_carries_nothing_active(latex: str) -> None:
    html = prose.markdown(f"$${latex}$$")
    assert not re.search(r"<(script|img|a)\b|<[^>]*\b(on\w+|href|style|class=.highlight)", html)


@pytest.mark.parametrize("latex", [r"\frac{", r"\left(", "x" * 5000, "{" * 1500, r"\sqrt" * 300])
def test_a_formula_that_cannot_be_converted_is_shown_as_it_is_written(latex: str) -> None:
    html = prose.formula(latex, "inline")
    assert html.startswith(("<code>", "<math"))
    assert len(html) < 100_000


def test_headings_and_links_of_a_cell_cannot_take_the_place_of_those_of_the_page() -> None:
    html = prose.markdown('# Start here\n\n## Question 1\n\n<h2 id="q1">x</h2>')
    assert "<h1" not in html
    assert "<h3>Start here</h3>" in html


def test_tables_are_aligned_without_styles() -> None:
    html = prose.markdown("|a|b|\n|-:|:-:|\n|1|2|")
    assert '<td class="right">1</td>' in html
    assert "style" not in html


def test_code_is_coloured_and_complete() -> None:
    source = "def f(x):\n    return x < 1 and 'é' or f'{x!r}' # <b>\n"
    html = prose.code(source)
    assert '<span class="k">def</span>' in html
    assert unescape(re.sub(r"<[^>]*>", "", html)).strip() == source.strip()


def test_what_terminals_obey_is_not_on_a_page() -> None:
    shown = prose.output({"output_type": "stream", "text": "\x1b[31mred\x1b[0m \x1b]8;;x:y\x07link\x08"})
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", shown)
    assert "red" in shown


def test_a_cell_of_very_many_tables_is_shown_as_it_is() -> None:
    assert prose.markdown("|a|\n||\n" * 2500).startswith("<pre>|a|")
