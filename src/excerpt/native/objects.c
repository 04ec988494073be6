/* The objects that Python holds: open segments and indexes, passages, words and terms. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

static const char SEGMENT[] = "excerpt segment", TEXTS[] = "excerpt texts",
                  PASSAGES[] = "excerpt passages", TERM[] = "excerpt term",
                  INDEX[] = "excerpt index", WORD[] = "excerpt word";

/* Return `found`, or None if there is nothing and no programming error. */
PyObject *result_or_none(PyObject *found) {
    if (found || PyErr_Occurred()) {
        return found;
    }
    return Py_NewRef(Py_None);
}

void buffers_release(Buffers *buffers) {
    PyBuffer_Release(&buffers->data);
    PyBuffer_Release(&buffers->unverified);
    PyBuffer_Release(&buffers->checksums);
}

/* Fill in a file from its buffers; -1 if they do not fit together. */
int file_check(const Buffers *buffers, int block_bits, File *file) {
    *file = (File){buffers->data.buf, (size_t)buffers->data.len, buffers->unverified.buf,
                   buffers->checksums.buf, (size_t)buffers->unverified.len, (unsigned)block_bits};
    if (block_bits < 0 || block_bits > 30) {
        return -1;
    }
    size_t n_blocks = (file->size + ((size_t)1 << block_bits) - 1) >> block_bits;
    int fits = file->n_blocks == n_blocks && (size_t)buffers->checksums.len == 4 * n_blocks;
    return fits ? 0 : -1;
}

/* Read the arguments of a function that opens a file: the file, and a layout of `size` bytes.
 */
static int file_read(PyObject *arguments, Buffers *buffers, File *file, void *layout, size_t size) {
    Py_buffer given;
    int block_bits;
    if (!PyArg_ParseTuple(arguments, "(y*w*y*i)y*", &buffers->data, &buffers->unverified,
                          &buffers->checksums, &block_bits, &given)) {
        return -1;
    }
    int failed = file_check(buffers, block_bits, file) || (size_t)given.len != size;
    if (!failed) {
        memcpy(layout, given.buf, size);
    }
    PyBuffer_Release(&given);
    return failed ? -1 : 0;
}

/* A segment with the buffers that it reads. */
typedef struct {
    OpenSegment segment;
    Buffers buffers;
} HeldSegment;

OpenSegment *segment_of(PyObject *capsule) {
    HeldSegment *held = PyCapsule_GetPointer(capsule, SEGMENT);
    return held ? &held->segment : NULL;
}

static void segment_release(HeldSegment *held) {
    buffers_release(&held->buffers);
    free(held->segment.unit_offsets);
    free(held);
}

static void segment_close(PyObject *capsule) {
    segment_release(PyCapsule_GetPointer(capsule, SEGMENT));
}

PyObject *open_segment(PyObject *Py_UNUSED(self), PyObject *arguments) {
    HeldSegment *held = calloc(1, sizeof *held);
    if (!held) {
        return PyErr_NoMemory();
    }
    OpenSegment *segment = &held->segment;
    int failed = file_read(arguments, &held->buffers, &segment->file, &segment->columns,
                           sizeof segment->columns) ||
                 segment_check(&segment->file, &segment->columns);
    PyObject *capsule = failed ? NULL : PyCapsule_New(held, SEGMENT, segment_close);
    if (!capsule) {
        segment_release(held);
    }
    return result_or_none(capsule);
}

/* A text file with the buffers that it reads. */
typedef struct {
    OpenTexts texts;
    Buffers buffers;
} HeldTexts;

OpenTexts *texts_of(PyObject *capsule) {
    HeldTexts *held = PyCapsule_GetPointer(capsule, TEXTS);
    return held ? &held->texts : NULL;
}

static void texts_release(HeldTexts *held) {
    buffers_release(&held->buffers);
    free(held);
}

static void texts_close(PyObject *capsule) {
    texts_release(PyCapsule_GetPointer(capsule, TEXTS));
}

PyObject *open_texts(PyObject *Py_UNUSED(self), PyObject *arguments) {
    HeldTexts *held = calloc(1, sizeof *held);
    if (!held) {
        return PyErr_NoMemory();
    }
    OpenTexts *texts = &held->texts;
    int failed = file_read(arguments, &held->buffers, &texts->file, &texts->columns,
                           sizeof texts->columns) ||
                 texts_check(&texts->file, &texts->columns);
    PyObject *capsule = failed ? NULL : PyCapsule_New(held, TEXTS, texts_close);
    if (!capsule) {
        texts_release(held);
    }
    return result_or_none(capsule);
}

/* Passages with the buffers that they read. */
typedef struct {
    Passages passages;
    Py_buffer lengths, norms;
} HeldPassages;

Passages *passages_of(PyObject *capsule) {
    HeldPassages *held = PyCapsule_GetPointer(capsule, PASSAGES);
    return held ? &held->passages : NULL;
}

static void passages_release(HeldPassages *held) {
    PyBuffer_Release(&held->lengths);
    PyBuffer_Release(&held->norms);
    free(held->passages.least_norms);
    free(held);
}

static void passages_close(PyObject *capsule) {
    passages_release(PyCapsule_GetPointer(capsule, PASSAGES));
}

