"""The documentation is true where a program can tell: links lead somewhere, pictures exist, commands can be typed."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from autograder.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())

_LINK = re.compile(r"\]\(([^()\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def links(page: Path) -> list[str]:
    text = _INLINE.sub("", _FENCED.sub("", page.read_text(encoding="utf-8")))
    return [link or source for link, source in _LINK.findall(text)]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of headings."""
    headings = _HEADING.findall(_FENCED.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for link in links(page):
        if "://" in link or link.startswith("mailto:"):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target) if target else page
        assert path.exists(), link
        assert not anchor or anchor in anchors(path), link


def test_every_picture_is_shown_small_and_described() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    assert {*PICTURES} <= shown
    assert 1 <= len(PICTURES) <= 8
    for picture in PICTURES:
        assert picture.stat().st_size <= 150_000
        with Image.open(picture) as opened:
            assert (opened.format, opened.mode) == ("PNG", "P")
    for page in PAGES:
        for image in re.findall(r"<img [^>]*>", page.read_text(encoding="utf-8")):
            assert re.search(r'alt="[^"]{20,}"', image), image


def test_the_readme_leads_to_both_tours() -> None:
    assert {"docs/tour-instructor.md", "docs/tour-student.md"} <= {*links(ROOT / "README.md")}


def commands(page: Path, program: str) -> Iterator[list[str]]:
    """The command lines of a program in a page: lines of fenced blocks, and whole pieces of inline code."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in _FENCED.findall(text) for line in block.splitlines()]
    for line in [*lines, *_INLINE.findall(_FENCED.sub("", text))]:
        words = shlex.split(line, comments=True) if line.startswith(f"{program} ") else []
        yield from [words[1:]] if words else []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_can_be_typed(page: Path) -> None:
    for words in commands(page, "autograder"):
        assert problem_of(words) == "", f"autograder {' '.join(words)}"


@pytest.mark.parametrize("words", ["grad a1", "grade a1 --studnt ada", "report --htlm"])
def test_a_command_that_cannot_be_typed_is_noticed(words: str) -> None:
    assert problem_of(words.split())


def problem_of(words: list[str]) -> str:
    """What `autograder` says of an unknown command or option; with --help, it does nothing else."""
    result = CliRunner().invoke(app, [*words, "--help"])
    return "" if result.exit_code == 0 else result.output


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_target_of_make_is_in_the_makefile(page: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {words[0] for words in commands(page, "make") if words} <= targets
