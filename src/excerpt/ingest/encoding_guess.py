"""Bytes that declare no encoding → the encoding in which they are most plausible as text.

chardet compares bytes with pairs of letters in many languages and encodings. It is right about the
languages that it knows, but takes others for one of them: a text in Latin letters that resembles
none of its languages is rarely in an encoding of Central Europe, and nearly always in windows-1252.
Each candidate is therefore decoded and judged: words with signs, capitals or letters of another
alphabet inside count against it, and so do letters that its language does not have.
"""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from excerpt.ingest.encodings import codec_for, is_multi_byte

__all__ = ["Guess", "guess_encoding", "is_implausible", "odd_places"]

SAMPLE_BYTES: Final = 200_000
"""Bytes that are examined, taken around the bytes beyond ASCII: only these differ."""
JUDGED_BYTES: Final = 1 << 13
"""Bytes that are decoded with each candidate."""
CONTEXT: Final = 100
"""Bytes before and after a byte beyond ASCII that are examined with it."""
WESTERN_PRIOR: Final = math.log(2.2)
"""Advantage of windows-1252, in which nearly all texts in unknown languages are."""
KNOWN_WESTERN_PRIOR: Final = math.log(1.2)
"""The same for texts in a language that chardet knows and reads in either encoding."""
MIN_IMPLAUSIBLE: Final = 20
"""Letters beyond ASCII that make a text implausible if most letters are beyond ASCII."""
FEW: Final = 4
"""Characters beyond ASCII that tell nothing about the language."""
TYPICAL_PRIOR: Final = math.log(1.8)
"""Advantage of an encoding that gives a text the letters which its language uses all the time."""
FOREIGN_COST: Final = 2.0
"""Disadvantage of an encoding in which no letter beyond ASCII belongs to the language."""
MIN_SEEN: Final = 0.6
"""Share of the frequent letters of a language that are seen in a long text."""
ODD_COST: Final = 6.0
"""Disadvantage of an encoding in which all characters beyond ASCII are in odd places."""
MIN_CONFIDENCE: Final = 0.1
"""Confidence below which a guess at another alphabet is none for a text in Latin letters."""
MANY_PLAIN: Final = 3
"""Letters of ASCII for each other byte in a text in Latin letters."""
MAX_CANDIDATES: Final = 16
"""Candidates that are judged."""
MIN_CONFIDENCE_RATIO: Final = 0.2
"""Candidates with less than this part of the best confidence are left out."""

