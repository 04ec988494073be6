"""Citations → text in one of the formats, with the bibliography's own ends of lines."""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Final, Literal, cast, get_args

from excerpt.citing.citation import Citation

__all__ = ["FORMATS", "CitationFormat", "format_citations"]

CitationFormat = Literal["chicago", "bibtex", "ris", "csl", "html"]
FORMATS: Final[tuple[CitationFormat, ...]] = get_args(CitationFormat)
_MODULES: Final = {"html": "markup"}


def format_citations(citations: Iterable[Citation], format_: CitationFormat = "chicago") -> str:
    """Return `citations` in a format, as one text that ends with a line end.

    Raises:
        ValueError: if the format is unknown.
    """
    if format_ not in FORMATS:
        raise ValueError(f"format is one of {', '.join(FORMATS)}")
    module = import_module(f"excerpt.citing.{_MODULES.get(format_, format_)}")
    write = cast("Callable[[Sequence[Citation]], str]", module.write)
    return write(tuple(citations))
