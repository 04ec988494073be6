"""The version, in a file of its own so that --version reads no package metadata (100 ms)."""

__version__ = "0.1.0"
