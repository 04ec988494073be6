/* What the modules of the kernel share.
 *
 * All functions check each offset and size before they read. A function that returns int or a
 * pointer returns -1 or NULL if a checksum does not match or a number is out of range: the caller
 * then gives up, and Python reads the same data again and raises the error that names the damage.
 */
#ifndef EXCERPT_KERNEL_H
#define EXCERPT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/* A file of columns, see index/format/columns.py. */
typedef struct {
    const uint8_t *data;
    size_t size;               /* bytes of `data` */
    uint8_t *unverified;       /* 1 for each block that is not yet verified */
    const uint8_t *checksums;  /* CRC-32 of each block, little-endian */
    size_t n_blocks;
    unsigned block_bits;       /* a block has 1 << block_bits bytes */
} File;

/* An array in a file: its first byte, and the number and size of its elements. */
typedef struct {
    uint64_t start, length, item_size;
} Column;

/* Packed numbers, see index/format/bit_packing.py. */
typedef struct {
    Column values, exception_indexes, exceptions;
} Packed;

/* Postings lists, see index/format/postings.py. The order is that of `PostingLists.layout`. */
typedef struct {
    uint64_t n_units, n_with_starts, n_single;
    Column starts, units;
    Packed gaps8, gaps16, frequencies;
} Lists;

/* The units of a list, and its frequency in each; NULL if that is always 1. */
typedef struct {
    size_t n;
    uint32_t *units, *frequencies;
} Postings;

/* Sums of frequencies; `seen` has a bit for each unit, and only units with it have a sum. */
typedef struct {
    size_t n_units;
    double *sums;
    uint64_t *seen;
} Totals;

void crc_init(void);
const uint8_t *column_part(const File *file, const Column *column, uint64_t first, uint64_t end);
uint32_t load_u32(const uint8_t *at);

int postings_read(const File *file, const Lists *lists, uint64_t list, Postings *found);
void postings_free(Postings *postings);

int totals_init(Totals *totals, size_t n_units);
void totals_add(Totals *totals, const Postings *postings);
size_t totals_count(const Totals *totals);
void totals_extract(const Totals *totals, int64_t *units, double *sums);
void totals_free(Totals *totals);

#endif
