#include "gateway/store/approval_store.h"

#include <assert.h>

#include "gateway/store/queries.h"

static struct approval approval_of(const struct rows *rows, size_t i)
{
    struct gateway_approval_read_row row = gateway_approval_read_row(rows, i);
    return (struct approval){.approval_id = row.approval_id,
                             .account_id = row.account_id,
                             .requester_id = row.requester_id,
                             .request_id = row.request_id,
                             .credential_id = row.credential_id,
                             .rpc = row.rpc,
                             .request = row.request,
                             .hash = row.hash,
                             .action = money_action_named(row.action),
                             .amount_micros = row.amount_micros,
                             .currency = row.currency,
                             .target_account_id = row.target_account_id,
                             .payment_method_id = row.payment_method_id,
                             .remark = row.remark,
                             .approvers = row.approvers,
                             .state = approval_state_named(row.state),
                             .created_us = row.create_us,
                             .expire_us = row.expire_us,
                             .ended_us = row.end_us,
                             .failure_reason = row.failure_reason,
                             .carried_us = row.carry_us,
                             .requester_makers = row.requester_makers};
}

static enum failure take(enum failure failure, const struct rows *rows, struct approval *approval,
                         bool *found)
{
    *found = failure == FAILURE_NONE && rows->count == 1;
    if (*found)
        *approval = approval_of(rows, 0);
    return failure;
}

enum failure approval_store_read(struct reader reader, struct id account_id, struct id approval_id,
                                 struct approval *approval, bool *found)
{
    struct rows rows;
    enum failure failure = gateway_approval_read_alone(
        reader,
        &(struct gateway_approval_read){.account_id = account_id, .approval_id = approval_id},
        &rows);
    return take(failure, &rows, approval, found);
}

enum failure approval_store_read_any(struct reader reader, struct id approval_id,
                                     struct approval *approval, bool *found)
{
    struct rows rows;
    enum failure failure = gateway_approval_read_any_alone(
        reader, &(struct gateway_approval_read_any){.approval_id = approval_id}, &rows);
    return take(failure, &rows, approval, found);
}

enum failure approval_store_lock(struct transaction *transaction, struct id account_id,
                                 struct id approval_id, struct approval *approval, bool *found)
{
    struct rows rows;
    enum failure failure = gateway_approval_lock(
        transaction,
        &(struct gateway_approval_lock){.account_id = account_id, .approval_id = approval_id},
        &rows);
    return take(failure, &rows, approval, found);
}

enum failure approval_store_find(struct transaction *transaction, const struct ceiling_user *user,
                                 struct id request_id, struct approval *approval, bool *found)
{
    struct rows rows;
    enum failure failure =
        gateway_approval_find(transaction,
                              &(struct gateway_approval_find){.account_id = user->account_id,
                                                              .requester_id = user->principal_id,
                                                              .request_id = request_id},
                              &rows);
    return take(failure, &rows, approval, found);
}

