"""The exception that fails a hidden test: what it says becomes the test's verdict."""

from __future__ import annotations

from autograder.results.disclosure import SENTENCE_BITS, count_bits

_MAX_REASON = 300


class Failure(AssertionError):
    """Raised to fail a hidden test.

    ``reason`` and ``hint`` are shown to the student, ``detail`` only to instructors. ``share`` is the part of the
    test's points that the student earns nevertheless. ``bits`` is the size of the part of the reason that the student's
    process determines; the default counts its digits. ``stopped`` says why there was nothing to judge, where that is so
    (see :attr:`autograder.results.model.Verdict.stopped`); ``error_map`` shows which entries of an array are off, and
    ``curves`` where a curve leaves the expected one.
    """

    def __init__(
        self,
        reason: str,
        hint: str = "",
        detail: str = "",
        share: float = 0.0,
        bits: float | None = None,
        stopped: str = "",
        error_map: tuple[str, ...] = (),
        curves: tuple[str, ...] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason if len(reason) <= _MAX_REASON else f"{reason[: _MAX_REASON - 1]}…"
        self.hint, self.detail, self.share, self.stopped = hint, detail, share, stopped
        self.error_map, self.curves = error_map, curves
        self.bits = round(count_bits(reason) if bits is None else SENTENCE_BITS + bits, 1)
