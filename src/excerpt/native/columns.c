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

static uint32_t crc32(const uint8_t *data, size_t size) {
    uint32_t crc = 0xFFFFFFFFu;
    for (; size >= 8; data += 8, size -= 8) {
        uint32_t low = load_u32(data) ^ crc, high = load_u32(data + 4);
        crc = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^
              tables[4][low >> 24] ^ tables[3][high & 255] ^ tables[2][high >> 8 & 255] ^
              tables[1][high >> 16 & 255] ^ tables[0][high >> 24];
    }
    for (; size; data++, size--) {
        crc = crc >> 8 ^ tables[0][(crc ^ *data) & 255];
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
