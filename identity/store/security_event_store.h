/* Security events: only added to, and read. */
#ifndef IDENTITY_STORE_SECURITY_EVENT_STORE_H
#define IDENTITY_STORE_SECURITY_EVENT_STORE_H

#include "identity/domain/security_event.h"
#include "runtime/database/database.h"

struct security_event {
    struct id event_id; /* made when it is noted */
    struct id principal_id;
    struct id session_id; /* in which it was done; nil: in none */
    struct id account_id; /* nil: of the person, whatever the account */
    struct id actor_id;   /* who did it; nil: the person */
    enum security_event_kind kind;
    const char *detail;
    const char *device;
    const char *network;
    int64_t times;
    int64_t noted_us;
};

/* Whether somebody else did it to the person. */
bool security_event_by_another(const struct security_event *event);

/* Notes it, and keeps the notice to the person when there is one. */
enum failure security_event_store_note(struct transaction *transaction,
                                       const struct security_event *event) must_check;

/* A log-in failed by an address; nobody's when the event has no principal. Alone in its
 * transaction.
 */
enum failure security_event_store_log_in_failed(struct reader reader, struct bytes email_index,
                                                const struct security_event *event) must_check;

/* Hours that are over, a bounded number at once. */
enum failure security_event_store_sum_failed(struct reader reader, int64_t now_us) must_check;

struct security_events {
    struct security_event *items; /* lent by the task's arena */
    size_t count;
};

struct security_page {
    struct id of_id; /* the principal, or the account */
    enum security_event_kind kind;
    int64_t start_us, end_us; /* 0: without */
    struct id before_id;
    size_t limit;
};

/* Newest first. */
enum failure security_event_store_list(struct reader reader, const struct security_page *page,
                                       struct security_events *events) must_check;
enum failure security_event_store_list_account(struct reader reader,
                                               const struct security_page *page,
                                               struct security_events *events) must_check;

#endif
