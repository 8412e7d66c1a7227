"""The location of this package on disk."""

from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder of the package; its files are part of the fingerprint of a result."""

IMPORT_ROOT = PACKAGE.parent
"""The folder that processes started as ``python -I`` add to ``sys.path`` to import the package."""
