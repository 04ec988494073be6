/* Postings lists of all segments → the passages of an index with a query term.
 *
 * The passages are a set of bits, in blocks of 64; the frequencies follow in the order of the bits.
 * The frequency of a passage is found by the number of bits before it. So sparse and dense terms
 * have one form, whose size is an eighth of a byte for each passage of the index, and four bytes
 * for each with the term.
 */
#include "kernel.h"

#include <stdlib.h>

/* One list: its units from the passage `first` on, and what an occurrence counts in tenths. */
struct Part {
    Postings postings;
    uint64_t first;
    int factor;
    int is_whole; /* 1 if all its units are passages of the term */
};

size_t count_blocks(size_t n_bits) { return (n_bits + BLOCK_SIZE - 1) / BLOCK_SIZE; }

/* Sums of 2, 4, 8 … bits, in all parts of the number at once: without an option for one kind of
 * processor, compilers call a slower function. (H. Warren, Hacker's Delight, 2012, chapter 5) */
unsigned count_bits(uint64_t bits) {
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (unsigned)(bits * UINT64_C(0x0101010101010101) >> 56);
}

/* Clear the lowest bit of `*bits`, which is not 0, and return its number. */
unsigned pop_lowest(uint64_t *bits) {
    uint64_t rest = *bits & (*bits - 1), lowest = *bits ^ rest;
    *bits = rest;
    return count_bits(lowest - 1);
}

static uint64_t length_of(const Passages *passages, uint64_t doc_id) {
    const uint8_t *at = passages->lengths + doc_id * passages->length_size;
    if (passages->length_size == 1) {
        return *at;
    }
    return passages->length_size == 2 ? load_u16(at) : load_u32(at);
}

double norm_of(const Passages *passages, uint64_t doc_id) {
    return passages->norms[length_of(passages, doc_id)];
}

/* Check the lengths, and find the least norm of each block: that of the shortest passage. */
int passages_prepare(Passages *passages) {
    passages->least_norms = malloc((count_blocks(passages->n) + 1) * sizeof(double));
    for (size_t block = 0; passages->least_norms && block < count_blocks(passages->n); block++) {
        uint64_t least = UINT64_MAX, end = (block + 1) * BLOCK_SIZE;
        for (uint64_t i = block * BLOCK_SIZE; i < end && i < passages->n; i++) {
            uint64_t length = length_of(passages, i);
            if (length >= passages->n_norms) {
                return -1;
            }
            least = length < least ? length : least;
        }
        passages->least_norms[block] = passages->norms[least];
    }
    return passages->least_norms ? 0 : -1;
}

int builder_start(Builder *builder, const Passages *passages) {
    size_t n = count_blocks(passages->n);
    *builder = (Builder){passages, calloc(1, sizeof(Term)), NULL, NULL, 0, 0};
    if (!builder->term) {
        return -1;
    }
    builder->term->n_blocks = n;
    builder->term->in_body = calloc(n + 1, sizeof(uint64_t));
    return builder->term->in_body ? 0 : -1;
}

/* Add a list, whose postings it takes over. `live` has a bit for each unit, or is NULL if all are
 * live. Lists that only count must have no units that other lists do not have. */
int builder_add(Builder *builder, Postings *postings, uint64_t first, const uint8_t *live,
                int factor, int meaning) {
    if (builder->n_parts == builder->room) {
        size_t room = 2 * builder->room + 4;
        Part *parts = realloc(builder->parts, room * sizeof *parts);
        if (!parts) {
            postings_free(postings);
            return -1;
        }
        builder->parts = parts;
        builder->room = room;
    }
    Part *part = &builder->parts[builder->n_parts++];
    *part = (Part){*postings, first, factor, meaning != COUNTS_ONLY};
    if (meaning == IN_FIELD && !builder->in_fields && postings->n) {
        builder->in_fields = calloc(builder->term->n_blocks + 1, sizeof(uint64_t));
    }
    uint64_t *bits = meaning == IN_BODY ? builder->term->in_body : builder->in_fields;
    uint64_t n_occurrences = 0;
    for (size_t i = 0; i < postings->n; i++) {
        uint64_t unit = postings->units[i], doc_id = first + unit;
        if (doc_id >= builder->passages->n || (meaning == IN_FIELD && !bits)) {
            return -1;
        }
        if (meaning == COUNTS_ONLY) {
            continue;
        }
        if (live && !(live[unit / 8] >> unit % 8 & 1)) {
            part->is_whole = 0;
            continue;
        }
        bits[doc_id / BLOCK_SIZE] |= UINT64_C(1) << doc_id % BLOCK_SIZE;
        n_occurrences += postings->frequencies ? postings->frequencies[i] : 1;
    }
    builder->term->n_occurrences += meaning == IN_BODY ? n_occurrences : 0;
    return 0;
}

