/* A text → where some of its words are, for highlights: what text/tokenizer.py finds.
 *
 * Texts with marks, ignored characters or scripts without spaces are left to Python.
 */
#include "objects.h"

#include <stdlib.h>

/* A text as the classes of its characters, see text/characters.py, and its words so far. */
typedef struct {
    size_t n, n_tokens;
    uint8_t *classes;
    size_t *starts, *ends;
    int has_compounds;
} Text;

static void text_free(Text *text) {
    free(text->classes);
    free(text->starts);
    free(text->ends);
}

static int is_letter(uint8_t kind) { return kind == 'a' || kind == 'A'; }

static int is_digit(uint8_t kind) { return kind == '0' || kind == '1'; }

static int is_word(uint8_t kind) { return is_letter(kind) || is_digit(kind) || kind == '9'; }

/* The classes of signs that may group digits, see text/kernel_tokens.py. */
enum { FIRST_SIGN = 0x80, FIRST_COMMA = 0xA0, FIRST_SPACE = 0xC0 };

static int is_comma(uint8_t kind) { return kind >= FIRST_COMMA && kind < FIRST_SPACE; }

static int is_space(uint8_t kind) { return kind == '_' || kind >= FIRST_SPACE; }

/* Return whether Python decides what words a character makes. */
static int is_left_to_python(uint8_t kind) {
    return kind == 'm' || kind == 'h' || kind == 'z' || kind == 's';
}

/* Decode one character of UTF-8, which is valid, and move on to the next. */
static uint32_t next_point(const uint8_t **at) {
    uint32_t point = *(*at)++;
    int n_more = point < 0xC0 ? 0 : point < 0xE0 ? 1 : point < 0xF0 ? 2 : 3;
    point &= n_more == 3 ? 0x07 : n_more == 2 ? 0x0F : n_more == 1 ? 0x1F : 0x7F;
    for (; n_more; n_more--) {
        point = point << 6 | (*(*at)++ & 0x3F);
    }
    return point;
}

/* Look up the classes of all characters. Return 0, -1 without memory or for a character beyond the
 * table, or the code point of one that is not in the table yet. */
static int64_t classify(const uint8_t *utf8, size_t size, const Py_buffer *table, Text *text) {
    const uint8_t *at = utf8, *end = utf8 + size, *kinds = table->buf;
    text->classes = malloc(size + 1);
    text->starts = malloc((size + 1) * sizeof *text->starts);
    text->ends = malloc((size + 1) * sizeof *text->ends);
    if (!text->classes || !text->starts || !text->ends) {
        return -1;
    }
    while (at < end) {
        uint32_t point = next_point(&at);
        if (point >= (size_t)table->len) {
            return -1;
        }
        if (!kinds[point]) {
            return point ? (int64_t)point : -1;
        }
        text->classes[text->n++] = kinds[point];
    }
    return 0;
}

/* Return whether a run of letters and digits belongs to the word before it: as an initial after a
 * full stop, or after a line break; -1 if a line break may not divide a word. */
static int continues(const Text *text, size_t run_start, size_t start, size_t end) {
    size_t before = text->ends[text->n_tokens - 1];
    const uint8_t *classes = text->classes;
    if (classes[before] == '.' && start == before + 1) {
        return before - run_start == 1 && end - start == 1 && is_letter(classes[run_start]) &&
               is_letter(classes[start]);
    }
    if ((classes[before] != '-' && classes[before] != '=') || !is_letter(classes[before - 1]) ||
        classes[start] != 'a') {
        return 0;
    }
    int has_line_end = 0;
    for (size_t i = before + 1; i < start; i++) {
        if (!is_space(classes[i]) && classes[i] != 'n') {
            return 0;
        }
        has_line_end |= classes[i] == 'n';
    }
    return has_line_end && text->has_compounds ? -1 : has_line_end;
}

static size_t count_digits(const Text *text, size_t at, size_t end) {
    size_t stop = at;
    while (stop < end && is_digit(text->classes[stop])) {
        stop++;
    }
    return stop - at;
}

