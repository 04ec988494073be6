/* Phrases in some passages → the spans of words that they cover, for Python. */
#include "objects.h"

#include <stdlib.h>

/* A word or a phrase: its words in one segment. */
typedef struct {
    size_t n;
    const SegmentWord **words;
} SpanPhrase;

/* The tokens of a passage, and those of the next ones that a phrase can reach. */
typedef struct {
    const OpenSegment *segment;
    const uint8_t *form_ids;
    uint64_t first, n_own, n;
} Tokens;

enum { BARRIER = 0, RARE = 0xFFFF };

static void phrases_free(SpanPhrase *phrases, size_t n) {
    for (size_t i = 0; phrases && i < n; i++) {
        free(phrases[i].words);
    }
    free(phrases);
}

/* Read tuples of words, and take them in a segment; NULL on failure. `*longest` is the number of
 * words of the longest. */
static SpanPhrase *phrases_read(const OpenIndex *index, size_t segment, PyObject *tuples,
                                size_t *longest) {
    size_t n = (size_t)PyTuple_Size(tuples);
    SpanPhrase *phrases = calloc(n + 1, sizeof *phrases);
    int failed = !phrases;
    *longest = 1;
    for (size_t i = 0; !failed && i < n; i++) {
        PyObject *tuple = PyTuple_GetItem(tuples, (Py_ssize_t)i);
        Py_ssize_t n_words = PyTuple_Check(tuple) ? PyTuple_Size(tuple) : 0;
        phrases[i].words = malloc(((size_t)n_words + 1) * sizeof *phrases[i].words);
        failed = n_words < 1 || !phrases[i].words;
        for (Py_ssize_t j = 0; !failed && j < n_words; j++) {
            const QueryWord *word = word_of(PyTuple_GetItem(tuple, j));
            failed = !word || word->n != index->n;
            phrases[i].words[j] = failed ? NULL : &word->in_segments[segment];
        }
        phrases[i].n = (size_t)n_words;
        *longest = phrases[i].n > *longest ? phrases[i].n : *longest;
    }
    if (failed) {
        phrases_free(phrases, n);
        return NULL;
    }
    return phrases;
}

/* Return whether a word is token `i`, -1 on failure. */
static int word_is_at(const Tokens *tokens, const SegmentWord *word, uint64_t i) {
    uint32_t form_id = load_u16(tokens->form_ids + 2 * i);
    return form_id == RARE ? forms_occur(tokens->segment, &word->forms, tokens->first + i)
                           : form_id != BARRIER && forms_contain(&word->forms, form_id);
}

/* Return whether a phrase begins at token `i`, -1 on failure. */
static int phrase_is_at(const Tokens *tokens, const SpanPhrase *phrase, uint64_t i) {
    int is_there = i + phrase->n <= tokens->n;
    for (size_t j = 0; is_there > 0 && j < phrase->n; j++) {
        is_there = word_is_at(tokens, phrase->words[j], i + j);
    }
    return is_there;
}

/* Add the span of `size` words from word `first` on, unless it is there: spans that begin alike are
 * at the end of the list, in ascending order. */
static int add_span(PyObject *spans, uint64_t first, size_t size) {
    PyObject *span = Py_BuildValue("(KK)", (unsigned long long)first,
                                   (unsigned long long)(first + size));
    Py_ssize_t at = PyList_Size(spans);
    int order = 1;
    while (span && at > 0 && order == 1) {
        PyObject *before = PyList_GetItem(spans, at - 1);
        int is_less = PyObject_RichCompareBool(span, before, Py_LT);
        int is_equal = is_less ? 0 : PyObject_RichCompareBool(span, before, Py_EQ);
        order = is_less < 0 || is_equal < 0 ? -1 : is_less ? 1 : is_equal ? 0 : 2;
        at -= order == 1;
    }
    int failed = !span || order < 0 || (order > 0 && PyList_Insert(spans, at, span));
    Py_XDECREF(span);
    return failed ? -1 : 0;
}

/* Return the spans of phrases that begin in a passage; NULL on failure. */
static PyObject *passage_spans(const Tokens *tokens, const SpanPhrase *phrases, size_t n_phrases) {
    PyObject *spans = PyList_New(0);
    uint64_t n_words = 0;
    for (uint64_t i = 0; spans && i < tokens->n_own; i++) {
        for (size_t j = 0; spans && j < n_phrases; j++) {
            int is_there = phrase_is_at(tokens, &phrases[j], i);
            if (is_there < 0 || (is_there && add_span(spans, n_words, phrases[j].n))) {
                Py_CLEAR(spans);
            }
        }
        n_words += load_u16(tokens->form_ids + 2 * i) != BARRIER;
    }
    return spans;
}

/* Find the tokens of a passage, and up to `ahead` after it. */
static int tokens_read(const OpenSegment *segment, uint64_t passage, size_t ahead, Tokens *tokens) {
    const Stream *body = &segment->columns.body;
    uint64_t bounds[2], n_all = body->form_ids.length;
    if (ascending_pair(&segment->file, &body->unit_offsets, passage, bounds) ||
        bounds[0] > bounds[1] || bounds[1] > n_all) {
        return -1;
    }
    uint64_t end = n_all - bounds[1] < ahead ? n_all : bounds[1] + ahead;
    *tokens = (Tokens){segment, column_part(&segment->file, &body->form_ids, bounds[0], end),
                       bounds[0], bounds[1] - bounds[0], end - bounds[0]};
    return tokens->form_ids ? 0 : -1;
}

/* Return the spans in a passage of an index; NULL on failure. */
static PyObject *spans_of(const OpenIndex *index, PyObject *tuples, uint64_t doc_id) {
    size_t segment = index->n, longest;
    Tokens tokens;
    while (segment > 0 && index->segments[segment - 1].first > doc_id) {
        segment--;
    }
    if (!segment--) {
        return NULL;
    }
    const IndexSegment *part = &index->segments[segment];
    SpanPhrase *phrases = phrases_read(index, segment, tuples, &longest);
    int failed = !phrases ||
                 tokens_read(part->segment, doc_id - part->first, longest - 1, &tokens);
    size_t n_phrases = (size_t)PyTuple_Size(tuples);
    PyObject *spans = failed ? NULL : passage_spans(&tokens, phrases, n_phrases);
    phrases_free(phrases, n_phrases);
    return spans;
}

/* find_spans(index, phrases, doc_ids): for each passage the spans of words of phrases, which are
 * tuples of words, that begin there */
PyObject *find_spans(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *phrases, *doc_ids;
    if (!PyArg_ParseTuple(arguments, "OO!O!", &capsule, &PyTuple_Type, &phrases, &PyTuple_Type,
                          &doc_ids)) {
        return NULL;
    }
    const OpenIndex *index = index_of(capsule);
    if (!index) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_Size(doc_ids);
    PyObject *found = PyList_New(n);
    for (Py_ssize_t i = 0; found && i < n; i++) {
        uint64_t doc_id = PyLong_AsUnsignedLongLong(PyTuple_GetItem(doc_ids, i));
        PyObject *spans = PyErr_Occurred() ? NULL : spans_of(index, phrases, doc_id);
        if (spans) {
            PyList_SetItem(found, i, spans);
        } else {
            Py_CLEAR(found);
        }
    }
    return result_or_none(found);
}
