/* Several postings → the sum of the frequencies in each unit.
 *
 * A table has a place for each unit. It is not set to zero: a bit says which places are in use. So
 * few postings touch little memory, and the units come out in ascending order without a sort.
 */
#include "kernel.h"

#include <stdlib.h>

enum { WORD_BITS = 64 };

static size_t n_words(const Totals *totals) { return totals->n_units / WORD_BITS + 1; }

int totals_init(Totals *totals, size_t n_units) {
    totals->n_units = n_units;
    totals->sums = malloc((n_units + 1) * sizeof *totals->sums);
    totals->seen = calloc(n_words(totals), sizeof *totals->seen);
    return totals->sums && totals->seen ? 0 : -1;
}

/* Add `postings`, whose units `postings_read` has checked against the number of units. */
void totals_add(Totals *totals, const Postings *postings) {
    for (size_t i = 0; i < postings->n; i++) {
        uint32_t unit = postings->units[i];
        double frequency = postings->frequencies ? postings->frequencies[i] : 1;
        uint64_t bit = UINT64_C(1) << unit % WORD_BITS, *word = &totals->seen[unit / WORD_BITS];
        totals->sums[unit] = *word & bit ? totals->sums[unit] + frequency : frequency;
        *word |= bit;
    }
}

/* Clear the lowest bit of `*word`, which is not 0, and return its number. */
static unsigned pop_lowest(uint64_t *word) {
    uint64_t rest = *word & (*word - 1), lowest = *word ^ rest;
    unsigned number = 0;
#if defined(__GNUC__)
    number = (unsigned)__builtin_ctzll(lowest);
#else
    while (lowest >> number != 1) {
        number++;
    }
#endif
    *word = rest;
    return number;
}

size_t totals_count(const Totals *totals) {
    size_t count = 0;
    for (size_t i = 0; i < n_words(totals); i++) {
        for (uint64_t word = totals->seen[i]; word; word &= word - 1) {
            count++;
        }
    }
    return count;
}

/* Write the units that have a sum, ascending, and their sums. */
void totals_extract(const Totals *totals, int64_t *units, double *sums) {
    size_t n = 0;
    for (size_t i = 0; i < n_words(totals); i++) {
        uint64_t word = totals->seen[i];
        while (word) {
            size_t unit = i * WORD_BITS + pop_lowest(&word);
            units[n] = (int64_t)unit;
            sums[n++] = totals->sums[unit];
        }
    }
}

void totals_free(Totals *totals) {
    free(totals->sums);
    free(totals->seen);
}
