#include "identity/store/message_store.h"

#include <assert.h>

#include "identity/store/queries.h"
#include "runtime/base/text.h"

static enum delivery delivery_named(const char *name)
{
    for (enum delivery delivery = DELIVERY_EMAIL; delivery <= DELIVERY_VOICE; delivery++)
        if (text_equal(delivery_name(delivery), name))
            return delivery;
    assert(false);
    return DELIVERY_NONE;
}

enum failure message_store_insert(struct transaction *transaction, const struct message *message,
                                  int64_t now_us)
{
    return transaction_query(
        transaction, &identity_query_insert_message,
        PARAMS(param_id(message->message_id), param_text(delivery_name(message->delivery)),
               param_bytes(message->destination_sealed.data, message->destination_sealed.size),
               param_bytes(message->body_sealed.data, message->body_sealed.size),
               param_time(now_us)),
        NULL);
}

enum failure message_store_take(struct reader reader, int64_t now_us, int64_t until_us,
                                int64_t limit, struct message **messages, size_t *count)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &identity_query_take_messages,
                       PARAMS(param_time(now_us), param_time(until_us), param_int64(limit)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *messages = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **messages);
    if (*messages == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count; i++)
        (*messages)[i] = (struct message){
            row_id(&rows, i, 0), delivery_named(row_text(&rows, i, 1)), row_bytes(&rows, i, 2),
            row_bytes(&rows, i, 3), row_int64(&rows, i, 4)};
    *count = rows.count;
    return FAILURE_NONE;
}

enum failure message_store_finish(struct reader reader, struct id message_id, bool delivered,
                                  int64_t now_us)
{
    return database_query(reader, &identity_query_finish_message,
                          PARAMS(param_id(message_id),
                                 param_text(delivered ? "DELIVERED" : "FAILED"),
                                 delivered ? param_time(now_us) : param_null()),
                          NULL);
}

enum failure message_store_postpone(struct reader reader, struct id message_id, int64_t until_us)
{
    return database_query(reader, &identity_query_postpone_message,
                          PARAMS(param_id(message_id), param_time(until_us)), NULL);
}

enum failure message_store_read(struct reader reader, struct id message_id, const char **state,
                                int64_t *delivered_us)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &identity_query_read_message, PARAMS(param_id(message_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *state = rows.count > 0 ? row_text(&rows, 0, 0) : NULL;
    *delivered_us = rows.count > 0 ? row_time_us(&rows, 0, 1) : 0;
    return FAILURE_NONE;
}
