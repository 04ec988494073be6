/* A fuzzy word or a prefix → the terms of a segment that it stands for, for Python.
 *
 * The edit distance is that of `edit_distance` in query/term_matching.py. Its table has a row for
 * each letter of a term. The terms are sorted, so that each has the rows of the letters that it
 * shares with the one before; and where all of a row is too far, so is every term that begins
 * alike.
 */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 32, MOST_LETTERS = 60, MOST_ROWS = MOST_LETTERS + 4, MOST_BYTES = 256 };

/* The word in code points, and the table of distances to the first letters of a term. `ends` are
 * the bytes of the term up to each row; `dead` is the number of bytes after which no term is near,
 * or SIZE_MAX. */
typedef struct {
    const char *utf8;
    size_t size;
    int distance; /* -1 for a prefix */
    size_t n_letters, n_rows, dead;
    uint32_t letters[MOST_LETTERS], term[MOST_ROWS];
    uint8_t rows[MOST_ROWS + 1][MOST_LETTERS + 1];
    size_t ends[MOST_ROWS + 1];
} Fuzzy;

/* The first bytes of a term, and all its bytes. */
typedef struct {
    uint8_t bytes[MOST_BYTES];
    size_t size;
} Current;

/* Decode a character, which ends before `end`; 0 if it does not. */
static uint32_t decode(const uint8_t *bytes, size_t *at, size_t end) {
    uint32_t point = bytes[(*at)++];
    int n_more = point < 0xC0 ? 0 : point < 0xE0 ? 1 : point < 0xF0 ? 2 : 3;
    point &= n_more == 3 ? 0x07 : n_more == 2 ? 0x0F : n_more == 1 ? 0x1F : 0x7F;
    for (; n_more; n_more--) {
        if (*at >= end) {
            return 0;
        }
        point = point << 6 | (bytes[(*at)++] & 0x3F);
    }
    return point;
}

/* Read the word; -1 if it is too long. */
static int fuzzy_start(Fuzzy *fuzzy) {
    size_t at = 0;
    fuzzy->n_letters = fuzzy->n_rows = 0;
    fuzzy->dead = SIZE_MAX;
    fuzzy->ends[0] = 0;
    while (at < fuzzy->size && fuzzy->n_letters < MOST_LETTERS) {
        fuzzy->letters[fuzzy->n_letters++] = decode((const uint8_t *)fuzzy->utf8, &at, fuzzy->size);
    }
    for (size_t i = 0; i <= fuzzy->n_letters; i++) {
        fuzzy->rows[0][i] = (uint8_t)i;
    }
    return at < fuzzy->size ? -1 : 0;
}

/* Add the row of one more letter; return whether it is near anywhere. */
static int add_row(Fuzzy *fuzzy, uint32_t letter, size_t end) {
    size_t n = ++fuzzy->n_rows;
    const uint8_t *before = fuzzy->rows[n - 1];
    uint8_t *row = fuzzy->rows[n];
    int least = row[0] = (uint8_t)n;
    fuzzy->term[n - 1] = letter;
    fuzzy->ends[n] = end;
    for (size_t j = 1; j <= fuzzy->n_letters; j++) {
        uint32_t here = fuzzy->letters[j - 1];
        int best = before[j - 1] + (here != letter);
        best = before[j] + 1 < best ? before[j] + 1 : best;
        best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        if (n > 1 && j > 1 && letter == fuzzy->letters[j - 2] && fuzzy->term[n - 2] == here) {
            int swapped = fuzzy->rows[n - 2][j - 2] + 1;
            best = swapped < best ? swapped : best;
        }
        row[j] = (uint8_t)best;
        least = best < least ? best : least;
    }
    return least <= fuzzy->distance;
}

/* Return whether a term is near. It shares bytes with the term before, whose rows are kept. */
static int is_near(Fuzzy *fuzzy, const Current *current, size_t n_shared) {
    if (n_shared >= fuzzy->dead) {
        return 0;
    }
    fuzzy->dead = SIZE_MAX;
    while (fuzzy->ends[fuzzy->n_rows] > n_shared) {
        fuzzy->n_rows--;
    }
    size_t at = fuzzy->ends[fuzzy->n_rows];
    size_t size = current->size < MOST_BYTES ? current->size : MOST_BYTES;
    while (at < size) {
        uint32_t letter = decode(current->bytes, &at, size);
        if (fuzzy->n_rows + 1 >= MOST_ROWS || !add_row(fuzzy, letter, at)) {
            fuzzy->dead = at;
            return 0;
        }
    }
    return current->size <= MOST_BYTES &&
           fuzzy->rows[fuzzy->n_rows][fuzzy->n_letters] <= fuzzy->distance;
}

/* Return whether a term begins with the word. */
static int begins(const Fuzzy *fuzzy, const Current *current) {
    return current->size >= fuzzy->size && fuzzy->size <= MOST_BYTES &&
           memcmp(current->bytes, fuzzy->utf8, fuzzy->size) == 0;
}

/* The terms that match: their ranks, and those of them that are live, in UTF-8. */
typedef struct {
    const IndexSegment *part;
    Numbers ranks;
    PyObject *terms;
} Matching;

