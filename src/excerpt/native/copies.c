/* Passages with the same words, for Python: see index/format/fingerprints.py. */
#include "objects.h"

static int fingerprint_at(const OpenSegment *segment, uint64_t doc_id, uint64_t *fingerprint) {
    const uint8_t *at =
        column_part(&segment->file, &segment->columns.fingerprints, doc_id, doc_id + 1);
    *fingerprint = at ? load_u64(at) : 0;
    return at ? 0 : -1;
}

/* Add the number of passages with a fingerprint to `*count`. */
static int count_copies(const OpenSegment *segment, uint64_t fingerprint, uint64_t *count) {
    const Segment *columns = &segment->columns;
    const File *file = &segment->file;
    uint64_t first, other, doc_id, prefix = fingerprint >> 32;
    if (column_below(file, &columns->fingerprint_prefixes, prefix, &first)) {
        return -1;
    }
    for (uint64_t i = first; i < columns->fingerprint_prefixes.length; i++) {
        if (column_u32(file, &columns->fingerprint_prefixes, i, &other)) {
            return -1;
        }
        if (other != prefix) {
            return 0;
        }
        if (column_u32(file, &columns->by_fingerprint, i, &doc_id) ||
            fingerprint_at(segment, doc_id, &other)) {
            return -1;
        }
        *count += other == fingerprint;
    }
    return 0;
}

/* read_fingerprint(segment, doc_id): the fingerprint of a passage */
PyObject *read_fingerprint(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule;
    unsigned long long doc_id;
    uint64_t fingerprint;
    if (!PyArg_ParseTuple(arguments, "OK", &capsule, &doc_id)) {
        return NULL;
    }
    const OpenSegment *segment = segment_of(capsule);
    if (!segment || fingerprint_at(segment, doc_id, &fingerprint)) {
        return result_or_none(NULL);
    }
    return PyLong_FromUnsignedLongLong(fingerprint);
}

/* count_fingerprints(segment, fingerprints): the number of passages with any of them */
PyObject *count_fingerprints(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *wanted;
    uint64_t count = 0;
    if (!PyArg_ParseTuple(arguments, "OO!", &capsule, &PyTuple_Type, &wanted)) {
        return NULL;
    }
    const OpenSegment *segment = segment_of(capsule);
    int failed = !segment;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_Size(wanted); i++) {
        uint64_t fingerprint = PyLong_AsUnsignedLongLong(PyTuple_GetItem(wanted, i));
        failed = PyErr_Occurred() || count_copies(segment, fingerprint, &count);
    }
    return failed ? result_or_none(NULL) : PyLong_FromUnsignedLongLong(count);
}
