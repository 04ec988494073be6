/* What a query term stands for in each segment → the term, for Python. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

/* What an occurrence counts in tenths, see `word_frequency` in query/ranking.py. */
typedef struct {
    int forms, as_typed, heading, title;
} Factors;

/* Return whether all passages of an index are among `passages`. */
static int fits(const OpenIndex *index, const Passages *passages) {
    int is_within = 1;
    for (size_t i = 0; i < index->n && is_within; i++) {
        uint64_t first = index->segments[i].first;
        uint64_t n_units = index->segments[i].segment->columns.body.lists.n_units;
        is_within = first <= passages->n && n_units <= passages->n - first;
    }
    return is_within;
}

/* Add one list of passages to a term. */
static int add_list(Builder *builder, const IndexSegment *part, const Lists *lists,
                    uint64_t list, int factor, int meaning) {
    Postings postings;
    if (lists->n_units != part->segment->columns.body.lists.n_units ||
        postings_read(&part->segment->file, lists, list, &postings)) {
        return -1;
    }
    return builder_add(builder, &postings, part->first, part->live, factor, meaning);
}

static int add_groups(Builder *builder, const IndexSegment *part, const Numbers *groups,
                      int factor, int meaning) {
    const Lists *lists = &part->segment->columns.body.lists;
    int failed = 0;
    for (size_t i = 0; !failed && i < groups->n; i++) {
        failed = add_list(builder, part, lists, groups->at[i], factor, meaning);
    }
    return failed;
}

/* Add the list of a stem, or those of its groups if it has none. */
static int add_stem(Builder *builder, const IndexSegment *part, uint64_t stem, int factor) {
    const Segment *columns = &part->segment->columns;
    const File *file = &part->segment->file;
    int64_t list;
    uint64_t pair[2] = {0, 0}, group;
    if (column_find(file, &columns->with_list, stem, &list)) {
        return -1;
    }
    if (list >= 0) {
        return add_list(builder, part, &columns->stem_lists, (uint64_t)list, factor, IN_BODY);
    }
    int failed = ascending_pair(file, &columns->first_of_stem, stem, pair);
    for (uint64_t i = pair[0]; !failed && i < pair[1]; i++) {
        failed = ids_item(file, &columns->stem_groups, i, &group) ||
                 add_list(builder, part, &columns->body.lists, group, factor, IN_BODY);
    }
    return failed;
}

/* Replace documents, each with a frequency, by all their passages. */
static int to_passages(const OpenSegment *segment, Postings *postings) {
    const Column *first_passage = &segment->columns.first_passage;
    uint64_t n_passages = segment->columns.body.lists.n_units, n = 0;
    Postings found = {0, malloc((n_passages + 1) * sizeof(uint32_t)),
                      malloc((n_passages + 1) * sizeof(uint32_t))};
    int failed = !found.units || !found.frequencies;
    for (size_t i = 0; !failed && i < postings->n; i++) {
        uint64_t document = postings->units[i];
        const uint8_t *at = column_part(&segment->file, first_passage, document, document + 2);
        uint64_t first = at ? load_u32(at) : 0, end = at ? load_u32(at + 4) : 0;
        failed = !at || first > end || end > n_passages || (n && first <= found.units[n - 1]);
        for (uint64_t passage = first; !failed && passage < end; passage++) {
            found.units[n] = (uint32_t)passage;
            found.frequencies[n++] = postings->frequencies ? postings->frequencies[i] : 1;
        }
    }
    found.n = n;
    postings_free(failed ? &found : postings);
    if (!failed) {
        *postings = found;
    }
    return failed ? -1 : 0;
}

/* Add the passages below headings and titles with one of `groups`. */
static int add_fields(Builder *builder, const IndexSegment *part, const Numbers *groups,
                      const Factors *factors) {
    const Segment *columns = &part->segment->columns;
    const File *file = &part->segment->file;
    int64_t list;
    for (size_t i = 0; i < groups->n; i++) {
        Postings postings;
        if (column_find(file, &columns->heading.groups, groups->at[i], &list) ||
            (list >= 0 && add_list(builder, part, &columns->heading.lists, (uint64_t)list,
                                   factors->heading, IN_FIELD)) ||
            column_find(file, &columns->title.groups, groups->at[i], &list)) {
            return -1;
        }
        if (list < 0) {
            continue;
        }
        if (postings_read(file, &columns->title.lists, (uint64_t)list, &postings)) {
            return -1;
        }
        if (to_passages(part->segment, &postings)) {
            postings_free(&postings);
            return -1;
        }
        if (builder_add(builder, &postings, part->first, part->live, factors->title,
                        IN_FIELD)) {
            return -1;
        }
    }
    return 0;
}

