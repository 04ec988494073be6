"""Memory that was let go of → back to the system.

glibc keeps what is freed, so as to have it at hand, unless it lies at the very end of its heap. Where much was freed for
good, or something very different comes next, that makes a process twice as large as what it holds. Where another
C library is in use nothing is done.
"""

from collections.abc import Callable
from functools import cache

__all__ = ["hand_back"]


def hand_back() -> None:
    """Give the system the pages of freed memory; takes a millisecond, and what is needed again must be cleared anew."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    try:
        from ctypes import CDLL

        return CDLL(None).malloc_trim
    except (ImportError, OSError, TypeError, AttributeError):  # no ctypes; Windows; no glibc
        return lambda _: None
