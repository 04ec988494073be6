/* A word written as one → where the texts of an index divide it with a sign: e-mail.
 *
 * See query/spellings.py. Pairs of joined terms are stored with a zero byte between them.
 */
#include "objects.h"

#include <string.h>

enum { MOST_LETTERS = 62, MOST_CUTS = 3 };

/* A word of ASCII letters, in one segment. With `is_stemmed`, forms with its stem may stand for its
 * last part; with `has_letter`, these begin with the same letter. */
typedef struct {
    const OpenSegment *segment;
    const uint8_t *utf8;
    size_t size;
    int is_stemmed, has_letter;
    size_t most_cuts, n_cuts, cuts[MOST_CUTS];
    PyObject *found;
} Split;

/* Return whether the filter may contain a string with this CRC-32, -1 on failure. */
static int may_be_joined(const OpenSegment *segment, uint32_t crc) {
    const Column *filter = &segment->columns.joined_filter;
    if (!filter->length || filter->length & (filter->length - 1)) {
        return -1; /* no power of two */
    }
    uint64_t bit = crc & (8 * filter->length - 1);
    const uint8_t *eight = column_part(&segment->file, filter, bit / 8, bit / 8 + 1);
    return eight ? *eight >> bit % 8 & 1 : -1;
}

/* Look for a pair: a part of the word from `first` to `end`, and the part up to `last`, which may
 * be empty. Return 2 if it is there, 1 if a pair begins with it, 0 otherwise, -1 on failure. The
 * filter only has pairs whose second part is whole, one letter or none. */
static int find_pair(const Split *split, size_t first, size_t end, size_t last) {
    const Strings *joined = &split->segment->columns.joined;
    uint64_t n = ascending_length(&joined->offsets);
    uint8_t pair[MOST_LETTERS + 1];
    size_t size = last - first + 1;
    memcpy(pair, split->utf8 + first, end - first);
    pair[end - first] = 0;
    memcpy(pair + (end - first) + 1, split->utf8 + end, last - end);
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc = crc_next(crc, pair[i]);
    }
    int may_be = may_be_joined(split->segment, ~crc);
    if (may_be <= 0) {
        return may_be;
    }
    Bisected found;
    if (!n || strings_bisect(&split->segment->file, joined, pair, size, 0, n - 1, &found)) {
        return -1;
    }
    return found.is_equal ? 2 : found.begins;
}

/* Add the cuts so far, and whether the last two parts are a pair as they are. */
static int add_split(const Split *split, int is_pair) {
    PyObject *cuts = PyTuple_New((Py_ssize_t)split->n_cuts);
    for (size_t i = 0; cuts && i < split->n_cuts; i++) {
        PyTuple_SetItem(cuts, (Py_ssize_t)i, PyLong_FromSize_t(split->cuts[i]));
    }
    PyObject *item = cuts ? Py_BuildValue("(NO)", cuts, is_pair ? Py_True : Py_False) : NULL;
    int failed = !item || PyList_Append(split->found, item);
    Py_XDECREF(item);
    return failed ? -1 : 0;
}

/* Divide the word from `start` on, where a part begins; the part before it begins at `before`. */
static int split_rest(Split *split, size_t before, size_t start) {
    for (size_t end = start + 1; end < split->size; end++) {
        /* All parts but the last are terms, and each is joined to the next. */
        int is_pair = split->n_cuts ? find_pair(split, before, start, end) : 2;
        if (is_pair < 0) {
            return -1;
        }
        int begins = is_pair == 2 ? find_pair(split, start, end, end + (size_t)split->has_letter)
                                  : 0;
        if (begins <= 0) {
            if (begins < 0) {
                return -1;
            }
            continue;
        }
        int is_last = find_pair(split, start, end, split->size);
        split->cuts[split->n_cuts++] = end;
        int failed = is_last < 0 ||
                     ((is_last == 2 || split->is_stemmed) && add_split(split, is_last == 2)) ||
                     (split->n_cuts < split->most_cuts && split_rest(split, start, end));
        split->n_cuts--;
        if (failed) {
            return -1;
        }
    }
    return 0;
}

/* find_splits(index, utf8, is_stemmed, has_letter, most_parts): the ways to divide a word of ASCII
 * letters: tuples of cuts, and whether the last two parts are joined as they are */
PyObject *find_splits(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule;
    const char *utf8;
    Py_ssize_t size;
    int is_stemmed, has_letter, most_parts;
    if (!PyArg_ParseTuple(arguments, "Oy#ppi", &capsule, &utf8, &size, &is_stemmed, &has_letter,
                          &most_parts)) {
        return NULL;
    }
    const OpenIndex *index = index_of(capsule);
    if (!index) {
        return NULL;
    }
    if (size > MOST_LETTERS || most_parts < 2 || most_parts > MOST_CUTS + 1) {
        return result_or_none(NULL);
    }
    PyObject *found = PyList_New(0);
    for (size_t i = 0; found && i < index->n; i++) {
        Split split = {index->segments[i].segment, (const uint8_t *)utf8, (size_t)size,
                       is_stemmed, has_letter, (size_t)most_parts - 1, 0, {0}, found};
        if (split_rest(&split, 0, 0)) {
            Py_CLEAR(found);
        }
    }
    return result_or_none(found);
}
