"""What is wrong with a single piece of a query. It leaves the reader as a Problem, never as an exception."""

from excerpt.model import Span

__all__ = ["QuerySyntaxError"]


class QuerySyntaxError(Exception):
    """A piece of a query that means nothing: what is wrong with it, and the remedy.

    `at` is the place within the text of the piece, None for the whole piece.
    """

    def __init__(self, message: str, remedy: str = "", at: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.at = at
