"""The documents of the sample corpus that are not plain text or web pages, all invented.

Run this file to write them again: `python tests/sample_documents.py`.
"""

from pathlib import Path

from packages import ODF, W, docx, epub, odt, zip_members

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
BANDSTAND = (
    '<text:h text:outline-level="1">The bandstand roof</text:h>'
    '<text:p>The slater reported that the zinc<text:note text:note-class="footnote">'
    "<text:note-citation>1</text:note-citation><text:note-body><text:p>Laid in 1894, at the expense"
    " of the brewery, whose dray horses had bolted at the cornets and taken a corner of the old "
    "roof with them; the drayman, so the tale goes, was found asleep in the tuba, and the horses "
    "at the seaside, eating the mayor&#8217;s begonias with every sign of contentment.</text:p>"
    "</text:note-body></text:note> leaks above the euphonium, and that rust has eaten the finial "
    "with the gilt lyre. Two bandsmen held buckets through the whole of the overture on Whit "
    "Sunday; the conductor, who had asked for more water music, was not amused. The surveyor "
    "climbed up with a candle and came down with a pigeon. It was agreed:</text:p>"
    '<text:list text:style-name="L"><text:list-item><text:p>to ask two plumbers for an estimate;'
    "</text:p></text:list-item><text:list-item><text:p>to cover the music stands with oilcloth "
    "until the swifts have flown.</text:p></text:list-item></text:list>"
)
BANDSTAND_STYLES = (
    f'<office:document-styles {ODF}><office:styles><text:list-style style:name="L">'
    '<text:list-level-style-number text:level="1" style:num-format="a" style:num-suffix=")"/>'
    "</text:list-style></office:styles></office:document-styles>"
)
BANDSTAND_META = (
    f"<office:document-meta {ODF}><office:meta><dc:title>The bandstand roof</dc:title>"
    "<meta:initial-creator>Percy Oddie (invented)</meta:initial-creator></office:meta>"
    "</office:document-meta>"
)
LAMPLIGHTER = """\
1
00:00:04,000 --> 00:00:07,400
The lamplighter carried
a pole with a brass hook.

2
00:00:07,600 --> 00:00:11,000
He lit ninety lanterns
before the tram came down the hill,

3
00:00:11,200 --> 00:00:14,600
and put them out again
when the milk churns rattled.

4
00:00:14,800 --> 00:00:18,200
My aunt set her clock by him,
and her oven by the clock.

5
00:00:18,400 --> 00:00:21,800
In fog he whistled,
so that nobody ran into the pole.

6
00:00:22,000 --> 00:00:25,400
Once a drunken cornet player
followed him from post to post,

7
00:00:25,600 --> 00:00:29,000
and played a fanfare
for every flame that caught.

8
00:00:29,200 --> 00:00:32,600
When the gasworks closed,
they gave him the hook in a glass case,

9
00:00:32,800 --> 00:00:36,200
and he hung his hat on it,
glass and all, until he was ninety-one.
"""
ROPEWALK_LINES = """\
The ropewalk was two fur-
longs of tarred hemp, and a boy walked
it backwards forty times a day, paying
out the yarn from a bundle at his waist.
At the far end stood the crank, turned by
his brother, who was paid by the thous-
and turns and counted on pebbles. When
it rained the yarn swelled, and both were
sent to pick oakum in the loft, where the
pigeons were warm. A cable for a frigate
took eighty men, and the strands groaned
like cattle as they closed.
"""
POTTERY = {
    "pottery/the-kiln.txt": (
        "The bottle kiln\n\nAuthor: Clement Dray (invented)\n\nThe saggars were stacked to the "
        "crown, and the fireman slept beside the flue with one eye on the cones. For two days he "
        "fed the mouths with slack, and for three he bricked them up and let the heat sink. Then "
        "the placers went in with wet sacks over their heads, and passed out the ware from hand "
        "to hand, still singing with the cold air. What had slumped was carted to the shard ruck, "
        "where children dug for cups with handles. A saucer from the top bung was the fireman's "
        "own, by custom.\n"
    ),
    "pottery/the-glaze.vtt": (
        "WEBVTT\n\n00:01:10.000 --> 00:01:14.000\n<v The dipper>Galena gives the glaze its gloss, "
        "and the dipper his colic.\n\n"
        "00:01:14.500 --> 00:01:22.000\n<v The dipper>We drank milk against it, a pint before "
        "breakfast, and washed to the elbow in cold tea.\n\n"
        "00:01:22.500 --> 00:01:31.000\n<v The dipper>The plates went through the tub with a "
        "twist of the wrist, so that no bubble stayed on the rim.\n\n"
        "00:01:31.500 --> 00:01:40.000\n<v The dipper>My mother could tell from the sound of the "
        "drip whether the slop was thick enough, and she was deaf in one ear.\n"
    ),
}


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
        "minutes/the-bandstand.odt": odt(
            BANDSTAND, {"styles.xml": BANDSTAND_STYLES, "meta.xml": BANDSTAND_META}
        ),
        "recordings/the-lamplighter.srt": LAMPLIGHTER.encode("ascii"),
        "recordings/the-pottery.zip": zip_members(POTTERY.items()),
        "scans/the-ropewalk.xml": _scan(ROPEWALK_LINES).encode("ascii"),
    }


def _scan(text: str) -> str:
    """Return a page in ALTO with the lines of `text`, in one block."""
    lines = []
    for line in text.splitlines():
        words = "<SP/>".join(f'<String CONTENT="{word.rstrip("-")}"/>' for word in line.split())
        hyphen = '<HYP CONTENT="-"/>' if line.endswith("-") else ""
        lines.append(f"<TextLine>{words}{hyphen}</TextLine>\n")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description>'
        "<sourceImageInformation><fileName>ropewalk_0012.tif</fileName></sourceImageInformation>"
        '</Description><Layout><Page ID="p12" PHYSICAL_IMG_NR="12"><PrintSpace>\n'
        f'<TextBlock ID="r1">\n{"".join(lines)}</TextBlock>\n</PrintSpace></Page></Layout></alto>\n'
    )


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
        (CORPUS / name).parent.mkdir(exist_ok=True)
        (CORPUS / name).write_bytes(data)
