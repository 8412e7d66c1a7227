"""Random markdown, outputs and sources on pages: no tag of a student's survives, and time and size are bounded."""

import random
import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from course_fixtures import NAME, code, hand_in, markdown, solved, with_cells
from course_fixtures import grade_class as graded

from autograder.course.layout import Course
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.feedback import feedback
from autograder.nbgrader_bridge.page import prose
from autograder.notebooks.sanitize import sanitize_notebook

PIECES = """
<script> </script> <img src=x onerror=alert(1)> <svg/onload=alert(1)> javascript:alert(1) <!-- --> <![CDATA[ ]]> <?xml
[a]( ]( ) ![ ` ``` ~~~ $ $$ \\( \\) \\[ \\] \\begin{align} \\end{align} | |-|-| * ** _ > # - 1. \\
&lt; &#60; &#x3c; &#106; %6a &Tab; &colon; " ' = onclick= href= style= data:text/html, ?> {{ }} {% %}
<a <b> </div> </pre> <style> <math> <mtext> \\href{javascript:alert(1)}{x}
""".split()
PIECES += ["\n", "\n\n", " ", "    ", "\t", "\x00", "\u2028", "\ufeff", "a", "x" * 50]
HARMLESS = set(
    "a abbr b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i img li mark ol p pre s span strong sub sup table "
    "tbody td th thead tr u ul".split()
)
MATHML = set(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle "
    "mpadded mphantom menclose".split()
)


class Tags(HTMLParser):
    """The tags of a piece of HTML that are not harmless, and attributes that act."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.bad += [tag] if tag not in HARMLESS else []
        for name, value in attrs:
            scheme = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or scheme.startswith(("javascript:", "vbscript:", "data:text", "//")):
                self.bad.append(f"{tag} {name}={value}")


def text(rng: random.Random, size: int) -> str:
    return "".join(rng.choice(PIECES) for _ in range(size))


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)], ids=["short", "long"])
def test_nothing_active_comes_out_of_random_markdown(count: int) -> None:
    rng = random.Random(count)
    for _ in range(count):
        source = text(rng, rng.randint(1, 30))
        notebook = sanitize_notebook({"cells": [markdown(source)]}, for_student=True)
        assert set(Tags(prose.markdown(notebook["cells"][0]["source"])).bad) <= MATHML, source
        assert set(Tags(prose.markdown(source)).bad) <= MATHML, source


def picture(rng: random.Random) -> str:
    return rng.choice(["iVBORw0KGgo=", text(rng, 3), "PHN2Zz4=", ""])


def output(rng: random.Random) -> dict[str, Any]:
    """An output with markup wherever text may stand."""
    kind = rng.choice(["stream", "error", "display_data", "execute_result"])
    if kind == "stream":
        return {"output_type": kind, "name": rng.choice(["stdout", "stderr"]), "text": text(rng, 9)}
    if kind == "error":
        return {"output_type": kind, "ename": text(rng, 2), "evalue": text(rng, 5), "traceback": [text(rng, 9)]}
    data = {mime: text(rng, 9) for mime in ("text/plain", "text/html", "image/svg+xml", "text/latex", "text/markdown")}
    data |= {"image/png": picture(rng), "application/javascript": "alert(1)"}
    more = {"execution_count": None} if kind == "execute_result" else {}
    return {"output_type": kind, "data": data, "metadata": {text(rng, 1): text(rng, 1)}, **more}


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)], ids=["short", "long"])
def test_only_text_and_pictures_come_out_of_random_outputs(count: int) -> None:
    rng = random.Random(count)
    for _ in range(count):
        cell = code(text(rng, 5), outputs=[output(rng) for _ in range(3)])
        shown = sanitize_notebook({"cells": [cell]}, for_student=bool(rng.getrandbits(1)))["cells"][0]
        for left in shown["outputs"]:
            assert set(left.get("data", {})) <= {"text/plain", "image/png"}
            assert not left.get("metadata")


@pytest.mark.parametrize("count", [1, pytest.param(12, marks=pytest.mark.slow)], ids=["short", "long"])
def test_pages_of_random_notebooks_are_harmless_small_and_made_in_time(count: int, course: Course, pool: Pool) -> None:
    rng = random.Random(count)
    hand_in(course, "honest", solved(course))
    for number in range(count):
        cells = [markdown(text(rng, 200)) for _ in range(10)]
        error = f"type({text(rng, 2)!r}, (Exception,), {{}})({text(rng, 9)!r})"
        cells += [code(f"print({text(rng, 20)!r})\nraise {error}")] * 5
        cells += [code(text(rng, 100)) for _ in range(5)]
        hand_in(course, f"random-{number}", with_cells(solved(course), *cells))
    graded(course)
    start = time.monotonic()
    feedback(course.assignment(NAME), pool=pool)
    assert time.monotonic() - start < 30 * (count + 1)
    pages = {path.parent.parent.name: path.read_text(encoding="utf-8") for path in course.feedback.glob("*/*/*.html")}
    assert len(pages) == count + 1
    assert not [page for page in pages.values() if "<script" in page]
    page_own = {*Tags(pages.pop("honest")).bad, "summary", "details"}
    for student, page in pages.items():
        assert set(Tags(page).bad) <= page_own | MATHML, student
        assert len(page.encode()) <= 300_000
