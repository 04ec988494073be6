/* A word → its form groups and stems in a segment, see index/format/term_dictionary.py. */
#include "objects.h"

enum { MAX_GROUPS = 1 << 16 };

/* Return whether a stem has forms with accents, -1 on failure. */
static int has_accents(const OpenSegment *segment, uint64_t stem) {
    const uint8_t *eight =
        column_part(&segment->file, &segment->columns.have_accents, stem / 8, stem / 8 + 1);
    return eight ? *eight >> (7 - stem % 8) & 1 : -1;
}

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
                    : has_accents(segment, stem);
    }
    return found;
}

/* The numbers that `find_term` returns. */
typedef struct {
    uint64_t id, groups[2], forms[2];
} Found;

/* Look up a term; its id is UINT64_MAX if it does not occur. */
static int term_find(const OpenSegment *segment, const char *utf8, size_t size, Found *found) {
    const Segment *columns = &segment->columns;
    const File *file = &segment->file;
    uint64_t n_terms = ascending_length(&columns->terms.offsets), first[2], last[2];
    Bisected bisected;
    *found = (Found){UINT64_MAX, {0, 0}, {0, 0}};
    if (!n_terms ||
        strings_bisect(file, &columns->terms, (const uint8_t *)utf8, size, 0, n_terms - 1, &bisected)) {
        return -1;
    }
    if (!bisected.is_equal) {
        return 0;
    }
    if (ids_item(file, &columns->term_ids, bisected.index, &found->id) ||
        ascending_pair(file, &columns->first_group, found->id, found->groups) ||
        found->groups[0] >= found->groups[1] ||
        ascending_pair(file, &columns->first_form, found->groups[0], first) ||
        ascending_pair(file, &columns->first_form, found->groups[1] - 1, last)) {
        return -1;
    }
    found->forms[0] = first[0];
    found->forms[1] = last[1];
    return 0;
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
    Found found;
    if (!term_find(segment, utf8, (size_t)size, &found)) {
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
    int accents = groups ? has_accents(segment, bisected.index) : -1;
    if (accents < 0) {
        Py_CLEAR(groups);
        return result_or_none(NULL);
    }
    return Py_BuildValue("(KNN)", (unsigned long long)bisected.index, groups,
                         PyBool_FromLong(accents));
}

/* find_joined(segment, utf8): 2 if this pair of joined terms is there, 1 if one begins so, or 0 */
PyObject *find_joined(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule;
    const char *utf8;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(arguments, "Oy#", &capsule, &utf8, &size)) {
        return NULL;
    }
    const OpenSegment *segment = segment_of(capsule);
    if (!segment) {
        return NULL;
    }
    const Strings *joined = &segment->columns.joined;
    uint64_t n = ascending_length(&joined->offsets);
    Bisected bisected;
    if (!n || strings_bisect(&segment->file, joined, (const uint8_t *)utf8, (size_t)size, 0, n - 1,
                             &bisected)) {
        return result_or_none(NULL);
    }
    return PyLong_FromLong(bisected.is_equal ? 2 : bisected.begins);
}