/* Add the forms of a word in one segment. Fields without a factor do not count. */
static int add_forms(Builder *builder, const IndexSegment *part, const SegmentWord *word,
                     const Factors *factors) {
    int factor = factors->forms + (word->all_typed ? factors->as_typed : 0), failed = 0;
    Numbers all = {word->forms.n_groups, 0, word->forms.groups};
    for (size_t i = 0; !failed && i < word->stems.n; i++) {
        failed = add_stem(builder, part, word->stems.at[i], factor);
    }
    failed = failed || add_groups(builder, part, &word->others, factor, IN_BODY);
    if (!failed && factors->as_typed && !word->all_typed) {
        failed = add_groups(builder, part, &word->typed, factors->as_typed, COUNTS_ONLY);
    }
    return failed || (factors->heading && add_fields(builder, part, &all, factors)) ? -1 : 0;
}

/* Words in one segment. */
typedef struct {
    size_t n;
    const SegmentWord **at;
} Parts;

/* Read a tuple of words of an index, and keep what each is in segment `i`. */
static int parts_read(const OpenIndex *index, size_t i, PyObject *tuple, Parts *parts) {
    size_t n = PyTuple_Check(tuple) ? (size_t)PyTuple_Size(tuple) : 0;
    *parts = (Parts){n, malloc((n + 1) * sizeof *parts->at)};
    int failed = !PyTuple_Check(tuple) || !parts->at;
    for (size_t j = 0; !failed && j < n; j++) {
        const QueryWord *word = word_of(PyTuple_GetItem(tuple, (Py_ssize_t)j));
        failed = !word || word->n != index->n;
        parts->at[j] = failed ? NULL : &word->in_segments[i];
    }
    return failed ? -1 : 0;
}

/* Return whether each of the parts of a spelling occurs in a stream, -1 on failure. */
static int may_occur(const OpenSegment *segment, const Stream *stream, const Parts *parts) {
    int occur = stream->groups.length > 0;
    for (size_t i = 0; occur && i < parts->n; i++) {
        const Forms *forms = &parts->at[i]->forms;
        int64_t list = -1;
        for (size_t j = 0; list < 0 && j < forms->n_groups; j++) {
            if (column_find(&segment->file, &stream->groups, forms->groups[j], &list)) {
                return -1;
            }
        }
        occur = list >= 0;
    }
    return occur;
}

/* Add the spelling of a word in parts. It fails if it may occur in a heading or title. */
static int add_spelling(Builder *builder, const IndexSegment *part, const Parts *parts,
                        const SegmentWord *word, int factor) {
    OpenSegment *segment = part->segment;
    Postings found;
    return may_occur(segment, &segment->columns.heading, parts) ||
                   may_occur(segment, &segment->columns.title, parts) ||
                   spelling_count(segment, parts->at, parts->n, &word->forms, &found) ||
                   builder_add(builder, &found, part->first, part->live, factor, IN_BODY)
               ? -1
               : 0;
}

/* count_word(passages, index, word, spelling, factors): a word and its spelling in parts, or () */
PyObject *count_word(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *of_passages, *of_index, *of_word, *spelling;
    Factors factors;
    if (!PyArg_ParseTuple(arguments, "OOOO!(iiii)", &of_passages, &of_index, &of_word,
                          &PyTuple_Type, &spelling, &factors.forms, &factors.as_typed,
                          &factors.heading, &factors.title)) {
        return NULL;
    }
    const Passages *passages = passages_of(of_passages);
    const OpenIndex *index = passages ? index_of(of_index) : NULL;
    const QueryWord *word = index ? word_of(of_word) : NULL;
    if (!word) {
        return NULL;
    }
    Builder builder;
    int failed = builder_start(&builder, passages) || word->n != index->n || !fits(index, passages);
    for (size_t i = 0; !failed && i < index->n; i++) {
        const IndexSegment *part = &index->segments[i];
        const SegmentWord *here = &word->in_segments[i];
        Parts parts = {0, NULL};
        failed = add_forms(&builder, part, here, &factors) ||
                 parts_read(index, i, spelling, &parts) ||
                 (parts.n && add_spelling(&builder, part, &parts, here, factors.forms));
        free(parts.at);
    }
    return new_term(builder_finish(&builder, failed));
}

/* What is counted of the words in each segment: the phrase of them, or with a distance, two of
 * them near each other. */
typedef struct {
    long long distance;
    int is_ordered;
} Proximity;

