/* The objects that Python holds: open segments, the passages of an index, terms. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

static const char SEGMENT[] = "excerpt segment", PASSAGES[] = "excerpt passages",
                  TERM[] = "excerpt term";

/* Return `found`, or None if there is nothing and no programming error. */
PyObject *result_or_none(PyObject *found) {
    if (found || PyErr_Occurred()) {
        return found;
    }
    return Py_NewRef(Py_None);
}

/* A segment with the buffers that it reads. */
typedef struct {
    OpenSegment segment;
    Py_buffer data, unverified, checksums;
} HeldSegment;

OpenSegment *segment_of(PyObject *capsule) {
    HeldSegment *held = PyCapsule_GetPointer(capsule, SEGMENT);
    return held ? &held->segment : NULL;
}

static void segment_release(HeldSegment *held) {
    PyBuffer_Release(&held->data);
    PyBuffer_Release(&held->unverified);
    PyBuffer_Release(&held->checksums);
    free(held->segment.unit_offsets);
    free(held);
}

static void segment_close(PyObject *capsule) {
    segment_release(PyCapsule_GetPointer(capsule, SEGMENT));
}

/* Fill in the file of a segment from its buffers; -1 if they do not fit together. */
static int file_check(HeldSegment *held, int block_bits) {
    File *file = &held->segment.file;
    *file = (File){held->data.buf, (size_t)held->data.len, held->unverified.buf,
                   held->checksums.buf, (size_t)held->unverified.len, (unsigned)block_bits};
    if (block_bits < 0 || block_bits > 30) {
        return -1;
    }
    size_t n_blocks = (file->size + ((size_t)1 << block_bits) - 1) >> block_bits;
    int fits = file->n_blocks == n_blocks && (size_t)held->checksums.len == 4 * n_blocks;
    return fits ? 0 : -1;
}

PyObject *open_segment(PyObject *Py_UNUSED(self), PyObject *arguments) {
    HeldSegment *held = calloc(1, sizeof *held);
    Py_buffer layout;
    int block_bits;
    if (!held) {
        return PyErr_NoMemory();
    }
    if (!PyArg_ParseTuple(arguments, "(y*w*y*i)y*", &held->data, &held->unverified,
                          &held->checksums, &block_bits, &layout)) {
        free(held);
        return NULL;
    }
    Segment *columns = &held->segment.columns;
    int failed = file_check(held, block_bits) || (size_t)layout.len != sizeof *columns;
    if (!failed) {
        memcpy(columns, layout.buf, sizeof *columns);
        failed = segment_check(&held->segment.file, columns);
    }
    PyBuffer_Release(&layout);
    PyObject *capsule = failed ? NULL : PyCapsule_New(held, SEGMENT, segment_close);
    if (!capsule) {
        segment_release(held);
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
