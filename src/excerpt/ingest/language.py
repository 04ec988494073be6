"""A text → its language, or nothing when that is not sure."""

__all__ = ["language_of"]


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language of `text`, "" when it is too short or not sure."""
    raise NotImplementedError
