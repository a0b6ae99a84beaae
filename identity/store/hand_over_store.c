#include "identity/store/hand_over_store.h"

#include "identity/domain/relation.h"
#include "identity/store/queries.h"

enum failure hand_over_store_insert(struct transaction *transaction,
                                    const struct hand_over_row *row)
{
    const struct hand_over *hand_over = &row->hand_over;
    return identity_hand_over_insert(
        transaction,
        &(struct identity_hand_over_insert){
            .hand_over_id = hand_over->hand_over_id,
            .account_id = hand_over->account_id,
            .leaver_id = hand_over->leaver_id,
            .begun_by = hand_over->begun_by,
            .by_operator = hand_over->by_operator,
            .partner_account_id = hand_over->partner_id,
            .reason = hand_over->reason,
            .email_sealed = row->email_sealed,
            .email_index = row->email_index,
            .phone_sealed = row->phone_sealed,
            .phone_index = row->phone_index,
            .create_us = hand_over->created_us,
            .cancelled = hand_over_outcome_name(HAND_OVER_CANCELLED),
            .lapsed = hand_over_outcome_name(HAND_OVER_LAPSED),
            .lapsed_before_us = hand_over->created_us - HAND_OVER_LIFETIME_US},
        NULL);
}

enum failure hand_over_store_count(struct transaction *transaction,
                                   const struct hand_over_party *party, int64_t now_us,
                                   int64_t *begun)
{
    struct rows rows;
    enum failure failure = identity_hand_over_count(
        transaction,
        &(struct identity_hand_over_count){.account_id = party->account_id,
                                           .since_us = now_us - HAND_OVER_DAY_US,
                                           .by_owner = party->by_owner,
                                           .partner_account_id = party->partner_id},
        &rows);
    if (failure == FAILURE_NONE)
        *begun = identity_hand_over_count_row(&rows, 0).begun;
    return failure;
}

static bool read_row(struct id account_id, const struct rows *rows, struct hand_over_row *row)
{
    if (rows->count == 0)
        return false;
    struct identity_hand_over_read_row found = identity_hand_over_read_row(rows, 0);
    *row = (struct hand_over_row){
        .hand_over = {.hand_over_id = found.hand_over_id,
                      .account_id = account_id,
                      .leaver_id = found.leaver_id,
                      .successor_id = found.successor_id,
                      .begun_by = found.begun_by,
                      .approved_by = found.approved_by,
                      .by_operator = found.by_operator,
                      .reason = found.reason,
                      .created_us = found.create_us,
                      .proved_us = found.prove_us,
                      .ended_us = found.end_us,
                      .outcome = hand_over_outcome_find(found.outcome),
                      .partner_id = found.partner_account_id,
                      .permitted =
                          found.permissions != NULL &&
                          hand_over_is_permitted(relation_permissions_find(found.permissions),
                                                 found.begin_us, found.create_us)},
        .email_sealed = found.email_sealed,
        .email_index = found.email_index,
        .phone_sealed = found.phone_sealed,
        .phone_index = found.phone_index,
    };
    return true;
}

enum failure hand_over_store_read(struct transaction *transaction, struct id account_id,
                                  int64_t now_us, struct hand_over_row *row, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_hand_over_read(
        transaction, &(struct identity_hand_over_read){.account_id = account_id, .now_us = now_us},
        &rows);
    *exists = failure == FAILURE_NONE && read_row(account_id, &rows, row);
    return failure;
}

enum failure hand_over_store_find(struct reader reader, struct id account_id, int64_t now_us,
                                  struct hand_over_row *row, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_hand_over_read_alone(
        reader, &(struct identity_hand_over_read){.account_id = account_id, .now_us = now_us},
        &rows);
    *exists = failure == FAILURE_NONE && read_row(account_id, &rows, row);
    return failure;
}

