/* A word of a query → what it stands for in each segment: the forms of its term and its stems.
 *
 * Most words are plain: neither they nor any form with their term or their stem have accents, and
 * they occur in each language of the index, so that their stems are those of their own forms. For
 * the others, Python compares forms as they are written (see index/read/word_terms.py).
 */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_GROUPS = 1 << 16, MAX_LANGUAGES = 64 };

int numbers_add(Numbers *numbers, uint64_t number) {
    if (numbers->n == numbers->room) {
        size_t room = 2 * numbers->room + 4;
        uint64_t *at = realloc(numbers->at, room * sizeof *at);
        if (!at) {
            return -1;
        }
        numbers->at = at;
        numbers->room = room;
    }
    numbers->at[numbers->n++] = number;
    return 0;
}

static int compare(const void *left, const void *right) {
    uint64_t first = *(const uint64_t *)left, second = *(const uint64_t *)right;
    return (first > second) - (first < second);
}

/* Sort numbers and drop those that occur twice. */
static void numbers_sort(Numbers *numbers) {
    size_t n = 0;
    if (numbers->n) {
        qsort(numbers->at, numbers->n, sizeof *numbers->at, compare);
    }
    for (size_t i = 0; i < numbers->n; i++) {
        if (!n || numbers->at[n - 1] != numbers->at[i]) {
            numbers->at[n++] = numbers->at[i];
        }
    }
    numbers->n = n;
}

/* Return whether a stem has forms with accents, -1 on failure. */
int stem_has_accents(const OpenSegment *segment, uint64_t stem) {
    const uint8_t *eight =
        column_part(&segment->file, &segment->columns.have_accents, stem / 8, stem / 8 + 1);
    return eight ? *eight >> (7 - stem % 8) & 1 : -1;
}

/* Look up a term. */
int term_find(const OpenSegment *segment, const uint8_t *utf8, size_t size, FoundTerm *found) {
    const Segment *columns = &segment->columns;
    const File *file = &segment->file;
    uint64_t n_terms = ascending_length(&columns->terms.offsets), id, first[2], last[2];
    Bisected bisected;
    *found = (FoundTerm){-1, {0, 0}, {0, 0}};
    if (!n_terms ||
        strings_bisect(file, &columns->terms, utf8, size, 0, n_terms - 1, &bisected)) {
        return -1;
    }
    if (!bisected.is_equal) {
        return 0;
    }
    if (ids_item(file, &columns->term_ids, bisected.index, &id) ||
        ascending_pair(file, &columns->first_group, id, found->groups) ||
        found->groups[0] >= found->groups[1] ||
        found->groups[1] - found->groups[0] > MAX_GROUPS ||
        ascending_pair(file, &columns->first_form, found->groups[0], first) ||
        ascending_pair(file, &columns->first_form, found->groups[1] - 1, last)) {
        return -1;
    }
    found->id = (int64_t)id;
    found->forms[0] = first[0];
    found->forms[1] = last[1];
    return 0;
}

/* Make a word of `n` segments, without forms. */
int word_start(QueryWord *word, size_t n) {
    *word = (QueryWord){n, calloc(n + 1, sizeof *word->in_segments)};
    for (size_t i = 0; word->in_segments && i < n; i++) {
        word->in_segments[i].term_id = -1;
    }
    return word->in_segments ? 0 : -1;
}

void word_free(QueryWord *word) {
    for (size_t i = 0; word->in_segments && i < word->n; i++) {
        SegmentWord *here = &word->in_segments[i];
        free(here->forms.groups);
        free(here->forms.ranges);
        free(here->stems.at);
        free(here->others.at);
        free(here->typed.at);
    }
    free(word->in_segments);
    *word = (QueryWord){0, NULL};
}

/* Return whether a group occurs in a live passage, -1 on failure. */
int group_is_live(const IndexSegment *part, uint64_t group) {
    const Lists *lists = &part->segment->columns.body.lists;
    Postings postings;
    uint64_t n;
    if (postings_count(&part->segment->file, lists, group, &n)) {
        return -1;
    }
    if (!part->live || !n) {
        return n > 0;
    }
    if (postings_read(&part->segment->file, lists, group, &postings)) {
        return -1;
    }
    int is_live = 0;
    for (size_t i = 0; i < postings.n && !is_live; i++) {
        is_live = part->live[postings.units[i] / 8] >> postings.units[i] % 8 & 1;
    }
    postings_free(&postings);
    return is_live;
}