_WESTERN: Final = "cp1252"
_LATIN = frozenset(
    [f"cp{number}" for number in (437, 850, 852, 858, 1250, 1252, 1254, 1257)]
    + [f"iso8859-{number}" for number in (2, 3, 4, 10, 13, 14, 15, 16)]
    + ["mac-roman", "mac-latin2"]
)
"""Encodings of texts in Latin letters."""
_OF_WINDOWS = {"iso8859-7": "cp1253", "iso8859-8": "cp1255", "iso8859-13": "cp1257"}
"""Encodings of Windows in which most texts are the same, and which are more common."""
_SIBLINGS = {
    "iso8859-2": ("mac-croatian", "mac-romanian"),
    "mac-latin2": ("mac-croatian", "mac-romanian"),
    "cp1250": ("mac-croatian", "mac-romanian"),
    "mac-roman": ("mac-croatian", "mac-romanian"),
    "iso8859-4": ("iso8859-10",),
    "cp1257": ("iso8859-10",),
    "iso8859-10": ("iso8859-4",),
}
"""Encodings that chardet does not know, at least in some languages, by what it takes them for."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")

_LETTER = r"[^\W\d_]"
_CAPITAL = "À-ÖØ-ÞĀĂĄĆĈČĎĐĒĖĘĚĜĞĠĢĤĦĨĪĮİĴĶĹĻĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚΑ-ΩА-Я"
_ODD = re.compile(
    # One character beyond ASCII, which is then looked back at: a search for it skips the others.
    r"[\x80-\U0010ffff](?:"
    # Signs within a word, except those that are apostrophes, points, hyphens and dashes there;
    rf"(?<={_LETTER}[¡-©«¬®-³¶¸¹»-¿×÷‘‚“-›ˆ˜€™•\u2500-\u25ff\u2202-\u2265])(?={_LETTER})"
    # signs that never follow a letter, or no letter and a space;
    rf"|(?<={_LETTER}[¡¿§¤‚„‹ˆ˜•‰ƒ\u2500-\u259f])|(?<=ƒ)(?={_LETTER})|(?<={_LETTER}—)(?= )"
    # a capital letter as a word, or after a small one, and the reverse within capitals;
    rf"|(?<=[a-z] [ŠŒŽŸ])(?= [a-z])|(?<=[a-zß-öø-ÿα-ωа-я][{_CAPITAL}])"
    r"|(?<=[A-Z]{2}[ß-öø-ÿ])(?=[A-Z])"
    # a letter of another alphabet in a Latin word;
    r"|(?<=[A-Za-zÀ-ÖØ-öø-ſ][Ͱ-ۿก-๛])|(?<=[Ͱ-ۿก-๛])(?=[A-Za-zÀ-ÖØ-öø-ſ])"
    # controls, and characters without a meaning.
    r"|(?<=[\x80-\x84\x86-\x9f\ue000-\uf8ff\ufffd])"
    r")"
)
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LETTERS = {
    "be": (_CYRILLIC, "ёіў"),
    "bg": (_CYRILLIC, ""),
    "ca": ("àçèéíóú", "ïñòü"),
    "cs": ("áčéěířšůýž", "ďňóťú"),
    "cy": ("âêôŵŷ", "àáäéèëîìíïóòöûùúüẁẃẅ"),
    "da": ("æøå", "éèêöäü"),
    "de": ("äöüß", "éèàêç"),
    "en": ("éèïêñçöü", "ëàâîôæœ"),
    "eo": ("ĉĝĥĵŝŭ", ""),
    "es": ("áéíñóú", "üçªàèïò"),
    "et": ("äöõü", "šžé"),
    "fi": ("äö", "åšžé"),
    "fr": ("àçéèê", "âæîïôœùûëüÿ"),
    "ga": ("áéíóú", "ḃċḋḟġṁṗṡṫ"),
    "hr": ("čćđšž", "é"),
    "hu": ("áéíóöőúüű", ""),
    "is": ("áæðéíóöþúý", ""),
    "it": ("àèéìòù", "íîóúç"),
    "lt": ("ąčėęįšųūž", ""),
    "lv": ("āčēģīķļņšūž", "ō"),
    "mk": (_CYRILLIC, "ѓѕјљњќџѐѝ"),
    "mt": ("ċġħż", "àèìòù"),
    "nl": ("éëï", "èöüáóíêçàâäûîôú"),
    "no": ("æøå", "éèêóòôäö"),
    "pl": ("ąćęłńóśźż", ""),
    "pt": ("áãçéêóõ", "àâíôúüñèïò"),
    "ro": ("ăâî", "şţșț"),
    "ru": (_CYRILLIC, "ёѣіѳѵ"),
    "sk": ("áčéíľšťúýž", "äďĺňóôŕ"),
    "sl": ("čšž", "ćđé"),
    "sq": ("ëç", ""),
    "sr": ("čćđšž", f"{_CYRILLIC}ђјљњћџ"),
    "sv": ("åäö", "éàüè"),
    "tr": ("çğıöşü", "âîûi\u0307"),
    "uk": (_CYRILLIC, "ґєії"),
}
"""The frequent and the other letters beyond ASCII with which a language is written."""


_EBCDIC: Final = ("cp500", "cp037", "cp273", "cp1140")
"""Code pages of mainframes; they differ in punctuation and accents."""
_WORD: Final = 20
"""Characters to each space, at most."""
_EBCDIC_TEXT: Final = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:-'\"()/\r\n\x85\t"
).encode("cp500")


class Guess(NamedTuple):
    """A codec, the confidence that it is right (0 to 1), and the language of the text or ""."""

    codec: str
    confidence: float
    language: str


def guess_encoding(data: bytes) -> Guess | None:
    """Return the best guess for the encoding of `data`, or None if nothing suggests one.

    There is none for UTF-8, UTF-16, UTF-32 or text in ASCII, which others recognise. A guess of
    hardly any confidence counts for nothing if most letters are those of ASCII.
    """
    if _is_ebcdic(data[:SAMPLE_BYTES]):
        found = (each for each in _candidates(data[:SAMPLE_BYTES]) if each.codec in _EBCDIC)
        return next(found, Guess(_EBCDIC[0], 1.0, ""))._replace(confidence=1.0)
    guess = _best_guess(_sample(data))
    if guess and guess.confidence < MIN_CONFIDENCE and guess.codec not in _LATIN:
        n_letters = len(re.findall(rb"[A-Za-z]", data[:SAMPLE_BYTES]))
        n_beyond_ascii = sum(map(len, _BEYOND_ASCII.findall(data[:SAMPLE_BYTES])))
        if n_letters > MANY_PLAIN * n_beyond_ascii:
            return Guess(_WESTERN, guess.confidence, "")
    return guess


def _is_ebcdic(sample: bytes) -> bool:
    """Return whether a sample is text in a code page of mainframes, whose space is the sign @.

    In text with as many spaces as text has, nearly all bytes are letters, digits and common signs.
    """
    n_spaces = sample.count(b"@")
    if n_spaces * _WORD < len(sample) or sample.count(b" ") * 20 > n_spaces:
        return False
    return len(sample.translate(None, _EBCDIC_TEXT)) < len(sample) // 10


def _best_guess(sample: bytes) -> Guess | None:
    """Return the guess for a sample."""
    if not sample:
        return None
    found = [
        candidate
        for rank, candidate in enumerate(_candidates(sample))
        if rank < MAX_CANDIDATES or candidate.codec == _WESTERN
    ]
    if not found or is_multi_byte(found[0].codec):
        return found[0] if found else None
    judged = sample[:JUDGED_BYTES]
    n_beyond_ascii = len(judged.translate(None, bytes(range(128))))
    ranked = [
        (_score(candidate, judged, n_beyond_ascii, found[0].language), candidate)
        for candidate in found
        if candidate.confidence >= MIN_CONFIDENCE_RATIO * found[0].confidence
    ]
    best = max(ranked, key=lambda each: each[0])[1]
    usual = _OF_WINDOWS.get(best.codec, best.codec)
    is_same = judged.decode(usual, "replace") == judged.decode(best.codec, "replace")
    return best._replace(codec=usual) if is_same else best


def odd_places(text: str) -> int:
    """Return the number of characters in `text` that are where no writer would put them."""
    return len(_ODD.findall(text))


def is_implausible(data: bytes, codec: str) -> bool:
    """Return whether `data` cannot be text in `codec`, although each byte has a character in it.

    Many pages declare a Western encoding because an editor wrote so. Other alphabets, read so, are
    words of letters beyond ASCII, which no language in Latin letters has.
    """
    if codec not in _LATIN:
        return False
    text = _sample(data)[:JUDGED_BYTES].decode(codec, "replace")
    n_plain = len(re.findall("[A-Za-z]", text))
    n_beyond_ascii = len(re.findall("[^\\W\\d_\x00-\x7f]", text))
    return n_beyond_ascii > n_plain and n_beyond_ascii > MIN_IMPLAUSIBLE


def _candidates(sample: bytes) -> Iterator[Guess]:
    """Yield what chardet suggests, best first, with siblings of the best and windows-1252."""
    import chardet

    results = chardet.detect_all(sample, ignore_threshold=True, compat_names=False)
    seen: set[str] = set()
    for result in results:
        codec = codec_for(result["encoding"] or "")
        language = result["language"] or ""
        names = (codec, *_SIBLINGS.get(codec, ())) if not seen else (codec,)
        for name in names:
            if name and name not in seen:
                seen.add(name)
                yield Guess(name, result["confidence"], language)


def _score(candidate: Guess, sample: bytes, n_beyond_ascii: int, language: str) -> float:
    """Return how plausible `candidate` is, as the logarithm of a confidence."""
    if is_multi_byte(candidate.codec):
        return -math.inf
    score = math.log(max(candidate.confidence, 1e-9))
    text = sample.decode(candidate.codec, "replace")
    score -= ODD_COST * min(1, odd_places(text) / n_beyond_ascii)
    letters = re.findall("[^\\W\\d_\x00-\x7f]", text.lower())
    if candidate.codec == _WESTERN:
        if candidate.language != language or n_beyond_ascii < FEW:
            return score + WESTERN_PRIOR
        score += KNOWN_WESTERN_PRIOR
    return score + _fit(letters, candidate.language)


def _fit(letters: list[str], language: str) -> float:
    """Return how well letters beyond ASCII fit a language, as the logarithm of a confidence.

    Letters that the language does not have count against it, and so does the absence of those that
    it uses all the time: a text with many é and no ě is not Czech.
    """
    frequent, _ = _LETTERS.get(language, ("", ""))
    if not frequent or not letters:
        return 0.0
    expected = min(len(frequent), len(letters) / 2) * MIN_SEEN
    is_typical = len(set(letters).intersection(frequent)) >= expected
    return (TYPICAL_PRIOR if is_typical else 0.0) - _foreign(letters, language)


def _foreign(letters: list[str], language: str) -> float:
    """Return the disadvantage for letters that the language does not have."""
    own = "".join(_LETTERS.get(language, ()))
    n_foreign = sum(letter not in own for letter in letters) if own else 0
    return FOREIGN_COST * n_foreign / max(1, len(letters))


def _sample(data: bytes) -> bytes:
    """Return the parts of `data` around bytes beyond ASCII, at most `SAMPLE_BYTES` together."""
    return b"".join(_parts(data))


def _parts(data: bytes) -> Iterable[bytes]:
    size = end = 0
    for found in _BEYOND_ASCII.finditer(data):
        if found.end() <= end:
            continue
        start = max(end, found.start() - CONTEXT)
        if start > end:  # begin and end with whole words
            space = data.find(b" ", start, found.start())
            start = space if space >= 0 else start
        stop = min(len(data), found.end() + CONTEXT, start + SAMPLE_BYTES - size)
        space = data.rfind(b" ", found.end(), stop)
        end = space if space >= 0 and stop < len(data) else stop
        yield data[start:end]
        size += end - start
        if size >= SAMPLE_BYTES:
            return
