"""Limits what the outputs of a whole notebook may take up: in a graded notebook, and on a page."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.notebooks.ipynb import Json

_OVERHEAD = 100
"""Characters counted for an output besides its text, so that many empty ones use up the budget, too."""

_MIN_TEXT = 1000
"""Characters left of the output that decides the score of a classic cell."""


@dataclass
class OutputBudget:
    """How many characters of text, and of pictures in base64, the outputs of a notebook may still have."""

    text: int
    pictures: int

    def admit(self, outputs: list[Json]) -> list[Json]:
        """Returns the outputs of the next cell that fit, with a last line that says so if some did not.

        The first one from which nbgrader reads the score of a classic cell is shortened, never dropped: without it, an
        error would count as full marks. Tables that the grader itself made (``text/html``) do not count.
        """
        kept: list[Json] = []
        missing = decided = False
        for output in outputs:
            fitting = output if self._admit_picture(output) else _without_picture(output)
            missing = missing or fitting is not output
            decides = not decided and _decides(output)
            decided = decided or decides
            if self._admit_text(fitting):
                kept.append(fitting)
                continue
            missing = True
            if decides:
                kept.append(_shortened(fitting))
        return [*kept, dict(_LEFT_OUT)] if missing else kept

    def _admit_picture(self, output: Json) -> bool:
        size = len(output.get("data", {}).get("image/png", ""))
        if size > self.pictures:
            return False
        self.pictures -= size
        return True

    def _admit_text(self, output: Json) -> bool:
        if "text/html" in output.get("data", {}):
            return True
        size = _OVERHEAD + _length(output)
        if size > self.text:
            return False
        self.text -= size
        return True


_LEFT_OUT: Json = {
    "output_type": "stream",
    "name": "stdout",
    "text": "... some outputs of this cell were left out: the notebook has too many, or they are too large\n",
}


def _without_picture(output: Json) -> Json:
    return {**output, "data": {key: value for key, value in output["data"].items() if key != "image/png"}}


def _length(output: Json) -> int:
    texts = (output.get("text", ""), output.get("data", {}).get("text/plain", ""), output.get("evalue", ""))
    return sum(map(len, texts)) + sum(len(line) + 1 for line in output.get("traceback", ()))


def _decides(output: Json) -> bool:
    """Whether nbgrader, which reads the outputs of a graded cell in order, decides its score by this one."""
    return output["output_type"] in ("error", "execute_result") or output.get("name") == "stderr"


def _shortened(output: Json) -> Json:
    short = dict(output)
    for key in ("text", "evalue"):
        if key in short:
            short[key] = short[key][:_MIN_TEXT]
    if "traceback" in short:
        short["traceback"] = "\n".join(short["traceback"])[-_MIN_TEXT:].split("\n")
    if "data" in short:
        short["data"] = {key: text[:_MIN_TEXT] for key, text in short["data"].items() if key == "text/plain"}
    return short
