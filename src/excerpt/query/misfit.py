"""What is wrong with a single piece of a query. It leaves the reader as a Problem, never as an exception."""

__all__ = ["Misfit"]


class Misfit(Exception):
    """A piece of a query that means nothing: what is wrong with it, and the remedy."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