/* Count the words in one segment. */
static int count_there(const IndexSegment *part, const Parts *parts, const Proximity *proximity,
                       Postings *found) {
    if (proximity->distance < 0) {
        return phrase_count(part->segment, parts->at, parts->n, found);
    }
    if (parts->n != 2) {
        return -1;
    }
    const Forms *sides[2] = {&parts->at[0]->forms, &parts->at[1]->forms};
    return near_count(part->segment, sides, (uint64_t)proximity->distance, proximity->is_ordered,
                      found);
}

/* Return the term that occurs where any of some tuples of words do. */
static PyObject *count_parts(PyObject *of_passages, PyObject *of_index, PyObject *tuples,
                             Proximity proximity) {
    const Passages *passages = passages_of(of_passages);
    const OpenIndex *index = passages ? index_of(of_index) : NULL;
    if (!index) {
        return NULL;
    }
    Builder builder;
    int failed = builder_start(&builder, passages) || !fits(index, passages);
    for (Py_ssize_t number = 0; !failed && number < PyTuple_Size(tuples); number++) {
        for (size_t i = 0; !failed && i < index->n; i++) {
            const IndexSegment *part = &index->segments[i];
            Parts parts;
            Postings found;
            failed = parts_read(index, i, PyTuple_GetItem(tuples, number), &parts) ||
                     count_there(part, &parts, &proximity, &found) ||
                     builder_add(&builder, &found, part->first, part->live, 10, IN_BODY);
            free(parts.at);
        }
    }
    return new_term(builder_finish(&builder, failed));
}

/* count_phrase(passages, index, phrases): tuples of words; no two begin at the same token */
PyObject *count_phrase(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *passages, *index, *phrases;
    if (!PyArg_ParseTuple(arguments, "OOO!", &passages, &index, &PyTuple_Type, &phrases)) {
        return NULL;
    }
    return count_parts(passages, index, phrases, (Proximity){-1, 0});
}

/* count_near(passages, index, sides, distance, is_ordered): two words */
PyObject *count_near(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *passages, *index, *sides;
    Proximity proximity;
    if (!PyArg_ParseTuple(arguments, "OOO!Lp", &passages, &index, &PyTuple_Type, &sides,
                          &proximity.distance, &proximity.is_ordered)) {
        return NULL;
    }
    proximity.distance = proximity.distance < 0 ? 0 : proximity.distance;
    PyObject *alone = PyTuple_Pack(1, sides);
    PyObject *found = alone ? count_parts(passages, index, alone, proximity) : NULL;
    Py_XDECREF(alone);
    return found;
}

/* Copy given passages and their frequencies in tenths; -1 if they are not right. */
static int given_read(const Passages *passages, const Py_buffer *doc_ids, const Py_buffer *tenths,
                      Postings *found) {
    size_t n = (size_t)doc_ids->len / sizeof(int64_t);
    const int64_t *at = doc_ids->buf;
    *found = (Postings){n, malloc((n + 1) * sizeof(uint32_t)), malloc((n + 1) * sizeof(uint32_t))};
    int failed = !found->units || !found->frequencies || (size_t)tenths->len != 4 * n;
    for (size_t i = 0; !failed && i < n; i++) {
        failed = at[i] < 0 || (uint64_t)at[i] >= passages->n || (i && at[i] <= at[i - 1]);
        found->units[i] = (uint32_t)at[i];
    }
    if (failed) {
        postings_free(found);
        return -1;
    }
    memcpy(found->frequencies, tenths->buf, 4 * n);
    return 0;
}

PyObject *make_term(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule;
    Py_buffer doc_ids, tenths, more_ids, more_tenths;
    unsigned long long n_occurrences;
    if (!PyArg_ParseTuple(arguments, "Oy*y*y*y*K", &capsule, &doc_ids, &tenths, &more_ids,
                          &more_tenths, &n_occurrences)) {
        return NULL;
    }
    const Passages *passages = passages_of(capsule);
    Term *term = NULL;
    if (passages) {
        Builder builder;
        Postings in_body, in_field;
        int failed = builder_start(&builder, passages) ||
                     given_read(passages, &doc_ids, &tenths, &in_body) ||
                     builder_add(&builder, &in_body, 0, NULL, 1, IN_BODY) ||
                     given_read(passages, &more_ids, &more_tenths, &in_field) ||
                     builder_add(&builder, &in_field, 0, NULL, 1, IN_FIELD);
        term = builder_finish(&builder, failed);
    }
    PyBuffer_Release(&doc_ids);
    PyBuffer_Release(&tenths);
    PyBuffer_Release(&more_ids);
    PyBuffer_Release(&more_tenths);
    if (term) {
        term->n_occurrences = n_occurrences;
    }
    return passages ? new_term(term) : NULL;
}
