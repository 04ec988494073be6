"""Changed words of a quotation → warnings about changes that can turn its meaning round.

Negations, numbers and names are recognised by lists of words and by their form, in the language of
the source; if it is not known, or has no list, in any of the languages. A warning is a hint to a
reader: not every one of these changes is a change of meaning.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from excerpt.model import Token
from excerpt.quotations.differences import Comparison, Step
from excerpt.text import fold

__all__ = ["find_warnings"]

_NEGATIONS: Final = {
    "en": "not no never none nobody nothing neither nor nowhere cannot without hardly scarcely"
    " isnt dont didnt doesnt wont cant wasnt arent nay",
    "de": "nicht nichts nie niemals niemand niemanden niemandem nirgends nirgendwo kein keine"
    " keinen keiner keines keinem keinerlei weder noch ohne nein kaum",
    "fr": "ne n pas point jamais rien personne aucun aucune ni non sans guère plus nul nulle",
    "es": "no nunca jamás nada nadie ningún ninguno ninguna ni sin tampoco",
    "it": "non no mai niente nulla nessuno nessuna nessun né senza neppure nemmeno neanche",
    "pt": "não nunca jamais nada ninguém nenhum nenhuma nem sem",
    "nl": "niet geen nooit niets niemand nergens noch zonder nee",
    "sv": "inte ej icke aldrig ingen inget inga ingenting utan varken nej",
    "da": "ikke ej aldrig ingen intet ingenting uden hverken nej",
    "no": "ikke ikkje aldri ingen intet ingenting uten verken nei",
    "pl": "nie nigdy nic nikt żaden żadna żadne ani bez",
    "cs": "ne nikdy nic nikdo žádný žádná žádné ani bez není",
    "ru": "не нет ни никогда ничего ничто никто никого никакой без нельзя"
    " нечего некого негде некогда",
    "uk": "не ні ніколи нічого ніщо ніхто без",
    "la": "non nec neque numquam nunquam nihil nemo nullus nulla nullum ne haud sine",
    "fi": "ei en et emme ette eivät ei koskaan mitään kukaan ilman",
    "hu": "nem ne nincs soha semmi senki sem nélkül",
    "el": "δεν δε μη μην όχι ποτέ τίποτα κανείς ούτε χωρίς",
    "tr": "değil yok hiç asla hiçbir",
    "eo": "ne neniam nenio neniu nek sen",
}
_NUMBERS: Final = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty"
    " ninety hundred hundreds thousand thousands million millions billion billions dozen half third"
    " quarter first second fourth fifth sixth seventh eighth ninth tenth once twice",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig"
    " dreissig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million millionen"
    " milliarde milliarden dutzend halb halbe hälfte drittel viertel erste ersten erster zweite"
    " zweiten dritte dritten einmal zweimal dreimal",
    "fr": "zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"
    " seize vingt trente quarante cinquante soixante cent cents mille million millions milliard"
    " milliards douzaine demi moitié tiers quart premier première deuxième second seconde"
    " troisième",
    "es": "cero dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cuarenta"
    " cincuenta sesenta setenta ochenta noventa cien ciento mil millón millones medio mitad tercio"
    " cuarto primero primera segundo segunda tercero tercera",
    "it": "zero due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta"
    " quaranta cinquanta sessanta settanta ottanta novanta cento mille mila milione milioni"
    " mezzo metà terzo quarto primo prima secondo seconda",
    "pt": "zero dois duas três quatro cinco seis sete oito nove dez onze doze vinte trinta quarenta"
    " cinquenta sessenta setenta oitenta noventa cem cento mil milhão milhões meio metade terço",
    "nl": "nul twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig veertig"
    " vijftig zestig zeventig tachtig negentig honderd duizend miljoen miljard half helft eerste"
    " tweede derde",
    "ru": "ноль два две три четыре пять шесть семь восемь девять десять двадцать тридцать сорок"
    " пятьдесят сто тысяча тысячи тысяч миллион миллиона миллионов первый второй третий половина",
    "pl": "zero dwa dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć dwadzieścia sto"
    " tysiąc tysiące tysięcy milion miliony milionów pierwszy drugi trzeci połowa",
    "sv": "noll två tre fyra fem sex sju åtta nio tio hundra tusen miljon miljoner första andra"
    " tredje hälften",
    "la": "duo tres quattuor quinque sex septem octo novem decem centum mille primus secundus",
}
_PREFIXES: Final = ("un", "in", "im", "il", "ir", "non", "dis", "a", "anti", "не", "nie", "onder")
_NOUN_LANGUAGES: Final = frozenset({"de", "lb"})
"""Languages that write all nouns with a capital."""
_APOSTROPHES: Final = frozenset("'’")
_SEPARATORS: Final = frozenset(".,")
"""Signs within numbers."""
_NOT: Final = frozenset({"t", "cannot"})
_SENTENCE_END = re.compile(r"[.!?…:;]\W*$|\n\s*\n\W*$")
_MAX_GAP_LENGTH: Final = 20
"""Characters between two words in which the end of a sentence is looked for."""


@cache
def _terms(language: str, *, is_negation: bool) -> frozenset[str]:
    """Return the folded words of a language; of all languages if it has no list."""
    lists = _NEGATIONS if is_negation else _NUMBERS
    chosen = [lists[language]] if language in lists else lists.values()
    return frozenset(fold(word) for words in chosen for word in words.split())


def find_warnings(
    comparison: Comparison, is_lower: Callable[[str], bool] = lambda _: False
) -> tuple[str, ...]:
    """Return a sentence for each negation, number and name that a quotation changes.

    `is_lower` tells whether a word in lower case occurs in the index: it then makes no name at the
    start of a sentence.
    """
    finder = _Finder(comparison, is_lower)
    steps = (step for step in comparison.steps if step.kind is not None)
    return tuple(dict.fromkeys(warning for step in steps for warning in finder.warnings(step)))


class _Finder:
    """A finder of the words of a step that are negations, numbers or names."""

    def __init__(self, comparison: Comparison, is_lower: Callable[[str], bool]) -> None:
        language = comparison.window.document.language
        self._comparison = comparison
        self._is_lower = is_lower
        self._negations = _terms(language, is_negation=True)
        self._numbers = _terms(language, is_negation=False)
        self._name = "name or noun" if language in _NOUN_LANGUAGES else "name"

    def warnings(self, step: Step) -> Iterator[str]:
        """Yield the warnings about a step."""
        quoted, source = self._comparison.quoted, self._comparison.source
        has_negation = False
        for noun, is_one in (
            ("negation", self._is_negation),
            ("number", self._is_number),
            (self._name, self._is_name),
        ):
            mine = [index for index in step.quoted if is_one(quoted, index)]
            theirs = [index for index in step.source if is_one(source, index)]
            if _terms_at(quoted, mine) != _terms_at(source, theirs):
                yield _sentence(noun, self._words(source, theirs), self._words(quoted, mine))
                has_negation |= noun == "negation"
        if not has_negation and len(step.quoted) == len(step.source) == 1:
            ours, their = quoted[step.quoted[0]], source[step.source[0]]
            if _are_opposites(ours.term, their.term):
                yield _sentence("negation", their.form, ours.form)

    def _words(self, tokens: Sequence[Token], indexes: Sequence[int]) -> str:
        """Return words as they are written: "couldn't" for its "t", 2,400 for 2400."""
        return " ".join(dict.fromkeys(self._word(tokens, index) for index in indexes))

    def _word(self, tokens: Sequence[Token], index: int) -> str:
        first = last = index
        while first and self._is_joined(tokens, first - 1):
            first -= 1
        while last + 1 < len(tokens) and self._is_joined(tokens, last):
            last += 1
        parts = [self._written(tokens, first)]
        for number in range(first, last):
            parts += [self._between(tokens, number), self._written(tokens, number + 1)]
        return "".join(parts)

    def _written(self, tokens: Sequence[Token], index: int) -> str:
        """Return a word with its signs if it is a number in groups, otherwise its form."""
        form = tokens[index].form
        if not form[:1].isdecimal():
            return form
        is_quoted = tokens is self._comparison.quoted
        return (
            self._comparison.quoted_word(index)
            if is_quoted
            else self._comparison.source_word(index)
        )

    def _is_joined(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a word and the next are one as written."""
        between = self._between(tokens, index)
        is_number = tokens[index].form.isdecimal() and tokens[index + 1].form.isdecimal()
        return between in _APOSTROPHES or (is_number and between in _SEPARATORS)

    def _between(self, tokens: Sequence[Token], index: int) -> str:
        """Return the text between a word and the next, a space between fragments."""
        if tokens is not self._comparison.quoted:
            return self._comparison.text_between(index, index + 1)
        fragment, number = self._comparison.fragment_of[index]
        if number + 1 == len(fragment.tokens):
            return " "
        return fragment.text[tokens[index].span.end : tokens[index + 1].span.start]

    def _is_negation(self, tokens: Sequence[Token], index: int) -> bool:
        token = tokens[index]
        if token.term == "t" and index:  # don't, isn't: the apostrophe divides the word
            before = tokens[index - 1]
            return before.term.endswith("n") and before.span.end + 1 == token.span.start
        return token.term in self._negations

    def _is_number(self, tokens: Sequence[Token], index: int) -> bool:
        term = tokens[index].term
        return term in self._numbers or any(map(str.isdigit, term))

    def _is_name(self, tokens: Sequence[Token], index: int) -> bool:
        form = tokens[index].form
        if not form[:1].isupper() or form == "I" or self._is_number(tokens, index):
            return False
        near = tokens[max(0, index - 1) : index + 2]
        if form.isupper() and len(form) > 1 and all(other.form.isupper() for other in near):
            return False  # everything is in capitals here
        return not self._begins_sentence(tokens, index) or not self._is_lower(form.lower())

    def _begins_sentence(self, tokens: Sequence[Token], index: int) -> bool:
        if tokens is self._comparison.quoted:
            fragment, number = self._comparison.fragment_of[index]
            if not number:
                return True
            between = fragment.text[: tokens[index].span.start][-_MAX_GAP_LENGTH:]
        elif not index:
            return True
        else:
            between = self._comparison.text_between(index - 1, index)
        return _SENTENCE_END.search(between) is not None


def _terms_at(tokens: Sequence[Token], indexes: Sequence[int]) -> list[str]:
    """Return the terms of words; "couldn't", "cannot" and "not" negate alike."""
    terms = (tokens[index].term for index in indexes)
    return ["not" if term in _NOT else term for term in terms]


def _are_opposites(one: str, other: str) -> bool:
    """Return whether one of two words is the other with a negative prefix."""
    short, long = sorted((one, other), key=len)
    return len(short) > 2 and long.endswith(short) and long[: -len(short)] in _PREFIXES


def _sentence(noun: str, source: str, quote: str) -> str:
    if source and quote:
        return f"A {noun} is changed: {source} → {quote}."
    return f"A {noun} is left out: {source}." if source else f"A {noun} is added: {quote}."
