"""Rebuilds replies from the sandbox as plain data, field by field, because any of them may be forged."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import WireError
from autograder.protocol.arrays import Tensor
from autograder.protocol.values import Handle
from autograder.sandbox.host import png

_MAX_OUTPUTS = 1000
_MIN_TRACEBACK = 1000
_NOTE_LENGTH = 100
"""Characters left for the note, after the text that was kept, that the rest was cut."""
MAX_IMAGE_BYTES = 16 * 2**20
"""The most bytes of pictures that a cell may keep."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\))")
"""Colours and cursor moves (CSI), and titles and links (OSC), whole; a lone escape goes with the controls."""
_CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {9, 10})
"""C0, C1 and the marks that change the direction of text, for str.translate to drop."""
Output = dict[str, Any]
_TOO_LARGE: Output = {
    "output_type": "error",
    "ename": "OutputError",
    "evalue": "the outputs of this cell are too large to keep",
    "traceback": "OutputError: the outputs of this cell are too large to keep",
}


@dataclass(frozen=True)
class CellResult:
    """The outputs of a cell, in the form of nbformat, and whether it was interrupted because its time was up."""

    outputs: list[Output]
    interrupted: bool = False


@dataclass(frozen=True)
class Raised:
    """An exception that the student's code raised, as plain, untrusted text."""

    bases: tuple[str, ...]
    message: str = ""
    cell: str = ""
    line: int = 0


@dataclass(frozen=True)
class Reply:
    """The outcome of a call; at most one of value, raised, undefined and interrupted is set."""

    value: Any = None
    raised: Raised | None = None
    undefined: bool = False
    interrupted: bool = False
    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)


def revive(tag: str, rest: list[Any]) -> Any:
    """Decodes the tags that differ between the two sides: here tensors and handles become inert data."""
    if tag == "T" and len(rest) == 1 and isinstance(rest[0], Tensor):
        return rest[0]
    if tag == "g":
        return Handle(-1, "Generator")
    if tag == "x" and len(rest) == 2 and type(rest[0]) is int and isinstance(rest[1], str):
        return Handle(rest[0], rest[1][:80])
    raise WireError(f"a frame contains the unknown tag {tag[:20]!r}")


def reply(answer: dict[str, Any]) -> Reply:
    """Validates the answer to a call, field by field."""
    args, kwargs = answer.get("arguments"), answer.get("keywords")
    raised = answer.get("raised")
    return Reply(
        value=answer.get("value"),
        raised=None if raised is None else _raised(raised),
        undefined="undefined" in answer,
        interrupted=answer.get("interrupted") is True,
        arguments=args if isinstance(args, tuple) else (),
        keywords=kwargs if isinstance(kwargs, dict) else {},
    )


def _raised(value: Any) -> Raised:
    fields = value if isinstance(value, dict) else {}
    bases, message, cell, line = (fields.get(key) for key in ("bases", "message", "cell", "line"))
    names = bases if isinstance(bases, list) else []
    return Raised(
        tuple(name[:80] for name in names[:20] if isinstance(name, str)) or ("Exception",),
        message[:2000] if isinstance(message, str) else "",
        cell[:200] if isinstance(cell, str) else "",
        line if type(line) is int else 0,
    )


def cell_result(answer: dict[str, Any], text_bytes: int) -> CellResult:
    """Validates the outputs of a cell. Outputs that did not fit into a frame become an error, not an empty list."""
    items = answer.get("outputs")
    return CellResult(
        _outputs(items if isinstance(items, list) else [_TOO_LARGE], text_bytes), answer.get("interrupted") is True
    )


def _outputs(items: list[Any], text_bytes: int) -> list[Output]:
    """Rebuilds the outputs, up to the limits of a cell: only text and PNG pictures, without metadata."""
    kept: list[Output] = []
    text_left, picture_left = text_bytes, MAX_IMAGE_BYTES
    for item in items[:_MAX_OUTPUTS]:
        for output in _rebuilt(item, text_left, picture_left):
            kept.append(output)
            encoded = len(output.get("data", {}).get("image/png", ""))
            picture_left -= encoded * 3 // 4  # the budget is in bytes of the picture, not of its base64 form
            text_left = max(text_left - len(str(output)) + encoded, 0)
    return kept


def _rebuilt(item: Any, text_bytes: int, picture_bytes: int) -> Iterator[Output]:
    """Yields an output as plain data, and after it a line that says why its picture was left out, if it was."""
    fields = item if isinstance(item, dict) else {}
    kind = fields.get("output_type")
    match fields if isinstance(kind, str) else {}:  # comparing an array with a string would raise
        case {"name": str(name), "text": str(text)} if kind == "stream" and name in ("stdout", "stderr"):
            yield {"output_type": "stream", "name": name, "text": _clean(text, text_bytes)}
        case {"ename": str(name), "evalue": str(value), "traceback": str(text)} if kind == "error":
            lines = _clean(text, max(text_bytes, _MIN_TRACEBACK)).splitlines()
            short_name, short_value = _clean(name, 80), _clean(value, 2000)
            yield {"output_type": "error", "ename": short_name, "evalue": short_value, "traceback": lines}
        case {"data": dict(data)} if kind in ("display_data", "execute_result"):
            shown: dict[str, Any] = {}
            if isinstance(plain := data.get("text/plain"), str):
                shown["text/plain"] = _clean(plain, text_bytes)
            problem = _add_picture(shown, data.get("image/png"), picture_bytes)
            output = {"output_type": kind, "data": shown, "metadata": {}}
            yield output | ({"execution_count": None} if kind == "execute_result" else {})
            if problem:
                yield {"output_type": "stream", "name": "stdout", "text": f"A picture was left out: {problem}.\n"}


def _add_picture(shown: dict[str, Any], image: Any, size: int) -> str:
    """Adds a picture to the data of an output; returns why it cannot be shown, or an empty string."""
    if not isinstance(image, bytes):
        return ""
    try:
        picture = png.cleaned(image)
    except ValueError as error:
        return str(error)
    if len(picture) > size:
        return f"the pictures of this cell have more than {MAX_IMAGE_BYTES // 2**20} MB"
    shown["image/png"] = base64.b64encode(picture).decode()
    return ""


def _clean(text: str, size: int) -> str:
    """Removes escape sequences and control characters, so that none reaches a terminal, a log or a page."""
    return _ESCAPES.sub("", text[: size + _NOTE_LENGTH if size > 0 else 0]).translate(_CONTROLS)
