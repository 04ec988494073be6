"""A query word → the forms, form groups and stems of a segment that it stands for.

The word's possible stems name the form groups that can belong to it. If no accents are involved, as
for nearly all English words, these groups belong to it as a whole. Otherwise their forms are
compared with the word as they are written, which takes some microseconds for each.
"""

from collections.abc import Iterable

from excerpt.index.format.term_dictionary import FormGroup, TermDictionary
from excerpt.index.read.term_forms import TermForms, WordTerms
from excerpt.query.word_forms import WordForms

__all__ = ["candidate_groups", "candidate_ids", "compare_forms", "find_bare"]


def candidate_groups(dictionary: TermDictionary, word: WordForms) -> list[FormGroup]:
    """Return the form groups that can have forms of `word`, ascending."""
    return list(dictionary.groups(sorted(candidate_ids(dictionary, word))))


def candidate_ids(dictionary: TermDictionary, word: WordForms) -> set[int]:
    """Return the ids of these groups."""
    return _candidate_ids(dictionary, word, _groups_of_stems(dictionary, word).values())


def _candidate_ids(
    dictionary: TermDictionary, word: WordForms, of_stems: Iterable[list[int]]
) -> set[int]:
    of_terms = map(dictionary.groups_of_term, word.terms)
    group_ids = set[int]().union(*of_terms, *of_stems)
    if (main_stems := dictionary.main_stems) is not None:
        wanted = (stem for language, stem in word.stems if not language)
        group_ids.update(*map(main_stems.groups, sorted(wanted)))
    return group_ids


def _groups_of_stems(dictionary: TermDictionary, word: WordForms) -> dict[int, list[int]]:
    """Return the possible stems of `word` in a segment, each with its form groups.

    Stems that the segment's `main_stems` have are left out.
    """
    has_own = dictionary.main_stems is None
    pairs = (pair for pair in sorted(word.stems) if pair[0] or has_own)
    found = (dictionary.find_stem(*pair) for pair in pairs)
    return {stem.id: list(stem.groups) for stem in found if stem.id >= 0}


def find_bare(dictionary: TermDictionary, word: WordForms) -> WordTerms | None:
    """Return what `word` stands for in a segment; None if the forms must be compared with it."""
    # Which forms of unknown language have accents is not known for each of their main stems.
    if not word.is_bare or dictionary.main_stems is not None:
        return None
    of_term = dictionary.find_term(word.term)
    found = {pair: dictionary.find_stem(*pair) for pair in word.stems}
    if (
        of_term.has_accents
        or any(stem.has_accents for stem in found.values())
        or any(found[pair].id >= 0 for pair in word.stems - word.own_stems)
    ):
        return None
    groups_of_stems = set[int]().union(*(stem.groups for stem in found.values()))
    return WordTerms(
        TermForms.of_groups(dictionary, [*groups_of_stems, *of_term.groups]),
        TermForms.of_groups(dictionary, of_term.groups),
        TermForms.of_groups(dictionary, ()),
        tuple(sorted(stem.id for stem in found.values() if stem.id >= 0)),
        tuple(group_id for group_id in of_term.groups if group_id not in groups_of_stems),
    )


def compare_forms(dictionary: TermDictionary, word: WordForms) -> WordTerms:
    """Return what `word` stands for in a segment, by the forms that are written there."""
    groups_of_stem = _groups_of_stems(dictionary, word)
    forms: list[tuple[FormGroup, list[int]]] = []
    as_typed: list[tuple[FormGroup, list[int]]] = []
    other_accents: list[tuple[FormGroup, list[int]]] = []
    group_ids = _candidate_ids(dictionary, word, groups_of_stem.values())
    for group in dictionary.groups(sorted(group_ids)):
        of_word = word.accepted(group.language, group.forms)
        found: tuple[list[int], list[int], list[int]] = [], [], []
        for form_id, form in zip(group.form_ids, group.forms, strict=True):
            if form in of_word:
                found[0].append(form_id)
                if word.is_as_typed(form):
                    found[1].append(form_id)
                elif word.has_other_accents(group.language, form):
                    found[2].append(form_id)
        for of_group, part in zip((forms, as_typed, other_accents), found, strict=True):
            if part:
                of_group.append((group, part))
    whole = {group.id for group, part in forms if len(part) == len(group.forms)}
    whole_stems = [stem for stem, groups in groups_of_stem.items() if whole.issuperset(groups)]
    in_stems = {group_id for stem_id in whole_stems for group_id in groups_of_stem[stem_id]}
    return WordTerms(
        TermForms.of_parts(forms),
        TermForms.of_parts(as_typed),
        TermForms.of_parts(other_accents),
        tuple(whole_stems),
        tuple(sorted(whole - in_stems)),
    )