enum failure approval_store_list(struct reader reader, const struct approval_page *page,
                                 struct approval_list *list)
{
    struct rows rows;
    enum failure failure =
        gateway_approval_list_alone(reader,
                                    &(struct gateway_approval_list){.account_id = page->account_id,
                                                                    .before_id = page->before_id,
                                                                    .state = page->state,
                                                                    .now_us = page->now_us,
                                                                    .limit = (int64_t)page->limit},
                                    &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->count = rows.count;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (size_t i = 0; i < rows.count; i++)
        list->items[i] = approval_of(&rows, i);
    return FAILURE_NONE;
}

/* ---- votes ---- */

static void read_votes(struct arena *arena, const struct rows *rows, struct approval_votes *votes)
{
    votes->count = rows->count;
    votes->items = arena_alloc_array(arena, rows->count + 1, sizeof *votes->items);
    for (size_t i = 0; i < rows->count; i++) {
        struct gateway_approval_vote_list_row row = gateway_approval_vote_list_row(rows, i);
        votes->items[i] =
            (struct approval_vote){row.approval_id, row.principal_id, row.approves, row.vote_us};
    }
}

enum failure approval_store_votes(struct reader reader, const struct approval_list *list,
                                  struct approval_votes *votes)
{
    struct rows rows;
    struct id *ids = arena_alloc_array(reader_arena(reader), list->count + 1, sizeof *ids);
    for (size_t i = 0; i < list->count; i++)
        ids[i] = list->items[i].approval_id;
    enum failure failure = gateway_approval_vote_list_alone(
        reader, &(struct gateway_approval_vote_list){.approval_ids = {ids, list->count}}, &rows);
    if (failure == FAILURE_NONE)
        read_votes(reader_arena(reader), &rows, votes);
    return failure;
}

enum failure approval_store_votes_now(struct transaction *transaction, struct id approval_id,
                                      struct approval_votes *votes)
{
    struct rows rows;
    enum failure failure = gateway_approval_vote_list(
        transaction, &(struct gateway_approval_vote_list){.approval_ids = {&approval_id, 1}},
        &rows);
    if (failure == FAILURE_NONE)
        read_votes(transaction_arena(transaction), &rows, votes);
    return failure;
}

enum failure approval_store_vote(struct transaction *transaction, const struct approval_vote *vote,
                                 const char *credential_id)
{
    return gateway_approval_vote_insert(
        transaction,
        &(struct gateway_approval_vote_insert){.approval_id = vote->approval_id,
                                               .principal_id = vote->principal_id,
                                               .approves = vote->approves,
                                               .credential_id = credential_id,
                                               .vote_us = vote->voted_us},
        NULL);
}

/* ---- changing ---- */

enum failure approval_store_count_open(struct transaction *transaction, struct id account_id,
                                       int64_t now_us, int64_t *open)
{
    struct rows rows;
    enum failure failure = gateway_approval_count_open(
        transaction,
        &(struct gateway_approval_count_open){.account_id = account_id, .now_us = now_us}, &rows);
    if (failure == FAILURE_NONE)
        *open = gateway_approval_count_open_row(&rows, 0).open;
    return failure;
}

enum failure approval_store_count_waiting(struct reader reader, struct id account_id,
                                          int64_t now_us, int64_t *open)
{
    struct rows rows;
    enum failure failure = gateway_approval_count_open_alone(
        reader, &(struct gateway_approval_count_open){.account_id = account_id, .now_us = now_us},
        &rows);
    if (failure == FAILURE_NONE)
        *open = gateway_approval_count_open_row(&rows, 0).open;
    return failure;
}

enum failure approval_store_insert(struct transaction *transaction, const struct approval *approval)
{
    return gateway_approval_insert(
        transaction,
        &(struct gateway_approval_insert){.approval_id = approval->approval_id,
                                          .account_id = approval->account_id,
                                          .requester_id = approval->requester_id,
                                          .request_id = approval->request_id,
                                          .credential_id = approval->credential_id,
                                          .rpc = approval->rpc,
                                          .request = approval->request,
                                          .hash = approval->hash,
                                          .action = money_action_name(approval->action),
                                          .amount_micros = approval->amount_micros,
                                          .currency = approval->currency,
                                          .target_account_id = approval->target_account_id,
                                          .payment_method_id = approval->payment_method_id,
                                          .remark = approval->remark,
                                          .approvers = approval->approvers,
                                          .create_us = approval->created_us,
                                          .expire_us = approval->expire_us,
                                          .requester_makers = approval->requester_makers},
        NULL);
}

static enum failure give_back(struct transaction *transaction, const struct approval *approval)
{
    return gateway_ceiling_act_give_back(
        transaction,
        &(struct gateway_ceiling_act_give_back){.account_id = approval->account_id,
                                                .principal_id = approval->requester_id,
                                                .request_ids = {&approval->request_id, 1}},
        NULL);
}

enum failure approval_store_move(struct transaction *transaction, const struct approval *approval,
                                 enum approval_state to, const char *failure_reason, int64_t now_us)
{
    struct rows rows;
    assert(approval_may_move(approval->state, to));
    bool counts = to == APPROVAL_APPROVED || to == APPROVAL_EXECUTED;
    enum failure failure = gateway_approval_move(
        transaction,
        &(struct gateway_approval_move){.approval_id = approval->approval_id,
                                        .state_before = approval_state_name(approval->state),
                                        .state = approval_state_name(to),
                                        .end_us = to == APPROVAL_APPROVED ? 0 : now_us,
                                        .failure_reason = failure_reason},
        &rows);
    return failure == FAILURE_NONE && rows.affected == 1 && !counts
               ? give_back(transaction, approval)
               : failure;
}

enum failure approval_store_carry(struct reader reader, struct id approval_id, int64_t carried_us)
{
    return gateway_approval_carry_alone(
        reader,
        &(struct gateway_approval_carry){.approval_id = approval_id, .carry_us = carried_us}, NULL);
}

enum failure approval_store_waiting_of(struct reader reader, struct id requester_id,
                                       struct id after_id, size_t count_max,
                                       struct approval_list *list)
{
    struct rows rows;
    enum failure failure = gateway_approval_waiting_of_alone(
        reader,
        &(struct gateway_approval_waiting_of){
            .requester_id = requester_id, .after_id = after_id, .limit = (int64_t)count_max},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->count = rows.count;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct gateway_approval_waiting_of_row row = gateway_approval_waiting_of_row(&rows, i);
        list->items[i] = (struct approval){.approval_id = row.approval_id,
                                           .account_id = row.account_id,
                                           .requester_id = requester_id};
    }
    return FAILURE_NONE;
}

#define HOUR_US (INT64_C(3600) * 1000000)
#define ASKED_LOOK_MAX 1000

enum failure approval_store_asked_before(struct reader reader, const struct approval *approval,
                                         int64_t *within_hour, int64_t *hour_before)
{
    struct rows rows;
    enum failure failure = gateway_approval_asked_before_alone(
        reader,
        &(struct gateway_approval_asked_before){.account_id = approval->account_id,
                                                .requester_id = approval->requester_id,
                                                .approval_id = approval->approval_id,
                                                .hour_start_us = approval->created_us -
                                                                 approval->created_us % HOUR_US,
                                                .look_max = ASKED_LOOK_MAX},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct gateway_approval_asked_before_row row = gateway_approval_asked_before_row(&rows, 0);
    *within_hour = row.within_hour;
    *hour_before = row.hour_before;
    return FAILURE_NONE;
}

enum failure approval_store_expired(struct transaction *transaction, int64_t now_us,
                                    size_t count_max, struct approval_list *list)
{
    struct rows rows;
    enum failure failure = gateway_approval_expired(
        transaction,
        &(struct gateway_approval_expired){.now_us = now_us, .limit = (int64_t)count_max}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->count = rows.count;
    list->items =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof *list->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct gateway_approval_expired_row row = gateway_approval_expired_row(&rows, i);
        list->items[i] = (struct approval){.approval_id = row.approval_id,
                                           .account_id = row.account_id,
                                           .requester_id = row.requester_id,
                                           .request_id = row.request_id,
                                           .state = APPROVAL_PENDING,
                                           .expire_us = row.expire_us};
    }
    return FAILURE_NONE;
}
