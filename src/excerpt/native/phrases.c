/* Phrases and pairs of words near each other → the passages in which they begin, and how often. */
#include "kernel.h"

#include <stdlib.h>

/* A pair of neighbouring parts of a phrase that has a list. */
typedef struct {
    size_t index; /* of its first part */
    uint64_t list, n_tokens;
} Pair;

/* Keep those of `starts` for which `forms` occur `distance` tokens later. */
static int keep_followed(const OpenSegment *segment, Positions *starts, const Forms *forms,
                         uint64_t distance) {
    size_t n = 0;
    for (size_t i = 0; i < starts->n; i++) {
        int occurs = forms_occur(segment, forms, starts->at[i] + distance);
        if (occurs < 0) {
            return -1;
        }
        starts->at[n] = starts->at[i];
        n += (size_t)occurs;
    }
    starts->n = n;
    return 0;
}

/* Subtract `index` from all positions; those below it are left out. */
static void shift(Positions *positions, uint32_t index) {
    size_t n = 0;
    for (size_t i = 0; i < positions->n; i++) {
        if (positions->at[i] >= index) {
            positions->at[n++] = positions->at[i] - index;
        }
    }
    positions->n = n;
}

/* Find the rarest part of a phrase, and the number of its positions. */
static int rarest_part(const OpenSegment *segment, const SegmentWord *const *parts, size_t n_parts,
                       size_t *rarest, uint64_t *n_least) {
    *n_least = UINT64_MAX;
    for (size_t i = 0; i < n_parts; i++) {
        uint64_t n;
        if (forms_count(segment, &parts[i]->forms, &n)) {
            return -1;
        }
        if (n < *n_least) {
            *rarest = i;
            *n_least = n;
        }
    }
    return 0;
}

/* Find the rarest pair with fewer than `n_least` positions; its index is `n_parts` if there is
 * none. The pair of the terms i and j of n has the list i * n + j, see
 * index/format/pair_postings.py. */
static int rarest_pair(const OpenSegment *segment, const SegmentWord *const *parts, size_t n_parts,
                       uint64_t n_least, Pair *rarest) {
    const Lists *lists = &segment->columns.pair_lists;
    uint64_t n_terms = 0, n_lists = lists->starts.length / 4 - 1 + lists->n_single + lists->n_empty;
    while ((n_terms + 1) * (n_terms + 1) <= n_lists) {
        n_terms++;
    }
    *rarest = (Pair){n_parts, 0, n_least};
    for (size_t i = 0; i + 1 < n_parts; i++) {
        int64_t first = parts[i]->term_id, second = parts[i + 1]->term_id;
        if (first < 0 || second < 0 || (uint64_t)first >= n_terms ||
            (uint64_t)second >= n_terms) {
            continue;
        }
        uint64_t list = (uint64_t)first * n_terms + (uint64_t)second, n;
        if (postings_count(&segment->file, lists, list, &n)) {
            return -1;
        }
        if (n < rarest->n_tokens) {
            *rarest = (Pair){i, list, n};
        }
    }
    return 0;
}

/* Find where a phrase begins: at the positions of its rarest word, or of a listed pair that is
 * rarer still, around which its other words occur. */
static int phrase_starts(OpenSegment *segment, const SegmentWord *const *parts, size_t n_parts,
                         Positions *starts) {
    size_t rarest = 0;
    uint64_t n_least;
    Pair pair;
    if (!n_parts || n_parts > UINT32_MAX ||
        rarest_part(segment, parts, n_parts, &rarest, &n_least) ||
        rarest_pair(segment, parts, n_parts, n_least, &pair)) {
        return -1;
    }
    int is_pair = pair.index < n_parts;
    rarest = is_pair ? pair.index : rarest;
    if (is_pair ? list_positions(segment, &segment->columns.pair_lists, pair.list, starts)
                : forms_positions(segment, &parts[rarest]->forms, starts)) {
        return -1;
    }
    shift(starts, (uint32_t)rarest);
    int failed = 0;
    for (size_t i = 0; !failed && i < n_parts; i++) {
        if (i != rarest && !(is_pair && i == rarest + 1)) {
            failed = keep_followed(segment, starts, &parts[i]->forms, i);
        }
    }
    if (failed) {
        positions_free(starts);
    }
    return failed ? -1 : 0;
}

