/* The forms of a word in a segment → the positions at which they occur in its body. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

enum { RARE = 0xFFFF };

/* Fill in the ranges of form ids of whole groups. */
int forms_prepare(const OpenSegment *segment, Forms *forms) {
    if (forms->is_partial) {
        return 0;
    }
    forms->ranges = malloc((2 * forms->n_groups + 1) * sizeof *forms->ranges);
    forms->n_ranges = 0;
    for (size_t i = 0; forms->ranges && i < forms->n_groups; i++) {
        uint64_t *range = forms->ranges + 2 * forms->n_ranges;
        if (ascending_pair(&segment->file, &segment->columns.first_form, forms->groups[i], range)) {
            return -1;
        }
        /* The forms of consecutive groups are consecutive. */
        if (forms->n_ranges && range[-1] == range[0]) {
            range[-1] = range[1];
        } else {
            forms->n_ranges++;
        }
    }
    return forms->ranges ? 0 : -1;
}

/* Find the number of positions of the groups of `forms`. */
int forms_count(const OpenSegment *segment, const Forms *forms, uint64_t *n_tokens) {
    *n_tokens = 0;
    for (size_t i = 0; i < forms->n_groups; i++) {
        uint64_t n;
        if (postings_count(&segment->file, &segment->columns.body.lists, forms->groups[i], &n)) {
            return -1;
        }
        *n_tokens += n;
    }
    return 0;
}

/* Return whether a form is one of `forms`. */
int forms_contain(const Forms *forms, uint64_t form_id) {
    size_t low = 0, high = forms->n_ranges; /* the ranges that begin at most at `form_id` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (forms->ranges[2 * middle] <= form_id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && form_id < forms->ranges[2 * low - 1];
}

/* Return whether one of `forms` occurs at a position, -1 on failure; beyond the end, none does. */
int forms_occur(const OpenSegment *segment, const Forms *forms, uint64_t position) {
    const File *file = &segment->file;
    const Stream *body = &segment->columns.body;
    if (position >= body->form_ids.length) {
        return 0;
    }
    const uint8_t *at = column_part(file, &body->form_ids, position, position + 1);
    if (!at) {
        return -1;
    }
    uint64_t form_id = load_u16(at), number;
    if (form_id == RARE && (ascending_below(file, &body->rare_positions, position, &number) ||
                            ids_item(file, &body->rare_form_ids, number, &form_id))) {
        return -1;
    }
    return forms_contain(forms, form_id);
}

/* Return the first position of each unit of the body, which is read only once. */
static const uint32_t *unit_offsets(OpenSegment *segment) {
    const Ascending *column = &segment->columns.body.unit_offsets;
    if (!segment->unit_offsets) {
        uint64_t n = ascending_length(column);
        uint32_t *offsets = malloc(n * sizeof *offsets);
        if (!offsets || ascending_read(&segment->file, column, 0, n, offsets)) {
            free(offsets);
            return NULL;
        }
        segment->unit_offsets = offsets;
    }
    return segment->unit_offsets;
}

/* Find the positions of a list of the body. */
int list_positions(OpenSegment *segment, const Lists *lists, uint64_t list, Positions *found) {
    const uint32_t *starts = unit_offsets(segment);
    Postings postings;
    uint64_t n;
    *found = (Positions){0, NULL};
    if (!starts || postings_count(&segment->file, lists, list, &n) || n > UINT32_MAX ||
        postings_read(&segment->file, lists, list, &postings)) {
        return -1;
    }
    uint32_t *at = malloc((n + 1) * sizeof *at);
    int failed = !at || postings_offsets(&segment->file, lists, list, n, at);
    uint64_t token = 0, before = 0;
    for (size_t i = 0; !failed && i < postings.n; i++) {
        uint64_t frequency = postings.frequencies ? postings.frequencies[i] : 1;
        failed = frequency > n - token;
        for (uint64_t end = token + frequency; !failed && token < end; token++) {
            uint64_t position = (uint64_t)at[token] + starts[postings.units[i]];
            failed = position > UINT32_MAX || (token && position <= before);
            at[token] = (uint32_t)position;
            before = position;
        }
    }
    postings_free(&postings);
    if (failed || token != n) {
        free(at);
        return -1;
    }
    *found = (Positions){n, at};
    return 0;
}

void positions_free(Positions *positions) {
    free(positions->at);
    *positions = (Positions){0, NULL};
}

/* Merge `more` into `into`; both ascend. Frees `more`. */
static int merge(Positions *into, Positions *more) {
    size_t n = into->n + more->n, left = 0, right = 0;
    uint32_t *at = malloc((n + 1) * sizeof *at);
    for (size_t i = 0; at && i < n; i++) {
        int is_left = right == more->n || (left < into->n && into->at[left] <= more->at[right]);
        at[i] = is_left ? into->at[left++] : more->at[right++];
    }
    positions_free(into);
    positions_free(more);
    *into = (Positions){at ? n : 0, at};
    return at ? 0 : -1;
}

/* Find the positions of the groups from `first` to `end`, merging halves so that none is merged
 * more often than the logarithm of their number. */
static int groups_positions(OpenSegment *segment, const Forms *forms, size_t first, size_t end,
                            Positions *found) {
    *found = (Positions){0, NULL};
    if (end - first <= 1) {
        return first == end ? 0
                            : list_positions(segment, &segment->columns.body.lists,
                                             forms->groups[first], found);
    }
    size_t middle = first + (end - first) / 2;
    Positions more;
    if (groups_positions(segment, forms, first, middle, found) ||
        groups_positions(segment, forms, middle, end, &more)) {
        positions_free(found);
        return -1;
    }
    return merge(found, &more);
}

/* Find the positions of `forms`. */
int forms_positions(OpenSegment *segment, const Forms *forms, Positions *found) {
    if (groups_positions(segment, forms, 0, forms->n_groups, found)) {
        return -1;
    }
    size_t n = 0;
    for (size_t i = 0; forms->is_partial && i < found->n; i++) {
        int occurs = forms_occur(segment, forms, found->at[i]);
        if (occurs < 0) {
            positions_free(found);
            return -1;
        }
        found->at[n] = found->at[i];
        n += (size_t)occurs;
    }
    found->n = forms->is_partial ? n : found->n;
    return 0;
}

/* Find the unit of a position, where `low` is not above it. */
static size_t unit_at(const uint32_t *starts, size_t n_units, size_t low, uint32_t position) {
    size_t high = n_units;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (starts[middle] <= position) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Count ascending positions in each unit of the body. Those before the first unit are left out. */
int positions_count(OpenSegment *segment, const Positions *positions, Postings *found) {
    const uint32_t *starts = unit_offsets(segment);
    size_t n_units = segment->columns.body.lists.n_units, unit = 0;
    *found = (Postings){0, NULL, NULL};
    found->units = malloc((positions->n + 1) * sizeof *found->units);
    found->frequencies = malloc((positions->n + 1) * sizeof *found->frequencies);
    if (!starts || !found->units || !found->frequencies) {
        postings_free(found);
        return -1;
    }
    for (size_t i = 0; n_units && i < positions->n; i++) {
        uint32_t position = positions->at[i];
        if (position < starts[0] || position >= starts[n_units]) {
            continue;
        }
        unit = unit_at(starts, n_units, unit, position);
        if (found->n && found->units[found->n - 1] == unit) {
            found->frequencies[found->n - 1]++;
        } else {
            found->units[found->n] = (uint32_t)unit;
            found->frequencies[found->n++] = 1;
        }
    }
    return 0;
}
