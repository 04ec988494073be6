"""The words by which texts in many languages call and number their parts.

A line such as `CHAPTER VI`, `Erster Akt` or `§ 4` is a heading in any typography. Words are in
lower case, without the full stop of an abbreviation.
"""

import re
from typing import Final

__all__ = ["division_rank", "is_provision", "is_titled_part", "may_begin_part", "names_part"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DIVISIONS: Final = (
    # volumes
    "volume volumes vol tome tomes band bd tomo volumen deel tom том τόμος ciltt cilt kötet",
    # books and parts
    """book part livre partie buch teil theil libro parte boek книга часть частина liber pars
    część część kniha část bok del könyv rész kirja osa βιβλίο μέρος kitap kısım""",
    # chapters, acts and letters
    """chapter chap chapitre chap kapitel capítulo capitulo capitolo hoofdstuk глава розділ
    rozdział kapitola fejezet luku κεφάλαιο κεφαλαιο κεφάλαιον bölüm caput capitulum canto chant
    gesang act acte akt aufzug acto atto bedrijf действие дія dějství näytös felvonás letter
    lettre brief carta lettera письмо лист lecture sermon epistle stave fit επιστολή""",
    # scenes, sections and articles
    """scene scène scena szene auftritt escena toneel tooneel сцена явление ява scéna jelenet
    kohtaus section abschnitt sección seccion sezione sectie раздел oddíl szakasz article art
    artikel artículo articulo articolo artigo статья стаття artykuł článek cikk § §§""",
)
_RANKS: Final = {word: rank for rank, words in enumerate(_DIVISIONS) for word in words.split()}
_SERIES: Final = _words(
    """
    session sitting meeting day week month lesson seminar workshop unit module exercise interview
    question case item document entry poem sonnet hymn psalm song ode plate figure table map exhibit
    sitzung versammlung tag woche monat lektion stunde vorlesung seminar einheit übung aufgabe frage
    fall dokument gedicht sonett lied psalm predigt protokoll tafel abbildung tabelle karte urkunde
    séance réunion jour journée semaine mois leçon cours unité exercice entretien cas document poème
    chanson psaume sermon planche carte tableau sesión día semana mes lección clase unidad ejercicio
    entrevista pregunta caso documento poema soneto salmo sermón lámina sessão dia lição aula poema
    seduta giorno settimana mese lezione esercizio intervista domanda documento poesia sonetto salmo
    tavola zitting vergadering dag week les oefening vraag gedicht psalm plaat заседание собрание
    день неделя урок лекция задача интервью вопрос документ стихотворение псалом таблица
    """
)
"""Things that texts count, though not always in headings. Not those that count pages: "slide"."""
_UNNUMBERED: Final = _words("part partie parte teil theil часть chapter chapitre kapitel глава act")
_NUMBERS: Final = _words(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty first second third fourth fifth sixth seventh eighth
    ninth tenth eleventh twelfth last thirty forty fifty sixty seventy eighty ninety hundred
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
    fortieth fiftieth
    eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf erster erste erstes zweiter
    zweite zweites dritter dritte drittes vierter vierte viertes fünfter fünfte fünftes sechster
    sechste sechstes siebenter siebente siebentes siebter siebte siebtes achter achte achtes neunter
    neunte neuntes zehnter zehnte zehntes elfter elfte elftes zwölfter zwölfte zwölftes letzter
    letzte letztes
    un deux trois quatre cinq sept huit neuf dix onze douze premier première deuxième troisième
    quatrième cinquième sixième septième huitième neuvième dixième onzième douzième seconde dernier
    dernière
    uno dos tres cuatro cinco seis siete ocho nueve diez primero primera primer segundo segunda
    tercero tercera tercer cuarto cuarta quinto quinta sexto sexta séptimo séptima octavo octava
    noveno novena décimo décima último última primeiro primeira terceiro terceira quarto quarta
    sétimo sétima oitavo oitava nono nona
    due tre quattro cinque sei sette otto nove dieci primo prima secondo seconda terzo terza sesto
    sesta settimo settima ottavo ottava decimo decima undecimo undecima ultimo ultima
    een twee vijf zes zeven tien eerste tweede derde vierde vijfde zesde zevende achtste negende
    tiende elfde twaalfde laatste
    первая первый первое вторая второй второе третья третий третье четвертая четвёртая четвертый
    четвёртый пятая пятый шестая шестой седьмая седьмой восьмая восьмой девятая девятый десятая
    десятый одиннадцатая двенадцатая последняя последний перша перший друга другий третя третій
    första andra tredje fjärde femte sjätte pierwszy pierwsza drugi druga trzeci trzecia první druhá
    druhý třetí első második harmadik ensimmäinen toinen kolmas πρώτο δεύτερο τρίτο birinci ikinci
    üçüncü primus secundus tertius quartus quintus
    """
)
_NUMBER = re.compile(
    r"\d{1,3}[a-z]?|[A-Z]|(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,4})(?:XC|XL|L?X{0,4})(?:IX|IV|V?I{0,4})"
    r"|(?=[ivxlc])c{0,2}(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})"
)
_PROVISIONS: Final = _words(
    """section article art artikel artículo articulo articolo artigo статья стаття artykuł článek
    cikk"""
)
_GLUED = re.compile(r"([^—–]+?)(?:--|[—–])")
"""A number and the dash that joins it to the title: SCENE I.--A Street."""
_ARTICLES: Final = _words("the der die das le la el il de het no nr n° num")
_EDGES: Final = " .:,;—–-()[]*_\t\xa0"
_TITLED_PARTS: Final = _words(
    """
    preface foreword introduction prologue epilogue conclusion appendix appendices contents index
    glossary bibliography dedication postscript afterword acknowledgments acknowledgements
    vorwort vorrede einleitung einführung prolog epilog nachwort schluss schluß anhang inhalt
    inhaltsverzeichnis verzeichnis literatur widmung
    préface avant-propos avertissement prologue épilogue postface annexe annexes sommaire
    prefacio prólogo introducción epílogo conclusión conclusiones apéndice índice prefácio
    introdução conclusão
    prefazione introduzione prologo epilogo conclusione appendice indice
    voorwoord inleiding proloog epiloog besluit bijlage inhoud
    предисловие введение пролог эпилог заключение послесловие приложение содержание оглавление
    передмова вступ епілог післямова зміст
    förord inledning efterord innehåll przedmowa wstęp zakończenie předmluva úvod závěr
    πρόλογος εισαγωγή επίλογος
    前言 序 序言 序章 目录 目錄 目次 后记 後記 跋 附录 附錄 まえがき はじめに あとがき おわりに
    머리말 서문 차례 مقدمة خاتمة הקדמה מבוא
    """
)
_UNSPACED_DIVISION = re.compile(
    r"第\s*[〇零一二三四五六七八九十百千廿\d０-９]{1,8}\s*(?P<unit>[卷巻編编部篇章回話话幕節节条條])"
    r"|제\s*\d{1,4}\s*(?P<korean>[권부편장막절조])"
    r"|(?P<other>(?:الفصل|الباب|الجزء|القسم|المشهد|فصل|باب|פרק|חלק|שער|מערכה|अध्याय|บทที่|ภาคที่)"
    r"\s*\S+)"
)
"""A numbered part in a script without capitals."""
_UNSPACED_RANKS: Final = {
    **dict.fromkeys("卷巻권", 0),
    **dict.fromkeys("編编部篇부편", 1),
    **dict.fromkeys("節节条條절조", 3),
}


def may_begin_part(line: str) -> bool:
    """Return whether `division_rank` or `is_titled_part` may find something in `line`.

    It must not begin with white space. Its first word decides.
    """
    word = line.split(None, 1)[0]
    first = word.strip(_EDGES).casefold()
    return (
        not first
        or first in _RANKS
        or first in _TITLED_PARTS
        or line[0] >= "\u0590"
        or first[0] == "§"
        or ((word[-1] == "." or first in _NUMBERS) and _is_number(word))
    )


def names_part(line: str) -> bool:
    """Return whether a line is a number after the name of a part or of something else in a series.

    >>> names_part("Session 3"), names_part("Chapter IV."), names_part("Smith 3")
    (True, True, False)
    """
    name, _, number = line.strip(_EDGES).rpartition(" ")
    word = name.strip(_EDGES).casefold()
    return _is_number(number) and (word in _RANKS or word in _SERIES)


def division_rank(line: str) -> tuple[int, str] | None:
    """Return the rank of the numbered part that `line` begins, and what follows its number.

    Ranks are 0 for volumes, 1 for books and parts, 2 for chapters, acts and letters, 3 for scenes,
    sections and articles. None means that the line does not begin with such a part.

    >>> division_rank("CHAPTER VI. Pig and Pepper"), division_rank("Erster Akt")
    ((2, '. Pig and Pepper'), (2, ''))
    >>> division_rank("Part the Second: The Sea"), division_rank("Part of the way")
    ((1, ': The Sea'), None)
    """
    words = line.split(None, 4)
    if not words:
        return None
    unspaced = _UNSPACED_DIVISION.match(line) if line[0] >= "\u0590" else None
    if unspaced:
        unit = unspaced["unit"] or unspaced["korean"] or ""
        return _UNSPACED_RANKS.get(unit, 2), line[unspaced.end() :]
    first = words[0].strip(_EDGES).casefold()
    if first.startswith("§") and len(first) > 1 and first[-1].isdecimal():
        return 3, line[len(words[0].rstrip(_EDGES)) :]
    rank = _RANKS.get(first)
    if rank is not None:
        n_before = 2 if len(words) > 2 and words[1].casefold().strip(".") in _ARTICLES else 1
        return _rest(line, words, n_before, rank)
    if len(words) > 1 and (words[0][-1] == "." or first in _NUMBERS) and _is_number(words[0]):
        rank = _RANKS.get(words[1].strip(_EDGES).casefold())
        if rank is not None:
            return rank, _after(line, words, 2)
    return None


def _rest(line: str, words: list[str], n_before: int, rank: int) -> tuple[int, str] | None:
    """Return `rank` and the rest of `line` after its number, which follows `n_before` words."""
    if len(words) == 1:
        return (
            (rank, "") if line.isupper() and line.strip(_EDGES).casefold() in _UNNUMBERED else None
        )
    number = words[n_before]
    if not _is_number(number):
        glued = _GLUED.match(number)
        if glued is None or not _is_number(glued[1]):
            return None
        return rank, _after(line, [*words[:n_before], glued[1]], n_before + 1)
    return rank, _after(line, words, n_before + 1)


def _is_number(word: str) -> bool:
    word = word.strip(_EDGES)
    if _NUMBER.fullmatch(word):
        return True
    return all(part in _NUMBERS for part in word.casefold().split("-"))  # twenty-one


def is_provision(line: str) -> bool:
    """Return whether `line` begins with the word for an article or section of a law.

    >>> is_provision("Art. 3. The owner shall keep a register."), is_provision("Scene I")
    (True, False)
    """
    first = line.split(None, 1)[0].strip(_EDGES).casefold()
    return first[:1] == "§" or first in _PROVISIONS


def _after(line: str, words: list[str], n_words: int) -> str:
    """Return the rest of `line` after the letters and digits of its first `n_words` words."""
    end = 0
    for word in words[:n_words]:
        end = line.index(word, end) + len(word)
    return line[end - len(words[n_words - 1]) + len(words[n_words - 1].rstrip(_EDGES)) :]


def is_titled_part(line: str) -> bool:
    """Return whether `line` is the usual title of a part, such as a preface.

    >>> is_titled_part("PREFACE."), is_titled_part("Vorwort"), is_titled_part("A preface")
    (True, True, False)
    """
    return len(line) < 30 and line.strip(_EDGES).casefold() in _TITLED_PARTS
