/* The functions that Python calls: arguments checked, results as new byte arrays.
 *
 * Each returns None if the index is damaged. The caller then does the work in NumPy, which raises
 * the error. `_kernel.pyi` describes the arguments.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "kernel.h"

#include <string.h>

/* Columns in a layout, each with start, length and item size, after three counts. */
enum { N_COLUMNS = 11, N_COUNTS = 3, LAYOUT_SIZE = N_COUNTS + 3 * N_COLUMNS };

typedef struct {
    File file;
    Py_buffer data, unverified, checksums;
    int block_bits;
} OpenFile;

static void file_close(OpenFile *open) {
    PyBuffer_Release(&open->data);
    PyBuffer_Release(&open->unverified);
    PyBuffer_Release(&open->checksums);
}

/* Fill in `open->file` from its buffers; -1 if they do not fit together. */
static int file_check(OpenFile *open) {
    open->file = (File){open->data.buf, (size_t)open->data.len, open->unverified.buf,
                        open->checksums.buf, (size_t)open->unverified.len,
                        (unsigned)open->block_bits};
    if (open->block_bits < 0 || open->block_bits > 30) {
        return -1;
    }
    size_t n_blocks = (open->file.size + ((size_t)1 << open->block_bits) - 1) >> open->block_bits;
    int fits = open->file.n_blocks == n_blocks && (size_t)open->checksums.len == 4 * n_blocks;
    return fits ? 0 : -1;
}

static int column_check(const File *file, const Column *column, uint64_t item_size) {
    uint64_t size = column->item_size;
    if (size != item_size || column->start > file->size) {
        return -1;
    }
    return column->length <= (file->size - column->start) / size ? 0 : -1;
}

/* Check that all columns have the right types and lie within the file. */
static int lists_check(const File *file, const Lists *lists) {
    const Packed *all[] = {&lists->gaps8, &lists->gaps16, &lists->frequencies};
    const uint64_t sizes[] = {1, 2, 1};
    for (int i = 0; i < 3; i++) {
        if (column_check(file, &all[i]->values, sizes[i]) ||
            column_check(file, &all[i]->exception_indexes, 4) ||
            column_check(file, &all[i]->exceptions, 4)) {
            return -1;
        }
    }
    uint64_t unit_size = lists->units.item_size == 2 ? 2 : 4;
    return column_check(file, &lists->starts, 4) || column_check(file, &lists->units, unit_size) ||
                   lists->n_units > UINT32_MAX || lists->n_with_starts > lists->starts.length
               ? -1
               : 0;
}

/* Read the postings of `entry`, a pair of a layout and the number of a list. */
static int entry_read(const File *file, PyObject *entry, uint64_t n_units, Postings *found) {
    Py_buffer layout;
    long long list;
    if (!PyArg_ParseTuple(entry, "y*L", &layout, &list)) {
        return -1;
    }
    /* Of uint64_t alone, `Lists` has no padding. */
    Lists lists;
    _Static_assert(sizeof lists == LAYOUT_SIZE * sizeof(uint64_t), "Lists and layout differ");
    int failed = (size_t)layout.len != sizeof lists || list < 0;
    if (!failed) {
        memcpy(&lists, layout.buf, sizeof lists);
        failed = lists_check(file, &lists) || lists.n_units > n_units ||
                 postings_read(file, &lists, (uint64_t)list, found);
    }
    PyBuffer_Release(&layout);
    return failed ? -1 : 0;
}

/* Add up the postings of all of `entries`, a tuple; `totals` is freed by the caller. */
static int entries_add(const File *file, PyObject *entries, Totals *totals) {
    Py_ssize_t n = PyTuple_Size(entries);
    for (Py_ssize_t i = 0; i < n; i++) {
        Postings postings;
        if (entry_read(file, PyTuple_GetItem(entries, i), totals->n_units, &postings)) {
            return -1;
        }
        totals_add(totals, &postings);
        postings_free(&postings);
    }
    return 0;
}

/* Return a pair of byte arrays for `n` units and sums, and where their elements are. */
static PyObject *new_pair(size_t n, int64_t **unit, double **sum) {
    Py_ssize_t size = (Py_ssize_t)(n * sizeof(int64_t));
    PyObject *units = PyByteArray_FromStringAndSize(NULL, size);
    PyObject *sums = PyByteArray_FromStringAndSize(NULL, size);
    if (!units || !sums) {
        Py_XDECREF(units);
        Py_XDECREF(sums);
        return NULL;
    }
    *unit = (int64_t *)PyByteArray_AsString(units);
    *sum = (double *)PyByteArray_AsString(sums);
    return Py_BuildValue("(NN)", units, sums);
}

