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

static const char *const state_names[] = {"QUEUED", "DELIVERED", "FAILED"};

static enum message_state state_named(const char *name)
{
    for (int state = MESSAGE_QUEUED; state <= MESSAGE_FAILED; state++)
        if (text_equal(state_names[state], name))
            return (enum message_state)state;
    assert(false);
    return MESSAGE_QUEUED;
}

enum failure message_store_insert(struct transaction *transaction,
                                  const struct outgoing_message *message, int64_t now_us)
{
    return identity_insert_message(
        transaction,
        &(struct identity_insert_message){.message_id = message->message_id,
                                          .delivery = delivery_name(message->delivery),
                                          .destination = message->destination_sealed,
                                          .body = message->body_sealed,
                                          .next_us = now_us},
        NULL);
}

enum failure message_store_take(struct reader reader, const struct message_wish *wish,
                                struct due_messages *messages)
{
    struct rows rows;
    enum failure failure =
        identity_take_messages_alone(reader,
                                     &(struct identity_take_messages){.now_us = wish->now_us,
                                                                      .lease_us = wish->until_us,
                                                                      .limit = wish->limit,
                                                                      .of_mail = wish->of_mail},
                                     &rows);
    if (failure != FAILURE_NONE)
        return failure;
    messages->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *messages->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_take_messages_row row = identity_take_messages_row(&rows, i);
        messages->items[i] = (struct outgoing_message){row.message_id, delivery_named(row.delivery),
                                                       row.destination, row.body, row.tries};
    }
    messages->count = rows.count;
    return FAILURE_NONE;
}

enum failure message_store_finish(struct reader reader, struct id message_id, bool delivered,
                                  int64_t now_us)
{
    return identity_finish_message_alone(
        reader,
        &(struct identity_finish_message){
            .message_id = message_id,
            .state = state_names[delivered ? MESSAGE_DELIVERED : MESSAGE_FAILED],
            .deliver_us = delivered ? now_us : 0},
        NULL);
}

enum failure message_store_postpone(struct reader reader, struct id message_id, int64_t until_us)
{
    return identity_postpone_message_alone(
        reader, &(struct identity_postpone_message){.message_id = message_id, .next_us = until_us},
        NULL);
}

enum failure message_store_read(struct reader reader, struct id message_id,
                                struct message_status *status, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_read_message_alone(
        reader, &(struct identity_read_message){.message_id = message_id}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (*exists) {
        struct identity_read_message_row row = identity_read_message_row(&rows, 0);
        *status = (struct message_status){state_named(row.state), row.deliver_us};
    }
    return FAILURE_NONE;
}
