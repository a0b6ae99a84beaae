/* Acts over a ceiling that wait for approvers, and how they ended (c-19). */
#ifndef GATEWAY_STORE_APPROVAL_STORE_H
#define GATEWAY_STORE_APPROVAL_STORE_H

#include "gateway/domain/approval.h"
#include "gateway/store/ceiling_store.h"

struct approval {
    struct id approval_id;
    struct id account_id;
    struct id requester_id;
    struct id request_id;
    const char *credential_id; /* that the request came with */
    const char *rpc;           /* "/payments.v1.TopUpService/CreateTopUp" */
    struct bytes request;      /* packed */
    struct bytes hash;
    enum money_action action;
    int64_t amount_micros;
    const char *currency;
    const char *target_account_id; /* "": none; as the two below */
    const char *payment_method_id;
    const char *remark;
    int64_t approvers; /* how many it takes */
    enum approval_state state;
    int64_t created_us;
    int64_t expire_us;
    int64_t ended_us; /* 0: it has not */
    const char *failure_reason;
    int64_t carried_us;           /* since when it is carried out; 0: nothing of it has left yet */
    const char *requester_makers; /* operators' ids with spaces (LED-19) */
};

struct approval_vote {
    struct id approval_id;
    struct id principal_id;
    bool approves;
    int64_t voted_us;
};

struct approval_votes {
    struct approval_vote *items;
    size_t count;
};

struct approval_list {
    struct approval *items;
    size_t count;
};

/* *found is false when the account has none of this id. */
enum failure approval_store_read(struct reader reader, struct id account_id, struct id approval_id,
                                 struct approval *approval, bool *found) must_check;
enum failure approval_store_read_any(struct reader reader, struct id approval_id,
                                     struct approval *approval, bool *found) must_check;
enum failure approval_store_lock(struct transaction *transaction, struct id account_id,
                                 struct id approval_id, struct approval *approval,
                                 bool *found) must_check;

/* How much the requester asked for in the account before it (approval_notice_of); of an account
 * that asks for more than a thousand in an hour, the last of them alone are counted. */
enum failure approval_store_asked_before(struct reader reader, const struct approval *approval,
                                         int64_t *within_hour, int64_t *hour_before) must_check;

/* The approval of a principal's request. */
enum failure approval_store_find(struct transaction *transaction, const struct ceiling_user *user,
                                 struct id request_id, struct approval *approval,
                                 bool *found) must_check;

struct approval_page {
    struct id account_id;
    struct id before_id;
    const char *state; /* "": all */
    int64_t now_us;
    size_t limit;
};
enum failure approval_store_list(struct reader reader, const struct approval_page *page,
                                 struct approval_list *list) must_check;

/* The words on each of the approvals, in the order in which they were given. */
enum failure approval_store_votes(struct reader reader, const struct approval_list *list,
                                  struct approval_votes *votes) must_check;
enum failure approval_store_votes_now(struct transaction *transaction, struct id approval_id,
                                      struct approval_votes *votes) must_check;

enum failure approval_store_count_open(struct transaction *transaction, struct id account_id,
                                       int64_t now_us, int64_t *open) must_check;
/* The same, alone. */
enum failure approval_store_count_waiting(struct reader reader, struct id account_id,
                                          int64_t now_us, int64_t *open) must_check;
enum failure approval_store_insert(struct transaction *transaction,
                                   const struct approval *approval) must_check;

/* From the state that it has; ended_us 0: it goes on. An act that is not to be done any more counts
 * no more under its ceilings. */
enum failure approval_store_move(struct transaction *transaction, const struct approval *approval,
                                 enum approval_state to, const char *failure_reason,
                                 int64_t now_us) must_check;

enum failure approval_store_vote(struct transaction *transaction, const struct approval_vote *vote,
                                 const char *credential_id) must_check;

/* It is carried out since then; 0: nothing of it was done. */
enum failure approval_store_carry(struct reader reader, struct id approval_id,
                                  int64_t carried_us) must_check;

/* At most count_max after one of those that wait and that a principal asked for, in whatever
 * account: which they are, and whose. */
enum failure approval_store_waiting_of(struct reader reader, struct id requester_id,
                                       struct id after_id, size_t count_max,
                                       struct approval_list *list) must_check;

/* The approvals that expired, held for this transaction. */
enum failure approval_store_expired(struct transaction *transaction, int64_t now_us,
                                    size_t count_max, struct approval_list *list) must_check;

#endif
