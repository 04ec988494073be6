/* The module that Python imports.
 *
 * Each function returns None if the index is damaged. The caller then does the work in NumPy, which
 * raises the error.
 */
#include "objects.h"

static PyMethodDef functions[] = {
    {"open_segment", open_segment, METH_VARARGS, "Open a segment."},
    {"open_passages", open_passages, METH_VARARGS, "Prepare the passages of an index."},
    {"open_index", open_index, METH_VARARGS, "Open the segments of an index."},
    {"open_texts", open_texts, METH_VARARGS, "Open a text file."},
    {"verify_blocks", verify_blocks, METH_VARARGS, "Verify blocks of a file."},
    {"find_texts", find_texts, METH_VARARGS, "Find the texts of passages."},
    {"find_term", find_term, METH_VARARGS, "Find the groups of a term."},
    {"find_stem", find_stem, METH_VARARGS, "Find the groups of a stem."},
    {"find_joined", find_joined, METH_VARARGS, "Find a pair of joined terms."},
    {"find_splits", find_splits, METH_VARARGS, "Find the ways to divide a word."},
    {"find_word", find_word, METH_VARARGS, "Find what a word stands for."},
    {"keep_marked", keep_marked, METH_VARARGS, "Keep the forms of a word with some marks."},
    {"make_word", make_word, METH_VARARGS, "Make a word of given numbers."},
    {"find_following", find_following, METH_VARARGS, "Find the terms that are joined to one."},
    {"expand_word", expand_word, METH_VARARGS, "Find the terms near a word."},
    {"find_keys", find_keys, METH_VARARGS, "Find the keys and fingerprints of passages."},
    {"count_word", count_word, METH_VARARGS, "Count a word in all passages."},
    {"count_phrase", count_phrase, METH_VARARGS, "Count a phrase."},
    {"count_near", count_near, METH_VARARGS, "Count two words near each other."},
    {"find_spans", find_spans, METH_VARARGS, "Find the spans of phrases in passages."},
    {"find_span_offsets", find_span_offsets, METH_VARARGS,
     "Find the offsets of spans of words in a text."},
    {"search_ascending", search_ascending, METH_VARARGS, "Merge two ascending lists."},
    {"make_term", make_term, METH_VARARGS, "Make a term of given passages."},
    {"read_term", read_term, METH_VARARGS, "Return the passages of a term."},
    {"read_frequencies", read_frequencies, METH_VARARGS, "Return frequencies of a term."},
    {"find_best", find_best, METH_VARARGS, "Return the total and the best passages."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_kernel", "The inner loops of a search.", -1, functions,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void) {
    crc_init();
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddStringConstant(module, "SOURCE_DIGEST", EXCERPT_SOURCE_DIGEST)) {
        Py_CLEAR(module);
    }
    return module;
}
