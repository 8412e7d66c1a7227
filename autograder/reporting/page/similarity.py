"""Finds answers that are alike beyond the release's own code; a lead for a person to follow, never a verdict.

Lines of the release, comments, blank lines and the names that a student chose are left out, and what remains is
compared by RapidFuzz. An answer that many students give in the same way is common, and tells nothing.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MIN_LENGTH = 60
"""Characters of an answer as compared, with one for each name; shorter ones are alike by nature."""

MAX_LENGTH = 4000
"""Characters that are compared; comparing takes time in proportion to the square."""

MIN_SIMILARITY = 90.0
"""In percent of the characters that two answers have in common."""

MAX_ALIKE = 4
"""How many students may give the same answer before it is common (or 5 % of the class, if that is more)."""

MAX_PAIRS = 20

_COMMENT = re.compile(r"#[^\n]*")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Pair:
    """Two students and an answer in which they are alike."""

    students: tuple[str, str]
    answer: str
    similarity: float
    """In percent of what was compared."""
    sources: tuple[str, str]


def alike(answers: Mapping[str, Mapping[str, str]], stubs: Mapping[str, str]) -> list[Pair]:
    """Returns the pairs of ``answers[student][grade id]`` that are most alike; each pair of students at most once."""
    found: dict[tuple[str, str], Pair] = {}
    for name, stub in stubs.items():
        written = {student: own[name] for student, own in answers.items() if name in own}
        for pair in _alike(name, written, stub, len(answers)):
            best = found.get(pair.students)
            if best is None or _rank(pair) < _rank(best):
                found[pair.students] = pair
    return sorted(found.values(), key=_rank)[:MAX_PAIRS]


def _rank(pair: Pair) -> tuple[float, int, tuple[str, str]]:
    return -pair.similarity, -min(map(len, pair.sources)), pair.students


def _alike(name: str, written: Mapping[str, str], stub: str, size: int) -> Iterator[Pair]:
    released = {line.strip() for line in stub.splitlines()}
    compared = {student: _compared(source, released) for student, source in written.items()}
    students = [student for student, text in compared.items() if len(text) >= MIN_LENGTH]
    if len(students) < 2:
        return
    scores = _scores([compared[student] for student in students])
    common = max(MAX_ALIKE, size // 20)
    for place, first in enumerate(students):
        others = scores[place].nonzero()[0]
        if len(others) > common:  # the student's own answer is among them
            continue
        for other in others[others > place]:
            pair = (first, students[other])
            yield Pair(pair, name, float(scores[place, other]), (written[pair[0]], written[pair[1]]))


def _scores(texts: Sequence[str]) -> Any:
    """Returns a matrix of similarities in percent; zero where they are below MIN_SIMILARITY."""
    import numpy as np
    from rapidfuzz import fuzz, process

    return process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, dtype=np.float32, workers=-1)


def _compared(source: str, released: set[str]) -> str:
    """Returns what is compared of an answer: lines of the student's own without spaces, with ``v`` for every name."""
    lines = (line for line in source[: 4 * MAX_LENGTH].splitlines() if line.strip() not in released)
    text = "\n".join(_COMMENT.sub("", line) for line in lines)
    named = _NAME.sub(lambda name: name[0] if keyword.iskeyword(name[0]) else "v", text)
    return "".join(named.split())[:MAX_LENGTH]
