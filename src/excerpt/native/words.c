/* A word → its form groups and stems in a segment, see index/format/term_dictionary.py. */
#include "objects.h"

#include <string.h>

enum { MAX_GROUPS = 1 << 16 };

/* Return the ids from `start` to `end` as a tuple; NULL on failure. */
static PyObject *ids_tuple(const OpenSegment *segment, const Ids *ids, uint64_t start,
                           uint64_t end) {
    if (start > end || end - start > MAX_GROUPS) {
        return NULL;
    }
    PyObject *found = PyTuple_New((Py_ssize_t)(end - start));
    for (uint64_t i = start; found && i < end; i++) {
        uint64_t id;
        if (ids_item(&segment->file, ids, i, &id)) {
            Py_CLEAR(found);
        } else {
            PyTuple_SetItem(found, (Py_ssize_t)(i - start), PyLong_FromUnsignedLongLong(id));
        }
    }
    return found;
}

/* Return whether any of the stems of the groups `start` to `end` has accents, -1 on failure. */
static int any_accents(const OpenSegment *segment, uint64_t start, uint64_t end) {
    int found = 0;
    for (uint64_t group = start; group < end && found == 0; group++) {
        uint64_t stem;
        found = ids_item(&segment->file, &segment->columns.stem_ids, group, &stem)
                    ? -1
                    : stem_has_accents(segment, stem);
    }
    return found;
}

/* find_term(segment, utf8): (its id, or -1, first group, end of its groups, first form, end of its
 * forms, stems of its groups, whether they have accents) */
PyObject *find_term(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *stems = NULL;
    const char *utf8;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(arguments, "Oy#", &capsule, &utf8, &size)) {
        return NULL;
    }
    const OpenSegment *segment = segment_of(capsule);
    if (!segment) {
        return NULL;
    }
    FoundTerm found;
    if (!term_find(segment, (const uint8_t *)utf8, (size_t)size, &found)) {
        stems = ids_tuple(segment, &segment->columns.stem_ids, found.groups[0], found.groups[1]);
    }
    int accents = stems ? any_accents(segment, found.groups[0], found.groups[1]) : -1;
    if (accents < 0) {
        Py_CLEAR(stems);
        return result_or_none(NULL);
    }
    return Py_BuildValue("(LKKKKNN)", (long long)found.id, (unsigned long long)found.groups[0],
                         (unsigned long long)found.groups[1], (unsigned long long)found.forms[0],
                         (unsigned long long)found.forms[1], stems, PyBool_FromLong(accents));
}

/* find_stem(segment, utf8, first, last): (stem id, its groups, has accents); (-1, (), False) */
PyObject *find_stem(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *groups = NULL;
    const char *utf8;
    Py_ssize_t size;
    unsigned long long first, last;
    if (!PyArg_ParseTuple(arguments, "Oy#KK", &capsule, &utf8, &size, &first, &last)) {
        return NULL;
    }
    const OpenSegment *segment = segment_of(capsule);
    if (!segment) {
        return NULL;
    }
    const Segment *columns = &segment->columns;
    uint64_t pair[2] = {0, 0};
    Bisected bisected;
    int failed = strings_bisect(&segment->file, &columns->stems, (const uint8_t *)utf8,
                                (size_t)size, first, last, &bisected);
    if (!failed && !bisected.is_equal) {
        return Py_BuildValue("(i()O)", -1, Py_False);
    }
    if (!failed && !ascending_pair(&segment->file, &columns->first_of_stem, bisected.index, pair)) {
        groups = ids_tuple(segment, &columns->stem_groups, pair[0], pair[1]);
    }
    int accents = groups ? stem_has_accents(segment, bisected.index) : -1;
    if (accents < 0) {
        Py_CLEAR(groups);
        return result_or_none(NULL);
    }
    return Py_BuildValue("(KNN)", (unsigned long long)bisected.index, groups,
                         PyBool_FromLong(accents));
}

/* What a pair of joined terms begins with, and where it is among them. */
typedef struct {
    const OpenSegment *segment;
    const char *utf8;
    size_t size;
    uint64_t n; /* of all pairs */
    Bisected found;
} JoinedPrefix;

/* Read a segment and a prefix from the arguments, and find it; -1 on failure. */
static int joined_bisect(PyObject *arguments, JoinedPrefix *prefix) {
    PyObject *capsule;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(arguments, "Oy#", &capsule, &prefix->utf8, &size)) {
        return -1;
    }
    prefix->size = (size_t)size;
    prefix->segment = segment_of(capsule);
    if (!prefix->segment) {
        return -1;
    }
    const Strings *joined = &prefix->segment->columns.joined;
    uint64_t n_offsets = ascending_length(&joined->offsets);
    prefix->n = n_offsets ? n_offsets - 1 : 0;
    return n_offsets && !strings_bisect(&prefix->segment->file, joined,
                                        (const uint8_t *)prefix->utf8, prefix->size, 0, prefix->n,
                                        &prefix->found)
               ? 0
               : -1;
}

/* find_joined(segment, utf8): 2 if this pair of joined terms is there, 1 if one begins so, or 0 */
PyObject *find_joined(PyObject *Py_UNUSED(self), PyObject *arguments) {
    JoinedPrefix prefix;
    if (joined_bisect(arguments, &prefix)) {
        return result_or_none(NULL);
    }
    return PyLong_FromLong(prefix.found.is_equal ? 2 : prefix.found.begins);
}

/* Return string `index` as bytes, without `prefix`; None if it does not begin with that, NULL
 * on failure. */
static PyObject *rest_of(const OpenSegment *segment, const Strings *strings, uint64_t index,
                         const char *prefix, size_t size) {
    uint64_t pair[2];
    if (ascending_pair(&segment->file, &strings->offsets, index, pair)) {
        return NULL;
    }
    size_t length = (size_t)(pair[1] - pair[0]);
    const uint8_t *string = column_part(&segment->file, &strings->utf8, pair[0], pair[1]);
    if (!string) {
        return NULL;
    }
    if (length < size || memcmp(string, prefix, size) != 0) {
        return Py_NewRef(Py_None);
    }
    return PyBytes_FromStringAndSize((const char *)string + size, (Py_ssize_t)(length - size));
}

/* find_following(segment, prefix): what follows the prefix in the pairs of joined terms */
PyObject *find_following(PyObject *Py_UNUSED(self), PyObject *arguments) {
    JoinedPrefix prefix;
    PyObject *rest = NULL;
    if (joined_bisect(arguments, &prefix)) {
        return result_or_none(NULL);
    }
    PyObject *found = PyList_New(0);
    for (uint64_t i = prefix.found.index; found && rest != Py_None && i < prefix.n; i++) {
        rest = rest_of(prefix.segment, &prefix.segment->columns.joined, i, prefix.utf8,
                       prefix.size);
        if (!rest || (rest != Py_None && PyList_Append(found, rest))) {
            Py_CLEAR(found);
        }
        Py_XDECREF(rest);
    }
    return result_or_none(found);
}