/* Return the units and frequencies of one list as a pair of byte arrays. */
static PyObject *one_list(const Postings *postings) {
    int64_t *unit;
    double *sum;
    PyObject *pair = new_pair(postings->n, &unit, &sum);
    for (size_t i = 0; pair && i < postings->n; i++) {
        unit[i] = postings->units[i];
        sum[i] = postings->frequencies ? postings->frequencies[i] : 1;
    }
    return pair;
}

/* Return the units and sums of `totals` as a pair of byte arrays. */
static PyObject *all_sums(const Totals *totals) {
    int64_t *unit;
    double *sum;
    PyObject *pair = new_pair(totals_count(totals), &unit, &sum);
    if (pair) {
        totals_extract(totals, unit, sum);
    }
    return pair;
}

/* Return `found`, or None if there is nothing and no programming error. */
static PyObject *result_or_none(PyObject *found) {
    if (found || PyErr_Occurred()) {
        return found;
    }
    return Py_NewRef(Py_None);
}

static PyObject *sum_postings(PyObject *Py_UNUSED(self), PyObject *arguments) {
    OpenFile open;
    PyObject *entries, *found = NULL;
    Py_ssize_t n_units;
    if (!PyArg_ParseTuple(arguments, "(y*w*y*i)O!n", &open.data, &open.unverified, &open.checksums,
                          &open.block_bits, &PyTuple_Type, &entries, &n_units)) {
        return NULL;
    }
    Totals totals = {0, NULL, NULL};
    Postings one;
    if (n_units < 0 || file_check(&open)) {
        /* None */
    } else if (PyTuple_Size(entries) == 1) {
        if (!entry_read(&open.file, PyTuple_GetItem(entries, 0), (uint64_t)n_units, &one)) {
            found = one_list(&one);
            postings_free(&one);
        }
    } else if (!totals_init(&totals, (size_t)n_units) &&
               !entries_add(&open.file, entries, &totals)) {
        found = all_sums(&totals);
    }
    totals_free(&totals);
    file_close(&open);
    return result_or_none(found);
}

/* Return the sum of each of the `n` units at `wanted`; NULL if one of them is out of range. */
static PyObject *sums_at(const Totals *totals, const int64_t *wanted, size_t n) {
    PyObject *sums = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(n * sizeof(double)));
    if (!sums) {
        return NULL;
    }
    double *out = (double *)PyByteArray_AsString(sums);
    for (size_t i = 0; i < n; i++) {
        uint64_t unit = (uint64_t)wanted[i];
        if (unit >= totals->n_units) {
            Py_DECREF(sums);
            return NULL;
        }
        out[i] = totals->seen[unit / 64] >> unit % 64 & 1 ? totals->sums[unit] : 0;
    }
    return sums;
}

static PyObject *sum_postings_at(PyObject *Py_UNUSED(self), PyObject *arguments) {
    OpenFile open;
    Py_buffer wanted;
    PyObject *entries, *found = NULL;
    Py_ssize_t n_units;
    if (!PyArg_ParseTuple(arguments, "(y*w*y*i)O!ny*", &open.data, &open.unverified,
                          &open.checksums, &open.block_bits, &PyTuple_Type, &entries, &n_units,
                          &wanted)) {
        return NULL;
    }
    Totals totals = {0, NULL, NULL};
    if (n_units >= 0 && !file_check(&open) && !totals_init(&totals, (size_t)n_units) &&
        !entries_add(&open.file, entries, &totals)) {
        found = sums_at(&totals, wanted.buf, (size_t)wanted.len / sizeof(int64_t));
    }
    totals_free(&totals);
    PyBuffer_Release(&wanted);
    file_close(&open);
    return result_or_none(found);
}

static PyMethodDef functions[] = {
    {"sum_postings", sum_postings, METH_VARARGS, "Add up postings lists; see _kernel.pyi."},
    {"sum_postings_at", sum_postings_at, METH_VARARGS, "The same at given units."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_kernel", "Loops over postings lists.", -1, functions,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void) {
    crc_init();
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddStringConstant(module, "SOURCE_DIGEST", EXCERPT_SOURCE_DIGEST)) {
        Py_CLEAR(module);
    }
    return module;
}
