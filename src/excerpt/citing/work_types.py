"""The kinds of works: their names in CSL, and what BibTeX, RIS and a Chicago note call them.

The field `type` names the kind, as archives write it in English, French or German, or by its name
in CSL. Everything else is a document.
"""

from typing import NamedTuple

__all__ = ["BOOK", "DOCUMENT", "EMAIL", "WorkType", "find_work_type"]


class WorkType(NamedTuple):
    """A kind of works.

    csl      its `type` in CSL-JSON
    bibtex   the type of its entry
    ris      its `TY` in RIS
    label    its name in a note, "" if the note shows by its form which kind it is
    """

    csl: str
    bibtex: str = "misc"
    ris: str = "GEN"
    label: str = ""


DOCUMENT = WorkType("document")
BOOK = WorkType("book", "book", "BOOK")
EMAIL = WorkType("personal_communication", "misc", "PCOMM", "email")
"""The kind of messages that do not name theirs."""
_TYPES = (
    WorkType("article", "article", "JOUR"),
    WorkType("article-journal", "article", "JOUR"),
    WorkType("article-magazine", "article", "MGZN"),
    WorkType("article-newspaper", "article", "NEWS"),
    WorkType("bill", "misc", "BILL", "bill"),
    BOOK,
    WorkType("chapter", "incollection", "CHAP"),
    WorkType("hearing", "misc", "HEAR", "hearing"),
    WorkType("interview", "misc", "GEN", "interview"),
    WorkType("legal_case", "misc", "CASE"),
    WorkType("legislation", "misc", "STAT"),
    WorkType("manuscript", "unpublished", "UNPB", "manuscript"),
    WorkType("map", "misc", "MAP", "map"),
    WorkType("pamphlet", "booklet", "PAMP"),
    WorkType("personal_communication", "misc", "PCOMM", "letter"),
    WorkType("post", "misc", "ELEC"),
    WorkType("post-weblog", "misc", "BLOG"),
    WorkType("report", "techreport", "RPRT", "report"),
    WorkType("speech", "misc", "GEN", "speech"),
    WorkType("thesis", "phdthesis", "THES", "thesis"),
    WorkType("treaty", "misc", "GEN", "treaty"),
    WorkType("webpage", "misc", "ELEC"),
    DOCUMENT,
)
_NAMES = {
    "article-journal": "journal article|scholarly article|zeitschriftenaufsatz|aufsatz",
    "article-magazine": "magazine|magazine article|zeitschriftenartikel|article de revue",
    "article-newspaper": "newspaper|newspaper article|news article|news|zeitung|zeitungsartikel"
    "|journal quotidien|article de presse|article de journal",
    "book": "monograph|buch|livre|ouvrage",
    "chapter": "book chapter|book section|kapitel|chapitre",
    "hearing": "testimony|anhörung",
    "interview": "oral history|gespräch|entretien",
    "legal_case": "case|judgment|judgement|court decision|urteil|arrêt",
    "legislation": "act|law|statute|gesetz|loi",
    "manuscript": "typescript|diary|notebook|manuskript|tagebuch|manuscrit|journal intime",
    "map": "karte|carte",
    "pamphlet": "leaflet|flyer|broadside|flugblatt|flugschrift|broschüre|tract|brochure",
    "personal_communication": "letter|letters|email|e-mail|mail|message|correspondence|telegram"
    "|postcard|brief|telegramm|postkarte|lettre|télégramme|carte postale",
    "post-weblog": "blog|blog post",
    "report": "technical report|bericht|rapport",
    "speech": "address|talk|lecture|sermon|presentation|rede|ansprache|vortrag|predigt|discours"
    "|conférence",
    "thesis": "dissertation|phd thesis|doctoral thesis|thèse",
    "treaty": "vertrag|traité",
    "webpage": "web page|web site|website|webseite|page web|site web|web",
}
_BY_NAME = {each.csl: each for each in _TYPES} | {
    name: each for each in _TYPES for name in _NAMES.get(each.csl, "").split("|") if name
}


def find_work_type(name: str) -> WorkType:
    """Return the kind of works with this name; a document if there is none.

    >>> find_work_type("Letter").csl, find_work_type("article-newspaper").ris
    ('personal_communication', 'NEWS')
    >>> find_work_type("almanac").csl
    'document'
    """
    return _BY_NAME.get(" ".join(name.split()).casefold(), DOCUMENT)
