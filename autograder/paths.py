"""Where the engine itself lies on disk; everything that needs to know asks here."""

from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder of this package; its files are part of what a score depends on."""

IMPORT_ROOT = PACKAGE.parent
"""What a process that is started as ``python -I`` adds to its path to import the engine."""
