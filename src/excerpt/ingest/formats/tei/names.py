"""Names of elements in TEI → their role in a text."""

from typing import Final

from excerpt.model import BlockKind

__all__ = [
    "ANCHORED",
    "APART",
    "BLOCKS",
    "CONTAINERS",
    "DIVISIONS",
    "JOINING_GLYPHS",
    "PARTS",
    "INLINE",
    "PREFERRED",
    "ROOTS",
    "SKIPPED",
    "UNITS",
]


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


ROOTS: Final = _names("TEI TEI.2 teiCorpus teiCorpus.2 ETS EEBO ECCO EVANS DLPSTEXTCLASS TEI2")
"""Root elements of P5 and P4, and those of texts in capitals."""
PARTS: Final = _names("text body front back group div div1 lg sp p")
"""Elements that may be a file of their own, to be included in a document."""
SKIPPED: Final = _names(
    "teiHeader facsimile standOff graphic media binaryObject listChange certainty precision"
    " respons alt link linkGrp interpGrp interp spanGrp span index fs fsdDecl svg"
)
"""Elements whose contents are not text."""
DIVISIONS: Final = _names("div div0 div1 div2 div3 div4 div5 div6 div7")
CONTAINERS: Final = DIVISIONS | _names(
    "TEI TEI.2 text group body front back floatingText sp lg list listBibl table row figure"
    " titlePage docTitle epigraph argument postscript opener closer castList castGroup"
    " sourceDoc surface surfaceGrp zone spGrp listPerson listPlace listOrg listWit listEvent"
)
"""Elements whose own text, if there is any, stands in paragraphs of its own."""
_PARAGRAPHS: Final = _names(
    "p ab u stage speaker byline dateline salute signed trailer docAuthor docDate docImprint"
    " docEdition titlePart imprimatur addrLine bibl biblStruct biblFull entry entryFree eg egXML"
    " person place org witness event meeting label lg set camera caption sound tech view"
)
BLOCKS: Final = {
    **dict.fromkeys(_PARAGRAPHS, BlockKind.PARAGRAPH),
    **dict.fromkeys(("item", "castItem"), BlockKind.ITEM),
    "cell": BlockKind.CELL,
    "head": BlockKind.HEADING,
    "quote": BlockKind.QUOTE,
    "cit": BlockKind.PARAGRAPH,
    "figDesc": BlockKind.CAPTION,
}
"""The kinds of elements that are blocks of their own in a container."""
INLINE: Final = _names(
    "stage label bibl biblStruct quote cit person place org event caption sound tech view camera"
    " set signed salute dateline byline docDate docAuthor witness"
)
"""The names of blocks that may also stand in a sentence."""
UNITS: Final = _names(
    "role roleDesc actor author title editor publisher pubPlace date edition biblScope idno imprint"
    " monogr analytic series respStmt resp name persName forename surname addName roleName nameLink"
    " genName orgName placeName settlement region country district form orth pron gramGrp gram pos"
    " gen sense def etym usg xr"
)
"""Elements that are words of their own: data, with or without white space between them."""
APART: Final = _names(
    "q said quote cit bibl biblStruct stage figure formula notatedMusic s desc docAuthor docDate"
    " docImprint docEdition byline dateline salute signed caption sound tech view camera set eg"
)
"""Elements in a sentence that are not parts of the words next to them."""
PREFERRED: Final = {
    "choice": ("orig", "sic", "abbr"),
    "app": ("lem",),
    "subst": (),
}
"""The readings that are part of the text as it is in the source, by the element around them."""
ANCHORED: Final = (
    CONTAINERS | frozenset(BLOCKS) | _names("l s seg note anchor milestone app phr cl cit q said")
)
"""Elements whose ids are anchors; those of words, names and line breaks are too many."""
JOINING_GLYPHS: Final = _names("char:EOLhyphen char:EOLunhyphen #EOLhyphen EOLhyphen")
"""References of `g` elements to a hyphen that is only there because a line ends."""
