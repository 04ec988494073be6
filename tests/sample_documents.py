"""The Word document, the e-book and the TEI letter of the sample corpus, all of them invented.

Run this file to write them again: `python tests/sample_documents.py`.
"""

from pathlib import Path

from packages import W, docx, epub

__all__ = ["CORPUS", "samples"]

CORPUS = Path(__file__).parents[1] / "corpus"
STYLES = (
    f'<w:styles {W}><w:style w:styleId="h"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="q"><w:name w:val="Quote"/></w:style></w:styles>'
)
NOTES = (
    f'<w:footnotes {W}><w:footnote w:id="1"><w:p><w:r><w:t>The lease of 1908, which the parish '
    "renewed each Lady Day.</w:t></w:r></w:p></w:footnote></w:footnotes>"
)
HEADER = f"<w:hdr {W}><w:p><w:r><w:t>Allotment Society</w:t></w:r></w:p></w:hdr>"
GARDEN = {
    "chapter1.xhtml": (
        '<p id="p1">Nothing grew at first except thrift and sea kale, because of the wind. My '
        'sister kept a <i>hort<span xmlns:epub="http://www.idpf.org/2007/ops" '
        'epub:type="pagebreak" id="page8" title="8"/>us siccus</i> of what the tide left.</p>'
    ),
    "chapter2.xhtml": (
        '<p id="p1">In the second year we built a wall of flints, and behind it the beans stood.'
        "</p>"
    ),
}
NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
    '<nav epub:type="toc"><ol><li><a href="chapter1.xhtml">Salt wind</a></li>'
    '<li><a href="chapter2.xhtml">The flint wall</a></li></ol></nav></body></html>'
)
LETTER = """\
<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0">
  <teiHeader>
    <fileDesc>
      <titleStmt>
        <title>Letter to a bookbinder</title>
        <author>Ada Moore (invented)</author>
      </titleStmt>
      <publicationStmt><date when="2025">2025</date></publicationStmt>
      <sourceDesc><p>None: the letter is invented.</p></sourceDesc>
    </fileDesc>
    <profileDesc>
      <correspDesc>
        <correspAction type="sent">
          <persName>Ada Moore</persName><date when="1861-05-02"/>
        </correspAction>
        <correspAction type="received"><persName>Tobias Fenn</persName></correspAction>
      </correspDesc>
    </profileDesc>
  </teiHeader>
  <text xml:lang="en">
    <body>
      <pb n="46"/>
      <opener><dateline>Harwich, 2 May 1861</dateline><salute>Dear Sir,</salute></opener>
      <p xml:id="p1">The vol<lb break="no"/>umes you sent<note n="*" place="foot">Two
        atlases in quarto.</note> have come, and the gilding is sil<pb n="47" break="no"/>ver,
        as I hoped&#8212;please bind the ledger likewise.</p>
      <closer><signed>A. Moore</signed></closer>
    </body>
  </text>
</TEI>
"""


def samples() -> dict[str, bytes]:
    """Return the contents of the files by their paths in the corpus."""
    nav = '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
    return {
        "minutes/allotment-society.docx": _minutes(),
        "a-garden-by-the-sea.epub": epub(
            GARDEN,
            {"OEBPS/nav.xhtml": NAV},
            metadata=(
                "<dc:title>A Garden by the Sea</dc:title><dc:creator>Hilda Marsh (invented)"
                "</dc:creator><dc:language>en</dc:language>"
            ),
            manifest=nav,
        ),
        "letters/letter-to-a-bookbinder.xml": LETTER.encode(),
    }


def _minutes() -> bytes:
    """Return the Word document."""
    reference = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    body = (
        _paragraph("Water for the plots", style="h")
        + _paragraph("The chair opened the meeting under the lease", reference, " of the parish.")
        + _paragraph("Resolved: that a pump be bought for the lower plots.", style="q")
        + "<w:tbl><w:tr>"
        + "".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in ("Plot 14", "Ada Moore"))
        + "</w:tr></w:tbl>"
    )
    parts = [
        ("styles", "styles.xml", STYLES),
        ("footnotes", "footnotes.xml", NOTES),
        ("header", "header1.xml", HEADER),
    ]
    return docx(body, parts)


def _paragraph(text: str, reference: str = "", rest: str = "", style: str = "") -> str:
    """Return a paragraph; a reference to a note may interrupt it."""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r>{reference}'
        f'<w:r><w:t xml:space="preserve">{rest}</w:t></w:r></w:p>'
    )


if __name__ == "__main__":
    for name, data in samples().items():
        (CORPUS / name).write_bytes(data)
