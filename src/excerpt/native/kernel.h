/* What the modules of the kernel share.
 *
 * All functions check each offset and size before they read. A function that returns int or a
 * pointer returns -1 or NULL if a checksum does not match, a number is out of range or there is no
 * memory: the caller then gives up, and Python reads the same data again and raises the error that
 * names the damage.
 *
 * The structs from `Column` to `Segment` have only elements of type uint64_t, and no padding. They
 * are filled in from an array of numbers, see `index/format/kernel_layout.py`; so is `Texts`.
 */
#ifndef EXCERPT_KERNEL_H
#define EXCERPT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/* A file of columns, see storage/columns.py. */
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

/* Ascending numbers, see index/format/ascending_column.py. */
typedef struct {
    Column samples;
    Packed gaps;
} Ascending;

/* Ids, see index/format/wide_ids.py. */
typedef struct {
    Column low, high;
} Ids;

/* Sorted strings, see index/format/string_column.py; `shared` is empty if they are whole. */
typedef struct {
    Column utf8;
    Ascending offsets;
    Column prefixes, shared;
} Strings;

/* Postings lists, see index/format/postings.py; stems have no `offsets`. */
typedef struct {
    uint64_t n_units, n_single, n_empty;
    Column starts, units;
    Packed gaps8, gaps16, frequencies, offsets;
} Lists;

/* Tokens, see index/format/token_stream.py; `groups` is empty for the body. */
typedef struct {
    Column form_ids;
    Ascending rare_positions;
    Ids rare_form_ids;
    Ascending unit_offsets;
    Column groups;
    Lists lists;
} Stream;

/* The columns of a segment that the kernel reads. */
typedef struct {
    Strings terms, stems, joined, forms;              /* forms are not sorted */
    Ids term_ids, stem_ids, stem_groups;              /* terms.id, groups.stem, stems.groups */
    Ascending first_group, first_form, first_of_stem; /* of terms, groups and stems */
    Column joined_filter;                             /* see index/format/string_filter.py */
    Column have_accents;                              /* a bit for each stem */
    Column with_list;                                 /* stems.with_list */
    Column first_passage;                             /* of each document */
    Column fingerprints;                              /* of each passage */
    Column by_fingerprint, fingerprint_prefixes;      /* see index/format/fingerprints.py */
    Column first_stems;                               /* languages.first */
    Column document_ids;                              /* of documents, in the catalog */
    Lists stem_lists, pair_lists;
    Stream body, heading, title;
} Segment;

/* A segment that is open. */
typedef struct {
    File file;
    Segment columns;
    uint32_t *unit_offsets; /* of the body, NULL until they are needed */
} OpenSegment;

/* A segment of an index. */
typedef struct {
    OpenSegment *segment;
    uint64_t first;            /* its first passage in the index */
    const uint8_t *live;       /* a bit for each of its passages, or NULL if all are live */
    const uint32_t *languages; /* the number in the index of each of its languages */
    size_t n_languages;
} IndexSegment;

/* The segments of an index. Texts are in the languages 0 to `n_required`; segments may have words
 * in others, whose texts are all dead. */
typedef struct {
    size_t n, n_required;
    IndexSegment *segments;
} OpenIndex;

/* The columns of a text file that the kernel reads, see text_store/text_file.py. */
typedef struct {
    Column ids, first_passage, first_piece; /* of documents */
    Column starts, lengths;                 /* of passages */
    Column piece_starts, piece_offsets, frames;
    Column first_group;                     /* of documents */
    Column group_offsets, group_frames;     /* details of passages */
} Texts;

/* A text file that is open. */
typedef struct {
    File file;
    Texts columns;
} OpenTexts;

/* The units of a list, and its frequency in each; NULL if that is always 1. */
typedef struct {
    size_t n;
    uint32_t *units, *frequencies;
} Postings;

/* checksums.c */
void crc_init(void);
uint32_t crc_next(uint32_t inverted, uint8_t byte);
int file_verify(const File *file, uint64_t first, uint64_t end);

/* columns.c */
const uint8_t *column_part(const File *file, const Column *column, uint64_t first, uint64_t end);
uint32_t load_u16(const uint8_t *at);
uint32_t load_u32(const uint8_t *at);
uint64_t load_u64(const uint8_t *at);
int column_u32(const File *file, const Column *column, uint64_t index, uint64_t *value);
int segment_check(const File *file, const Segment *segment);
int texts_check(const File *file, const Texts *texts);

/* numbers.c */
int exceptions_apply(const File *file, const Packed *packed, uint64_t start, uint64_t end,
                     uint32_t *values);
int ids_item(const File *file, const Ids *ids, uint64_t index, uint64_t *id);
uint64_t ascending_length(const Ascending *column);
int ascending_read(const File *file, const Ascending *column, uint64_t start, uint64_t end,
                   uint32_t *values);
int ascending_pair(const File *file, const Ascending *column, uint64_t index, uint64_t pair[2]);
int ascending_below(const File *file, const Ascending *column, uint64_t value, uint64_t *count);
int column_below(const File *file, const Column *column, uint64_t value, uint64_t *count);
int column_find(const File *file, const Column *column, uint64_t value, int64_t *number);

/* strings.c */
typedef struct {
    uint64_t index; /* of the first string that is not less than the wanted one */
    int begins;     /* 1 if that string begins with the wanted one */
    int is_equal;   /* 1 if it is the wanted one */
} Bisected;

/* A string of moderate length. */
typedef struct {
    size_t size;
    uint8_t utf8[120];
} ShortString;

int strings_bisect(const File *file, const Strings *strings, const uint8_t *wanted, size_t size,
                   uint64_t first, uint64_t last, Bisected *bisected);
