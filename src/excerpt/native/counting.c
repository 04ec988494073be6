/* What a query term stands for in each segment → the term, for Python. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

/* A segment in the arguments of a function: its first passage in the index, and a bit for each of
 * its passages that is live (NULL: all are). */
typedef struct {
    OpenSegment *segment;
    uint64_t first;
    const uint8_t *live;
} OfSegment;

/* Numbers that Python gives. */
typedef struct {
    size_t n;
    uint64_t *at;
} Numbers;

/* What an occurrence counts in tenths, see `word_frequency` in query/ranking.py. */
typedef struct {
    int forms, as_typed, heading, title;
} Factors;

/* Read a tuple of numbers. */
static int numbers_read(PyObject *tuple, Numbers *numbers) {
    Py_ssize_t n = PyTuple_Check(tuple) ? PyTuple_Size(tuple) : -1;
    *numbers = (Numbers){0, NULL};
    if (n < 0 || !(numbers->at = malloc(((size_t)n + 1) * sizeof *numbers->at))) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        numbers->at[numbers->n++] = PyLong_AsUnsignedLongLong(PyTuple_GetItem(tuple, i));
    }
    if (PyErr_Occurred()) {
        free(numbers->at);
        *numbers = (Numbers){0, NULL};
        return -1;
    }
    return 0;
}

/* Read a segment from the first three elements of a tuple. */
static int of_segment_read(const Passages *passages, PyObject *part, OfSegment *of_segment) {
    if (!PyTuple_Check(part) || PyTuple_Size(part) < 3) {
        return -1;
    }
    PyObject *live = PyTuple_GetItem(part, 2);
    of_segment->segment = segment_of(PyTuple_GetItem(part, 0));
    of_segment->first = PyLong_AsUnsignedLongLong(PyTuple_GetItem(part, 1));
    of_segment->live = NULL;
    if (!of_segment->segment || PyErr_Occurred()) {
        return -1;
    }
    uint64_t n_units = of_segment->segment->columns.body.lists.n_units;
    if (of_segment->first > passages->n || n_units > passages->n - of_segment->first) {
        return -1;
    }
    if (live != Py_None) {
        if (!PyBytes_Check(live) || (uint64_t)PyBytes_Size(live) < (n_units + 7) / 8) {
            return -1;
        }
        of_segment->live = (const uint8_t *)PyBytes_AsString(live);
    }
    return 0;
}

/* Add one list of passages to a term. */
static int add_list(Builder *builder, const OfSegment *of_segment, const Lists *lists,
                    uint64_t list, int factor, int meaning) {
    Postings postings;
    if (lists->n_units != of_segment->segment->columns.body.lists.n_units ||
        postings_read(&of_segment->segment->file, lists, list, &postings)) {
        return -1;
    }
    return builder_add(builder, &postings, of_segment->first, of_segment->live, factor, meaning);
}

static int add_groups(Builder *builder, const OfSegment *of_segment, const Numbers *groups,
                      int factor, int meaning) {
    const Lists *lists = &of_segment->segment->columns.body.lists;
    int failed = 0;
    for (size_t i = 0; !failed && i < groups->n; i++) {
        failed = add_list(builder, of_segment, lists, groups->at[i], factor, meaning);
    }
    return failed;
}

