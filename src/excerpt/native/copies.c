/* Passages → their keys, and whether others have the same words (see
 * index/format/fingerprints.py), for Python. */
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

/* What a reader needs of a passage: its document and its number there, and how many passages of
 * the index have its fingerprint. */
typedef struct {
    int64_t document;
    uint64_t ordinal, fingerprint, n_copies;
} PassageKey;

/* Find the document of a passage of a segment. */
static int find_document(const OpenSegment *segment, uint64_t passage, PassageKey *key) {
    const Segment *columns = &segment->columns;
    uint64_t n, first;
    /* The documents that begin at most at the passage; empty ones begin with their next. */
    if (column_below(&segment->file, &columns->first_passage, passage + 1, &n) || !n ||
        n >= columns->first_passage.length ||
        column_u32(&segment->file, &columns->first_passage, n - 1, &first)) {
        return -1;
    }
    const uint8_t *id = column_part(&segment->file, &columns->document_ids, n - 1, n);
    if (!id) {
        return -1;
    }
    key->document = (int64_t)load_u64(id);
    key->ordinal = passage - first;
    return 0;
}

/* Find the key of a passage of an index. */
static int find_key(const OpenIndex *index, uint64_t doc_id, PassageKey *key) {
    size_t i = index->n;
    while (i > 0 && index->segments[i - 1].first > doc_id) {
        i--;
    }
    key->n_copies = 0;
    if (!i) {
        return -1;
    }
    const IndexSegment *part = &index->segments[i - 1];
    int failed = find_document(part->segment, doc_id - part->first, key) ||
                 fingerprint_at(part->segment, doc_id - part->first, &key->fingerprint);
    for (i = 0; !failed && key->fingerprint && i < index->n; i++) {
        failed = count_copies(index->segments[i].segment, key->fingerprint, &key->n_copies);
    }
    return failed ? -1 : 0;
}

/* find_keys(index, doc_ids): for each passage the id of its document, its number there, its
 * fingerprint, and how many passages have that */
PyObject *find_keys(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *doc_ids;
    if (!PyArg_ParseTuple(arguments, "OO!", &capsule, &PyTuple_Type, &doc_ids)) {
        return NULL;
    }
    const OpenIndex *index = index_of(capsule);
    if (!index) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_Size(doc_ids);
    PyObject *found = PyTuple_New(n);
    for (Py_ssize_t i = 0; found && i < n; i++) {
        PassageKey key;
        uint64_t doc_id = PyLong_AsUnsignedLongLong(PyTuple_GetItem(doc_ids, i));
        if (PyErr_Occurred() || find_key(index, doc_id, &key)) {
            Py_CLEAR(found);
        } else {
            PyTuple_SetItem(found, i,
                            Py_BuildValue("(LKKK)", (long long)key.document,
                                          (unsigned long long)key.ordinal,
                                          (unsigned long long)key.fingerprint,
                                          (unsigned long long)key.n_copies));
        }
    }
    return result_or_none(found);
}
