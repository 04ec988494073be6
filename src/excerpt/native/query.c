/* The terms of a query → its total and its best passages, and what else Python asks of terms. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

/* Return the passages of a term: doc ids (int64), tenths (uint32), and for each 1 if the term is in
 * its body (None if that holds for all of them). */
PyObject *read_term(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule;
    if (!PyArg_ParseTuple(arguments, "O", &capsule)) {
        return NULL;
    }
    const Term *term = term_of(capsule);
    if (!term) {
        return NULL;
    }
    Py_ssize_t n = (Py_ssize_t)term->size;
    int has_others = term->bits != term->in_body;
    PyObject *ids = PyByteArray_FromStringAndSize(NULL, 8 * n);
    PyObject *tenths = PyByteArray_FromStringAndSize((const char *)term->tenths, 4 * n);
    PyObject *in_body = PyByteArray_FromStringAndSize(NULL, has_others ? n : 0);
    if (!ids || !tenths || !in_body) {
        Py_XDECREF(ids);
        Py_XDECREF(tenths);
        Py_XDECREF(in_body);
        return NULL;
    }
    int64_t *id = (int64_t *)PyByteArray_AsString(ids);
    char *is_in_body = PyByteArray_AsString(in_body);
    size_t i = 0;
    for (size_t block = 0; block < term->n_blocks; block++) {
        uint64_t bits = term->bits[block];
        while (bits) {
            unsigned bit = pop_lowest(&bits);
            if (has_others) {
                is_in_body[i] = (char)(term->in_body[block] >> bit & 1);
            }
            id[i++] = (int64_t)(block * BLOCK_SIZE + bit);
        }
    }
    if (!has_others) {
        Py_DECREF(in_body);
        in_body = Py_NewRef(Py_None);
    }
    return Py_BuildValue("(NNN)", ids, tenths, in_body);
}

/* Return the tenths (uint32) of a term in given passages. */
PyObject *read_frequencies(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule;
    Py_buffer doc_ids;
    if (!PyArg_ParseTuple(arguments, "Oy*", &capsule, &doc_ids)) {
        return NULL;
    }
    const Term *term = term_of(capsule);
    size_t n = (size_t)doc_ids.len / sizeof(int64_t);
    const int64_t *at = doc_ids.buf;
    PyObject *found = term ? PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(4 * n)) : NULL;
    uint32_t *tenths = found ? (uint32_t *)PyByteArray_AsString(found) : NULL;
    for (size_t i = 0; found && i < n; i++) {
        if (at[i] < 0 || (uint64_t)at[i] / BLOCK_SIZE >= term->n_blocks) {
            Py_CLEAR(found);
        } else {
            tenths[i] = tenths_at(term, (uint64_t)at[i]);
        }
    }
    PyBuffer_Release(&doc_ids);
    return result_or_none(found);
}

/* The terms of a query. */
typedef struct {
    size_t n;
    const Term **terms;
    double *weights;
} Query;

static void query_free(Query *query) {
    free(query->terms);
    free(query->weights);
}

/* Read terms, all of an index with `passages`, and as many weights. */
static int query_read(const Passages *passages, PyObject *terms, PyObject *weights, Query *query) {
    size_t n = (size_t)PyTuple_Size(terms);
    *query = (Query){n, malloc((n + 1) * sizeof *query->terms),
                     malloc((n + 1) * sizeof *query->weights)};
    int failed = !query->terms || !query->weights || (size_t)PyTuple_Size(weights) != n;
    for (size_t i = 0; !failed && i < n; i++) {
        const Term *term = term_of(PyTuple_GetItem(terms, (Py_ssize_t)i));
        query->weights[i] = PyFloat_AsDouble(PyTuple_GetItem(weights, (Py_ssize_t)i));
        query->terms[i] = term;
        failed = !term || term->n_blocks != count_blocks(passages->n) || PyErr_Occurred();
    }
    return failed ? -1 : 0;
}

/* Find the passages with any term in the body; with `all`, those with all terms in any field. */
static void match_terms(const Query *query, size_t n_all, int all, uint64_t *matches) {
    for (size_t block = 0; block < n_all; block++) {
        uint64_t in_body = 0, in_all = UINT64_MAX;
        for (size_t i = 0; i < query->n; i++) {
            in_body |= query->terms[i]->in_body[block];
            in_all &= query->terms[i]->bits[block];
        }
        matches[block] = all ? in_body & in_all : in_body;
    }
}

/* Set the bits of given passages; -1 if one of them is out of range. */
static int match_given(const Passages *passages, PyObject *given, uint64_t *matches) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(given, &buffer, PyBUF_SIMPLE)) {
        return -1;
    }
    const int64_t *at = buffer.buf;
    int failed = 0;
    for (size_t i = 0; !failed && i < (size_t)buffer.len / sizeof *at; i++) {
        failed = at[i] < 0 || (uint64_t)at[i] >= passages->n;
        if (!failed) {
            matches[at[i] / BLOCK_SIZE] |= UINT64_C(1) << at[i] % BLOCK_SIZE;
        }
    }
    PyBuffer_Release(&buffer);
    return failed ? -1 : 0;
}

/* Return the total, and doc ids (int64) and scores of the best passages. */
static PyObject *best_result(size_t total, const Best *best) {
    Py_ssize_t size = (Py_ssize_t)(8 * best->n);
    return Py_BuildValue("(nNN)", (Py_ssize_t)total,
                         PyByteArray_FromStringAndSize((const char *)best->doc_ids, size),
                         PyByteArray_FromStringAndSize((const char *)best->scores, size));
}

PyObject *find_best(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *terms, *weights, *which;
    Py_ssize_t k;
    if (!PyArg_ParseTuple(arguments, "OO!O!On", &capsule, &PyTuple_Type, &terms, &PyTuple_Type,
                          &weights, &which, &k)) {
        return NULL;
    }
    const Passages *passages = passages_of(capsule);
    if (!passages) {
        return NULL;
    }
    size_t n = count_blocks(passages->n), total = 0;
    Query query;
    Best best = {0, 0, NULL, NULL};
    uint64_t *matches = calloc(n + 1, sizeof *matches);
    int failed = query_read(passages, terms, weights, &query) || !matches;
    if (!failed && PyBool_Check(which)) {
        match_terms(&query, n, which == Py_True, matches);
    } else if (!failed) {
        failed = match_given(passages, which, matches);
    }
    for (size_t block = 0; !failed && block < n; block++) {
        total += matches[block] ? count_bits(matches[block]) : 0;
    }
    size_t wanted = k < 0 || (size_t)k > total ? total : (size_t)k;
    if (!failed && wanted) {
        failed = rank(passages, query.terms, query.weights, query.n, matches, wanted, &best);
    }
    PyObject *found = failed ? NULL : best_result(total, &best);
    query_free(&query);
    free(matches);
    best_free(&best);
    return result_or_none(found);
}