/* Return whether a decimal comma is there, with one or two digits or a dash. */
static int has_decimals(const Text *text, size_t at, size_t end) {
    const uint8_t *classes = text->classes;
    if (at + 1 >= end || classes[at] != FIRST_COMMA) {
        return 0;
    }
    size_t n = count_digits(text, at + 1, end);
    return classes[at + 1] == '-' || classes[at + 1] == 'd' ||
           ((n == 1 || n == 2) && (at + 1 + n == end || !is_word(classes[at + 1 + n])));
}

/* Return the end of the last group of digits of a number that begins with the word at `start`; 0
 * if that is no number in groups. `first` and `end` are the bounds of its block. */
static size_t number_end(const Text *text, size_t first, size_t start, size_t end) {
    const uint8_t *classes = text->classes;
    size_t n = count_digits(text, start, end), at = start + n, n_groups = 0;
    if (classes[start] != '1' || n > 3 || at == end ||
        (classes[at] != '.' && classes[at] < FIRST_SIGN)) {
        return 0;
    }
    uint8_t sign = classes[at];
    if (start >= first + 2 && is_digit(classes[start - 2]) &&
        (classes[start - 1] == sign || classes[start - 1] == '.' || is_comma(classes[start - 1]))) {
        return 0;
    }
    for (; at < end && classes[at] == sign && count_digits(text, at + 1, end) == 3; n_groups++) {
        at += 4;
    }
    size_t stop = at; /* after the letters that follow */
    while (stop < end && is_word(classes[stop])) {
        stop++;
    }
    int is_list = stop + 1 < end && classes[stop] == sign && is_digit(classes[stop + 1]);
    int has_groups = sign == '.' && n_groups == 1
                         ? stop == at && has_decimals(text, at, end)
                         : n_groups > 0;
    return has_groups && !is_list ? at : 0;
}

/* Join the words of each number in groups, of the words of a block from `n_before` on. */
static void join_numbers(Text *text, size_t n_before, size_t first, size_t end) {
    size_t n = n_before;
    for (size_t i = n_before; i < text->n_tokens; n++) {
        size_t start = text->starts[i];
        size_t stop = is_digit(text->classes[start]) ? number_end(text, first, start, end) : 0;
        do {
            text->ends[n] = text->ends[i++];
        } while (i < text->n_tokens && text->starts[i] < stop);
        text->starts[n] = start;
    }
    text->n_tokens = n;
}

/* Find the words of a block; -1 if Python must do it. */
static int find_words(Text *text, size_t first, size_t end) {
    size_t run_start = 0; /* of the run before */
    size_t n_before = text->n_tokens;
    for (size_t i = first; i < end; i++) {
        if (is_left_to_python(text->classes[i])) {
            return -1;
        }
        if (!is_word(text->classes[i])) {
            continue;
        }
        size_t stop = i + 1;
        while (stop < end && is_word(text->classes[stop])) {
            stop++;
        }
        if (stop < end && is_left_to_python(text->classes[stop])) {
            return -1;
        }
        int is_same = text->n_tokens > n_before ? continues(text, run_start, i, stop) : 0;
        if (is_same < 0) {
            return -1;
        }
        if (!is_same) {
            text->starts[text->n_tokens++] = i;
        }
        text->ends[text->n_tokens - 1] = stop;
        run_start = i;
        i = stop - 1;
    }
    join_numbers(text, n_before, first, end);
    return 0;
}

/* Add two numbers to the ends of two lists. */
static int add_pair(PyObject *left, size_t first, PyObject *right, size_t second) {
    PyObject *one = PyLong_FromSize_t(first), *two = PyLong_FromSize_t(second);
    int failed = !one || !two || PyList_Append(left, one) || PyList_Append(right, two);
    Py_XDECREF(one);
    Py_XDECREF(two);
    return failed ? -1 : 0;
}

/* A position in the details of a passage, see text_store/passage_codec.py. */
typedef struct {
    const char *at, *end;
} Details;

static int take(Details *details, char sign) {
    int is_there = details->at < details->end && *details->at == sign;
    details->at += is_there;
    return is_there;
}

