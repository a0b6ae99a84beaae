#include "runtime/database/once.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/log.h"
#include "runtime/database/queries.h"

/* A row without an answer was committed by somebody who took the id and kept nothing: a mistake
 * that must not be replayed. */
static enum failure read_earlier(const struct rows *rows, const uint8_t body_hash[32],
                                 struct once_taken *taken)
{
    struct runtime_find_request_row row = runtime_find_request_row(rows, 0);
    struct bytes hash = row.body_hash;
    assert(hash.size == 32);
    if (memcmp(hash.data, body_hash, 32) != 0) {
        taken->state = ONCE_MISMATCH;
        return FAILURE_NONE;
    }
    if (!row.has_code) {
        log_write(LOG_ERROR, "request_without_answer");
        return FAILURE_INTERNAL;
    }
    assert(rows->count == 1);
    taken->state = ONCE_REPLAYED;
    taken->answer = (struct once_answer){.code = row.code, .body = row.answer};
    return FAILURE_NONE;
}

enum failure once_take(struct transaction *transaction, const struct once_key *key,
                       const uint8_t body_hash[32], int64_t now_us, struct once_taken *taken)
{
    struct rows rows;
    enum failure failure =
        runtime_take_request(transaction,
                             &(struct runtime_take_request){.company_id = key->scope_id,
                                                            .request_id = key->request_id,
                                                            .origin = key->origin.id,
                                                            .body_hash = {body_hash, 32},
                                                            .recorded_us = now_us,
                                                            .is_step = key->origin.is_step},
                             &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assert(rows.count <= 1);
    if (rows.count == 1) {
        taken->state = ONCE_NEW;
        return FAILURE_NONE;
    }
    failure = runtime_find_request(transaction,
                                   &(struct runtime_find_request){.company_id = key->scope_id,
                                                                  .request_id = key->request_id,
                                                                  .origin = key->origin.id,
                                                                  .is_step = key->origin.is_step},
                                   &rows);
    if (failure != FAILURE_NONE)
        return failure;
    return rows.count == 1 ? read_earlier(&rows, body_hash, taken) : FAILURE_CONFLICT;
}

enum failure once_find(struct reader reader, const struct once_key *key,
                       const uint8_t body_hash[32], struct once_taken *taken)
{
    struct rows rows;
    enum failure failure =
        runtime_find_request_alone(reader,
                                   &(struct runtime_find_request){.company_id = key->scope_id,
                                                                  .request_id = key->request_id,
                                                                  .origin = key->origin.id,
                                                                  .is_step = key->origin.is_step},
                                   &rows);
    taken->state = ONCE_NEW;
    return failure != FAILURE_NONE || rows.count == 0 ? failure
                                                      : read_earlier(&rows, body_hash, taken);
}

enum failure once_keep(struct transaction *transaction, const struct once_key *key,
                       const struct once_answer *answer)
{
    assert(key != NULL && answer->body.data != NULL);
    return runtime_keep_answer_send_silently(
        transaction, &(struct runtime_keep_answer){.company_id = key->scope_id,
                                                   .request_id = key->request_id,
                                                   .origin = key->origin.id,
                                                   .code = answer->code,
                                                   .answer = answer->body});
}
