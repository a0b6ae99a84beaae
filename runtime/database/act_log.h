/* Acts: who did what, or was refused, written in the transaction of what was done, by whom it is
 * listed (GW-07). They are numbered when they are seen, as events are (outbox.h), so a reader that
 * goes by position skips none that commits late. A cursor names an act and its position; behind one
 * that is not there (an older database was put back) reading begins again, and says so. */
#ifndef RUNTIME_DATABASE_ACT_LOG_H
#define RUNTIME_DATABASE_ACT_LOG_H

#include "runtime/base/actor.h"
#include "runtime/database/database.h"

#define ACT_TAG_SIZE_MAX 256
#define ACT_ACCOUNTS_MAX 1000
#define ACT_LATEST_US (INT64_C(253402300800) * 1000000) /* the year 10000 */

/* Ids are nil where there is none. Never a secret, nor what tells of a person. */
struct act {
    struct id act_id;
    const struct actor *actor;
    struct id account_id; /* concerned */
    struct id object_id;
    struct id request_id;
    const char *action; /* the permission: "payments.top_up.create" */
    const char *tag;
    const char *reason; /* of its refusal; "": done */
    int64_t act_us;
    const char *cursor; /* of one that was read */
};

/* act_id and cursor are not asked for. */
enum failure act_append(struct transaction *transaction, const struct act *act) must_check;
enum failure act_append_alone(struct reader reader, const struct act *act) must_check;

/* Of a step of our own, which is its actor: "payments.settle_top_up". */
enum failure act_append_of_step(struct transaction *transaction, const char *step,
                                const struct act *act) must_check;

/* Nil and "" keep nothing out. */
struct act_filter {
    struct id_array accounts; /* any of them concerned, ACT_ACCOUNTS_MAX at most; none: all */
    struct id principal_id;
    struct id object_id;
    const char *action;
    const char *tag;
    int64_t from_us;  /* inclusive */
    int64_t until_us; /* exclusive */
};

struct act_reading {
    struct act_filter filter;
    const char *cursor; /* "": from the newest */
    size_t limit;
};

struct act_page {
    struct act *acts; /* in the task's arena, the newest first */
    size_t count;
    const char *cursor; /* goes on behind the page */
    bool is_last;       /* there was no more when it was read */
    bool began_again;   /* the cursor is of no act here */
};

/* A page may be short, and none the less not the last: it looks at 1,000 acts at most, of several
 * accounts at 200 of each. An unreadable cursor is FAILURE_INVALID. */
enum failure act_read(struct reader reader, const struct act_reading *reading,
                      struct act_page *page) must_check;

/* Numbers up to 1,000 acts; fewer: no more are waiting, or another numbers them now. */
#define ACTS_NUMBERED_AT_ONCE 1000
enum failure act_number(struct reader reader, int64_t *numbered) must_check;

#endif
