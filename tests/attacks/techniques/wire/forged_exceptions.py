"""Sends descriptions of exceptions with foreign types in every field, and places that would quote other cells."""
# %%
import sys

KERNEL = sys.modules["autograder.sandbox.guest.kernel"]
KERNEL.Server.do_call = lambda self, request: {
    "raised": {"bases": ["<script>alert(1)</script>", 7, None] * 1000, "message": ["x"] * 1000, "cell": "<ipython-input-99999999999999999999-x>", "line": 10**18},
    "arguments": "x", "keywords": 7, "interrupted": "yes",
}
