#include "runtime/database/param.h"

#include <assert.h>
#include <endian.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The rows of pg_type that we speak; fixed for ever (src/include/catalog/pg_type.dat). */
static const struct {
    Oid type;
    Oid element;
} types[] = {
    [PARAM_NULL] = {0, 0},
    [PARAM_INT64] = {20, 0},
    [PARAM_BOOL] = {16, 0},
    [PARAM_TEXT] = {25, 0},
    [PARAM_ID] = {2950, 0},
    [PARAM_TIME] = {1184, 0},
    [PARAM_BYTES] = {17, 0},
    [PARAM_INT64_ARRAY] = {1016, 20},
    [PARAM_BOOL_ARRAY] = {1000, 16},
    [PARAM_TEXT_ARRAY] = {1009, 25},
    [PARAM_ID_ARRAY] = {2951, 2950},
    [PARAM_TIME_ARRAY] = {1185, 1184},
    [PARAM_BYTES_ARRAY] = {1001, 17},
};

Oid param_type(enum param_kind kind)
{
    assert((size_t)kind < sizeof(types) / sizeof(types[0]));
    return types[kind].type;
}

void param_buffer_deinit(struct param_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct param_buffer){0};
}

/* ---- writing ---- */

static void put_bytes(struct param_buffer *buffer, const void *bytes, size_t size)
{
    assert(size <= buffer->capacity - buffer->used);
    if (size > 0)
        memcpy(buffer->bytes + buffer->used, bytes, size);
    buffer->used += size;
}

static void put_int32(struct param_buffer *buffer, int64_t value)
{
    assert(value >= INT32_MIN && value <= INT32_MAX);
    uint32_t wire = htobe32((uint32_t)(int32_t)value);
    put_bytes(buffer, &wire, sizeof wire);
}

static void put_int64(struct param_buffer *buffer, int64_t value)
{
    assert(buffer->used + sizeof value <= buffer->capacity);
    uint64_t wire = htobe64((uint64_t)value);
    put_bytes(buffer, &wire, sizeof wire);
}

static void put_time(struct param_buffer *buffer, int64_t time_us)
{
    int64_t value;
    bool overflow = __builtin_sub_overflow(time_us, POSTGRES_EPOCH_US, &value);
    assert(!overflow);
    put_int64(buffer, value);
}

static bool element_is_null(const struct param *param, size_t i)
{
    assert(i < param->size);
    if (param->nulls != NULL && param->nulls[i])
        return true;
    return param->kind == PARAM_TEXT_ARRAY && ((const char *const *)param->data)[i] == NULL;
}

