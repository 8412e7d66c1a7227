"""Sends outputs of a cell that no cell can have: foreign types, HTML, other pictures, endless lists, escape sequences."""
# %% first
import sys

KERNEL = sys.modules["autograder.sandbox.guest.kernel"]
EVIL = "<script>alert(1)</script>\x1b]8;;javascript:alert(1)\x07x\x1b[2J" + "\x1b[" * 10_000
KERNEL.CAPTURE.take = lambda: [
    {"output_type": "display_data", "data": {"text/html": EVIL, "image/svg+xml": EVIL, "text/plain": EVIL, "image/png": EVIL}},
    {"output_type": "display_data", "data": {"image/png": b"\x89PNG\r\n\x1a\n" + EVIL.encode()}},
    {"output_type": "stream", "name": EVIL, "text": EVIL}, {"output_type": "stream", "name": "stdout", "text": EVIL},
    {"output_type": "error", "ename": EVIL, "evalue": EVIL, "traceback": EVIL}, {"output_type": EVIL}, None, 7, [],
] * 200
