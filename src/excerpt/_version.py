"""The version. Reading it from the package metadata would cost `--version` 100 ms."""

__version__ = "0.1.0"
