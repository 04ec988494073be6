"""A query word → the forms, form groups and stems of a segment that it stands for.

The word's possible stems name the form groups that can belong to it. Their forms are then compared
with the word as they are written, which takes some microseconds for each.
"""

from excerpt.index.format.term_dictionary import TermDictionary
from excerpt.index.read.term_forms import TermForms, WordTerms
from excerpt.query.word_forms import WordForms

__all__ = ["candidate_groups", "find_word"]


def candidate_groups(dictionary: TermDictionary, word: WordForms) -> list[int]:
    """Return the form groups that can have forms of `word`, ascending."""
    group_ids = set(dictionary.groups_of_term(word.term))
    group_ids.update(*_groups_of_stems(dictionary, word).values())
    return sorted(group_ids)


def _groups_of_stems(dictionary: TermDictionary, word: WordForms) -> dict[int, list[int]]:
    """Return the possible stems of `word` in a segment, each with its form groups."""
    stem_ids = (dictionary.stem_id(*pair) for pair in sorted(word.stems))
    return {each: dictionary.groups_of_stem(each) for each in stem_ids if each >= 0}


def find_word(dictionary: TermDictionary, word: WordForms) -> WordTerms:
    """Return what `word` stands for in a segment."""
    groups_of_stem = _groups_of_stems(dictionary, word)
    accepted: list[int] = []
    as_typed: list[int] = []
    other_accents: list[int] = []
    whole: set[int] = set()
    for group_id in candidate_groups(dictionary, word):
        language, _ = dictionary.stem_of_group(group_id)
        form_ids = dictionary.forms_of_group(group_id)
        forms = dictionary.forms_of(group_id)
        of_word = word.accepted(language, forms)
        if len(of_word) == len(forms):
            whole.add(group_id)
        for form_id, form in zip(form_ids, forms, strict=True):
            if form in of_word:
                accepted.append(form_id)
                if word.is_as_typed(form):
                    as_typed.append(form_id)
                elif word.has_other_accents(language, form):
                    other_accents.append(form_id)
    whole_stems = [stem for stem, groups in groups_of_stem.items() if whole.issuperset(groups)]
    in_stems = {group_id for stem_id in whole_stems for group_id in groups_of_stem[stem_id]}
    return WordTerms(
        TermForms.of_forms(dictionary, accepted),
        TermForms.of_forms(dictionary, as_typed),
        TermForms.of_forms(dictionary, other_accents),
        tuple(whole_stems),
        tuple(sorted(whole - in_stems)),
    )
