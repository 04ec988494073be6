"""The commands of OCRmyPDF that warnings about PDF name, and that `coverage --images` writes."""

from typing import Final

__all__ = ["ADD_TEXT", "REPLACE_TEXT", "command_in"]

ADD_TEXT: Final = "ocrmypdf --skip-text"
"""Recognises the text of pages that have none."""
REPLACE_TEXT: Final = "ocrmypdf --force-ocr"
"""Recognises the text of all pages."""


def command_in(warning: str) -> str:
    """Return the command that a warning names, "" if it names none."""
    return next((each for each in (ADD_TEXT, REPLACE_TEXT) if f"`{each} " in warning), "")
