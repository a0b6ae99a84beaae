/* Parameters in PostgreSQL's binary form. Scalars and arrays are written to a buffer that is used
 * again; text and bytes are lent from where they are. Used within one send, never across an await.
 */
#ifndef RUNTIME_DATABASE_PARAM_H
#define RUNTIME_DATABASE_PARAM_H

#include <postgres_ext.h>

#include "runtime/database/database.h"

#define PARAMS_MAX 112
#define PARAM_BYTES_MAX (16 * 1024 * 1024)         /* encoded scalars and arrays of one statement */
#define POSTGRES_EPOCH_US INT64_C(946684800000000) /* 2000-01-01 in microseconds since 1970 */

struct param_buffer {
    char *bytes;
    size_t used;
    size_t capacity;
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
};

void param_buffer_deinit(struct param_buffer *buffer);

/* FAILURE_EXHAUSTED when the parameters are more than PARAM_BYTES_MAX. values are valid until the
 * next encode. */
enum failure param_buffer_encode(struct param_buffer *buffer, const struct param *params,
                                 size_t count) must_check;

/* The type that a kind is sent as; 0, let the server decide, for PARAM_NULL. */
Oid param_type(enum param_kind kind);

#endif
