/* Acts: entries and what became none, with their actors (GW-07). */
#ifndef LEDGER_STORE_ACT_STORE_H
#define LEDGER_STORE_ACT_STORE_H

#include "ledger/store/query_rows.h"
#include "runtime/base/actor.h"
#include "runtime/database/database.h"

/* Acts that one call looks at, however few of them match what it is narrowed to. */
#define ACT_LOOK_MAX 1000

/* Zeros and empty texts match all. */
struct act_filter {
    struct id company_id;
    struct id account_id;
    struct id_array account_ids; /* any of them; none: all */
    struct id principal_id;
    int64_t kind; /* of order; or an action by its name */
    const char *action;
    const char *tag;
    int64_t start_us;
    int64_t end_us;
    int64_t after_sequence; /* entries are narrowed to those behind it */
    int64_t last_sequence;  /* and up to this one */
    int64_t before_sequence;
    int64_t before_number; /* the page goes on below (before_sequence, before_number) */
    size_t limit;
};

/* Newest first, at most limit that match. A row that is_end says where the look ended with more
 * behind it. */
enum failure act_store_list(struct reader reader, const struct act_filter *filter,
                            struct rows *rows) must_check;

/* A setting, which becomes no entry. */
struct noted_act {
    struct id company_id;
    struct id account_id; /* nil: the company's */
    const char *action;
    int64_t amount_micros;
    const char *currency;
    const char *remark;
    const char *reason;        /* of its refusal; "": done */
    const struct actor *actor; /* NULL: not known */
    int64_t now_us;
};

/* The caller holds the lock of the company's chain. */
enum failure act_store_note(struct transaction *transaction,
                            const struct noted_act *act) must_check;

#endif