PyObject *open_passages(PyObject *Py_UNUSED(self), PyObject *arguments) {
    HeldPassages *held = calloc(1, sizeof *held);
    if (!held) {
        return PyErr_NoMemory();
    }
    double weak_weight;
    if (!PyArg_ParseTuple(arguments, "y*y*d", &held->lengths, &held->norms, &weak_weight)) {
        free(held);
        return NULL;
    }
    size_t size = (size_t)held->lengths.itemsize;
    int failed = size != 1 && size != 2 && size != 4;
    if (!failed) {
        held->passages = (Passages){(size_t)held->lengths.len / size,
                                    held->lengths.buf,
                                    size,
                                    held->norms.buf,
                                    (size_t)held->norms.len / sizeof(double),
                                    NULL,
                                    weak_weight};
        failed = passages_prepare(&held->passages);
    }
    PyObject *capsule = failed ? NULL : PyCapsule_New(held, PASSAGES, passages_close);
    if (!capsule) {
        passages_release(held);
    }
    return result_or_none(capsule);
}

/* An index with the tuple that holds its segments and their live passages. */
typedef struct {
    OpenIndex index;
    PyObject *segments;
} HeldIndex;

OpenIndex *index_of(PyObject *capsule) {
    HeldIndex *held = PyCapsule_GetPointer(capsule, INDEX);
    return held ? &held->index : NULL;
}

static void index_release(HeldIndex *held) {
    for (size_t i = 0; held->index.segments && i < held->index.n; i++) {
        free((void *)held->index.segments[i].languages);
    }
    free(held->index.segments);
    Py_XDECREF(held->segments);
    free(held);
}

static void index_close(PyObject *capsule) {
    index_release(PyCapsule_GetPointer(capsule, INDEX));
}

/* Read the numbers of the languages of a segment, whose number must be that of its columns. */
static int languages_read(PyObject *numbers, IndexSegment *part) {
    size_t n = PyTuple_Check(numbers) ? (size_t)PyTuple_Size(numbers) : 0;
    if (n + 1 != part->segment->columns.first_stems.length) {
        return -1;
    }
    uint32_t *languages = calloc(n + 1, sizeof *languages);
    part->languages = languages;
    part->n_languages = languages ? n : 0;
    for (size_t i = 0; i < part->n_languages; i++) {
        languages[i] = (uint32_t)PyLong_AsUnsignedLong(PyTuple_GetItem(numbers, (Py_ssize_t)i));
    }
    return !languages || PyErr_Occurred() ? -1 : 0;
}

/* Read a segment from a tuple: itself, its first passage, its live passages as bits, or None for
 * all, and the numbers of its languages. */
static int index_segment_read(PyObject *given, IndexSegment *part) {
    if (!PyTuple_Check(given) || PyTuple_Size(given) != 4) {
        return -1;
    }
    PyObject *live = PyTuple_GetItem(given, 2);
    part->segment = segment_of(PyTuple_GetItem(given, 0));
    part->first = PyLong_AsUnsignedLongLong(PyTuple_GetItem(given, 1));
    if (!part->segment || PyErr_Occurred()) {
        return -1;
    }
    if (live != Py_None) {
        uint64_t n_units = part->segment->columns.body.lists.n_units;
        if (!PyBytes_Check(live) || (uint64_t)PyBytes_Size(live) < (n_units + 7) / 8) {
            return -1;
        }
        part->live = (const uint8_t *)PyBytes_AsString(live);
    }
    return languages_read(PyTuple_GetItem(given, 3), part);
}

PyObject *open_index(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *segments;
    Py_ssize_t n_required;
    if (!PyArg_ParseTuple(arguments, "O!n", &PyTuple_Type, &segments, &n_required)) {
        return NULL;
    }
    HeldIndex *held = calloc(1, sizeof *held);
    if (!held) {
        return PyErr_NoMemory();
    }
    held->segments = Py_NewRef(segments);
    held->index.n = (size_t)PyTuple_Size(segments);
    held->index.n_required = n_required < 0 ? 0 : (size_t)n_required;
    held->index.segments = calloc(held->index.n + 1, sizeof *held->index.segments);
    int failed = !held->index.segments;
    for (size_t i = 0; !failed && i < held->index.n; i++) {
        failed = index_segment_read(PyTuple_GetItem(segments, (Py_ssize_t)i),
                                    &held->index.segments[i]);
    }
    PyObject *capsule = failed ? NULL : PyCapsule_New(held, INDEX, index_close);
    if (!capsule) {
        index_release(held);
    }
    return result_or_none(capsule);
}

QueryWord *word_of(PyObject *capsule) { return PyCapsule_GetPointer(capsule, WORD); }

static void word_close(PyObject *capsule) {
    QueryWord *word = PyCapsule_GetPointer(capsule, WORD);
    word_free(word);
    free(word);
}

/* Return a word as an object, which takes it over, or None if something has `failed`. */
PyObject *new_word(QueryWord *word, int failed) {
    QueryWord *held = failed ? NULL : malloc(sizeof *held);
    PyObject *capsule = held ? PyCapsule_New(held, WORD, word_close) : NULL;
    if (!capsule) {
        free(held);
        word_free(word);
        return result_or_none(NULL);
    }
    *held = *word;
    return capsule;
}

Term *term_of(PyObject *capsule) { return PyCapsule_GetPointer(capsule, TERM); }

static void term_close(PyObject *capsule) {
    term_free(PyCapsule_GetPointer(capsule, TERM));
}

/* Return a term, which may be NULL, with its numbers, or None. */
PyObject *new_term(Term *term) {
    PyObject *capsule = term ? PyCapsule_New(term, TERM, term_close) : NULL;
    if (!capsule) {
        term_free(term);
        return result_or_none(NULL);
    }
    return Py_BuildValue("(NKKKK)", capsule, (unsigned long long)term->n_in_body,
                         (unsigned long long)term->n_occurrences, (unsigned long long)term->size,
                         (unsigned long long)term->n_bytes);
}
