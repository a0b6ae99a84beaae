/* Sagas and the cursors of events kept: how far each peer's events were read, and what they asked
 * for. */
#ifndef GATEWAY_STORE_SAGA_STORE_H
#define GATEWAY_STORE_SAGA_STORE_H

#include "runtime/database/database.h"

/* The cursor to read a peer's events from; "" at first. */
enum failure saga_store_cursor(struct reader reader, const char *peer,
                               const char **cursor) must_check;

/* The sagas that a page of events asks for: one an event. */
struct saga_page {
    const char *peer;
    const char *cursor_read;     /* where the page was read from */
    const char *cursor_advanced; /* where the next one begins */
    size_t count;
    const struct id *saga_ids;
    const char *const *event_types;
    const struct bytes *payloads;
};

/* Keeps the page's sagas and moves the cursor, in one transaction; does nothing when another
 * replica was faster. */
enum failure saga_store_keep(struct reader reader, const struct saga_page *page,
                             int64_t now_us) must_check;

/* Sagas that no event asked for, of an approval, whose id is the payload. */
#define APPROVAL_SAGA "gateway.v1.ApprovalGranted" /* whose own id is the approval's, too */
#define APPROVAL_NOTICE_SAGA "gateway.v1.ApprovalAsked"
enum failure saga_store_add(struct transaction *transaction, struct id saga_id,
                            const char *event_type, struct id approval_id,
                            int64_t now_us) must_check;

struct saga {
    struct id saga_id; /* the event's */
    const char *event_type;
    struct bytes payload;
    int64_t tries; /* this one included */
};

struct saga_claim {
    int64_t now_us;
    int64_t lease_until_us;
    size_t count_max;
};

/* Takes due sagas in hand until the lease ends. */
enum failure saga_store_claim(struct reader reader, const struct saga_claim *claim,
                              struct saga **sagas, size_t *count) must_check;

/* outcome: "DONE", or the reason why the saga ended otherwise. */
enum failure saga_store_finish(struct reader reader, struct id saga_id, const char *outcome,
                               int64_t now_us) must_check;
enum failure saga_store_postpone(struct reader reader, struct id saga_id,
                                 int64_t due_us) must_check;

/* A page of open sagas that were tried at least so often, newest first below an id. */
struct open_saga {
    struct saga saga;
    int64_t due_us;
    int64_t created_us;
};
struct saga_list {
    struct open_saga *sagas;
    size_t count;
};
enum failure saga_store_list(struct reader reader, struct id below_id, int64_t tries_min,
                             size_t count_max, struct saga_list *list) must_check;

/* Makes it due, and notes who did; *found is false when there is none that is not DONE. */
enum failure saga_store_redrive(struct transaction *transaction, struct id saga_id,
                                const char *principal_id, int64_t now_us, bool *found) must_check;

/* Removes up to count_max sagas that ended before. */
enum failure saga_store_trim(struct reader reader, int64_t before_us, int64_t count_max,
                             int64_t *removed) must_check;

struct saga_backlog {
    int64_t open;
    int64_t tries_max;
    int64_t due;
    int64_t oldest_us; /* 0: none */
};
enum failure saga_store_backlog(struct reader reader, int64_t now_us,
                                struct saga_backlog *backlog) must_check;

#endif
