"""A query as typed → its words as they are written there, for messages."""

from excerpt.query.ast import Node, Phrase, Term, Word
from excerpt.query.formatting import format_query
from excerpt.text import fold, tokenize

__all__ = ["TypedWords"]


class TypedWords:
    """The words of the query `source`, with case and accents as typed."""

    def __init__(self, source: str) -> None:
        self._forms = {fold(token.form): token.form for token in reversed(tokenize(source))}

    def form(self, term: str) -> str:
        """Return the first word with this term as typed; the term itself if there is none.

        >>> TypedWords("Die Straße").form("strasse")
        'Straße'
        """
        return self._forms.get(term, term)

    def text(self, node: Node) -> str:
        """Return `node` as a query without its weight; words are as typed."""
        match node:
            case Word(term) | Term(term):
                return self.form(term)
            case Phrase(parts) if not node.gap and all(isinstance(p, Term) for p in parts):
                return f'"{" ".join(map(self.text, parts))}"'
            case Phrase():
                return format_query(node.replace(weight=1.0))
            case _:
                return format_query(node)
