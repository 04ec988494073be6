"""Texts → tokens as slices of their UTF-8 bytes: what `tokenize` finds, as array operations.

Each byte belongs to a word or to none, and words begin and end where that changes. Everything else
that makes a word is decided only where it can matter: at full stops between single letters, at
signs between digits, at hyphens before white space, at characters of scripts without spaces.
Characters that are ignored in words are removed beforehand. Texts with these or with marks in rare
places are passed to `tokenize` one by one.

A property test holds the result to that of `tokenize`.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Bytes, Int64Array, Mask
from excerpt.text.array_numbers import NumberLinks, find_number_links
from excerpt.text.arrays import PADDING, TextOffsets
from excerpt.text.characters import HYPHENS, LINE_END_HYPHENS, character_classes
from excerpt.text.compounds import JOINING_SIGNS
from excerpt.text.tokenizer import token_offsets, tokenize
from excerpt.text.trait_table import TraitTable

__all__ = ["TokenBatch", "batch_offsets", "tokenize_batch"]

_WORD, _LETTER, _SMALL, _MARK, _UNSPACED, _RARE, _SOFT = (1 << bit for bit in range(7))
_TRAITS: Final = {
    "a": _WORD | _LETTER | _SMALL,
    "A": _WORD | _LETTER,
    "0": _WORD,
    "m": _WORD | _MARK,
    "h": _WORD | _UNSPACED,
    "z": _RARE,
    "s": _RARE | _SOFT,
}
"""Character class (see `characters`) → traits as bits; the other classes have none. `_RARE`
marks characters that are ignored in words, `_SOFT` soft hyphens."""
_TRAITS_OF_ASCII: Final = bytes(
    _TRAITS.get(kind, 0) for kind in character_classes("".join(map(chr, range(128))))
)
_SIZES: Final = np.repeat(np.array([1, 2, 3, 4], np.int64), [0xC0, 0x20, 0x10, 0x10])
"""First byte of a character in UTF-8 → number of its bytes."""
_STOP: Final = ord(".")
_MAY_BE_HYPHEN: Final = np.isin(np.arange(256), [sign.encode()[0] for sign in LINE_END_HYPHENS])
"""First bytes of hyphens."""
_NOT_SIGN: Final = "\u00ac".encode()
_HYPHEN, _LINE_FEED = map(ord, "-\n")
_SPACES: Final = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u3000"
"""White space with each first byte that white space has in UTF-8."""


def _first_bytes(signs: Iterable[str]) -> Mask:
    """Return for each byte whether it is the first one of any of `signs` in UTF-8."""
    is_first: Mask = np.zeros(256, np.bool_)
    is_first[[sign.encode()[0] for sign in signs]] = True
    return is_first


_MAY_JOIN: Final = _first_bytes(JOINING_SIGNS)
_IS_FIRST_OF_HYPHEN: Final = _first_bytes(HYPHENS)
_IS_FIRST_OF_SPACE: Final = _first_bytes(_SPACES)
_IS_SPACE: Final = np.isin(np.arange(256), list(b"\0\t\n\v\f\r "))


class TokenBatch(NamedTuple):
    """Tokens as slices of a buffer, in order.

    buffer        the bytes of the texts and of joined words, then `PADDING` zero bytes
    starts        for each token, the offset of its form in `buffer`; does not ascend
    lengths       for each token, the bytes of its form and mark
    first_tokens  for each text, the number of its first token

    The bytes of a token are those of its form, except that they may not be composed (NFC), and then
    those of the mark by which it is joined to the next token, if it is (see `compounds`).
    """

    buffer: Bytes
    starts: TextOffsets
    lengths: Int64Array
    first_tokens: Int64Array


def tokenize_batch(
    texts: Sequence[str],
    hyphenated: Sequence[frozenset[str]],
    begins: Sequence[int] | TextOffsets | None = None,
) -> TokenBatch:
    """Return the tokens of `texts`; `hyphenated` has the compounds for each (see `tokenize`).

    If `begins` is given, the texts are those that begin at these offsets, in code points, of
    `texts` joined by one character each. Before each offset must be white space or a mark that
    ends a sentence, so that no word crosses it. That saves slicing a document into sentences.
    """
    joined = _JoinedTexts(texts, hyphenated, begins)
    joined.remove_ignored()
    return joined.tokens()


def batch_offsets(
    texts: Sequence[str], hyphenated: Sequence[frozenset[str]], starts: Sequence[int]
) -> list[tuple[list[int], list[int]]]:
    """Return, for each of `texts`, the starts and the ends of its tokens.

    The offsets count code points from the element of `starts` for that text, as those of
    `token_offsets` do.
    """
    return _JoinedTexts(texts, hyphenated).offsets(starts)


_TRAITS_BEYOND_ASCII: Final = TraitTable(lambda one: _TRAITS.get(character_classes(one), 0))


class _JoinedTexts:
    """Texts joined in one buffer, with zero bytes between them, before and after.

    A zero byte belongs to no word and ends any, so no word crosses from one text to the next.

    A run in this class is a maximal run of word characters, or one character of a script without
    spaces with its marks. A word is a run, or several that initials, groups of digits or a line
    break join.
    """

    def __init__(
        self,
        texts: Sequence[str],
        hyphenated: Sequence[frozenset[str]],
        begins: Sequence[int] | TextOffsets | None = None,
    ) -> None:
        self._hyphenated = hyphenated
        joined = "\0".join(("", *texts, ""))
        self._data = joined.encode("utf-8", "surrogatepass")
        self._buffer: Bytes = np.frombuffer(self._data, np.uint8)
        self._begins = (
            self._text_begins(texts)
            if begins is None
            else self._byte_offsets(np.array(begins, np.int64) + 1)
        )
        """The offset of each text in the buffer."""
        self._traits = np.frombuffer(
            self._data.translate(_TRAITS_OF_ASCII.ljust(256, b"\0")), np.uint8
        )
        """The traits of the character to which each byte belongs."""
        self._leads: TextOffsets = np.empty(0, np.int64)
        """The offsets of the first bytes of characters beyond ASCII."""
        if not self._data.isascii():
            self._add_traits_beyond_ascii()
        self._present = int(np.bitwise_or.reduce(self._traits[self._leads], initial=0))
        """The traits that at least one character beyond ASCII has."""
        self._with_ignored: set[int] = set()
        """The numbers of the texts with ignored characters that only `tokenize` handles."""
        if self._present & _RARE:
            rare = self._leads[self._traits[self._leads] & _RARE != 0]
            self._with_ignored = self._texts_at(rare)
        self._original = self._data, self._begins
        """The texts with ignored characters, and where each begins."""

    def _text_begins(self, texts: Sequence[str]) -> TextOffsets:
        """Return the offset of each of `texts` in the buffer."""
        if self._data.count(0) == len(texts) + 1:
            return np.flatnonzero(self._buffer == 0)[: len(texts)] + 1
        # A text contains zero bytes itself, so they do not tell where the texts begin.
        lengths = (len(text.encode("utf-8", "surrogatepass")) for text in texts)
        sizes = np.fromiter(lengths, np.int64, len(texts)) + 1
        return np.cumsum(sizes) - sizes + 1

    def _byte_offsets(self, points: TextOffsets) -> TextOffsets:
        """Return the byte offsets of offsets in code points."""
        if self._data.isascii():
            return points
        # The k-th continuation byte follows as many characters as its offset minus k.
        continuations = np.flatnonzero(self._buffer & 0xC0 == 0x80)
        n_before = continuations - np.arange(1, continuations.size + 1)
        return points + np.searchsorted(n_before, points)

    def _point_offsets(self, offsets: TextOffsets) -> TextOffsets:
        """Return the offsets in code points of byte offsets."""
        if self._data.isascii():
            return offsets
        is_lead = self._buffer & 0xC0 != 0x80
        points: TextOffsets = np.cumsum(is_lead)[offsets] - is_lead[offsets]
        return points

    def _text(self, number: int) -> str:
        """Return the text with this number, and the zero byte after it if there is one."""
        data, begins = self._original
        start = int(begins[number])
        end = int(begins[number + 1]) if number + 1 < begins.size else len(data)
        return data[start:end].decode("utf-8", "surrogatepass")

    def _add_traits_beyond_ascii(self) -> None:
        """Set `_leads`, and `_traits` for all bytes of characters beyond ASCII."""
        buffer, traits = self._buffer, self._traits.copy()
        leads = np.flatnonzero(buffer >= 0xC0)
        sizes = _SIZES.take(buffer[leads])
        # Decode UTF-8: the low bits of the first byte, then six bits of each further byte.
        points = buffer[leads].astype(np.int64) & 0x7F >> sizes
        longer = [np.flatnonzero(sizes > n) for n in range(4)]
        for n in range(1, 4):
            points[longer[n]] = points[longer[n]] << 6 | buffer[leads[longer[n]] + n] & 0x3F
        traits_of_leads = _TRAITS_BEYOND_ASCII.take(points)
        for n in range(4):
            traits[leads[longer[n]] + n] = traits_of_leads[longer[n]]
        self._traits, self._leads = traits, leads

    def remove_ignored(self) -> None:
        """Remove the characters that are ignored within words; offsets are then of no use.

        Before white space, all but soft hyphens separate words like any sign. They are ignored
        among other signs, and characters of scripts without spaces have rules of their own: those
        texts are rare.
        """
        if not self._with_ignored:
            return
        traits = self._traits
        # The buffer begins and ends with zero bytes.
        edges = np.flatnonzero(np.diff(traits & _RARE != 0)) + 1
        starts, ends = edges[::2], edges[1::2]
        around = (traits[starts - 1], traits[ends])
        is_within = np.logical_and(*(each & (_WORD | _UNSPACED) == _WORD for each in around))
        has_soft = np.maximum.reduceat(traits & _SOFT, starts) != 0
        is_last = (around[0] & _WORD != 0) & _IS_SPACE.take(self._buffer[ends]) & ~has_soft
        rare = self._texts_at(starts[~is_within & ~is_last])
        if self._present & _UNSPACED:
            leads = self._leads
            rare |= self._with_ignored & self._texts_at(leads[traits[leads] & _UNSPACED != 0])
        self._with_ignored = rare
        if rare:
            is_within &= ~np.isin(self._text_numbers(starts), sorted(rare))
        kept = np.ones(traits.size, np.bool_)
        kept[traits & _RARE != 0] = np.repeat(~is_within, ends - starts)
        offsets: TextOffsets = np.cumsum(kept) - kept
        self._buffer, self._traits = self._buffer[kept], traits[kept]
        self._data = self._buffer.tobytes()
        self._leads = offsets[self._leads[kept[self._leads]]]
        self._begins = offsets[self._begins]

    def tokens(self) -> TokenBatch:
        """Return the tokens, in order."""
        starts, ends = self._runs()
        broken = self._broken_runs(starts, ends)
        numbers = self._numbers(starts, ends)
        rare_texts = self._rare_texts(starts, ends, broken, numbers)
        # `order` keeps the place in the text of each word; `starts` moves joined words to the end
        # of the buffer, where their parts are written without what separates them.
        order, lengths, added = starts.copy(), ends - starts, list[bytes]()
        ends = ends.copy()
        is_kept = np.ones(starts.size, np.bool_)
        members, first, last = _chains(
            starts.size, broken, self._initials(starts, ends), numbers.linked
        )
        if members.size:
            sizes = lengths[members]
            sources = np.repeat(starts[members] - (np.cumsum(sizes) - sizes), sizes)
            sources += np.arange(sources.size)
            added.append(self._buffer.take(sources).tobytes())
            is_kept[members] = False
            is_kept[members[first]] = True
            ends[members[first]] = ends[members[last]]
            lengths[members[first]] = np.add.reduceat(sizes, first)
            starts[members[first]] = len(self._data) + (np.cumsum(sizes) - sizes)[first]
        bounds = np.append(self._begins, len(self._data))
        for number in rare_texts:
            is_kept[slice(*np.searchsorted(order, bounds[number : number + 2]))] = False
        if not is_kept.all():
            order, starts, lengths = order[is_kept], starts[is_kept], lengths[is_kept]
            ends = ends[is_kept]
        self._add_marks(order, ends, starts, lengths, added)
        size = len(self._data) + sum(map(len, added))
        if rare_texts:
            more, words = self._tokenize(rare_texts)
            sizes = np.fromiter(map(len, words), np.int64, len(words))
            order = np.concatenate((order, more))
            sorting = np.argsort(order, kind="stable")
            starts = np.concatenate((starts, size + np.cumsum(sizes) - sizes))[sorting]
            lengths, order = np.concatenate((lengths, sizes))[sorting], order[sorting]
            added += words
        buffer = np.frombuffer(b"".join((self._data, *added, bytes(PADDING))), np.uint8)
        return TokenBatch(buffer, starts, lengths, np.searchsorted(order, self._begins))

    def _add_marks(
        self,
        order: TextOffsets,
        ends: TextOffsets,
        starts: TextOffsets,
        lengths: Int64Array,
        added: list[bytes],
    ) -> None:
        """Add its mark to each token that a sign joins to the next one.

        order, ends      where each token begins and ends in the texts
        starts, lengths  its slice of the buffer, which is changed
        added            the bytes after the texts in the buffer, to which more are added
        """
        gaps = order[1:] - ends[:-1]
        # Signs in ASCII join nothing if white space or another sign follows, and a comma with a
        # space is the most frequent gap but a space; only a hyphen may end its line or
        # follow the stop of an initial.
        first = self._buffer[ends[:-1]]
        is_candidate = (gaps > 0) & (gaps <= 3) & _MAY_JOIN.take(first)
        is_candidate &= (gaps == 1) | (first >= 0x80) | (first == _HYPHEN)
        is_candidate |= (gaps == 2) & (first == _STOP) & (self._buffer[ends[:-1] + 1] == _HYPHEN)
        is_candidate |= self._may_end_lines(ends[:-1], gaps)
        candidates = np.flatnonzero(is_candidate)
        numbers = self._text_numbers(order[candidates]), self._text_numbers(order[candidates + 1])
        candidates = candidates[numbers[0] == numbers[1]]
        before, after = self._buffer[ends[candidates] - 1], self._buffer[order[candidates + 1]]
        # A hyphen between ASCII characters joins them unless both are digits; it is the mark too.
        is_plain = (gaps[candidates] == 1) & (self._buffer[ends[candidates]] == _HYPHEN)
        is_plain &= (before < 0x80) & (after < 0x80) & (starts[candidates] == order[candidates])
        is_digit = [side - np.uint8(ord("0")) < 10 for side in (before, after)]
        with_hyphen = candidates[is_plain & ~(is_digit[0] & is_digit[1])]
        others = self._without_zero_bytes(candidates[~is_plain], order, ends)
        if others.size:
            # Imported here, because a search, which only needs offsets, would load it for nothing.
            from excerpt.text.array_joins import find_join_marks, with_marks

            parts = (self._data, *added)
            buffer = np.frombuffer(b"".join((*parts, bytes(PADDING))), np.uint8)
            between = ends[others], gaps[others]
            marks = find_join_marks(buffer, others, (starts, lengths), between)
            marked = others[marks != 0]
            words = starts[marked], lengths[marked]
            joined, (offsets, lengths[marked]) = with_marks(buffer, words, marks[marks != 0])
            starts[marked] = offsets + (buffer.size - PADDING)
            added.append(joined)
        lengths[with_hyphen] += 1  # not earlier: the words above are read without marks

    def _without_zero_bytes(
        self, tokens: Int64Array, order: TextOffsets, ends: TextOffsets
    ) -> Int64Array:
        """Return the `tokens` without a zero byte between them and the next: it joins nothing.

        `order` and `ends` are those of `_add_marks`.
        """
        zeros = np.flatnonzero(self._buffer == 0)
        before = np.searchsorted(zeros, (ends[tokens], order[tokens + 1]))
        kept: Int64Array = tokens[before[0] == before[1]]
        return kept

    def _may_end_lines(self, ends: TextOffsets, gaps: Int64Array) -> Mask:
        """Return which gaps after the words with these `ends` begin with a hyphen and a space."""
        may_be: Mask = _IS_FIRST_OF_HYPHEN.take(self._buffer[ends]) & (gaps > 1)
        long = np.flatnonzero(may_be)
        first = ends[long]
        # The first byte of a hyphen that is not ASCII is also that of quotation marks and dashes.
        second = first + np.where(self._buffer[first] == _HYPHEN, 1, 3)
        is_space = _IS_FIRST_OF_SPACE.take(self._buffer[np.minimum(second, first + gaps[long] - 1)])
        may_be[long] = is_space & (second < first + gaps[long])
        return may_be

    def offsets(self, counted_from: Sequence[int]) -> list[tuple[list[int], list[int]]]:
        """Return the starts and ends of each text's tokens, in code points from `counted_from`."""
        starts, ends = self._runs()
        broken = self._broken_runs(starts, ends)
        numbers = self._numbers(starts, ends)
        rare_texts = self._rare_texts(starts, ends, broken, numbers)
        is_kept = np.ones(starts.size, np.bool_)
        ends = ends.copy()
        members, first, last = _chains(
            starts.size, broken, self._initials(starts, ends), numbers.linked
        )
        is_kept[members] = False
        is_kept[members[first]] = True
        ends[members[first]] = ends[members[last]]
        starts, ends = starts[is_kept], ends[is_kept]
        bounds = np.searchsorted(starts, np.append(self._begins, len(self._data)))
        shifts = np.array(counted_from, np.int64) - self._point_offsets(self._begins)
        shift_of = np.repeat(shifts, np.diff(bounds))
        begins = (self._point_offsets(starts) + shift_of).tolist()
        stops = (self._point_offsets(ends) + shift_of).tolist()
        pairs = pairwise(bounds.tolist())
        offsets = [(begins[low:high], stops[low:high]) for low, high in pairs]
        for number in rare_texts:
            words = token_offsets(
                self._text(number), counted_from[number], self._hyphenated[number]
            )
            offsets[number] = [start for start, _ in words], [end for _, end in words]
        return offsets

    def _tokenize(self, numbers: Sequence[int]) -> tuple[TextOffsets, list[bytes]]:
        """Return the marked forms in some texts by the reference.

        Each has an offset to sort it by.
        """
        order, forms = [], []
        for number in numbers:
            begin = int(self._begins[number])
            for token in tokenize(self._text(number), 0, self._hyphenated[number]):
                order.append(begin)  # sorting is stable
                forms.append((token.form + token.mark).encode("utf-8", "surrogatepass"))
        return np.array(order, np.int64), forms

    def _runs(self) -> tuple[TextOffsets, TextOffsets]:
        """Return the start and end of each run of letters, marks and digits.

        A character of a script without spaces starts a run of its own, and so does whatever
        follows it and its marks.
        """
        is_word = self._traits & _WORD
        if not self._present & _UNSPACED:
            edges = np.flatnonzero(is_word[1:] != is_word[:-1]) + 1
            return edges[::2].copy(), edges[1::2]
        before, here = self._traits[:-1], self._traits[1:]
        is_lead = self._buffer[1:] & 0xC0 != 0x80
        is_next = (here & _UNSPACED != 0) | (before & _UNSPACED != 0) & (here & _MARK == 0)
        opens = (here & _WORD != 0) & ((before & _WORD == 0) | is_lead & is_next)
        closes = (before & _WORD != 0) & ((here & _WORD == 0) | opens)
        return np.flatnonzero(opens) + 1, np.flatnonzero(closes) + 1

    def _initials(self, starts: TextOffsets, ends: TextOffsets) -> list[int]:
        """Return the runs that only a full stop separates from the next, both single letters."""
        signs, gaps = self._buffer[ends[:-1]], starts[1:] - ends[:-1]
        stops = np.flatnonzero((signs == _STOP) & (gaps == 1))
        is_letter = [self._are_letters(starts[runs], ends[runs]) for runs in (stops, stops + 1)]
        is_initial = is_letter[0] & is_letter[1]
        # No initial is followed by a character that is ignored.
        is_initial &= self._traits[ends[stops + 1]] & _RARE == 0
        runs: list[int] = stops[is_initial].tolist()
        return runs

    def _are_letters(self, starts: TextOffsets, ends: TextOffsets) -> Mask:
        """Return which of the given runs are a single letter."""
        is_letter: Mask = self._traits[starts] & _LETTER != 0
        is_letter &= ends - starts == _SIZES.take(self._buffer[starts])
        return is_letter

    def _broken_runs(self, starts: TextOffsets, ends: TextOffsets) -> list[int]:
        """Return the runs that a hyphen at a line end separates from the next."""
        signs, gaps = self._buffer[ends[:-1]], starts[1:] - ends[:-1]
        runs = np.flatnonzero(_MAY_BE_HYPHEN.take(signs) & (gaps > 1))
        if self._leads.size:
            # The first byte of the not sign is also that of « and », which are frequent.
            signs, seconds = signs[runs], self._buffer[ends[runs] + 1]
            runs = runs[(signs != _NOT_SIGN[0]) | (seconds == _NOT_SIGN[1])]
        may_be = self._traits[ends[runs] - 1] & (_LETTER | _MARK) != 0
        may_be &= self._traits[starts[runs + 1]] & _SMALL != 0
        runs = runs[may_be]
        texts = [self._text_numbers(starts[pair]) for pair in (runs, runs + 1)]
        runs = runs[texts[0] == texts[1]]
        # Nearly all are a hyphen and a line feed; the others are looked at one by one.
        first, second = self._buffer[ends[runs]], self._buffer[ends[runs] + 1]
        is_break = (first == _HYPHEN) & (second == _LINE_FEED) & (gaps[runs] == 2)
        for index in np.flatnonzero(~is_break).tolist():
            run = runs[index]
            is_break[index] = self._is_line_break(ends[run], starts[run + 1])
        broken: list[int] = runs[is_break].tolist()
        return broken

    def _is_line_break(self, start: int, end: int) -> bool:
        """Return whether the gap between two runs is a hyphen and white space with a line end."""
        gap = self._data[start:end].decode("utf-8", "surrogatepass")
        return gap[0] in LINE_END_HYPHENS and gap[1:].isspace() and ("\n" in gap or "\r" in gap)

    def _numbers(self, starts: TextOffsets, ends: TextOffsets) -> NumberLinks:
        """Return the runs that may be groups of digits, and that the next group follows."""
        found = find_number_links(self._data, self._buffer, starts, ends)
        if not found.rare.size:
            return found
        # Of the other characters beyond ASCII, only those that are no letters may be digits.
        kinds = _LETTER | _MARK | _UNSPACED
        sides = (self._traits[ends[found.rare] - 1], self._traits[starts[found.rare + 1]])
        return NumberLinks(found.linked, found.rare[(sides[0] | sides[1]) & kinds == 0])

    def _rare_texts(
        self, starts: TextOffsets, ends: TextOffsets, broken: Sequence[int], links: NumberLinks
    ) -> list[int]:
        """Return the numbers of the texts that only `tokenize` handles.

        They contain a broken word and known compounds, a character that is ignored in words, a
        mark at the start of a word or among initials, a mark after a character of a script without
        spaces that another word character follows, or signs between digits beyond ASCII.
        """
        numbers = {n for n in self._text_numbers(starts[broken]).tolist() if self._hyphenated[n]}
        if links.rare.size:
            numbers |= self._texts_at(starts[links.rare])
        traits, leads = self._traits, self._leads
        numbers |= self._with_ignored
        if self._present & _MARK:
            second = starts + _SIZES.take(self._buffer[starts])
            is_marked = (traits[second] & _MARK != 0) & (second < ends)
            is_by_stop = (self._buffer[starts - 1] == _STOP) | (self._buffer[ends] == _STOP)
            is_rare = (traits[starts] & _MARK != 0) | is_marked & is_by_stop
            numbers |= self._texts_at(starts[is_rare])
        if self._present & _MARK and self._present & _UNSPACED:
            continues = (traits[1:] & (_WORD | _MARK) == _WORD) & (traits[:-1] & _MARK != 0)
            unspaced = leads[traits[leads] & _UNSPACED != 0]
            numbers |= self._texts_at(np.flatnonzero(continues)) & self._texts_at(unspaced)
        return sorted(numbers)

    def _text_numbers(self, offsets: TextOffsets) -> Int64Array:
        """Return for each of `offsets` the number of the text that contains it."""
        return np.searchsorted(self._begins, offsets, side="right") - 1

    def _texts_at(self, offsets: TextOffsets) -> set[int]:
        """Return the numbers of the texts that contain any of `offsets`."""
        return set(self._text_numbers(offsets).tolist())


def _chains(
    n_runs: int, *links: Sequence[int] | Int64Array
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Return those of `n_runs` runs that form words with others; each of `links` has a next run.

    The runs ascend. The first and the last run of each word are given by their indices among them.
    """
    is_linked = np.zeros(n_runs + 1, np.bool_)  # the last one precedes the first run
    for part in links:
        is_linked[np.array(part, np.int64)] = True
    is_member = is_linked.copy()
    is_member[1:] |= is_linked[:-1]
    members = np.flatnonzero(is_member)
    first = np.flatnonzero(~is_linked[members - 1])
    return members, first, np.append(first[1:], members.size)[: first.size] - 1