/* The bytes of a text or bytes element; other elements have a fixed width. */
static struct bytes element_bytes(const struct param *param, size_t i)
{
    assert(i < param->size);
    if (param->kind == PARAM_BYTES_ARRAY)
        return ((const struct bytes *)param->data)[i];
    const char *text = ((const char *const *)param->data)[i];
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

/* Of elements that all have one width; 0: they have not. */
static size_t narrow_width(enum param_kind kind)
{
    return kind == PARAM_ID_ARRAY                                  ? sizeof(struct id)
           : kind == PARAM_INT64_ARRAY || kind == PARAM_TIME_ARRAY ? sizeof(int64_t)
                                                                   : 0;
}

static size_t element_width(const struct param *param, size_t i)
{
    assert(i < param->size);
    switch (param->kind) {
    case PARAM_BOOL_ARRAY:
        return 1;
    case PARAM_ID_ARRAY:
        return sizeof(struct id);
    case PARAM_INT64_ARRAY:
    case PARAM_TIME_ARRAY:
        return sizeof(int64_t);
    default:
        return element_bytes(param, i).size;
    }
}

static void put_element(struct param_buffer *buffer, const struct param *param, size_t i)
{
    assert(i < param->size);
    put_int32(buffer, (int64_t)element_width(param, i));
    switch (param->kind) {
    case PARAM_BOOL_ARRAY:
        put_bytes(buffer, &(char){((const bool *)param->data)[i] ? 1 : 0}, 1);
        break;
    case PARAM_ID_ARRAY:
        put_bytes(buffer, &((const struct id *)param->data)[i], sizeof(struct id));
        break;
    case PARAM_INT64_ARRAY:
        put_int64(buffer, ((const int64_t *)param->data)[i]);
        break;
    case PARAM_TIME_ARRAY:
        put_time(buffer, ((const int64_t *)param->data)[i]);
        break;
    default:
        put_bytes(buffer, element_bytes(param, i).data, element_bytes(param, i).size);
    }
}

static bool any_is_null(const struct param *param)
{
    bool may_be = param->nulls != NULL || param->kind == PARAM_TEXT_ARRAY;
    for (size_t i = 0; may_be && i < param->size; i++)
        if (element_is_null(param, i))
            return true;
    return false;
}

/* Most of what a batch sends: ids and numbers, none of them NULL. */
static bool put_narrow(struct param_buffer *buffer, const struct param *param)
{
    const struct id *ids = param->data;
    const int64_t *numbers = param->data;
    if (param->kind != PARAM_ID_ARRAY && param->kind != PARAM_INT64_ARRAY)
        return false;
    for (size_t i = 0; i < param->size; i++) {
        if (param->kind == PARAM_ID_ARRAY) {
            put_int32(buffer, sizeof *ids);
            put_bytes(buffer, &ids[i], sizeof *ids);
        } else {
            put_int32(buffer, sizeof *numbers);
            put_int64(buffer, numbers[i]);
        }
    }
    return true;
}

/* array_recv's form: dimensions, flag, element type, then length and lower bound of the one
 * dimension, then the elements. */
static void put_array(struct param_buffer *buffer, const struct param *param)
{
    bool has_null = any_is_null(param);
    put_int32(buffer, param->size > 0 ? 1 : 0);
    put_int32(buffer, has_null ? 1 : 0);
    put_int32(buffer, types[param->kind].element);
    if (param->size == 0)
        return;
    put_int32(buffer, (int64_t)param->size);
    put_int32(buffer, 1);
    if (!has_null && put_narrow(buffer, param))
        return;
    for (size_t i = 0; i < param->size; i++) {
        if (element_is_null(param, i))
            put_int32(buffer, -1);
        else
            put_element(buffer, param, i);
    }
}

/* ---- one statement ---- */

static size_t encoded_size(const struct param *param)
{
    switch (param->kind) {
    case PARAM_NULL:
    case PARAM_TEXT:
    case PARAM_BYTES:
        return 0;
    case PARAM_BOOL:
        return 1;
    case PARAM_ID:
        return sizeof(struct id);
    case PARAM_INT64:
    case PARAM_TIME:
        return sizeof(int64_t);
    default:
        break;
    }
    size_t size = 20;
    if (narrow_width(param->kind) > 0 && param->size <= PARAM_BYTES_MAX)
        return size + param->size * (4 + narrow_width(param->kind)); /* less where some are NULL */
    for (size_t i = 0; i < param->size && size <= PARAM_BYTES_MAX; i++)
        size += 4 + (element_is_null(param, i) ? 0 : element_width(param, i));
    return size;
}

static enum failure reserve(struct param_buffer *buffer, const struct param *params, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count && size <= PARAM_BYTES_MAX; i++)
        size += encoded_size(&params[i]);
    if (size > PARAM_BYTES_MAX)
        return FAILURE_EXHAUSTED;
    if (size > buffer->capacity) {
        size_t capacity = size < 4096 ? 4096 : size;
        char *bytes = realloc(buffer->bytes, capacity);
        if (bytes == NULL)
            return FAILURE_EXHAUSTED;
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    return FAILURE_NONE;
}

/* Returns the value's place: text and bytes stay where they are. */
static const char *put_param(struct param_buffer *buffer, const struct param *param)
{
    assert(buffer->used <= buffer->capacity);
    const char *start = buffer->bytes + buffer->used;
    switch (param->kind) {
    case PARAM_NULL:
        return NULL;
    case PARAM_TEXT:
        return param->data;
    case PARAM_BYTES:
        return param->size > 0 ? param->data : "";
    case PARAM_INT64:
        put_int64(buffer, param->number);
        break;
    case PARAM_BOOL:
        put_bytes(buffer, &(char){param->flag ? 1 : 0}, 1);
        break;
    case PARAM_ID:
        put_bytes(buffer, &param->id, sizeof param->id);
        break;
    case PARAM_TIME:
        put_time(buffer, param->number);
        break;
    default:
        put_array(buffer, param);
    }
    return start;
}

static size_t param_length(const struct param_buffer *buffer, const struct param *param,
                           const char *value)
{
    if (param->kind == PARAM_TEXT)
        return strlen(value);
    if (param->kind == PARAM_BYTES)
        return param->size;
    return value != NULL ? (size_t)(buffer->bytes + buffer->used - value) : 0;
}

enum failure param_buffer_encode(struct param_buffer *buffer, const struct param *params,
                                 size_t count)
{
    assert(count <= PARAMS_MAX);
    enum failure failure = reserve(buffer, params, count);
    if (failure != FAILURE_NONE)
        return failure;
    buffer->used = 0;
    for (size_t i = 0; i < count; i++) {
        buffer->values[i] = put_param(buffer, &params[i]);
        size_t length = param_length(buffer, &params[i], buffer->values[i]);
        if (length > PARAM_BYTES_MAX)
            return FAILURE_EXHAUSTED;
        buffer->lengths[i] = (int)length;
        buffer->formats[i] = 1;
    }
    return FAILURE_NONE;
}
