"""A metadata.csv → what it says of each file."""

__all__ = ["read_metadata"]


def read_metadata(data: bytes) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the metadata.csv with these bytes says, by the path of the file relative to the csv's folder."""
    raise NotImplementedError
