"""What the pages of this package have in common: templates that escape every text, and styles known by their hash."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import jinja2


def environment(folder: Path) -> jinja2.Environment:
    """Returns an environment for the templates in a folder; a name that is missing there is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def csp_hash(text: str) -> str:
    """Returns the hash by which a page's Content-Security-Policy allows a style or a script that is part of it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