/* Find the number in the index of the language of a stem. */
static int language_of(const IndexSegment *part, uint64_t stem, size_t *language) {
    const OpenSegment *segment = part->segment;
    for (size_t i = 0; i < part->n_languages; i++) {
        const uint8_t *bounds =
            column_part(&segment->file, &segment->columns.first_stems, i, i + 2);
        if (!bounds) {
            return -1;
        }
        if (stem >= load_u32(bounds) && stem < load_u32(bounds + 4)) {
            *language = part->languages[i];
            return 0;
        }
    }
    return -1;
}

/* Note the stems of a term's groups in a segment, by language; they must have no accents, and be
 * the same in all segments. */
static int note_stems(const IndexSegment *part, const FoundTerm *found, ShortString *own,
                      int *is_plain) {
    const OpenSegment *segment = part->segment;
    for (uint64_t group = found->groups[0]; group < found->groups[1]; group++) {
        uint64_t stem;
        size_t language;
        ShortString here;
        if (ids_item(&segment->file, &segment->columns.stem_ids, group, &stem)) {
            return -1;
        }
        int accents = stem_has_accents(segment, stem), is_live = group_is_live(part, group);
        if (accents < 0 || is_live < 0) {
            return -1;
        }
        *is_plain = *is_plain && !accents;
        if (!is_live) {
            continue;
        }
        if (language_of(part, stem, &language) || language >= MAX_LANGUAGES ||
            strings_item(&segment->file, &segment->columns.stems, stem, &here)) {
            return -1;
        }
        if (!own[language].size) {
            own[language] = here;
        } else if (own[language].size != here.size ||
                   memcmp(own[language].utf8, here.utf8, here.size) != 0) {
            *is_plain = 0;
        }
    }
    return 0;
}

/* Add a stem of the segment's language `i`, if it occurs, with its groups. */
static int add_stem(const IndexSegment *part, size_t i, const ShortString *stem,
                    SegmentWord *word, Numbers *groups, int *is_plain) {
    const OpenSegment *segment = part->segment;
    const Segment *columns = &segment->columns;
    const File *file = &segment->file;
    const uint8_t *bounds = column_part(file, &columns->first_stems, i, i + 2);
    Bisected bisected;
    uint64_t pair[2], group;
    if (!bounds || (load_u32(bounds) < load_u32(bounds + 4) &&
                    strings_bisect(file, &columns->stems, stem->utf8, stem->size,
                                   load_u32(bounds), load_u32(bounds + 4), &bisected))) {
        return -1;
    }
    if (load_u32(bounds) >= load_u32(bounds + 4) || !bisected.is_equal) {
        return 0;
    }
    int accents = stem_has_accents(segment, bisected.index);
    *is_plain = *is_plain && !accents;
    if (accents < 0 || numbers_add(&word->stems, bisected.index) ||
        ascending_pair(file, &columns->first_of_stem, bisected.index, pair) ||
        pair[1] - pair[0] > MAX_GROUPS) {
        return -1;
    }
    for (uint64_t at = pair[0]; at < pair[1]; at++) {
        if (ids_item(file, &columns->stem_groups, at, &group) || numbers_add(groups, group)) {
            return -1;
        }
    }
    return 0;
}

/* Fill in the groups of the term itself, given those of its stems: both ascend. */
static int add_groups(const OpenSegment *segment, const FoundTerm *found, int is_stemmed,
                      SegmentWord *word, Numbers *of_stems) {
    size_t n_of_stems = of_stems->n, i = 0;
    for (uint64_t group = found->groups[0]; group < found->groups[1]; group++) {
        while (i < n_of_stems && of_stems->at[i] < group) {
            i++;
        }
        int is_of_stem = i < n_of_stems && of_stems->at[i] == group;
        if ((is_stemmed && numbers_add(&word->typed, group)) ||
            (!is_of_stem && (numbers_add(&word->others, group) || numbers_add(of_stems, group)))) {
            return -1;
        }
    }
    numbers_sort(of_stems);
    word->term_id = is_stemmed ? -1 : found->id;
    word->all_typed = is_stemmed && word->typed.n == of_stems->n;
    word->forms = (Forms){of_stems->n, 0, of_stems->at, NULL, 0}; /* which owns the array now */
    *of_stems = (Numbers){0, 0, NULL};
    return forms_prepare(segment, &word->forms);
}

