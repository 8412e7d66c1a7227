"""Collects the outputs of a cell inside the sandbox, within limits: printed text, values, pictures and errors."""

from __future__ import annotations

import base64
import io
import os
import struct
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

MAX_IMAGE_BYTES = 16 * 2**20
MAX_PICTURE_BYTES, MAX_PICTURE_SIDE = 2 * 2**20, 2000
"""What a page shows of one picture; larger ones are scaled down here, because the trusted side decodes none."""
MAX_MESSAGE = 2000
MAX_OUTPUTS = 1000


class Capture:
    """Collects a cell's outputs in the form of nbformat, up to a limit on text and on pictures."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self._text_left = self._image_left = 0
        self.is_quiet = False

    def start(self, source: str, text_bytes: int) -> None:
        """Starts a new cell, which may keep ``text_bytes`` of text; one that ends with a semicolon shows no value."""
        self.outputs, self._text_left, self._image_left = [], text_bytes, MAX_IMAGE_BYTES
        self.is_quiet = source.rstrip().endswith(";")

    def stream(self, name: str, text: str) -> None:
        """Appends printed text; what exceeds the limit is dropped, and the output says so."""
        if self._text_left <= 0:
            return
        text, dropped = text[: self._text_left], len(text) > self._text_left
        self._text_left -= len(text)
        if dropped:
            text += "\n... the rest of this output was cut\n"
            self._text_left = 0
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["parts"].append(text)
        else:
            self._add({"output_type": "stream", "name": name, "parts": [text]})

    def display(self, kind: str, data: dict[str, Any]) -> None:
        """Keeps the plain text and the PNG picture of a displayed object."""
        kept: dict[str, Any] = {}
        if isinstance(data.get("text/plain"), str):
            kept["text/plain"] = data["text/plain"][: max(self._text_left, 0)]
            self._text_left -= len(kept["text/plain"])
        image = data.get("image/png")
        raw = base64.b64decode(image) if isinstance(image, str) else image
        picture = scaled_down(raw) if isinstance(raw, bytes) else b""
        if picture and len(picture) <= self._image_left:
            kept["image/png"] = picture
            self._image_left -= len(picture)
        if kept:
            self._add({"output_type": kind, "data": kept})
        if picture and "image/png" not in kept:
            self.stream("stdout", "A picture was left out: this cell has too many.\n")

    @property
    def has_error(self) -> bool:
        """Whether the cell has raised an exception that is among its outputs."""
        return any(output["output_type"] == "error" for output in self.outputs)

    def error(self, kind: type[BaseException], value: BaseException, tb: TracebackType | None) -> None:
        """Keeps an exception, with a traceback that leaves out IPython's and the engine's frames."""
        report = traceback.TracebackException(kind, value, tb, limit=-50)
        report.stack[:] = [frame for frame in report.stack if not _is_engine_frame(frame.filename)]
        text = "".join(report.format())[-max(self._text_left, 4000) :]
        self._add({"output_type": "error", "ename": kind.__name__, "evalue": message(value), "traceback": text})

    def _add(self, output: dict[str, Any]) -> None:
        """Keeps an output; beyond the limit it replaces the last one, because the newest may be the error."""
        del self.outputs[MAX_OUTPUTS - 1 :]
        self.outputs.append(output)

    def take(self) -> list[dict[str, Any]]:
        """Returns the outputs so far, with the parts of each stream joined."""
        for output in self.outputs:
            if "parts" in output:
                output["text"] = "".join(output.pop("parts"))
        return self.outputs


CAPTURE = Capture()


class Stream(io.TextIOBase):
    """Replaces sys.stdout or sys.stderr for the student's code."""

    encoding = "utf-8"

    def __init__(self, name: str, sink: Callable[[str, str], None]) -> None:
        super().__init__()
        self.name = name
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._sink(self.name, text)
        return len(text)


class Hook(DisplayHook):
    """Records the value of a cell's last expression instead of printing it."""

    def quiet(self) -> bool:
        return CAPTURE.is_quiet  # IPython would consult its hireport, which is off

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: object = None) -> None:
        CAPTURE.display("execute_result", format_dict)

    def log_output(self, format_dict: dict[str, Any]) -> None:
        pass

    def finish_displayhook(self) -> None:
        self._is_active = False


class Publisher(DisplayPublisher):
    """Records what `display` publishes."""

    def publish(self, data: dict[str, Any], *args: object, **kwargs: object) -> None:
        CAPTURE.display("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        CAPTURE.outputs.clear()


def scaled_down(png: bytes) -> bytes:
    """Scales a PNG picture down to what a page shows; what cannot be scaled is returned as it is."""
    try:
        width, height = struct.unpack_from(">II", png, 16)
        scale, small = min(1.0, MAX_PICTURE_SIDE / max(width, height)), png
        while scale < 1 or len(small) > MAX_PICTURE_BYTES:
            small = _scaled(png, max(1, round(scale * width)), max(1, round(scale * height)))
            if len(small) <= MAX_PICTURE_BYTES:
                break
            scale *= 0.7
    except Exception:  # noqa: BLE001 - students can display any bytes, and Pillow may be missing
        return png
    return small


def _scaled(png: bytes, width: int, height: int) -> bytes:
    from PIL import Image  # it comes with matplotlib, which made the picture

    scaled = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGBA").resize((width, height)).save(scaled, "PNG")
    return scaled.getvalue()


def capture_output() -> None:
    """Makes printed text an output of the cell from now on."""
    sys.stdout, sys.stderr = Stream("stdout", CAPTURE.stream), Stream("stderr", CAPTURE.stream)


def discard_output() -> None:
    """Discards printed text from now on."""
    sys.stdout, sys.stderr = Stream("stdout", _drop), Stream("stderr", _drop)


def _drop(name: str, text: str) -> None:
    pass


def _is_engine_frame(filename: str) -> bool:
    return "/IPython/" in filename or os.path.dirname(filename) == os.path.dirname(__file__)


def message(error: BaseException) -> str:
    """Returns an exception's message, or a note that it could not be read."""
    try:
        return str(error)[:MAX_MESSAGE]
    except Exception:  # noqa: BLE001 - a student's __str__ may raise anything
        return "(its message could not be read)"
