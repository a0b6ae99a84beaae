/* Messages to people: written in the transaction that wants them sent, delivered by a job, wiped
 * when done. */
#ifndef IDENTITY_STORE_MESSAGE_STORE_H
#define IDENTITY_STORE_MESSAGE_STORE_H

#include "identity/domain/contact.h"
#include "runtime/database/database.h"

struct outgoing_message {
    struct id message_id;
    enum delivery delivery;
    struct bytes destination_sealed;
    struct bytes body_sealed;
    int64_t tries; /* this one included */
};

enum failure message_store_insert(struct transaction *transaction,
                                  const struct outgoing_message *message,
                                  int64_t now_us) must_check;

struct due_messages {
    struct outgoing_message *items; /* in the task's arena */
    size_t count;
};

struct message_wish {
    bool of_mail; /* e-mail; else text messages and calls */
    int64_t now_us;
    int64_t until_us;
    int64_t limit;
};

/* Takes at most limit due messages until until_us; those that are not finished by then are due
 * again. */
enum failure message_store_take(struct reader reader, const struct message_wish *wish,
                                struct due_messages *messages) must_check;

enum message_state { MESSAGE_QUEUED, MESSAGE_DELIVERED, MESSAGE_FAILED };

struct message_status {
    enum message_state state;
    int64_t delivered_us; /* 0: not yet */
};

enum failure message_store_finish(struct reader reader, struct id message_id, bool delivered,
                                  int64_t now_us) must_check;
enum failure message_store_postpone(struct reader reader, struct id message_id,
                                    int64_t until_us) must_check;

/* *exists is false for an unknown id. */
enum failure message_store_read(struct reader reader, struct id message_id,
                                struct message_status *status, bool *exists) must_check;

#endif
