"""The options of a build, for functions that pass them on."""

from collections.abc import Collection, Sequence
from typing import TypedDict

__all__ = ["BuildOptions"]


class BuildOptions(TypedDict, total=False):
    """Keyword arguments of `pipeline.build`, which describes them; all may be left out.

    `wait` and `progress` are missing, because the functions that pass options on decide about them.
    """

    exclude: Sequence[str] | str
    language: str
    encoding: str
    passwords: Sequence[str]
    dry_run: bool
    sample: int
    allow_removals: bool
    postponed: Collection[str] | None
    from_scratch: bool
    checksum: bool
    engine: str | None
    url: str
    name: str
    processes: int | None
