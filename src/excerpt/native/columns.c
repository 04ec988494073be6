/* A mapped file of columns → verified parts of its arrays. */
#include "kernel.h"

#include <string.h>

uint32_t load_u32(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint32_t load_u16(const uint8_t *at) { return (uint32_t)at[0] | (uint32_t)at[1] << 8; }

uint64_t load_u64(const uint8_t *at) { return load_u32(at) | (uint64_t)load_u32(at + 4) << 32; }

/* Return the elements `first` to `end` of a column, verified. */
const uint8_t *column_part(const File *file, const Column *column, uint64_t first, uint64_t end) {
    if (first > end || end > column->length) {
        return NULL;
    }
    /* `kernel.c` has checked that the whole column lies within the file: nothing overflows. */
    uint64_t start = column->start + first * column->item_size;
    int failed = file_verify(file, start, column->start + end * column->item_size);
    return failed ? NULL : file->data + start;
}

int column_u32(const File *file, const Column *column, uint64_t index, uint64_t *value) {
    const uint8_t *at = column_part(file, column, index, index + 1);
    if (!at) {
        return -1;
    }
    *value = load_u32(at);
    return 0;
}

/* The sizes that elements may have, as flags that are the sizes themselves, in the order of the
 * columns of `Segment`. */
#define PACKED(size) size, 4, 4
#define ASCENDING 4, PACKED(1)
#define IDS 2, 1 | 2
#define STRINGS 1, ASCENDING, 8, 1
#define LISTS 4, 2 | 4, PACKED(1), PACKED(2), PACKED(1), PACKED(1)
#define STREAM 2, ASCENDING, IDS, ASCENDING, 4
static const uint8_t sizes_before_lists[] = {
    STRINGS,   STRINGS,   STRINGS, STRINGS, IDS, IDS, IDS, ASCENDING,
    ASCENDING, ASCENDING, 1,       1,       4,   4,   8,
    4,         4,         4,       8,
};
static const uint8_t sizes_of_lists[] = {LISTS};
static const uint8_t sizes_of_stream[] = {STREAM};

/* Check that `n` consecutive columns have elements of these sizes, and lie within the file. */
static int columns_check(const File *file, const Column *column, const uint8_t *sizes, size_t n) {
    for (size_t i = 0; i < n; i++, column++) {
        uint64_t size = column->item_size;
        int is_allowed = (size == 1 || size == 2 || size == 4 || size == 8) && sizes[i] & size;
        if (!is_allowed || column->start > file->size ||
            column->length > (file->size - column->start) / size) {
            return -1;
        }
    }
    return 0;
}

static int lists_check(const File *file, const Lists *lists) {
    return lists->n_units >= UINT32_MAX || lists->n_single > UINT32_MAX ||
                   lists->n_empty > UINT32_MAX || lists->starts.length < 4
               ? -1
               : columns_check(file, &lists->starts, sizes_of_lists, sizeof sizes_of_lists);
}

static int stream_check(const File *file, const Stream *stream) {
    int failed = columns_check(file, &stream->form_ids, sizes_of_stream, sizeof sizes_of_stream);
    uint64_t n_offsets = ascending_length(&stream->unit_offsets);
    return failed || n_offsets != stream->lists.n_units + 1 || stream->form_ids.length > UINT32_MAX
               ? -1
               : lists_check(file, &stream->lists);
}

/* Check the columns of a segment, which may be anything. */
int segment_check(const File *file, const Segment *segment) {
    _Static_assert(offsetof(Segment, stem_lists) == sizeof sizes_before_lists * sizeof(Column),
                   "the columns before the lists");
    _Static_assert(sizeof(Lists) - 3 * sizeof(uint64_t) == sizeof sizes_of_lists * sizeof(Column),
                   "the columns of lists");
    _Static_assert(offsetof(Stream, lists) == sizeof sizes_of_stream * sizeof(Column),
                   "the columns of a stream");
    return columns_check(file, (const Column *)segment, sizes_before_lists,
                         sizeof sizes_before_lists) ||
                   lists_check(file, &segment->stem_lists) ||
                   lists_check(file, &segment->pair_lists) || stream_check(file, &segment->body) ||
                   stream_check(file, &segment->heading) || stream_check(file, &segment->title)
               ? -1
               : 0;
}

/* Check the columns of a text file, which may be anything. */
int texts_check(const File *file, const Texts *texts) {
    static const uint8_t sizes[] = {8, 4, 4, 4, 4, 4, 4, 1, 4, 4, 1};
    _Static_assert(sizeof *texts == sizeof sizes * sizeof(Column), "the columns of texts");
    return columns_check(file, &texts->ids, sizes, sizeof sizes);
}
