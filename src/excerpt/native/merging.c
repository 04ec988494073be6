/* Two ascending lists of integers → how many of the one precede each of the other. */
#include "objects.h"

#include <string.h>

static int64_t load_i64(const uint8_t *at) {
    int64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* Merge both lists; -1 if `wanted` does not ascend. `counts` has as many elements as `wanted`. */
static int count_before(const Py_buffer *numbers, const Py_buffer *wanted, int is_right,
                        const Py_buffer *counts) {
    const uint8_t *all = numbers->buf, *each = wanted->buf;
    size_t n = (size_t)numbers->len / sizeof(int64_t), at = 0;
    size_t n_wanted = (size_t)wanted->len / sizeof(int64_t);
    int64_t before = INT64_MIN;
    for (size_t i = 0; i < n_wanted; i++) {
        int64_t value = load_i64(each + i * sizeof value), count;
        if (value < before) {
            return -1;
        }
        before = value;
        while (at < n && (load_i64(all + at * sizeof value) < value ||
                          (is_right && load_i64(all + at * sizeof value) == value))) {
            at++;
        }
        count = (int64_t)at;
        memcpy((uint8_t *)counts->buf + i * sizeof count, &count, sizeof count);
    }
    return 0;
}

/* search_ascending(numbers, wanted, is_right, counts): fill in how many of `numbers` are less than
 * each of `wanted`, or not greater if `is_right`; all of them int64 */
PyObject *search_ascending(PyObject *Py_UNUSED(self), PyObject *arguments) {
    Py_buffer numbers, wanted, counts;
    int is_right, failed;
    if (!PyArg_ParseTuple(arguments, "y*y*pw*", &numbers, &wanted, &is_right, &counts)) {
        return NULL;
    }
    failed = counts.len != wanted.len || wanted.len % (Py_ssize_t)sizeof(int64_t) ||
             numbers.len % (Py_ssize_t)sizeof(int64_t) ||
             count_before(&numbers, &wanted, is_right, &counts);
    PyBuffer_Release(&numbers);
    PyBuffer_Release(&wanted);
    PyBuffer_Release(&counts);
    return PyBool_FromLong(!failed);
}
