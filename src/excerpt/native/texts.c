/* A passage → the piece with its text in a text file, for Python. */
#include "objects.h"

#include <stdlib.h>

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

enum { GROUP_SIZE = 16 };

/* A part of `frames` or `group_frames`. */
typedef struct {
    uint64_t number, first, end;
} Frame;

/* Where a passage is: the piece in which its text begins, the code points before it, its length,
 * and the group with its details. */
typedef struct {
    Frame piece, group;
    uint64_t skipped, length;
} FoundText;

/* Find the bytes of a frame, and verify them. */
static int find_frame(const File *file, const Column *offsets, const Column *frames,
                      Frame *frame) {
    const uint8_t *at = column_part(file, offsets, frame->number, frame->number + 2);
    if (!at || !column_part(file, frames, load_u32(at), load_u32(at + 4))) {
        return -1;
    }
    frame->first = load_u32(at);
    frame->end = load_u32(at + 4);
    return 0;
}

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
    uint64_t passage = load_u32(passages) + ordinal, first_group;
    if (column_u32(file, &columns->starts, passage, &start) ||
        column_u32(file, &columns->lengths, passage, &found->length) ||
        find_piece(texts, load_u32(pieces), load_u32(pieces + 4), start, &found->piece.number,
                   &piece_start) ||
        piece_start > start || column_u32(file, &columns->first_group, number, &first_group)) {
        return -1;
    }
    found->skipped = start - piece_start;
    found->group.number = first_group + ordinal / GROUP_SIZE;
    return find_frame(file, &columns->piece_offsets, &columns->frames, &found->piece) ||
                   find_frame(file, &columns->group_offsets, &columns->group_frames, &found->group)
               ? -1
               : 0;
}

/* Find the text of a passage in the first of some files that has its document; its number is the
 * number of files if none has. */
static int find_in_files(OpenTexts *const *files, size_t n, uint64_t document, uint64_t ordinal,
                         size_t *file, FoundText *found) {
    int64_t number = -1;
    for (*file = 0; *file < n; ++*file) {
        if (find_document(files[*file], document, &number)) {
            return -1;
        }
        if (number >= 0) {
            return find_passage(files[*file], (uint64_t)number, ordinal, found);
        }
    }
    return 0;
}

/* Return the text of a key, a tuple of document and ordinal; None if it was not found. */
static PyObject *text_of_key(OpenTexts *const *files, size_t n, PyObject *key) {
    size_t file;
    FoundText found;
    if (!PyTuple_Check(key) || PyTuple_Size(key) != 2) {
        return NULL;
    }
    uint64_t document = PyLong_AsUnsignedLongLong(PyTuple_GetItem(key, 0));
    uint64_t ordinal = PyErr_Occurred() ? 0 : PyLong_AsUnsignedLongLong(PyTuple_GetItem(key, 1));
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (find_in_files(files, n, document, ordinal, &file, &found) || file == n) {
        return Py_NewRef(Py_None);
    }
    const Frame *piece = &found.piece, *group = &found.group;
    return Py_BuildValue("(n(KKK)KK(KKK))", (Py_ssize_t)file, (unsigned long long)piece->number,
                         (unsigned long long)piece->first, (unsigned long long)piece->end,
                         (unsigned long long)found.skipped, (unsigned long long)found.length,
                         (unsigned long long)group->number, (unsigned long long)group->first,
                         (unsigned long long)group->end);
}

/* find_texts(files, keys): for each key the number of the file, the piece in which the passage
 * begins, code points in it before the passage, the length of the passage, and the group with its
 * details; None if it was not found */
PyObject *find_texts(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsules, *keys;
    if (!PyArg_ParseTuple(arguments, "O!O!", &PyTuple_Type, &capsules, &PyTuple_Type, &keys)) {
        return NULL;
    }
    size_t n_files = (size_t)PyTuple_Size(capsules);
    OpenTexts **files = malloc((n_files + 1) * sizeof *files);
    int failed = !files;
    for (size_t i = 0; !failed && i < n_files; i++) {
        files[i] = texts_of(PyTuple_GetItem(capsules, (Py_ssize_t)i));
        failed = !files[i];
    }
    Py_ssize_t n = PyTuple_Size(keys);
    PyObject *found = failed ? NULL : PyTuple_New(n);
    for (Py_ssize_t i = 0; found && i < n; i++) {
        PyObject *text = text_of_key(files, n_files, PyTuple_GetItem(keys, i));
        if (text) {
            PyTuple_SetItem(found, i, text);
        } else {
            Py_CLEAR(found);
        }
    }
    free(files);
    return result_or_none(found);
}