/* Add a term that matches; it must not be long. */
static int matching_add(Matching *matching, uint64_t rank, const Current *current) {
    const OpenSegment *segment = matching->part->segment;
    uint64_t id, groups[2];
    if (current->size > MOST_BYTES || numbers_add(&matching->ranks, rank) ||
        ids_item(&segment->file, &segment->columns.term_ids, rank, &id) ||
        ascending_pair(&segment->file, &segment->columns.first_group, id, groups)) {
        return -1;
    }
    int is_live = 0;
    for (uint64_t group = groups[0]; group < groups[1] && !is_live; group++) {
        is_live = group_is_live(matching->part, group);
    }
    if (is_live <= 0) {
        return is_live;
    }
    PyObject *term = PyUnicode_DecodeUTF8((const char *)current->bytes, (Py_ssize_t)current->size,
                                          "surrogatepass");
    if (!term) {
        PyErr_Clear(); /* it is damaged */
        return -1;
    }
    int failed = PyList_Append(matching->terms, term);
    Py_DECREF(term);
    return failed ? -1 : 0;
}

/* Take over the bytes of the next term; return how many it has in common with the one before. */
static size_t move_on(Current *current, const uint8_t *rest, size_t size, size_t n_shared) {
    size_t room = MOST_BYTES - n_shared, n = size < room ? size : room, same = 0;
    size_t known = current->size < MOST_BYTES ? current->size : MOST_BYTES;
    while (same < n && n_shared + same < known && current->bytes[n_shared + same] == rest[same]) {
        same++;
    }
    memcpy(current->bytes + n_shared, rest, n);
    current->size = n_shared + size;
    return n_shared + same;
}

/* Find the terms of a block, from string `base` to `end`, that match. */
static int scan(Matching *matching, Fuzzy *fuzzy, uint64_t base, uint64_t end, Current *current) {
    const File *file = &matching->part->segment->file;
    const Strings *terms = &matching->part->segment->columns.terms;
    uint32_t offsets[STEP + 1];
    if (ascending_read(file, &terms->offsets, base, end + 1, offsets)) {
        return -1;
    }
    const uint8_t *utf8 = column_part(file, &terms->utf8, offsets[0], offsets[end - base]);
    int has_shared = terms->shared.length > 0;
    const uint8_t *shared = has_shared ? column_part(file, &terms->shared, base, end) : NULL;
    if (!utf8 || (has_shared && !shared)) {
        return -1;
    }
    for (uint64_t i = base; i < end; i++) {
        size_t n_shared = shared && i > base ? shared[i - base] : 0;
        if (n_shared > current->size || n_shared >= MOST_BYTES) {
            return -1;
        }
        n_shared = move_on(current, utf8 + (offsets[i - base] - offsets[0]),
                           offsets[i - base + 1] - offsets[i - base], n_shared);
        int matches = fuzzy->distance < 0 ? begins(fuzzy, current)
                                          : is_near(fuzzy, current, n_shared);
        if (matches && matching_add(matching, i, current)) {
            return -1;
        }
        if (fuzzy->distance < 0 && !matches && matching->ranks.n) {
            return 1; /* past the last of them */
        }
    }
    return 0;
}

/* Find all terms that match. */
static int find_matching(Matching *matching, Fuzzy *fuzzy) {
    const OpenSegment *segment = matching->part->segment;
    const Strings *terms = &segment->columns.terms;
    uint64_t n_offsets = ascending_length(&terms->offsets), base = 0;
    Current current;
    current.size = 0;
    if (!n_offsets || fuzzy_start(fuzzy)) {
        return -1;
    }
    if (fuzzy->distance < 0) {
        Bisected bisected;
        if (strings_bisect(&segment->file, terms, (const uint8_t *)fuzzy->utf8, fuzzy->size, 0,
                           n_offsets - 1, &bisected)) {
            return -1;
        }
        if (!bisected.begins) {
            return 0;
        }
        base = bisected.index - bisected.index % STEP;
    }
    int state = 0;
    for (; state == 0 && base < n_offsets - 1; base += STEP) {
        uint64_t end = n_offsets - 1 - base < STEP ? n_offsets - 1 : base + STEP;
        state = scan(matching, fuzzy, base, end, &current);
    }
    return state < 0 ? -1 : 0;
}

/* expand_word(index, segment, word, distance): ranks (int64) among the terms of a segment, and the
 * live terms, of those within an edit distance of a word; or with -1, of those that begin so */
PyObject *expand_word(PyObject *Py_UNUSED(self), PyObject *arguments) {
    PyObject *capsule, *found = NULL;
    Py_ssize_t number, size;
    Fuzzy fuzzy;
    if (!PyArg_ParseTuple(arguments, "Ony#i", &capsule, &number, &fuzzy.utf8, &size,
                          &fuzzy.distance)) {
        return NULL;
    }
    const OpenIndex *index = index_of(capsule);
    if (!index) {
        return NULL;
    }
    if (number < 0 || (size_t)number >= index->n) {
        return result_or_none(NULL);
    }
    fuzzy.size = (size_t)size;
    Matching matching = {&index->segments[number], {0, 0, NULL}, PyList_New(0)};
    if (matching.terms && !find_matching(&matching, &fuzzy)) {
        found = Py_BuildValue("(NO)",
                              PyByteArray_FromStringAndSize((const char *)matching.ranks.at,
                                                            (Py_ssize_t)(8 * matching.ranks.n)),
                              matching.terms);
    }
    Py_XDECREF(matching.terms);
    free(matching.ranks.at);
    return result_or_none(found);
}
