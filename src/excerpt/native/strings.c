/* Sorted strings in a file of columns → where a string is among them. */
#include "kernel.h"

#include <string.h>

enum { STEP = 32, PREFIX = 8 };

/* The first 8 bytes of a string as a number, with zeros in place of those it does not have. */
static uint64_t prefix_of(const uint8_t *string, size_t size) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < PREFIX; i++) {
        prefix = prefix << 8 | (i < size ? string[i] : 0);
    }
    return prefix;
}

/* Move `*low` to the first sample before `high` whose prefix is not below `prefix`. */
static int skip_prefixes(const File *file, const Column *prefixes, uint64_t prefix, uint64_t *low,
                         uint64_t high) {
    while (*low < high) {
        uint64_t middle = *low + (high - *low) / 2;
        const uint8_t *at = column_part(file, prefixes, middle, middle + 1);
        if (!at) {
            return -1;
        }
        if (load_u64(at) < prefix) {
            *low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

/* Return the number of bytes at the beginning of both that are the same. */
static size_t common(const uint8_t *left, size_t left_size, const uint8_t *right,
                     size_t right_size) {
    size_t n = 0, most = left_size < right_size ? left_size : right_size;
    while (n < most && left[n] == right[n]) {
        n++;
    }
    return n;
}

/* Find the first sample from `low` to `high` whose string is not below `wanted`. */
static int bisect_samples(const File *file, const Strings *strings, const uint8_t *wanted,
                          size_t size, uint64_t *low, uint64_t high) {
    while (*low < high) {
        uint64_t middle = *low + (high - *low) / 2, pair[2];
        if (ascending_pair(file, &strings->offsets, middle * STEP, pair)) {
            return -1;
        }
        size_t length = (size_t)(pair[1] - pair[0]);
        const uint8_t *string = column_part(file, &strings->utf8, pair[0], pair[1]);
        if (!string) {
            return -1;
        }
        size_t n = common(string, length, wanted, size);
        if (n < size && (n == length || string[n] < wanted[n])) {
            *low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

/* Find `wanted` among the strings from `base`, a sample, to `end`, and from `first` on.
 *
 * The string before begins with the first `n` bytes of `wanted`, and not with one more. If a string
 * shares more than these with it, it compares with `wanted` as that does. Otherwise it is compared
 * from the byte on that it does not share: so the shared bytes themselves are not needed. */
static int scan(const File *file, const Strings *strings, const uint8_t *wanted, size_t size,
                uint64_t base, uint64_t first, uint64_t end, Bisected *bisected) {
    uint32_t offsets[STEP + 2];
    if (ascending_read(file, &strings->offsets, base, end + 1, offsets)) {
        return -1;
    }
    const uint8_t *utf8 = column_part(file, &strings->utf8, offsets[0], offsets[end - base]);
    const uint8_t *shared = NULL;
    if (strings->shared.length) {
        shared = column_part(file, &strings->shared, base, end);
    }
    if (!utf8 || (strings->shared.length && !shared)) {
        return -1;
    }
    size_t n = 0;
    int is_below = 1;
    for (uint64_t i = base; i < end; i++) {
        size_t length = offsets[i - base + 1] - offsets[i - base];
        size_t n_shared = shared && i > base ? shared[i - base] : 0;
        if (n_shared <= n) {
            const uint8_t *rest = utf8 + (offsets[i - base] - offsets[0]);
            size_t more = common(rest, length, wanted + n_shared, size - n_shared);
            n = n_shared + more;
            is_below = n < size && (more == length || rest[more] < wanted[n]);
        }
        if (i >= first && !is_below) {
            *bisected = (Bisected){i, n == size, n == size && n_shared + length == size};
            return 0;
        }
    }
    *bisected = (Bisected){end, 0, 0};
    return 0;
}

/* Find the first of the strings `first` to `last`, which are sorted, that is not below `wanted`. */
int strings_bisect(const File *file, const Strings *strings, const uint8_t *wanted, size_t size,
                   uint64_t first, uint64_t last, Bisected *bisected) {
    uint64_t n = ascending_length(&strings->offsets);
    *bisected = (Bisected){last, 0, 0};
    if (first > last || last >= n) {
        return -1;
    }
    uint64_t sample = (first + STEP - 1) / STEP, end = (last + STEP - 1) / STEP;
    if (strings->prefixes.length && sample < end) {
        uint64_t prefix = prefix_of(wanted, size);
        if (skip_prefixes(file, &strings->prefixes, prefix, &sample, end)) {
            return -1;
        }
        uint64_t after = sample;
        if (prefix < UINT64_MAX &&
            skip_prefixes(file, &strings->prefixes, prefix + 1, &after, end)) {
            return -1;
        }
        end = prefix < UINT64_MAX ? after : end;
    }
    if (bisect_samples(file, strings, wanted, size, &sample, end)) {
        return -1;
    }
    /* The string of the sample before is below the wanted one, if that is in the range at all. */
    for (uint64_t base = sample ? (sample - 1) * STEP : 0; base < last; base += STEP) {
        uint64_t stop = last - base < STEP ? last : base + STEP;
        if (stop > first) {
            if (scan(file, strings, wanted, size, base, first, stop, bisected)) {
                return -1;
            }
            if (bisected->index < stop) {
                return 0;
            }
        }
        if (base / STEP >= sample) {
            break; /* two steps are enough if nothing is damaged */
        }
    }
    bisected->index = last < bisected->index ? last : bisected->index;
    return 0;
}

/* Write one string to `found`; -1 if it is damaged or too long. */
int strings_item(const File *file, const Strings *strings, uint64_t index, ShortString *found) {
    uint32_t offsets[STEP + 1];
    uint64_t base = index - index % STEP;
    if (index + 1 >= ascending_length(&strings->offsets) ||
        ascending_read(file, &strings->offsets, base, index + 2, offsets)) {
        return -1;
    }
    const uint8_t *shared = NULL;
    if (strings->shared.length) {
        shared = column_part(file, &strings->shared, base, index + 1);
        if (!shared) {
            return -1;
        }
    }
    found->size = 0;
    for (uint64_t i = shared ? base : index; i <= index; i++) {
        size_t n_shared = shared && i > base ? shared[i - base] : 0;
        size_t size = offsets[i - base + 1] - offsets[i - base];
        const uint8_t *rest =
            column_part(file, &strings->utf8, offsets[i - base], offsets[i - base + 1]);
        if (!rest || n_shared > found->size || size > sizeof found->utf8 - n_shared) {
            return -1;
        }
        memcpy(found->utf8 + n_shared, rest, size);
        found->size = n_shared + size;
    }
    return 0;
}
