"""Letters that optical character recognition takes for each other.

Long s is read as f in most old print, and a word may have any number of these. Of the other
confusions, which have similar shapes, a word of up to five letters may have one, and a longer word
two: otherwise short words would stand for most others. Stems are alike at their end, where a
confusion makes other endings (internat and internal).
"""

from functools import cache
from typing import Final

from excerpt.text.spelling_rules import SpellingRule, SpellingRules

__all__ = ["ocr_rules"]

_LONG_S: Final = "s:f"
_CONFUSIONS: Final = (
    "rn:m in:m ni:m nn:m ri:n ii:n ii:u u:n li:h h:b h:li c:e c:o e:o cl:d vv:w"
    " l:1 i:1 i:l o:0 s:5 b:6 b:8 g:9 g:q z:2 t:f t:l v:y i:j fi:h ti:n tt:ll in:iu n:ii m:ui"
)


@cache
def ocr_rules() -> SpellingRules:
    """Return the confusions.

    >>> ocr_rules().n_changes("modern", "modem"), ocr_rules().n_changes("possession", "poffeffion")
    (1, 0)
    """
    long_s, others = (
        [SpellingRule(first, second, cost=cost) for first, _, second in pairs]
        for cost, pairs in enumerate(
            [pair.partition(":") for pair in table.split()] for table in (_LONG_S, _CONFUSIONS)
        )
    )
    return SpellingRules([*long_s, *others], max_changes=((0, 0), (3, 1), (6, 2)), stem_ending=2)