int strings_item(const File *file, const Strings *strings, uint64_t index, ShortString *found);

/* postings.c */
int postings_read(const File *file, const Lists *lists, uint64_t list, Postings *found);
void postings_free(Postings *postings);
int postings_count(const File *file, const Lists *lists, uint64_t list, uint64_t *n_tokens);
int postings_offsets(const File *file, const Lists *lists, uint64_t list, uint64_t n,
                     uint32_t *offsets);

/* positions.c */

/* Ascending positions of tokens. */
typedef struct {
    size_t n;
    uint32_t *at;
} Positions;

/* Forms that make a query word: all those of some groups, or with `ranges`, only these. Range i
 * goes from ranges[2 * i] to ranges[2 * i + 1]; the ranges ascend. */
typedef struct {
    size_t n_groups, n_ranges;
    uint64_t *groups, *ranges;
    int is_partial;
} Forms;

int forms_prepare(const OpenSegment *segment, Forms *forms);
int forms_count(const OpenSegment *segment, const Forms *forms, uint64_t *n_tokens);
int forms_positions(OpenSegment *segment, const Forms *forms, Positions *found);
int forms_contain(const Forms *forms, uint64_t form_id);
int forms_occur(const OpenSegment *segment, const Forms *forms, uint64_t position);
int list_positions(OpenSegment *segment, const Lists *lists, uint64_t list, Positions *found);
int positions_count(OpenSegment *segment, const Positions *positions, Postings *found);
void positions_free(Positions *positions);

/* lookup.c */

/* Ids of groups or stems, ascending. */
typedef struct {
    size_t n, room;
    uint64_t *at;
} Numbers;

/* What a word stands for in a segment. */
typedef struct {
    Forms forms;      /* all its forms */
    int64_t term_id;  /* the term whose forms these are, -1 if they are not those of one term */
    Numbers stems;    /* the stems all of whose groups belong to it ... */
    Numbers others;   /* ... and its other groups */
    Numbers typed;    /* the groups of the word as typed */
    int all_typed;    /* 1 if these are all groups */
} SegmentWord;

/* What a word stands for in each segment of an index. */
typedef struct {
    size_t n;
    SegmentWord *in_segments;
} QueryWord;

/* A term that was looked up; its id is -1 if it does not occur. */
typedef struct {
    int64_t id;
    uint64_t groups[2], forms[2];
} FoundTerm;

int numbers_add(Numbers *numbers, uint64_t number);
int group_is_live(const IndexSegment *part, uint64_t group);
int stem_has_accents(const OpenSegment *segment, uint64_t stem);
int term_find(const OpenSegment *segment, const uint8_t *utf8, size_t size, FoundTerm *found);
int word_start(QueryWord *word, size_t n);
int word_find(const OpenIndex *index, const uint8_t *utf8, size_t size, int is_stemmed,
              QueryWord *word, int *is_plain);
int word_keep(const OpenIndex *index, const QueryWord *word, const uint8_t *is_kept,
              QueryWord *kept);
void word_free(QueryWord *word);

/* phrases.c */
int phrase_count(OpenSegment *segment, const SegmentWord *const *parts, size_t n_parts,
                 Postings *found);
int spelling_count(OpenSegment *segment, const SegmentWord *const *parts, size_t n_parts,
                   const Forms *word, Postings *found);
int near_count(OpenSegment *segment, const Forms *const sides[2], uint64_t distance,
               int is_ordered, Postings *found);

/* terms.c */

/* The lengths of all passages of an index, and what follows from them. */
typedef struct {
    size_t n;
    const uint8_t *lengths;
    size_t length_size;   /* bytes of each of these */
    const double *norms;  /* by length, see query/ranking.py; they do not descend */
    size_t n_norms;
    double *least_norms;  /* of each block of 64 passages */
    double weak_weight;   /* what saturation counts where the frequency is below 1 */
} Passages;

/* A set of passages has a bit for each, in blocks of 64. */
enum { BLOCK_SIZE = 64 };

/* The passages with a query term. */
typedef struct {
    size_t n_blocks;
    uint64_t *bits;      /* those with the term in any field ... */
    uint64_t *in_body;   /* ... and in the body: the same array if there are no others */
    uint32_t *before;    /* the bits before each block */
    uint32_t *tenths;    /* of each passage with a bit: ten times the frequency */
    double *max_impacts; /* of each block, the greatest saturation of its passages */
    uint64_t size, n_in_body, n_occurrences, n_bytes;
} Term;

/* What a list means for the passages of a term. */
enum { COUNTS_ONLY, IN_BODY, IN_FIELD };

typedef struct Part Part;

/* A term in the making. */
typedef struct {
    const Passages *passages;
    Term *term;
    uint64_t *in_fields;
    Part *parts;
    size_t n_parts, room;
} Builder;

size_t count_blocks(size_t n_bits);
unsigned count_bits(uint64_t bits);
unsigned pop_lowest(uint64_t *bits);
int passages_prepare(Passages *passages);
double norm_of(const Passages *passages, uint64_t doc_id);
int builder_start(Builder *builder, const Passages *passages);
int builder_add(Builder *builder, Postings *postings, uint64_t first, const uint8_t *live,
                int factor, int meaning);
Term *builder_finish(Builder *builder, int failed);
uint32_t tenths_at(const Term *term, uint64_t doc_id);
void term_free(Term *term);

/* ranking.c */

/* Passages with their scores. */
typedef struct {
    size_t n, room;
    uint64_t *doc_ids;
    double *scores;
} Best;

int rank(const Passages *passages, const Term *const *terms, const double *weights, size_t n_terms,
         const uint64_t *matches, size_t k, Best *best);
void best_free(Best *best);

#endif
