"""What the path of a file says of it. What a metadata.csv beside it says is read in `table`."""

import re

__all__ = ["metadata_of_path"]

_DATE = re.compile(
    r"(?<![^-_ ([,])(1\d{3}|20\d\d|2100)(?:([-_.])(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?)?(?![^-_. )\],])"
)
"""A year that stands apart, with the month and day that may follow."""


def metadata_of_path(path: str) -> tuple[tuple[str, str], ...]:
    """What the path of a file tells of it: its date, if the name or a folder gives exactly one.

    >>> metadata_of_path("letters/1848-02-24-paris.txt"), metadata_of_path("marx/1848/manifesto.htm")
    ((('date', '1848-02-24'),), (('date', '1848'),))
    >>> metadata_of_path("1990/1917-1921.txt"), metadata_of_path("scan1848.txt"), metadata_of_path("USA_63_2008.txt")
    ((), (), (('date', '2008'),))
    """
    for part in reversed(path.split("/")):
        found = list(_DATE.finditer(part))
        if len({date.group(1) for date in found}) == 1:
            longest = max(found, key=lambda date: len(date.group()))
            return (("date", "-".join(number for number in longest.group(1, 3, 4) if number)),)
        if found:
            return ()
    return ()
