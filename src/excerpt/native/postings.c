/* A postings list in a file of columns → its units and frequencies. */
#include "kernel.h"

#include <stdlib.h>

/* The limits from which on a list has gaps of 8 and of 16 bits. */
enum { GAPS8 = 32, GAPS16 = 4096 };
/* The four starts of a list, see index/format/postings.py. */
enum { UNIT, TOKEN, GAP, FREQUENCY, N_STARTS };

/* Write the four starts of a list, and the four of the next one, to `bounds`. */
static int read_bounds(const File *file, const Lists *lists, uint64_t list, uint64_t *bounds) {
    uint64_t n = lists->starts.length / N_STARTS - 1;
    uint64_t first = N_STARTS * (list < n ? list : n);
    size_t size = list < n ? 2 * N_STARTS : N_STARTS;
    const uint8_t *starts = column_part(file, &lists->starts, first, first + size);
    if (!starts) {
        return -1;
    }
    for (size_t i = 0; i < size; i++) {
        bounds[i] = load_u32(starts + 4 * i);
    }
    if (list < n) {
        return 0;
    }
    /* Lists of one token follow those with starts, and empty ones follow these. */
    uint64_t number = list - n, single = lists->n_single;
    uint64_t before = number < single ? number : single;
    uint64_t after = number + 1 < single ? number + 1 : single;
    for (int i = 0; i < N_STARTS; i++) {
        bounds[N_STARTS + i] = bounds[i] + (i == FREQUENCY ? 0 : after);
        bounds[i] += i == FREQUENCY ? 0 : before;
    }
    return 0;
}

/* Unpack the values `start` to `end`, of 4, 8 or 16 bits each, into `out`. */
static int unpack(const File *file, const Packed *packed, int bits, uint64_t start, uint64_t end,
                  uint32_t *out) {
    int halves = bits == 4; /* two values in a byte, the first in its low half */
    const uint8_t *values = column_part(file, &packed->values, halves ? start / 2 : start,
                                        halves ? end / 2 + end % 2 : end);
    if (!values) {
        return -1;
    }
    for (uint64_t i = 0, n = end - start; i < n; i++) {
        uint64_t at = halves ? start % 2 + i : i;
        out[i] = bits == 4   ? values[at / 2] >> (at % 2 * 4) & 15
                 : bits == 8 ? values[at]
                             : load_u16(values + 2 * at);
    }
    return exceptions_apply(file, packed, start, end, out);
}

/* Write `n` units, which start at `start` in a column of units as they are, to `out`. */
static int read_plain(const File *file, const Lists *lists, uint64_t start, uint64_t n,
                      uint32_t *out) {
    const uint8_t *units = column_part(file, &lists->units, start, start + n);
    if (!units) {
        return -1;
    }
    for (uint64_t i = 0; i < n; i++) {
        out[i] = lists->units.item_size == 4 ? load_u32(units + 4 * i)
                                             : load_u16(units + 2 * i);
        if (out[i] >= lists->n_units || (i && out[i] <= out[i - 1])) {
            return -1;
        }
    }
    return 0;
}

/* Write the `n` units of a list to `out`. They ascend, and all are below the number of units. */
static int read_units(const File *file, const Lists *lists, uint64_t start, uint64_t n,
                      uint32_t *out) {
    if (!n) {
        return 0;
    }
    if (n * GAPS16 < lists->n_units) {
        return read_plain(file, lists, start, n, out);
    }
    int is_dense = n * GAPS8 >= lists->n_units;
    if (unpack(file, is_dense ? &lists->gaps8 : &lists->gaps16, is_dense ? 8 : 16, start, start + n,
               out)) {
        return -1;
    }
    uint64_t unit = UINT64_MAX; /* the first gap is counted from unit -1 */
    for (uint64_t i = 0; i < n; i++) {
        if (!out[i]) {
            return -1;
        }
        unit += out[i];
        if (unit >= lists->n_units) {
            return -1;
        }
        out[i] = (uint32_t)unit;
    }
    return 0;
}

/* Find the number of tokens of a list. */
int postings_count(const File *file, const Lists *lists, uint64_t list, uint64_t *n_tokens) {
    uint64_t bounds[2 * N_STARTS];
    if (read_bounds(file, lists, list, bounds) || bounds[N_STARTS + TOKEN] < bounds[TOKEN]) {
        return -1;
    }
    *n_tokens = bounds[N_STARTS + TOKEN] - bounds[TOKEN];
    return 0;
}

/* Write the offset of each of the `n` tokens of a list within its unit to `offsets`. */
int postings_offsets(const File *file, const Lists *lists, uint64_t list, uint64_t n,
                     uint32_t *offsets) {
    uint64_t bounds[2 * N_STARTS];
    if (read_bounds(file, lists, list, bounds) || bounds[N_STARTS + TOKEN] - bounds[TOKEN] != n) {
        return -1;
    }
    return unpack(file, &lists->offsets, 8, bounds[TOKEN], bounds[N_STARTS + TOKEN], offsets);
}

int postings_read(const File *file, const Lists *lists, uint64_t list, Postings *found) {
    uint64_t bounds[2 * N_STARTS];
    const uint64_t *ends = bounds + N_STARTS;
    *found = (Postings){0, NULL, NULL};
    if (read_bounds(file, lists, list, bounds) || ends[UNIT] < bounds[UNIT]) {
        return -1;
    }
    uint64_t n = ends[UNIT] - bounds[UNIT];
    if (n > lists->n_units) {
        return -1;
    }
    int all_once = ends[TOKEN] - bounds[TOKEN] == n;
    if (!all_once && ends[FREQUENCY] - bounds[FREQUENCY] != n) {
        return -1;
    }
    found->n = n;
    found->units = malloc((n ? n : 1) * sizeof *found->units);
    found->frequencies = all_once ? NULL : malloc((n ? n : 1) * sizeof *found->frequencies);
    if (!found->units || (!all_once && !found->frequencies) ||
        read_units(file, lists, bounds[GAP], n, found->units) ||
        (!all_once && unpack(file, &lists->frequencies, 4, bounds[FREQUENCY], ends[FREQUENCY],
                             found->frequencies))) {
        postings_free(found);
        return -1;
    }
    return 0;
}

void postings_free(Postings *postings) {
    free(postings->units);
    free(postings->frequencies);
    *postings = (Postings){0, NULL, NULL};
}
