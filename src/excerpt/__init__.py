"""excerpt: full-text search over a folder of source texts, with ranked passages and exact highlights."""

from excerpt._version import __version__

__all__ = ["__version__"]