/* Read an integer of at most nine digits. */
static int take_number(Details *details, int64_t *number) {
    int is_negative = take(details, '-'), n_digits = 0;
    for (*number = 0; details->at < details->end && *details->at >= '0' && *details->at <= '9' &&
                      n_digits < 9;
         n_digits++) {
        *number = *number * 10 + *details->at++ - '0';
    }
    *number = is_negative ? -*number : *number;
    return n_digits > 0;
}

/* Return whether a passage has inline marks: a list that is not empty at the end of its details. */
static int has_marks(const Details *details) {
    return details->end - details->at > 3 && details->end[-1] == ']' && details->end[-2] == ']' &&
           details->end[-3] == ']';
}

/* Find the words of all blocks; -1 if Python must do it. */
static int find_all_words(Text *text, Details details) {
    int64_t number, traits;
    size_t end = 0, gap = 0;
    if (has_marks(&details) || !take(&details, '[') || !take(&details, '[')) {
        return -1;
    }
    while (!take(&details, ']')) {
        if (!take_number(&details, &number)) {
            return -1;
        }
        if (number < 0) {
            gap = (size_t)(-1 - number);
            if (!take(&details, ',') || !take_number(&details, &traits)) {
                return -1;
            }
        } else {
            size_t first = end + gap;
            end = first + (size_t)number;
            if (end > text->n || find_words(text, first, end)) {
                return -1;
            }
        }
        take(&details, ',');
    }
    return 0;
}

/* Return the starts and the ends of ascending spans of words, those that overlap as one; NULL if
 * one of them ends after the last word. */
static PyObject *offsets_of(const Text *text, PyObject *spans) {
    PyObject *starts = PyList_New(0), *ends = PyList_New(0);
    size_t begin = 0, stop = 0;
    int failed = !starts || !ends;
    for (Py_ssize_t i = 0; !failed && i < PyList_Size(spans); i++) {
        unsigned long long first, end;
        PyObject *span = PyList_GetItem(spans, i);
        if (!PyTuple_Check(span) || !PyArg_ParseTuple(span, "KK", &first, &end) || first >= end ||
            end > text->n_tokens || text->starts[first] < begin) {
            failed = 1;
            break;
        }
        if (i && text->starts[first] < stop) {
            stop = text->ends[end - 1] > stop ? text->ends[end - 1] : stop;
            continue;
        }
        failed = i && add_pair(starts, begin, ends, stop);
        begin = text->starts[first];
        stop = text->ends[end - 1];
    }
    failed = failed || (PyList_Size(spans) && add_pair(starts, begin, ends, stop));
    PyObject *found = failed ? NULL : PyTuple_Pack(2, starts, ends);
    Py_XDECREF(starts);
    Py_XDECREF(ends);
    return found;
}

/* find_span_offsets(text, table, details, has_compounds, spans): the starts and the ends of spans
 * of words, in characters; or a code point that the table lacks */
PyObject *find_span_offsets(PyObject *Py_UNUSED(self), PyObject *arguments) {
    Py_buffer table;
    PyObject *string, *encoded, *spans, *found = NULL;
    Py_ssize_t size;
    Text text = {0, 0, NULL, NULL, NULL, 0};
    if (!PyArg_ParseTuple(arguments, "Uy*UpO!", &string, &table, &encoded,
                          &text.has_compounds, &PyList_Type, &spans)) {
        return NULL;
    }
    const char *details = PyUnicode_AsUTF8AndSize(encoded, &size);
    PyObject *utf8 = details ? PyUnicode_AsUTF8String(string) : NULL;
    int64_t unknown = -1;
    if (utf8) {
        unknown = classify((const uint8_t *)PyBytes_AsString(utf8), (size_t)PyBytes_Size(utf8),
                           &table, &text);
        Py_DECREF(utf8);
    } else {
        PyErr_Clear(); /* a lone surrogate */
    }
    PyBuffer_Release(&table);
    if (unknown > 0) {
        found = PyLong_FromLongLong(unknown);
    } else if (!unknown && !find_all_words(&text, (Details){details, details + size})) {
        found = offsets_of(&text, spans);
    }
    text_free(&text);
    return result_or_none(found);
}