static int fill_in(const IndexSegment *part, const FoundTerm *found, const ShortString *own,
                   SegmentWord *word, int *is_plain) {
    Numbers groups = {0, 0, NULL};
    int failed = 0;
    for (size_t i = 0; own && !failed && i < part->n_languages; i++) {
        size_t language = part->languages[i];
        failed = language < MAX_LANGUAGES && own[language].size &&
                 add_stem(part, i, &own[language], word, &groups, is_plain);
    }
    numbers_sort(&groups);
    numbers_sort(&word->stems);
    failed = failed || add_groups(part->segment, found, own != NULL, word, &groups);
    free(groups.at);
    return failed ? -1 : 0;
}

/* Find what a word stands for. If it `is_stemmed`, these are all forms with its stems, and
 * `*is_plain` is 0 if its accents matter; otherwise those of the term alone. */
int word_find(const OpenIndex *index, const uint8_t *utf8, size_t size, int is_stemmed,
              QueryWord *word, int *is_plain) {
    FoundTerm *found = calloc(index->n + 1, sizeof *found);
    ShortString *own = is_stemmed ? calloc(MAX_LANGUAGES, sizeof *own) : NULL;
    int failed = word_start(word, index->n) || !found || (is_stemmed && !own);
    *is_plain = 1;
    for (size_t i = 0; !failed && i < index->n; i++) {
        failed = term_find(index->segments[i].segment, utf8, size, &found[i]) ||
                 (own && note_stems(&index->segments[i], &found[i], own, is_plain));
    }
    for (size_t i = 0; own && i < index->n_required; i++) {
        *is_plain = *is_plain && i < MAX_LANGUAGES && own[i].size;
    }
    for (size_t i = 0; !failed && *is_plain && i < index->n; i++) {
        failed = fill_in(&index->segments[i], &found[i], own, &word->in_segments[i], is_plain);
    }
    free(found);
    free(own);
    if (failed) {
        word_free(word);
    }
    return failed ? -1 : 0;
}

/* Return whether a form's last byte is one of those to keep; that of an empty one is 0. */
static int form_is_kept(const OpenSegment *segment, uint64_t form, const uint8_t *is_kept) {
    const Strings *forms = &segment->columns.forms;
    uint64_t pair[2];
    /* Form ids are counted from 1: 0 is a barrier. */
    if (!form || ascending_pair(&segment->file, &forms->offsets, form - 1, pair)) {
        return -1;
    }
    const uint8_t *last = NULL;
    if (pair[1] > pair[0]) {
        last = column_part(&segment->file, &forms->utf8, pair[1] - 1, pair[1]);
        if (!last) {
            return -1;
        }
    }
    return is_kept[last ? *last : 0];
}

/* Add those forms of a group that are kept to the ranges, and the group if there are any. */
static int keep_group(const OpenSegment *segment, const Forms *forms, uint64_t group,
                      const uint8_t *is_kept, Numbers *groups, Numbers *ranges) {
    uint64_t pair[2];
    size_t n_before = ranges->n;
    if (ascending_pair(&segment->file, &segment->columns.first_form, group, pair) ||
        pair[1] - pair[0] > MAX_GROUPS) {
        return -1;
    }
    for (uint64_t form = pair[0]; form < pair[1]; form++) {
        int kept = forms_contain(forms, form) ? form_is_kept(segment, form, is_kept) : 0;
        if (kept < 0 ||
            (kept && (numbers_add(ranges, form) || numbers_add(ranges, form + 1)))) {
            return -1;
        }
    }
    return ranges->n > n_before ? numbers_add(groups, group) : 0;
}

/* Keep only the forms of a word with some last bytes, by which marks are stored. */
int word_keep(const OpenIndex *index, const QueryWord *word, const uint8_t *is_kept,
              QueryWord *kept) {
    int failed = word->n != index->n || word_start(kept, index->n);
    if (failed) {
        return -1;
    }
    for (size_t i = 0; !failed && i < index->n; i++) {
        const Forms *forms = &word->in_segments[i].forms;
        Numbers groups = {0, 0, NULL}, ranges = {0, 0, NULL};
        for (size_t j = 0; !failed && j < forms->n_groups; j++) {
            failed = keep_group(index->segments[i].segment, forms, forms->groups[j], is_kept,
                                &groups, &ranges);
        }
        kept->in_segments[i].forms = (Forms){groups.n, ranges.n / 2, groups.at, ranges.at, 1};
    }
    if (failed) {
        word_free(kept);
    }
    return failed ? -1 : 0;
}
