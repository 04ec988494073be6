"""The Word document, the e-book, the TEI letter and others of the sample corpus, all invented.

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
TIDE_GAUGE = r"""{\rtf1\ansi\ansicpg1252\deff0
{\fonttbl{\f0\froman Times New Roman;}{\f1\fnil\fcharset2 Symbol;}}
{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}
{\info{\title The tide gauge at Fenny Quay}{\author Cornelius Webb (invented)}}
{\pard\s1 How the gauge is read\par}
{\pard The brass pointer stands against a slate, and the keeper chalks the height of each flood
 upon it{\super\chftn}{\footnote{\super\chftn} In feet and inches above the sill of the lock.}
 before the ebb uncovers the mat\'e9riel of the dredger.\par}
{\pard The error of the float is {\f1 a} = 0\'b75 inch.\par}
{\trowd\cellx2000\cellx4000\pard\intbl Equinox\cell 14 ft 2 in\cell\row}
}
"""
CHURCH_CLOCK = """\
Date: Sun, 3 May 1998 10:12:00 +0100
From: "Edith Lowe (invented)" <edith@lowe.example>
To: "The vestry" <vestry@fenny.example>
Subject: =?utf-8?q?The_clock_of_St=2E_Botolph=E2=80=99s?=
Message-ID: <pendulum.19980503@lowe.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

The pendulum bob has been re-hung, and the chimes keep time with the railw=
ay again. Gr=C3=BC=C3=9Fe from the clockmaker at Ulm, who cut the new pinion.

> Does the verger still wind it on Saturdays?

He does, with the crank of 1863.

--=20
Edith Lowe, churchwarden
"""
VESTRY = """\
From edith@lowe.example Mon May  4 09:05:11 1998
Date: Mon, 4 May 1998 09:05:00 +0100
From: "Edith Lowe (invented)" <edith@lowe.example>
Subject: The weathercock
Message-ID: <weathercock.1998@lowe.example>

The gilder has taken the weathercock down.

>From the belfry it looked like a pheasant.

From vestry@fenny.example Tue May  5 18:40:00 1998
Date: Tue, 5 May 1998 18:40:00 +0100
From: "The vestry (invented)" <vestry@fenny.example>
Subject: Re: The weathercock
Message-ID: <pheasant.1998@fenny.example>

Please ask him to gild the beak twice.
"""
DREDGER = """\
date,author,text
1931-03-09,Cornelius Webb (invented),The dredger brought up an anchor with five flukes.
1931-03-10,Cornelius Webb (invented),Fog all morning; the bell-buoy was heard from the mole.
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
        "letters/the-church-clock.eml": CHURCH_CLOCK.encode("ascii"),
        "letters/the-weathercock.mbox": VESTRY.encode("ascii"),
        "minutes/the-dredger.csv": DREDGER.encode("ascii"),
        "minutes/the-tide-gauge.rtf": TIDE_GAUGE.encode("ascii"),
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
