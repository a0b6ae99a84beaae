/* The outbox: events written in the caller's transaction, read by a cursor in the order of transactions, at least once. Readers only see
 * events of transactions below the oldest one still running on the server, so a cursor never skips an event that commits late; a
 * transaction left open anywhere on that server holds all readers back. Of two transactions that overlapped, the one that wrote its
 * first row first comes first, even if it committed last: who follows one thing's state goes by what the payload says of its version. */
#ifndef RUNTIME_DATABASE_OUTBOX_H
#define RUNTIME_DATABASE_OUTBOX_H

#include "runtime/database/database.h"

struct outbox_event {
    struct id scope_id; /* company in the ledger, account elsewhere: comes first in the primary key */
    struct id event_id;
    const char *type;     /* "ledger.transfer.created" */
    struct bytes payload; /* a packed protobuf message */
    int64_t recorded_us;
    const char *cursor; /* pass to outbox_read to go on after this event */
};

enum failure outbox_append(struct task *task, struct transaction *transaction, struct id scope_id, const char *type, const void *payload,
                           size_t payload_size, int64_t now_us) must_check;

/* Up to limit events after cursor ("" = from the beginning), in the task's arena. An unreadable cursor is FAILURE_INVALID. */
enum failure outbox_read(struct task *task, struct database *database, const char *cursor, size_t limit, struct outbox_event **events,
                         size_t *count) must_check;

#endif
