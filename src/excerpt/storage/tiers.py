"""Sizes of immutable files → the files to merge next, as in a log-structured merge tree.

Tier 0 holds the files of up to `smallest`, each further tier those of up to `FAN` times as many.
When a tier has `FAN` files, they become one. A file most of whose documents are dead is rewritten
by itself.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

__all__ = ["FAN", "FileSize", "choose_files"]

FAN: Final = 8
"""The files of a tier that are merged, and the ratio between the sizes of two tiers."""


class FileSize(NamedTuple):
    """The size of a file in any unit, and the numbers of its documents and of the live ones."""

    size: int
    n_documents: int
    n_live: int


def choose_files(
    files: Sequence[FileSize], *, smallest: int, largest: int, fan: int = FAN
) -> list[int]:
    """Return the numbers of the files that should be merged next, [] if there are none.

    smallest  the greatest size in the first tier
    largest   the greatest size of the result of a merge, which bounds its memory and its time
    fan       the number of files in a tier that are merged
    """
    for number, file in enumerate(files):
        if file.n_live * 2 < file.n_documents:
            return [number]
    tiers: dict[int, list[int]] = {}
    for number, file in enumerate(files):
        tiers.setdefault(_tier(file.size, smallest), []).append(number)
    for tier in sorted(tiers):
        group = tiers[tier]
        if len(group) >= fan and sum(files[number].size for number in group) <= largest:
            return group
    return []


def _tier(size: int, smallest: int) -> int:
    tier = 0
    while size > smallest:
        tier, smallest = tier + 1, smallest * FAN
    return tier
