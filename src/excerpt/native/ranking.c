/* The terms of a query and the passages that match → the best k of these with their scores.
 *
 * Blocks of 64 passages are visited in the order of what their best passage can score at most, and
 * those that cannot reach the k-th best score so far are left out. So are the passages of a block
 * whose terms cannot. (S. Ding and T. Suel, Faster Top-k Document Retrieval Using Block-Max
 * Indexes, 2011, has the bounds; here they also choose the order.)
 *
 * Scores are added up in doubles in the order of the terms, as NumPy does it: the same bits.
 */
#include "kernel.h"

#include <float.h>
#include <stdlib.h>

/* Blocks are sorted in one pass, into so many levels of bounds that those of one hardly differ.
 * More terms than MAX_SPLIT do not divide a block: each of them can double the parts. */
enum { LEVELS = 512, MAX_SPLIT = 8 };

/* More than the relative error of the bounds, which are added up in another order. */
static const double MARGIN = 1 + 1e-9;

typedef struct {
    const Passages *passages;
    const Term *const *terms;
    const double *weights;
    size_t n_terms, k;
    double *heap; /* the best scores so far, the least one first */
    size_t n_in_heap;
    Best *best;
} Ranking;

void best_free(Best *best) {
    free(best->doc_ids);
    free(best->scores);
    *best = (Best){0, 0, NULL, NULL};
}

static int best_add(Best *best, uint64_t doc_id, double score) {
    if (best->n == best->room) {
        size_t room = 2 * best->room + 64;
        uint64_t *doc_ids = realloc(best->doc_ids, room * sizeof *doc_ids);
        best->doc_ids = doc_ids ? doc_ids : best->doc_ids;
        double *scores = realloc(best->scores, room * sizeof *scores);
        best->scores = scores ? scores : best->scores;
        if (!doc_ids || !scores) {
            return -1;
        }
        best->room = room;
    }
    best->doc_ids[best->n] = doc_id;
    best->scores[best->n++] = score;
    return 0;
}