/* Join the bits of all fields, and count the bits before each block. */
static int finish_bits(Builder *builder) {
    Term *term = builder->term;
    term->bits = term->in_body;
    if (builder->in_fields) {
        term->bits = builder->in_fields;
        for (size_t i = 0; i < term->n_blocks; i++) {
            term->n_in_body += count_bits(term->in_body[i]);
            term->bits[i] |= term->in_body[i];
        }
    }
    builder->in_fields = NULL;
    term->before = malloc((term->n_blocks + 1) * sizeof *term->before);
    if (!term->before) {
        return -1;
    }
    for (size_t i = 0; i < term->n_blocks; i++) {
        term->before[i] = (uint32_t)term->size;
        term->size += term->bits[i] ? count_bits(term->bits[i]) : 0;
    }
    term->n_in_body = term->bits == term->in_body ? term->size : term->n_in_body;
    return 0;
}

/* Return the index of the frequency of a passage, whose bit is set. */
static size_t index_of(const Term *term, uint64_t doc_id) {
    uint64_t below = (UINT64_C(1) << doc_id % BLOCK_SIZE) - 1;
    size_t block = doc_id / BLOCK_SIZE;
    return term->before[block] + count_bits(term->bits[block] & below);
}

static int has_bit(const uint64_t *bits, uint64_t doc_id) {
    return bits[doc_id / BLOCK_SIZE] >> doc_id % BLOCK_SIZE & 1;
}

/* Add the frequencies of a list to those of its passages. */
static void add_frequencies(Term *term, const Part *part) {
    const Postings *postings = &part->postings;
    uint32_t factor = (uint32_t)part->factor;
    size_t n = postings->n;
    size_t first = part->is_whole && n ? index_of(term, part->first + postings->units[0]) : 0;
    if (part->is_whole && n &&
        index_of(term, part->first + postings->units[n - 1]) - first == n - 1) {
        for (size_t i = 0; i < n; i++) { /* the list has all passages between, in order */
            uint32_t frequency = postings->frequencies ? postings->frequencies[i] : 1;
            term->tenths[first + i] += factor * frequency;
        }
        return;
    }
    for (size_t i = 0; i < postings->n; i++) {
        uint64_t doc_id = part->first + postings->units[i];
        if (has_bit(term->bits, doc_id)) {
            term->tenths[index_of(term, doc_id)] +=
                factor * (postings->frequencies ? postings->frequencies[i] : 1);
        }
    }
}

/* Find the greatest saturation that the passages of each block can have. */
static void find_max_impacts(const Passages *passages, Term *term) {
    size_t i = 0;
    for (size_t block = 0; block < term->n_blocks; block++) {
        size_t end = block + 1 < term->n_blocks ? term->before[block + 1] : term->size;
        uint32_t greatest = 0;
        for (; i < end; i++) {
            greatest = term->tenths[i] > greatest ? term->tenths[i] : greatest;
        }
        double frequency = greatest / 10.0;
        term->max_impacts[block] =
            greatest ? frequency / (frequency + passages->least_norms[block]) : 0.0;
    }
}

/* Return the term, and free the rest; NULL on failure, or if something has `failed` before. */
Term *builder_finish(Builder *builder, int failed) {
    Term *term = builder->term;
    failed = failed || finish_bits(builder);
    if (!failed) {
        term->tenths = calloc(term->size + 1, sizeof *term->tenths);
        term->max_impacts = malloc((term->n_blocks + 1) * sizeof *term->max_impacts);
        failed = !term->tenths || !term->max_impacts;
    }
    for (size_t i = 0; i < builder->n_parts; i++) {
        if (!failed) {
            add_frequencies(term, &builder->parts[i]);
        }
        postings_free(&builder->parts[i].postings);
    }
    free(builder->parts);
    free(builder->in_fields);
    if (failed) {
        term_free(term);
        return NULL;
    }
    find_max_impacts(builder->passages, term);
    size_t n_sets = term->bits == term->in_body ? 1 : 2;
    term->n_bytes = term->n_blocks * (8 * n_sets + 4 + 8) + 4 * term->size;
    return term;
}

/* Return ten times the frequency in a passage, 0 if there is none. */
uint32_t tenths_at(const Term *term, uint64_t doc_id) {
    return has_bit(term->bits, doc_id) ? term->tenths[index_of(term, doc_id)] : 0;
}

void term_free(Term *term) {
    if (term) {
        if (term->bits != term->in_body) {
            free(term->bits);
        }
        free(term->in_body);
        free(term->before);
        free(term->tenths);
        free(term->max_impacts);
        free(term);
    }
}
