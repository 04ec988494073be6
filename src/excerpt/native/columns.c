/* A mapped file of columns → verified parts of its arrays. */
#include "kernel.h"

#include <string.h>

/* tables[k][b] is the CRC-32 of byte b followed by k zero bytes. With eight of them, eight bytes
 * take eight independent look-ups instead of a chain ("slicing by 8"; M. Kounavis and F. Berry, A
 * Systematic Approach to Building High Performance Software-Based CRC Generators, 2005). */
static uint32_t tables[8][256];

void crc_init(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        }
        tables[0][byte] = crc;
    }
    for (int k = 1; k < 8; k++) {
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = tables[k - 1][byte];
            tables[k][byte] = before >> 8 ^ tables[0][before & 255];
        }
    }
}

uint32_t load_u32(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Return the CRC-32 of some bytes and one more, both with all bits inverted. */
uint32_t crc_next(uint32_t inverted, uint8_t byte) {
    return inverted >> 8 ^ tables[0][(inverted ^ byte) & 255];
}

uint32_t load_u16(const uint8_t *at) { return (uint32_t)at[0] | (uint32_t)at[1] << 8; }

uint64_t load_u64(const uint8_t *at) { return load_u32(at) | (uint64_t)load_u32(at + 4) << 32; }

static uint32_t crc32(const uint8_t *data, size_t size) {
    uint32_t crc = 0xFFFFFFFFu;
    for (; size >= 8; data += 8, size -= 8) {
        uint32_t low = load_u32(data) ^ crc, high = load_u32(data + 4);
        crc = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^
              tables[4][low >> 24] ^ tables[3][high & 255] ^ tables[2][high >> 8 & 255] ^
              tables[1][high >> 16 & 255] ^ tables[0][high >> 24];
    }
    for (; size; data++, size--) {
        crc = crc_next(crc, *data);
    }
    return crc ^ 0xFFFFFFFFu;
}

/* Verify the blocks of the bytes `first` to `end` that were not verified before. */
static int verify(const File *file, uint64_t first, uint64_t end) {
    uint64_t block_size = UINT64_C(1) << file->block_bits;
    for (uint64_t block = first >> file->block_bits; block << file->block_bits < end; block++) {
        if (block >= file->n_blocks) {
            return -1;
        }
        if (file->unverified[block]) {
            uint64_t start = block << file->block_bits;
            uint64_t size = file->size - start < block_size ? file->size - start : block_size;
            if (crc32(file->data + start, size) != load_u32(file->checksums + 4 * block)) {
                return -1;
            }
            file->unverified[block] = 0;
        }
    }
    return 0;
}

/* Return the elements `first` to `end` of a column, verified. */
const uint8_t *column_part(const File *file, const Column *column, uint64_t first, uint64_t end) {
    if (first > end || end > column->length) {
        return NULL;
    }
    /* `kernel.c` has checked that the whole column lies within the file: nothing overflows. */
    uint64_t start = column->start + first * column->item_size;
    return verify(file, start, column->start + end * column->item_size) ? NULL
                                                                        : file->data + start;
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
    STRINGS, STRINGS, STRINGS, IDS, IDS, IDS, ASCENDING, ASCENDING, ASCENDING, 1, 1, 4, 4, 8, 4, 4,
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
    return lists->n_units >= UINT32_MAX || lists->n_single > UINT32_MAX || lists->starts.length < 4
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
    _Static_assert(sizeof(Lists) - 2 * sizeof(uint64_t) == sizeof sizes_of_lists * sizeof(Column),
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
    static const uint8_t sizes[] = {8, 4, 4, 4, 4, 4, 4, 1};
    _Static_assert(sizeof *texts == sizeof sizes * sizeof(Column), "the columns of texts");
    return columns_check(file, &texts->ids, sizes, sizeof sizes);
}
