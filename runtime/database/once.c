#include "runtime/database/once.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/log.h"
#include "runtime/database/queries.h"

/* A row without an answer was committed by somebody who took the id and kept nothing: a mistake
 * that must not be replayed. */
static enum failure read_earlier(const struct rows *rows, const uint8_t body_hash[32],
                                 enum once_state *state, struct once_answer *answer)
{
    struct bytes hash = row_bytes(rows, 0, 0);
    assert(hash.size == 32);
    if (memcmp(hash.data, body_hash, 32) != 0) {
        *state = ONCE_MISMATCH;
        return FAILURE_NONE;
    }
    if (row_is_null(rows, 0, 1)) {
        log_write(LOG_ERROR, "request_without_answer");
        return FAILURE_INTERNAL;
    }
    *state = ONCE_REPLAYED;
    *answer = (struct once_answer){.code = row_int64(rows, 0, 1), .body = row_bytes(rows, 0, 2)};
    return FAILURE_NONE;
}

enum failure once_take(struct transaction *transaction, const struct once_key *key,
                       const uint8_t body_hash[32], int64_t now_us, enum once_state *state,
                       struct once_answer *answer)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &runtime_query_take_request,
        PARAMS(param_id(key->scope_id), param_id(key->request_id), param_id(key->origin.id),
               param_bytes(body_hash, 32), param_time(now_us), param_bool(key->origin.is_step)),
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    if (rows.count == 1) {
        *state = ONCE_NEW;
        return FAILURE_NONE;
    }
    failure = transaction_query(transaction, &runtime_query_find_request,
                                PARAMS(param_id(key->scope_id), param_id(key->request_id),
                                       param_id(key->origin.id), param_bool(key->origin.is_step)),
                                &rows);
    if (failure != FAILURE_NONE)
        return failure;
    return rows.count == 1 ? read_earlier(&rows, body_hash, state, answer) : FAILURE_CONFLICT;
}

enum failure once_keep(struct transaction *transaction, const struct once_key *key,
                       const struct once_answer *answer)
{
    return transaction_send_silently(transaction, &runtime_query_keep_answer,
                                     PARAMS(param_id(key->scope_id), param_id(key->request_id),
                                            param_id(key->origin.id), param_int64(answer->code),
                                            param_bytes(answer->body.data, answer->body.size)));
}