enum failure hand_over_store_at(struct reader reader, struct id account_id, int64_t as_of_us,
                                struct hand_over *hand_over, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_hand_over_at_alone(
        reader, &(struct identity_hand_over_at){.account_id = account_id, .as_of_us = as_of_us},
        &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (!*exists)
        return failure;
    struct identity_hand_over_at_row row = identity_hand_over_at_row(&rows, 0);
    *hand_over = (struct hand_over){.hand_over_id = row.hand_over_id,
                                    .account_id = account_id,
                                    .partner_id = row.partner_account_id,
                                    .created_us = row.create_us,
                                    .ended_us = row.end_us};
    return FAILURE_NONE;
}

enum failure hand_over_store_advance(struct transaction *transaction,
                                     const struct hand_over *hand_over)
{
    const char *outcome =
        hand_over->ended_us != 0 ? hand_over_outcome_name(hand_over->outcome) : NULL;
    return identity_hand_over_advance(
        transaction,
        &(struct identity_hand_over_advance){.account_id = hand_over->account_id,
                                             .hand_over_id = hand_over->hand_over_id,
                                             .prove_us = hand_over->proved_us,
                                             .end_us = hand_over->ended_us,
                                             .outcome = outcome,
                                             .successor_id = hand_over->successor_id,
                                             .approved_by = hand_over->approved_by},
        NULL);
}

enum failure hand_over_store_appointed(struct transaction *transaction, struct id one_id,
                                       struct id other_id, struct id trusted_id, bool *appointed)
{
    struct rows rows;
    enum failure failure = identity_hand_over_appointed(
        transaction,
        &(struct identity_hand_over_appointed){
            .one_id = one_id, .other_id = other_id, .trusted_id = trusted_id},
        &rows);
    if (failure == FAILURE_NONE)
        *appointed = identity_hand_over_appointed_row(&rows, 0).appointed;
    return failure;
}

enum failure hand_over_store_decides_since(struct transaction *transaction, struct id account_id,
                                           struct id principal_id, int64_t *since_us)
{
    struct rows rows;
    enum failure failure = identity_hand_over_decides_since(
        transaction,
        &(struct identity_hand_over_decides_since){.account_id = account_id,
                                                   .principal_id = principal_id},
        &rows);
    if (failure == FAILURE_NONE)
        *since_us = identity_hand_over_decides_since_row(&rows, 0).since_us;
    return failure;
}

enum failure hand_over_store_first(struct transaction *transaction,
                                   const struct hand_over *hand_over, int64_t *first_us)
{
    struct rows rows;
    enum failure failure =
        identity_hand_over_first(transaction,
                                 &(struct identity_hand_over_first){
                                     .account_id = hand_over->account_id,
                                     .begun_by = hand_over->begun_by,
                                     .partner_account_id = hand_over->partner_id,
                                     .since_us = hand_over->created_us - HAND_OVER_HOLD_PAUSE_US},
                                 &rows);
    if (failure == FAILURE_NONE)
        *first_us = identity_hand_over_first_row(&rows, 0).first_us;
    return failure;
}

enum failure hand_over_store_lost_role(struct transaction *transaction, struct id account_id,
                                       struct id principal_id, int64_t since_us, bool *lost)
{
    struct rows rows;
    enum failure failure = identity_hand_over_lost_role(
        transaction,
        &(struct identity_hand_over_lost_role){
            .principal_id = principal_id, .account_id = account_id, .since_us = since_us},
        &rows);
    if (failure == FAILURE_NONE)
        *lost = identity_hand_over_lost_role_row(&rows, 0).lost;
    return failure;
}

enum failure hand_over_store_leave(struct transaction *transaction, struct hand_over_leave *leave)
{
    struct rows rows;
    enum failure failure = identity_hand_over_leave(
        transaction,
        &(struct identity_hand_over_leave){.account_id = leave->account_id,
                                           .leaver_id = leave->leaver_id,
                                           .password_hash = leave->password_hash,
                                           .now_us = leave->now_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_hand_over_leave_row row = identity_hand_over_leave_row(&rows, 0);
    leave->roles = row.roles;
    leave->subtree = row.subtree;
    return FAILURE_NONE;
}

enum failure hand_over_store_successor(struct transaction *transaction, struct bytes email_index,
                                       struct hand_over_successor *successor)
{
    struct rows rows;
    enum failure failure = identity_hand_over_successor(
        transaction, &(struct identity_hand_over_successor){.email_index = email_index}, &rows);
    *successor = (struct hand_over_successor){.found = false};
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct identity_hand_over_successor_row row = identity_hand_over_successor_row(&rows, 0);
    *successor = (struct hand_over_successor){row.principal_id, true, row.has_account};
    return FAILURE_NONE;
}

enum failure hand_over_store_make_successor(struct transaction *transaction,
                                            const struct hand_over_row *row,
                                            const char *password_hash, bool *made)
{
    struct rows rows;
    enum failure failure = identity_insert_principal(
        transaction,
        &(struct identity_insert_principal){.principal_id = row->hand_over.successor_id,
                                            .account_id = row->hand_over.account_id,
                                            .email_index = row->email_index,
                                            .password_hash = password_hash,
                                            .create_us = row->hand_over.ended_us},
        &rows);
    *made = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure hand_over_store_succeed(struct transaction *transaction,
                                     const struct hand_over_row *row, bool subtree)
{
    struct rows rows;
    enum failure failure = identity_hand_over_succeed(
        transaction,
        &(struct identity_hand_over_succeed){.account_id = row->hand_over.account_id,
                                             .successor_id = row->hand_over.successor_id,
                                             .email_sealed = row->email_sealed,
                                             .email_index = row->email_index,
                                             .phone_sealed = row->phone_sealed,
                                             .phone_index = row->phone_index,
                                             .now_us = row->hand_over.ended_us,
                                             .subtree = subtree},
        &rows);
    return failure == FAILURE_NONE && rows.count == 0 ? FAILURE_CONFLICT : failure;
}
