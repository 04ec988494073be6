/* What a word of a query stands for in each segment, for Python. */
#include "objects.h"

#include <stdlib.h>

/* Read a tuple of ascending numbers. */
static int numbers_read(PyObject *tuple, Numbers *numbers) {
    Py_ssize_t n = PyTuple_Check(tuple) ? PyTuple_Size(tuple) : -1;
    int failed = n < 0;
    for (Py_ssize_t i = 0; !failed && i < n; i++) {
        failed = numbers_add(numbers, PyLong_AsUnsignedLongLong(PyTuple_GetItem(tuple, i)));
    }
    return failed || PyErr_Occurred() ? -1 : 0;
}

/* The numbers of a word in a segment, in this order. */
enum { STEMS, OTHERS, TYPED, GROUPS, RANGES, TERM, N_KINDS };

/* Read a word in a segment from a tuple. Without groups as typed, all forms are; without ranges,
 * all forms of its groups belong to it. */
static int segment_word_read(const OpenSegment *segment, PyObject *given, SegmentWord *word) {
    Numbers groups = {0, 0, NULL}, ranges = {0, 0, NULL};
    if (!PyTuple_Check(given) || PyTuple_Size(given) != N_KINDS) {
        return -1;
    }
    PyObject *typed = PyTuple_GetItem(given, TYPED), *of_forms = PyTuple_GetItem(given, RANGES);
    word->all_typed = typed == Py_None;
    int failed = numbers_read(PyTuple_GetItem(given, STEMS), &word->stems) ||
                 numbers_read(PyTuple_GetItem(given, OTHERS), &word->others) ||
                 (!word->all_typed && numbers_read(typed, &word->typed)) ||
                 numbers_read(PyTuple_GetItem(given, GROUPS), &groups) ||
                 (of_forms != Py_None && numbers_read(of_forms, &ranges));
    word->forms = (Forms){groups.n, ranges.n / 2, groups.at, ranges.at, of_forms != Py_None};
    word->term_id = failed ? -1 : PyLong_AsLongLong(PyTuple_GetItem(given, TERM));
    return failed || PyErr_Occurred() ? -1 : forms_prepare(segment, &word->forms);
}

/* make_word(index, parts): a word with given numbers in each segment */
PyObject *make_word(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *parts;
    QueryWord word;
    if (!PyArg_ParseTuple(arguments, "OO!", &capsule, &PyTuple_Type, &parts)) {
        return NULL;
    }
    const OpenIndex *index = index_of(capsule);
    if (!index) {
        return NULL;
    }
    int failed = (size_t)PyTuple_Size(parts) != index->n || word_start(&word, index->n);
    if (failed) {
        return result_or_none(NULL);
    }
    for (size_t i = 0; !failed && i < index->n; i++) {
        failed = segment_word_read(index->segments[i].segment,
                                   PyTuple_GetItem(parts, (Py_ssize_t)i), &word.in_segments[i]);
    }
    return new_word(&word, failed);
}

/* find_word(index, utf8, is_stemmed): what a word stands for; False if its accents matter */
PyObject *find_word(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule;
    const char *utf8;
    Py_ssize_t size;
    int is_stemmed, is_plain;
    QueryWord word;
    if (!PyArg_ParseTuple(arguments, "Oy#p", &capsule, &utf8, &size, &is_stemmed)) {
        return NULL;
    }
    const OpenIndex *index = index_of(capsule);
    if (!index) {
        return NULL;
    }
    if (word_find(index, (const uint8_t *)utf8, (size_t)size, is_stemmed, &word, &is_plain)) {
        return result_or_none(NULL);
    }
    if (!is_plain) {
        word_free(&word);
        return Py_NewRef(Py_False);
    }
    return new_word(&word, 0);
}

/* keep_marked(index, word, is_kept): the forms of a word whose last byte has 1 in a table */
PyObject *keep_marked(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *of_word;
    Py_buffer is_kept;
    if (!PyArg_ParseTuple(arguments, "OOy*", &capsule, &of_word, &is_kept)) {
        return NULL;
    }
    const OpenIndex *index = index_of(capsule);
    const QueryWord *word = index ? word_of(of_word) : NULL;
    QueryWord kept = {0, NULL};
    int failed = !word || is_kept.len != 256 || word_keep(index, word, is_kept.buf, &kept);
    PyBuffer_Release(&is_kept);
    return new_word(&kept, failed);
}