/* Move heap[i] down until no element below it is less. */
static void sift_down(double *heap, size_t n, size_t i) {
    double moved = heap[i];
    for (size_t child = 2 * i + 1; child < n; child = 2 * i + 1) {
        child += child + 1 < n && heap[child + 1] < heap[child];
        if (heap[child] >= moved) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = moved;
}

static double threshold(const Ranking *ranking) {
    return ranking->n_in_heap == ranking->k ? ranking->heap[0] : -DBL_MAX;
}

static void heap_add(Ranking *ranking, double score) {
    if (ranking->n_in_heap < ranking->k) {
        ranking->heap[ranking->n_in_heap++] = score;
        if (ranking->n_in_heap == ranking->k) {
            for (size_t i = ranking->k / 2; i-- > 0;) {
                sift_down(ranking->heap, ranking->k, i);
            }
        }
    } else if (score > ranking->heap[0]) {
        ranking->heap[0] = score;
        sift_down(ranking->heap, ranking->k, 0);
    }
}

/* Score the passages of a block that are in `chosen`. */
static int score_passages(Ranking *ranking, size_t block, uint64_t chosen) {
    while (chosen) {
        uint64_t doc_id = block * BLOCK_SIZE + pop_lowest(&chosen);
        double norm = norm_of(ranking->passages, doc_id), score = 0;
        for (size_t i = 0; i < ranking->n_terms; i++) {
            uint32_t tenths = tenths_at(ranking->terms[i], doc_id);
            double frequency = tenths / 10.0;
            if (tenths) {
                double saturated = frequency / (frequency + norm);
                /* all occurrences have other accents, see query/ranking.py */
                saturated = tenths < 10 ? saturated * ranking->passages->weak_weight : saturated;
                score += ranking->weights[i] * saturated;
            }
        }
        if (score >= threshold(ranking)) {
            heap_add(ranking, score);
            if (best_add(ranking->best, doc_id, score)) {
                return -1;
            }
        }
    }
    return 0;
}

/* Return the most that term `i` can add to the score of a passage of a block. */
static double bound_of(const Ranking *ranking, size_t i, size_t block) {
    double weight = ranking->weights[i];
    return weight > 0 ? weight * ranking->terms[i]->max_impacts[block] : 0.0;
}

/* Return those of `passages` whose terms from `i` on can add enough to `bound`.
 *
 * Each term divides the passages into those with and without it, until the rest of the terms does
 * not reach the threshold: mostly soon. `rests[i]` is what the terms from `i` on can add together.
 * It is a sum, and not what a subtraction leaves, which could be off by more than MARGIN. */
static uint64_t reaching(const Ranking *ranking, size_t i, size_t block, uint64_t passages,
                         double bound, const double *rests) {
    if (!passages || (bound + rests[i]) * MARGIN < threshold(ranking)) {
        return 0;
    }
    if (i == ranking->n_terms) {
        return passages;
    }
    uint64_t with_term = passages & ranking->terms[i]->bits[block];
    double added = bound + bound_of(ranking, i, block);
    return reaching(ranking, i + 1, block, with_term, added, rests) |
           reaching(ranking, i + 1, block, passages & ~with_term, bound, rests);
}

/* Return those of the passages `matches` of a block that can be among the best. */
static uint64_t choose(const Ranking *ranking, size_t block, uint64_t matches) {
    double rests[MAX_SPLIT + 1];
    if (ranking->n_terms > MAX_SPLIT) {
        return matches; /* the divisions could become many */
    }
    rests[ranking->n_terms] = 0;
    for (size_t i = ranking->n_terms; i-- > 0;) {
        rests[i] = rests[i + 1] + bound_of(ranking, i, block);
    }
    return reaching(ranking, 0, block, matches, 0, rests);
}

/* A block with matching passages, and what these can score at most. */
typedef struct {
    size_t number;
    double bound;
} Block;

/* Return the blocks with matches, whose number is `*n`; NULL without memory. */
static Block *find_blocks(const Ranking *ranking, const uint64_t *matches, size_t *n) {
    size_t n_all = count_blocks(ranking->passages->n);
    Block *blocks = malloc((n_all + 1) * sizeof *blocks);
    *n = 0;
    for (size_t block = 0; blocks && block < n_all; block++) {
        if (matches[block]) {
            double bound = 0;
            for (size_t i = 0; i < ranking->n_terms; i++) {
                bound += bound_of(ranking, i, block);
            }
            blocks[(*n)++] = (Block){block, bound};
        }
    }
    return blocks;
}

static size_t level_of(double bound, double greatest) {
    double share = bound / greatest * (LEVELS - 1);
    return share >= 0 && share <= LEVELS - 1 ? (size_t)share : 0;
}

/* Return blocks in the order of their bounds, divided into levels, the greatest first. */
static Block *in_order(const Block *blocks, size_t n) {
    size_t starts[LEVELS + 1] = {0};
    double greatest = 0;
    Block *ordered = malloc((n + 1) * sizeof *ordered);
    for (size_t i = 0; i < n; i++) {
        greatest = blocks[i].bound > greatest ? blocks[i].bound : greatest;
    }
    for (size_t i = 0; i < n; i++) {
        starts[LEVELS - level_of(blocks[i].bound, greatest)]++;
    }
    for (size_t level = 0; level < LEVELS; level++) {
        starts[level + 1] += starts[level];
    }
    for (size_t i = 0; ordered && i < n; i++) {
        ordered[starts[LEVELS - 1 - level_of(blocks[i].bound, greatest)]++] = blocks[i];
    }
    return ordered;
}

/* Visit `blocks` in this order. */
static int visit(Ranking *ranking, const Block *blocks, size_t n, const uint64_t *matches) {
    for (size_t i = 0; i < n; i++) {
        uint64_t chosen = matches[blocks[i].number];
        if (ranking->n_in_heap == ranking->k) {
            if (blocks[i].bound * MARGIN < threshold(ranking)) {
                continue;
            }
            chosen = choose(ranking, blocks[i].number, chosen);
        }
        if (score_passages(ranking, blocks[i].number, chosen)) {
            return -1;
        }
    }
    return 0;
}

/* Leave out the passages that later ones have pushed from the best. */
static void drop_others(Ranking *ranking) {
    Best *best = ranking->best;
    double least = threshold(ranking);
    size_t n = 0;
    for (size_t i = 0; i < best->n; i++) {
        if (best->scores[i] >= least) {
            best->doc_ids[n] = best->doc_ids[i];
            best->scores[n++] = best->scores[i];
        }
    }
    best->n = n;
}

/* Find the best `k` (at least 1) of the passages `matches`, and all with the score of the last of
 * these, in no order. */
int rank(const Passages *passages, const Term *const *terms, const double *weights, size_t n_terms,
         const uint64_t *matches, size_t k, Best *best) {
    Ranking ranking = {passages, terms, weights, n_terms, k, NULL, 0, best};
    size_t n;
    *best = (Best){0, 0, NULL, NULL};
    ranking.heap = k < SIZE_MAX / 16 ? malloc((k + 1) * sizeof(double)) : NULL;
    Block *blocks = find_blocks(&ranking, matches, &n);
    Block *ordered = blocks ? in_order(blocks, n) : NULL;
    int failed = !ranking.heap || !ordered || visit(&ranking, ordered, n, matches);
    free(blocks);
    free(ordered);
    if (failed) {
        best_free(best);
    } else {
        drop_others(&ranking);
    }
    free(ranking.heap);
    return failed ? -1 : 0;
}
