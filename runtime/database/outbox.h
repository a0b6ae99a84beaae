/* The outbox: events written in the caller's transaction, read by a cursor, at least once, in an
 * order of its own (docs/decisions/0007). A reader first numbers what is committed and has no
 * position, one numberer at a time: so no transaction of others can hold readers back, and what
 * commits late is numbered late and never skipped. Events of one scope are numbered in the order in
 * which the scope's lock let them be written; of two scopes, in the order in which they were seen.
 *
 * A cursor names an event and its position. Behind an event that is not there any more (an older
 * database was put back, another copy answers, the event was removed long ago, or the cursor is of
 * the order by transactions that was before) reading begins again with the oldest event kept, and
 * says so: a reader must bear an event twice, and loses none. */
#ifndef RUNTIME_DATABASE_OUTBOX_H
#define RUNTIME_DATABASE_OUTBOX_H

#include "runtime/database/database.h"

#define OUTBOX_CONSUMERS_MAX 8

struct outbox_event {
    struct id
        scope_id; /* company in the ledger, account elsewhere: comes first in the primary key */
    struct id event_id;
    const char *type;     /* "ledger.transfer.created" */
    struct bytes payload; /* a packed protobuf message */
    int64_t recorded_us;
    const char *cursor; /* pass to outbox_read to go on after this event */
};

enum failure outbox_append(struct transaction *transaction, struct id scope_id, const char *type,
                           const void *payload, size_t payload_size, int64_t now_us) must_check;

struct outbox_reading {
    const char *cursor;   /* "": from the oldest event kept */
    const char *consumer; /* registered under this name, having kept whatever is up to the cursor;
                             "": just a look */
    size_t limit;
};

struct outbox_page {
    struct outbox_event *events; /* in the task's arena */
    size_t count;
    int64_t unread;   /* numbered after the page's last event */
    bool began_again; /* the cursor is of no event here: the page begins with the oldest event kept
                       */
};

/* An unreadable cursor is FAILURE_INVALID. */
enum failure outbox_read(struct reader reader, const struct outbox_reading *reading,
                         struct outbox_page *page) must_check;

/* Numbers up to 1,000 events; fewer: no more are waiting, or another numbers them now. */
#define OUTBOX_NUMBERED_AT_ONCE 1000
enum failure outbox_number(struct reader reader, int64_t *numbered) must_check;

/* Consumers whose reading is waited for before anything is removed. */
struct outbox_consumers {
    const char *names[OUTBOX_CONSUMERS_MAX];
    size_t count;
};

/* Removes up to 1,000 of the oldest events that every consumer has gone past and that were recorded
 * before. */
#define OUTBOX_TRIMMED_AT_ONCE 1000
enum failure outbox_trim(struct reader reader, const struct outbox_consumers *consumers,
                         int64_t before_us, int64_t *removed) must_check;

struct outbox_lag {
    int64_t unread;           /* numbered and not read */
    int64_t oldest_unread_us; /* when the first of them was recorded; 0: there is none */
};

/* One for each consumer. */
enum failure outbox_measure(struct reader reader, const struct outbox_consumers *consumers,
                            struct outbox_lag lags[OUTBOX_CONSUMERS_MAX]) must_check;

#endif
