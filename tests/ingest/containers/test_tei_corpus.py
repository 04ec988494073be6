"""TEI corpora and the texts found in them."""

from container_files import found_in, problems_of
from excerpt.ingest.formats import read_document

TEXT = (
    "<TEI{id}><teiHeader><fileDesc><titleStmt><title>{title}</title></titleStmt></fileDesc>"
    "</teiHeader><text><body><pb n='4'/><p>The ferry &mdash; {title}.</p></body></text></TEI>"
)
CORPUS = (
    '<?xml version="1.0"?><teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/>{}</teiCorpus>'
)


def test_each_text_is_a_document() -> None:
    """A text is named by its id, or else by its number, in corpora within corpora too."""
    inner = f"<teiCorpus>{TEXT.format(id='', title='Third')}</teiCorpus>"
    first = TEXT.format(id=" xml:id='a1'", title="First")
    data = CORPUS.format(first + TEXT.format(id="", title="Second") + inner).encode()
    members = found_in("c.xml", data)
    assert [each.path for each in members] == ["c.xml/a1", "c.xml/TEI 2", "c.xml/TEI 3"]
    documents = [
        read_document(each.path, each.data, format_name=each.origin.format) for each in members
    ]
    assert [document.title for document in documents] == ["First", "Second", "Third"]
    assert documents[0].text.strip() == "The ferry — First."
    assert documents[0].pages[0].label == "4"


def test_a_damaged_corpus_is_reported() -> None:
    """A corpus that is not well-formed has no texts."""
    data = CORPUS.format(TEXT.format(id="", title="A")).encode()[:-20]
    (reason,) = problems_of("c.xml", data).values()
    assert "well-formed" in reason