/* Add the list of a stem, or those of its groups if it has none. */
static int add_stem(Builder *builder, const OfSegment *of_segment, uint64_t stem, int factor) {
    const Segment *columns = &of_segment->segment->columns;
    const File *file = &of_segment->segment->file;
    int64_t list;
    uint64_t pair[2] = {0, 0}, group;
    if (column_find(file, &columns->with_list, stem, &list)) {
        return -1;
    }
    if (list >= 0) {
        return add_list(builder, of_segment, &columns->stem_lists, (uint64_t)list, factor, IN_BODY);
    }
    int failed = ascending_pair(file, &columns->first_of_stem, stem, pair);
    for (uint64_t i = pair[0]; !failed && i < pair[1]; i++) {
        failed = ids_item(file, &columns->stem_groups, i, &group) ||
                 add_list(builder, of_segment, &columns->body.lists, group, factor, IN_BODY);
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
static int add_fields(Builder *builder, const OfSegment *of_segment, const Numbers *groups,
                      const Factors *factors) {
    const Segment *columns = &of_segment->segment->columns;
    const File *file = &of_segment->segment->file;
    int64_t list;
    for (size_t i = 0; i < groups->n; i++) {
        Postings postings;
        if (column_find(file, &columns->heading.groups, groups->at[i], &list) ||
            (list >= 0 && add_list(builder, of_segment, &columns->heading.lists, (uint64_t)list,
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
        if (to_passages(of_segment->segment, &postings)) {
            postings_free(&postings);
            return -1;
        }
        if (builder_add(builder, &postings, of_segment->first, of_segment->live, factors->title,
                        IN_FIELD)) {
            return -1;
        }
    }
    return 0;
}

static void forms_free(Forms *forms, size_t n) {
    for (size_t i = 0; forms && i < n; i++) {
        free(forms[i].groups);
        free(forms[i].ranges);
    }
    free(forms);
}

/* Read forms from a pair: a tuple of groups, and a tuple of ranges or None for whole groups. */
static int forms_read(const OpenSegment *segment, PyObject *pair, Forms *forms) {
    Numbers groups, ranges;
    if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2 ||
        numbers_read(PyTuple_GetItem(pair, 0), &groups)) {
        return -1;
    }
    forms->groups = groups.at;
    forms->n_groups = groups.n;
    forms->is_partial = PyTuple_GetItem(pair, 1) != Py_None;
    if (forms->is_partial) {
        if (numbers_read(PyTuple_GetItem(pair, 1), &ranges)) {
            return -1;
        }
        forms->ranges = ranges.at;
        forms->n_ranges = ranges.n / 2;
    }
    return forms_prepare(segment, forms);
}

/* Read a tuple of forms; NULL on failure. */
static Forms *all_forms_read(const OpenSegment *segment, PyObject *tuple, size_t *n) {
    if (!PyTuple_Check(tuple)) {
        return NULL;
    }
    *n = (size_t)PyTuple_Size(tuple);
    Forms *forms = calloc(*n + 1, sizeof *forms);
    for (size_t i = 0; forms && i < *n; i++) {
        if (forms_read(segment, PyTuple_GetItem(tuple, (Py_ssize_t)i), &forms[i])) {
            forms_free(forms, *n);
            return NULL;
        }
    }
    return forms;
}

/* The numbers of a word in a segment, in this order. */
enum { STEMS, GROUPS, AS_TYPED, ALL_GROUPS, N_KINDS };

static int add_numbers(Builder *builder, const OfSegment *of_segment, const Numbers *numbers,
                       const Factors *factors, int all_as_typed) {
    int factor = factors->forms + (all_as_typed ? factors->as_typed : 0), failed = 0;
    for (size_t i = 0; !failed && i < numbers[STEMS].n; i++) {
        failed = add_stem(builder, of_segment, numbers[STEMS].at[i], factor);
    }
    return failed || add_groups(builder, of_segment, &numbers[GROUPS], factor, IN_BODY) ||
                   add_groups(builder, of_segment, &numbers[AS_TYPED], factors->as_typed,
                              COUNTS_ONLY) ||
                   add_fields(builder, of_segment, &numbers[ALL_GROUPS], factors)
               ? -1
               : 0;
}

/* Return whether each of the parts of a spelling occurs in a stream, -1 on failure. */
static int may_occur(const OpenSegment *segment, const Stream *stream, const Forms *parts,
                     size_t n_parts) {
    int occur = stream->groups.length > 0;
    for (size_t i = 0; occur && i < n_parts; i++) {
        int64_t list = -1;
        for (size_t j = 0; list < 0 && j < parts[i].n_groups; j++) {
            if (column_find(&segment->file, &stream->groups, parts[i].groups[j], &list)) {
                return -1;
            }
        }
        occur = list >= 0;
    }
    return occur;
}

/* Add the spelling of a word in parts. It fails if it may occur in a heading or title. */
static int add_spelling(Builder *builder, const OfSegment *of_segment, PyObject *spelling,
                        const Numbers *groups, int factor) {
    OpenSegment *segment = of_segment->segment;
    size_t n = 0;
    Forms word = {groups->n, 0, groups->at, NULL, 0};
    Forms *parts = all_forms_read(segment, spelling, &n);
    Postings found;
    int failed = !parts || (n && (may_occur(segment, &segment->columns.heading, parts, n) ||
                                  may_occur(segment, &segment->columns.title, parts, n) ||
                                  forms_prepare(segment, &word) ||
                                  spelling_count(segment, parts, n, &word, &found) ||
                                  builder_add(builder, &found, of_segment->first,
                                              of_segment->live, factor, IN_BODY)));
    free(word.ranges);
    forms_free(parts, n);
    return failed ? -1 : 0;
}

/* Add a word in one segment: the segment, then four tuples of numbers, as above, and the forms of
 * its spelling in parts. If the tuple of groups as typed is None, all forms are as typed. */
static int add_word(Builder *builder, PyObject *part, const Factors *factors) {
    Numbers numbers[N_KINDS] = {{0, NULL}};
    OfSegment of_segment;
    int failed = of_segment_read(builder->passages, part, &of_segment) ||
                 PyTuple_Size(part) != 4 + N_KINDS;
    int all_as_typed = !failed && PyTuple_GetItem(part, 3 + AS_TYPED) == Py_None;
    for (int kind = 0; !failed && kind < N_KINDS; kind++) {
        if (kind != AS_TYPED || !all_as_typed) {
            failed = numbers_read(PyTuple_GetItem(part, 3 + kind), &numbers[kind]);
        }
    }
    failed = failed || add_numbers(builder, &of_segment, numbers, factors, all_as_typed) ||
             add_spelling(builder, &of_segment, PyTuple_GetItem(part, 3 + N_KINDS),
                          &numbers[ALL_GROUPS], factors->forms);
    for (int kind = 0; kind < N_KINDS; kind++) {
        free(numbers[kind].at);
    }
    return failed ? -1 : 0;
}

PyObject *count_word(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *parts;
    Factors factors;
    if (!PyArg_ParseTuple(arguments, "OO!(iiii)", &capsule, &PyTuple_Type, &parts, &factors.forms,
                          &factors.as_typed, &factors.heading, &factors.title)) {
        return NULL;
    }
    const Passages *passages = passages_of(capsule);
    if (!passages) {
        return NULL;
    }
    Builder builder;
    int failed = builder_start(&builder, passages);
    for (Py_ssize_t i = 0; !failed && i < PyTuple_Size(parts); i++) {
        failed = add_word(&builder, PyTuple_GetItem(parts, i), &factors);
    }
    return new_term(builder_finish(&builder, failed));
}

/* Count a phrase in one segment: the segment, its forms, and pairs of index and list. */
static int phrase_read(const OfSegment *of_segment, PyObject *part, Postings *found) {
    Numbers pairs;
    size_t n = 0;
    if (PyTuple_Size(part) != 5 || numbers_read(PyTuple_GetItem(part, 4), &pairs)) {
        return -1;
    }
    Forms *forms = all_forms_read(of_segment->segment, PyTuple_GetItem(part, 3), &n);
    int failed = !forms;
    for (size_t i = 0; !failed && i + 1 < pairs.n; i += 2) {
        failed = pairs.at[i] + 1 >= n; /* a pair has two parts of the phrase */
    }
    _Static_assert(sizeof(Pair) == 2 * sizeof(uint64_t), "pairs are read as two numbers");
    failed = failed || phrase_count(of_segment->segment, forms, n, (const Pair *)pairs.at,
                                    pairs.n / 2, found);
    forms_free(forms, n);
    free(pairs.at);
    return failed ? -1 : 0;
}

/* Count two words near each other in one segment: the segment, and the forms of both. */
static int near_read(const OfSegment *of_segment, PyObject *part, uint64_t distance, int is_ordered,
                     Postings *found) {
    size_t n = 0;
    Forms *sides = PyTuple_Size(part) == 4
                       ? all_forms_read(of_segment->segment, PyTuple_GetItem(part, 3), &n)
                       : NULL;
    int failed = !sides || n != 2 ||
                 near_count(of_segment->segment, sides, distance, is_ordered, found);
    forms_free(sides, n);
    return failed ? -1 : 0;
}

/* Return the term that occurs in these parts: a phrase, or with a distance, two words. */
static PyObject *count_parts(PyObject *capsule, PyObject *parts, long long distance,
                             int is_ordered) {
    const Passages *passages = passages_of(capsule);
    if (!passages) {
        return NULL;
    }
    Builder builder;
    int failed = builder_start(&builder, passages);
    for (Py_ssize_t i = 0; !failed && i < PyTuple_Size(parts); i++) {
        PyObject *part = PyTuple_GetItem(parts, i);
        OfSegment of_segment;
        Postings found;
        failed = of_segment_read(passages, part, &of_segment) ||
                 (distance < 0
                      ? phrase_read(&of_segment, part, &found)
                      : near_read(&of_segment, part, (uint64_t)distance, is_ordered, &found)) ||
                 builder_add(&builder, &found, of_segment.first, of_segment.live, 10, IN_BODY);
    }
    return new_term(builder_finish(&builder, failed));
}

PyObject *count_phrase(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *parts;
    if (!PyArg_ParseTuple(arguments, "OO!", &capsule, &PyTuple_Type, &parts)) {
        return NULL;
    }
    return count_parts(capsule, parts, -1, 0);
}

PyObject *count_near(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *parts;
    long long distance;
    int is_ordered;
    if (!PyArg_ParseTuple(arguments, "OO!Lp", &capsule, &PyTuple_Type, &parts, &distance,
                          &is_ordered)) {
        return NULL;
    }
    return count_parts(capsule, parts, distance < 0 ? 0 : distance, is_ordered);
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
