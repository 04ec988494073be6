"""The three sources of a document's metadata → its metadata at one path."""

from excerpt.catalog.records import MetadataPairs

__all__ = ["merge_metadata", "overlay"]


def merge_metadata(
    own: MetadataPairs, from_path: MetadataPairs, from_table: MetadataPairs
) -> MetadataPairs:
    """Return the metadata of a document at a path.

    A name in `from_table` (a metadata.csv) replaces the same name in the document's `own` metadata,
    which replaces the same name in what the path says (`from_path`). A title is not metadata: it is
    indexed as text. The day on which a file was made (`created`) is its date if nothing else is.

    >>> merge_metadata((("date", "1848"),), (("date", "1850"),), (("author", "Ann"),))
    (('date', '1848'), ('author', 'Ann'))
    >>> merge_metadata((("created", "2021-05-03"),), (), ())
    (('date', '2021-05-03'),)
    """
    described = tuple(pair for pair in from_table if pair[0] != "title")
    merged = overlay(described, overlay(own, from_path))
    names = {name for name, _ in merged}
    if "created" not in names or not names.isdisjoint({"date", "year"}):
        return merged
    return tuple(("date" if name == "created" else name, value) for name, value in merged)


def overlay(upper: MetadataPairs, lower: MetadataPairs) -> MetadataPairs:
    """Return `upper`, and those pairs of `lower` whose names do not occur in it."""
    names = {name for name, _ in upper}
    if "year" in names:
        # A date takes precedence over a year, so a less reliable date must go with the year.
        names.add("date")
    return tuple(pair for pair in lower if pair[0] not in names) + upper if upper else lower
