/* Words and phrases in some passages → the spans of words that they cover, for Python. */
#include "objects.h"

#include <stdlib.h>

/* A word or a phrase: its words in one segment. */
typedef struct {
    size_t n;
    const SegmentWord **words;
} SpanPhrase;

/* A word or a phrase in all its spellings. */
typedef struct {
    size_t n;
    SpanPhrase *phrases;
} Operand;

/* The tokens of a passage, and those of the next ones that a phrase can reach. */
typedef struct {
    const OpenSegment *segment;
    const uint8_t *form_ids;
    uint64_t first, n_own, n;
} Tokens;

enum { BARRIER = 0, RARE = 0xFFFF };
enum { SIZE_BITS = 16, MAX_SIZE = (1 << SIZE_BITS) - 1 }; /* of the words of a phrase */

static void operands_free(Operand *operands, size_t n) {
    for (size_t i = 0; operands && i < n; i++) {
        for (size_t j = 0; operands[i].phrases && j < operands[i].n; j++) {
            free(operands[i].phrases[j].words);
        }
        free(operands[i].phrases);
    }
    free(operands);
}

/* Read a tuple of words, and keep what each is in one segment. */
static int phrase_read(const OpenIndex *index, size_t segment, PyObject *tuple,
                       SpanPhrase *phrase) {
    Py_ssize_t n = PyTuple_Check(tuple) ? PyTuple_Size(tuple) : 0;
    if (n < 1 || n > MAX_SIZE || !(phrase->words = malloc((size_t)n * sizeof *phrase->words))) {
        return -1;
    }
    phrase->n = (size_t)n;
    for (Py_ssize_t i = 0; i < n; i++) {
        const QueryWord *word = word_of(PyTuple_GetItem(tuple, i));
        if (!word || word->n != index->n) {
            return -1;
        }
        phrase->words[i] = &word->in_segments[segment];
    }
    return 0;
}

/* Read tuples of phrases; NULL on failure. `*longest` is the number of words of the longest. */
static Operand *operands_read(const OpenIndex *index, size_t segment, PyObject *tuples,
                              size_t *longest) {
    size_t n = (size_t)PyTuple_Size(tuples);
    Operand *operands = calloc(n + 1, sizeof *operands);
    int failed = !operands;
    *longest = 1;
    for (size_t i = 0; !failed && i < n; i++) {
        PyObject *tuple = PyTuple_GetItem(tuples, (Py_ssize_t)i);
        Operand *operand = &operands[i];
        operand->n = PyTuple_Check(tuple) ? (size_t)PyTuple_Size(tuple) : 0;
        operand->phrases = calloc(operand->n + 1, sizeof *operand->phrases);
        failed = !operand->n || !operand->phrases;
        for (size_t j = 0; !failed && j < operand->n; j++) {
            SpanPhrase *phrase = &operand->phrases[j];
            failed = phrase_read(index, segment, PyTuple_GetItem(tuple, (Py_ssize_t)j), phrase);
            *longest = phrase->n > *longest ? phrase->n : *longest;
        }
    }
    if (failed) {
        operands_free(operands, n);
        return NULL;
    }
    return operands;
}

/* Return whether token `i` is a word. */
static int is_word_at(const Tokens *tokens, uint64_t i) {
    return load_u16(tokens->form_ids + 2 * i) != BARRIER;
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

/* Return the length of the shortest phrase that begins at token `i`, 0 if none, -1 on failure. */
static int64_t shortest_at(const Tokens *tokens, const Operand *operand, uint64_t i) {
    size_t shortest = 0;
    for (size_t j = 0; j < operand->n; j++) {
        const SpanPhrase *phrase = &operand->phrases[j];
        int is_there =
            shortest && shortest <= phrase->n ? 0 : phrase_is_at(tokens, phrase, i);
        if (is_there < 0) {
            return -1;
        }
        shortest = is_there ? phrase->n : shortest;
    }
    return (int64_t)shortest;
}

/* Add the spans of an operand that begin in the passage and contain no other of its spans. These
 * are found from the last token to the first, with the least end so far. */
static int add_spans(const Tokens *tokens, const Operand *operand, Numbers *spans) {
    uint64_t least_end = UINT64_MAX, n_words = 0;
    for (uint64_t i = 0; i < tokens->n_own; i++) {
        n_words += is_word_at(tokens, i);
    }
    for (uint64_t i = tokens->n; i-- > 0;) {
        n_words -= i < tokens->n_own && is_word_at(tokens, i);
        int64_t size = shortest_at(tokens, operand, i);
        uint64_t end = i + (uint64_t)size;
        if (size < 0) {
            return -1;
        }
        if (!size || end >= least_end) {
            continue;
        }
        least_end = end;
        /* in one number, so that spans are sorted by their first words, then by their ends */
        if (i < tokens->n_own && numbers_add(spans, n_words << SIZE_BITS | (uint64_t)size)) {
            return -1;
        }
    }
    return 0;
}

static int compare(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Return the distinct spans of operands that begin in a passage, ascending; NULL on failure. */
static PyObject *passage_spans(const Tokens *tokens, const Operand *operands, size_t n) {
    Numbers spans = {0, 0, NULL};
    int failed = 0;
    for (size_t i = 0; !failed && i < n; i++) {
        failed = add_spans(tokens, &operands[i], &spans);
    }
    if (spans.n) {
        qsort(spans.at, spans.n, sizeof *spans.at, compare);
    }
    PyObject *found = failed ? NULL : PyList_New(0);
    for (size_t i = 0; found && i < spans.n; i++) {
        if (i && spans.at[i] == spans.at[i - 1]) {
            continue;
        }
        unsigned long long first = spans.at[i] >> SIZE_BITS;
        PyObject *span = Py_BuildValue("(KK)", first, first + (spans.at[i] & MAX_SIZE));
        if (!span || PyList_Append(found, span)) {
            Py_CLEAR(found);
        }
        Py_XDECREF(span);
    }
    free(spans.at);
    return found;
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
    Operand *operands = operands_read(index, segment, tuples, &longest);
    int failed = !operands ||
                 tokens_read(part->segment, doc_id - part->first, longest - 1, &tokens);
    size_t n = (size_t)PyTuple_Size(tuples);
    PyObject *spans = failed ? NULL : passage_spans(&tokens, operands, n);
    operands_free(operands, n);
    return spans;
}

/* find_spans(index, operands, doc_ids): for each passage the spans of words of operands that begin
 * there. An operand is a tuple of phrases, its spellings, and a phrase is a tuple of words. */
PyObject *find_spans(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *operands, *doc_ids;
    if (!PyArg_ParseTuple(arguments, "OO!O!", &capsule, &PyTuple_Type, &operands, &PyTuple_Type,
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
        PyObject *spans = PyErr_Occurred() ? NULL : spans_of(index, operands, doc_id);
        if (spans) {
            PyList_SetItem(found, i, spans);
        } else {
            Py_CLEAR(found);
        }
    }
    return result_or_none(found);
}
