/* A passage → the piece with its text in a text file, for Python. */
#include "objects.h"

/* Find the number of a document, -1 if it is not in the file. */
static int find_document(const OpenTexts *texts, uint64_t id, int64_t *number) {
    uint64_t low = 0, high = texts->columns.ids.length;
    *number = -1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        const uint8_t *at = column_part(&texts->file, &texts->columns.ids, middle, middle + 1);
        if (!at) {
            return -1;
        }
        if (load_u64(at) == id) {
            *number = (int64_t)middle;
            return 0;
        }
        if (load_u64(at) < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

/* Find the last piece from `first` to `end` that starts at most at `start`. */
static int find_piece(const OpenTexts *texts, uint64_t first, uint64_t end, uint64_t start,
                      uint64_t *piece, uint64_t *piece_start) {
    if (first >= end) {
        return -1;
    }
    while (end - first > 1) {
        uint64_t middle = first + (end - first) / 2, found;
        if (column_u32(&texts->file, &texts->columns.piece_starts, middle, &found)) {
            return -1;
        }
        if (found <= start) {
            first = middle;
        } else {
            end = middle;
        }
    }
    *piece = first;
    return column_u32(&texts->file, &texts->columns.piece_starts, first, piece_start);
}

/* What `find_text` returns. */
typedef struct {
    uint64_t piece, first, end, skipped, length;
} FoundText;

static int find_passage(const OpenTexts *texts, uint64_t number, uint64_t ordinal,
                        FoundText *found) {
    const Texts *columns = &texts->columns;
    const File *file = &texts->file;
    const uint8_t *passages = column_part(file, &columns->first_passage, number, number + 2);
    const uint8_t *pieces = column_part(file, &columns->first_piece, number, number + 2);
    uint64_t start, piece_start;
    if (!passages || !pieces || load_u32(passages) > load_u32(passages + 4) ||
        ordinal >= load_u32(passages + 4) - load_u32(passages)) {
        return -1;
    }
    uint64_t passage = load_u32(passages) + ordinal;
    if (column_u32(file, &columns->starts, passage, &start) ||
        column_u32(file, &columns->lengths, passage, &found->length) ||
        find_piece(texts, load_u32(pieces), load_u32(pieces + 4), start, &found->piece,
                   &piece_start) ||
        piece_start > start) {
        return -1;
    }
    const uint8_t *offsets =
        column_part(file, &columns->piece_offsets, found->piece, found->piece + 2);
    if (!offsets ||
        !column_part(file, &columns->frames, load_u32(offsets), load_u32(offsets + 4))) {
        return -1;
    }
    found->first = load_u32(offsets);
    found->end = load_u32(offsets + 4);
    found->skipped = start - piece_start;
    return 0;
}

/* find_text(texts, document, ordinal): the piece in which a passage begins, first and end of its
 * frame, code points in it before the passage, length of the passage; () without the document */
PyObject *find_text(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule;
    unsigned long long document, ordinal;
    int64_t number;
    FoundText found;
    if (!PyArg_ParseTuple(arguments, "OKK", &capsule, &document, &ordinal)) {
        return NULL;
    }
    const OpenTexts *texts = texts_of(capsule);
    if (!texts || find_document(texts, document, &number)) {
        return result_or_none(NULL);
    }
    if (number < 0) {
        return PyTuple_New(0);
    }
    if (find_passage(texts, (uint64_t)number, ordinal, &found)) {
        return result_or_none(NULL);
    }
    return Py_BuildValue("(KKKKK)", (unsigned long long)found.piece,
                         (unsigned long long)found.first, (unsigned long long)found.end,
                         (unsigned long long)found.skipped, (unsigned long long)found.length);
}
