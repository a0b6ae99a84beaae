/* Tells the owner of an account, as a notice and by e-mail: once, in the transaction of what is
 * told. An address that nobody proved may be a stranger's, so none is written to. */
#ifndef IDENTITY_JOBS_OWNER_NOTICE_H
#define IDENTITY_JOBS_OWNER_NOTICE_H

#include "identity/domain/review_notice.h"
#include "identity/jobs/courier.h"
#include "identity/store/relation_store.h"

struct owner_notice {
    const struct relation_owner *owner;
    struct id account_id;
    const char *text;
    int64_t now_us;
    const char *subject; /* NULL: "Your Kontor account" */
};

enum failure owner_notice_take(struct transaction *transaction, struct courier *courier,
                               const struct owner_notice *told) must_check;

/* A decision about what the account submitted; reason: "" without one. */
struct decision {
    enum account_type of; /* as review_sentence has it */
    struct id account_id;
    enum review_state state;
    const char *reason;
    int64_t now_us;
};

enum failure owner_notice_of_decision(struct transaction *transaction, struct courier *courier,
                                      const struct decision *decision) must_check;

#endif