/* Count where a phrase begins. */
int phrase_count(OpenSegment *segment, const SegmentWord *const *parts, size_t n_parts,
                 Postings *found) {
    Positions starts;
    Pair pair;
    if (n_parts == 2) {
        if (rarest_pair(segment, parts, n_parts, UINT64_MAX, &pair)) {
            return -1;
        }
        if (pair.index < n_parts) {
            const Lists *lists = &segment->columns.pair_lists;
            return postings_read(&segment->file, lists, pair.list, found);
        }
    }
    if (phrase_starts(segment, parts, n_parts, &starts)) {
        return -1;
    }
    int failed = positions_count(segment, &starts, found);
    positions_free(&starts);
    return failed;
}

/* Return whether one of `forms` is among `n` tokens, -1 on failure. */
static int occur_within(const OpenSegment *segment, const Forms *forms, uint64_t start, size_t n) {
    int occurs = 0;
    for (size_t i = 0; i < n && !occurs; i++) {
        occurs = forms_occur(segment, forms, start + i);
    }
    return occurs;
}

/* Count where a word begins that is spelled in parts, without those that contain the word. */
int spelling_count(OpenSegment *segment, const SegmentWord *const *parts, size_t n_parts,
                   const Forms *word, Postings *found) {
    Positions starts;
    size_t n = 0;
    int failed = 0;
    if (phrase_starts(segment, parts, n_parts, &starts)) {
        return -1;
    }
    for (size_t i = 0; !failed && i < starts.n; i++) {
        int contains = occur_within(segment, word, starts.at[i], n_parts);
        failed = contains < 0;
        starts.at[n] = starts.at[i];
        n += contains == 0;
    }
    starts.n = n;
    failed = failed || positions_count(segment, &starts, found);
    positions_free(&starts);
    return failed ? -1 : 0;
}

/* Return whether there is no barrier, whose form id is 0, between two positions; -1 on failure. */
static int same_section(const OpenSegment *segment, uint64_t first, uint64_t last) {
    const Column *form_ids = &segment->columns.body.form_ids;
    const uint8_t *at = column_part(&segment->file, form_ids, first, last + 1);
    for (uint64_t i = 1; at && i < last - first; i++) {
        if (!load_u16(at + 2 * i)) {
            return 0;
        }
    }
    return at ? 1 : -1;
}

/* A position of the left side (1), the right side (2) or both (3). */
typedef struct {
    uint32_t at;
    int sides;
} Side;

/* Take the next position of either side. */
static Side next_side(const Positions sides[2], size_t next[2]) {
    Side side = {UINT32_MAX, 0};
    for (int i = 0; i < 2; i++) {
        if (next[i] < sides[i].n && sides[i].at[next[i]] <= side.at) {
            side.sides = sides[i].at[next[i]] < side.at ? 1 << i : side.sides | 1 << i;
            side.at = sides[i].at[next[i]];
        }
    }
    for (int i = 0; i < 2; i++) {
        next[i] += side.sides >> i & 1;
    }
    return side;
}

/* Write the positions at which a neighbour of each side begins to `found`.
 *
 * Neighbours are consecutive positions of both sides together. Any other occurrence of both sides
 * within the distance contains neighbours, so that these are all minimal matches. */
static int find_neighbours(const OpenSegment *segment, const Positions sides[2], uint64_t distance,
                           int is_ordered, Positions *found) {
    size_t next[2] = {0, 0};
    *found = (Positions){0, malloc((sides[0].n + sides[1].n + 1) * sizeof(uint32_t))};
    if (!found->at) {
        return -1;
    }
    Side here = next_side(sides, next), there;
    for (; here.sides; here = there) {
        there = next_side(sides, next);
        int matches = (here.sides & 1 && there.sides & 2) ||
                      (!is_ordered && here.sides & 2 && there.sides & 1);
        if (matches && there.at - here.at <= distance + 1) {
            int is_same = same_section(segment, here.at, there.at);
            if (is_same < 0) {
                positions_free(found);
                return -1;
            }
            found->at[found->n] = here.at;
            found->n += (size_t)is_same;
        }
    }
    return 0;
}

/* Count where two words begin to be near each other, with at most `distance` words between. */
int near_count(OpenSegment *segment, const Forms *const sides[2], uint64_t distance,
               int is_ordered, Postings *found) {
    Positions positions[2] = {{0, NULL}, {0, NULL}}, starts = {0, NULL};
    int failed = distance > UINT32_MAX || forms_positions(segment, sides[0], &positions[0]) ||
                 forms_positions(segment, sides[1], &positions[1]) ||
                 find_neighbours(segment, positions, distance, is_ordered, &starts) ||
                 positions_count(segment, &starts, found);
    positions_free(&positions[0]);
    positions_free(&positions[1]);
    positions_free(&starts);
    return failed ? -1 : 0;
}
