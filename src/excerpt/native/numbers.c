/* Columns of numbers in a packed form → numbers. */
#include "kernel.h"

/* As in the format: a sample for each 32 ascending numbers, and the byte of a gap that is stored
 * as an exception. */
enum { STEP = 32, MARKER = 255 };

/* Find the number of elements below `value` in an ascending column of uint32. */
int column_below(const File *file, const Column *column, uint64_t value, uint64_t *count) {
    uint64_t low = 0, high = column->length;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2, element;
        if (column_u32(file, column, middle, &element)) {
            return -1;
        }
        if (element < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *count = low;
    return 0;
}

/* Write the exceptions among the packed values `start` to `end` to `values`. */
int exceptions_apply(const File *file, const Packed *packed, uint64_t start, uint64_t end,
                     uint32_t *values) {
    uint64_t low, high;
    if (column_below(file, &packed->exception_indexes, start, &low) ||
        column_below(file, &packed->exception_indexes, end, &high) || low > high) {
        return -1;
    }
    const uint8_t *indexes = column_part(file, &packed->exception_indexes, low, high);
    const uint8_t *exceptions = column_part(file, &packed->exceptions, low, high);
    if (!indexes || !exceptions) {
        return -1;
    }
    for (uint64_t i = 0; i < high - low; i++) {
        uint64_t index = load_u32(indexes + 4 * i);
        if (index < start || index >= end) {
            return -1;
        }
        values[index - start] = load_u32(exceptions + 4 * i);
    }
    return 0;
}

int ids_item(const File *file, const Ids *ids, uint64_t index, uint64_t *id) {
    const uint8_t *low = column_part(file, &ids->low, index, index + 1);
    const uint8_t *high = column_part(file, &ids->high, index, index + 1);
    if (!low || !high) {
        return -1;
    }
    *id = load_u16(low) | (uint64_t)(ids->high.item_size == 2 ? load_u16(high) : *high) << 16;
    return 0;
}

uint64_t ascending_length(const Ascending *column) { return column->gaps.values.length; }

/* Add up the gaps after `base`, the number before `start`, into `values`. */
static int add_gaps(const File *file, const Ascending *column, uint64_t base, uint64_t start,
                    uint64_t end, uint32_t *values) {
    const uint8_t *gaps = column_part(file, &column->gaps.values, start, end);
    int has_exceptions = 0;
    for (uint64_t i = 0; gaps && i < end - start; i++) {
        values[i] = gaps[i];
        has_exceptions |= gaps[i] == MARKER;
    }
    if (!gaps || (has_exceptions && exceptions_apply(file, &column->gaps, start, end, values))) {
        return -1;
    }
    for (uint64_t i = 0; i < end - start; i++) {
        base += values[i];
        if (base > UINT32_MAX) {
            return -1;
        }
        values[i] = (uint32_t)base;
    }
    return 0;
}

/* Write the numbers from `start` to `end` to `values`. */
int ascending_read(const File *file, const Ascending *column, uint64_t start, uint64_t end,
                   uint32_t *values) {
    uint32_t before[STEP];
    uint64_t sample, first = start - start % STEP;
    if (start >= end || end > ascending_length(column) ||
        column_u32(file, &column->samples, first / STEP, &sample)) {
        return start == end ? 0 : -1;
    }
    if (start > first) {
        if (add_gaps(file, column, sample, first + 1, start + 1, before)) {
            return -1;
        }
        sample = before[start - first - 1];
    }
    values[0] = (uint32_t)sample;
    return add_gaps(file, column, sample, start + 1, end, values + 1);
}

/* Write the number at `index`, and the one after it, to `pair`. They do not descend. */
int ascending_pair(const File *file, const Ascending *column, uint64_t index, uint64_t pair[2]) {
    uint32_t values[2];
    if (index >= ascending_length(column) ||
        ascending_read(file, column, index, index + 2, values)) {
        return -1;
    }
    pair[0] = values[0];
    pair[1] = values[1];
    return 0;
}

/* Find the number of elements below `value`. */
int ascending_below(const File *file, const Ascending *column, uint64_t value, uint64_t *count) {
    uint32_t values[STEP];
    uint64_t sample, n = ascending_length(column);
    if (column_below(file, &column->samples, value, &sample)) {
        return -1;
    }
    *count = 0;
    if (!sample) {
        return 0;
    }
    uint64_t first = (sample - 1) * STEP, end = n - first < STEP ? n : first + STEP;
    if (first >= n || ascending_read(file, column, first, end, values)) {
        return -1;
    }
    *count = first;
    while (*count < end && values[*count - first] < value) {
        ++*count;
    }
    return 0;
}

/* Find the number of `value` in an ascending column, -1 if it is not there. */
int column_find(const File *file, const Column *column, uint64_t value, int64_t *number) {
    uint64_t low = 0, high = column->length;
    *number = -1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2, element;
        if (column_u32(file, column, middle, &element)) {
            return -1;
        }
        if (element == value) {
            *number = (int64_t)middle;
            return 0;
        }
        if (element < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}
