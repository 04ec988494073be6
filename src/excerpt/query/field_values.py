"""The fields of a document → their single values, as facets list them."""

from collections.abc import Sequence

__all__ = ["field_values", "folders_of"]


def field_values(name: str, metadata: Sequence[tuple[str, str]]) -> list[str]:
    """Return the distinct values of the metadata field `name`, in order.

    A field may have several values, separated by semicolons. White space is collapsed.

    >>> field_values("author", [("Author", "Luxemburg, Rosa; Zetkin,  Clara"), ("year", "1911")])
    ['Luxemburg, Rosa', 'Zetkin, Clara']
    """
    parts = [
        " ".join(part.split())
        for other, text in metadata
        if other.casefold() == name.casefold()
        for part in text.split(";")
    ]
    return list(dict.fromkeys(filter(None, parts)))


def folders_of(paths: Sequence[str]) -> list[str]:
    """Return the folders that `paths` are in, directly or not, each once.

    >>> folders_of(["letters/1848/a.txt", "b.txt"])
    ['letters', 'letters/1848']
    """
    folders = []
    for path in paths:
        end = path.find("/")
        while end >= 0:
            folders.append(path[:end])
            end = path.find("/", end + 1)
    return list(dict.fromkeys(filter(None, folders)))
