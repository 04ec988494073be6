/* The objects of the kernel that Python holds, for the modules with functions for Python.
 *
 * `_kernel.pyi` describes these functions.
 */
#ifndef EXCERPT_OBJECTS_H
#define EXCERPT_OBJECTS_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "kernel.h"

/* The buffers of a file. */
typedef struct {
    Py_buffer data, unverified, checksums;
} Buffers;

/* objects.c */
void buffers_release(Buffers *buffers);
int file_check(const Buffers *buffers, int block_bits, File *file);
OpenSegment *segment_of(PyObject *capsule);
OpenTexts *texts_of(PyObject *capsule);
Passages *passages_of(PyObject *capsule);
OpenIndex *index_of(PyObject *capsule);
QueryWord *word_of(PyObject *capsule);
Term *term_of(PyObject *capsule);
PyObject *new_word(QueryWord *word, int failed);
PyObject *new_term(Term *term);
PyObject *result_or_none(PyObject *found);
PyObject *open_segment(PyObject *self, PyObject *arguments);
PyObject *open_texts(PyObject *self, PyObject *arguments);
PyObject *open_passages(PyObject *self, PyObject *arguments);
PyObject *open_index(PyObject *self, PyObject *arguments);

/* checksums.c */
PyObject *verify_blocks(PyObject *self, PyObject *arguments);

/* texts.c */
PyObject *find_texts(PyObject *self, PyObject *arguments);

/* words.c */
PyObject *find_term(PyObject *self, PyObject *arguments);
PyObject *find_stem(PyObject *self, PyObject *arguments);
PyObject *find_joined(PyObject *self, PyObject *arguments);
PyObject *find_following(PyObject *self, PyObject *arguments);

/* splits.c */
PyObject *find_splits(PyObject *self, PyObject *arguments);

/* expansion.c */
PyObject *expand_word(PyObject *self, PyObject *arguments);

/* query_words.c */
PyObject *find_word(PyObject *self, PyObject *arguments);
PyObject *make_word(PyObject *self, PyObject *arguments);
PyObject *keep_marked(PyObject *self, PyObject *arguments);

/* copies.c */
PyObject *find_keys(PyObject *self, PyObject *arguments);

/* counting.c */
PyObject *count_word(PyObject *self, PyObject *arguments);
PyObject *count_phrase(PyObject *self, PyObject *arguments);
PyObject *count_near(PyObject *self, PyObject *arguments);
PyObject *make_term(PyObject *self, PyObject *arguments);

/* merging.c */
PyObject *search_ascending(PyObject *self, PyObject *arguments);

/* spans.c */
PyObject *find_spans(PyObject *self, PyObject *arguments);

/* tokens.c */
PyObject *find_span_offsets(PyObject *self, PyObject *arguments);

/* query.c */
PyObject *read_term(PyObject *self, PyObject *arguments);
PyObject *read_frequencies(PyObject *self, PyObject *arguments);
PyObject *find_best(PyObject *self, PyObject *arguments);

#endif
