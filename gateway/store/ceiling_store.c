#include "gateway/store/ceiling_store.h"

#include <assert.h>

#include "gateway/store/queries.h"

enum failure ceiling_store_generation(struct reader reader, int64_t *generation)
{
    struct rows rows;
    enum failure failure = gateway_ceiling_generation_read_alone(reader, &rows);
    if (failure == FAILURE_NONE)
        *generation = gateway_ceiling_generation_read_row(&rows, 0).generation;
    return failure;
}

enum failure ceiling_store_any(struct reader reader, struct id account_id, bool *has)
{
    struct rows rows;
    enum failure failure = gateway_ceiling_any_alone(
        reader, &(struct gateway_ceiling_any){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *has = gateway_ceiling_any_row(&rows, 0).has;
    return failure;
}

enum failure ceiling_store_zone_known(struct transaction *transaction, const char *time_zone,
                                      bool *known)
{
    struct rows rows;
    enum failure failure = gateway_ceiling_zone_known(
        transaction, &(struct gateway_ceiling_zone_known){.time_zone = time_zone}, &rows);
    if (failure == FAILURE_NONE)
        *known = gateway_ceiling_zone_known_row(&rows, 0).known;
    return failure;
}

/* ---- setting ---- */

static enum failure insert(struct transaction *transaction, struct id account_id,
                           const struct ceilings *ceilings)
{
    const char *roles[CEILINGS_MAX], *actions[CEILINGS_MAX];
    int64_t transaction_micros[CEILINGS_MAX], day_micros[CEILINGS_MAX];
    size_t count = ceilings->count;
    assert(count <= CEILINGS_MAX);
    for (size_t i = 0; i < count; i++) {
        roles[i] = role_name((enum access_role)ceilings->rows[i].role);
        actions[i] = money_action_name(ceilings->rows[i].action);
        transaction_micros[i] = ceilings->rows[i].transaction_micros;
        day_micros[i] = ceilings->rows[i].day_micros;
    }
    return gateway_ceiling_insert(
        transaction,
        &(struct gateway_ceiling_insert){.account_id = account_id,
                                         .roles = {roles, count},
                                         .actions = {actions, count},
                                         .transaction_micros = {transaction_micros, count},
                                         .day_micros = {day_micros, count}},
        NULL);
}

enum failure ceiling_store_put(struct transaction *transaction, struct id account_id,
                               const struct ceiling_policy *policy)
{
    char roles[ROLE_TEXT_SIZE];
    role_print(policy->approver_roles, roles);
    enum failure failure = gateway_ceiling_policy_put(
        transaction,
        &(struct gateway_ceiling_policy_put){.account_id = account_id,
                                             .approvers = policy->approvers,
                                             .approver_roles = roles,
                                             .currency = policy->ceilings.currency,
                                             .time_zone = policy->time_zone,
                                             .set_by_principal_id = policy->set_by_principal_id,
                                             .set_us = policy->set_us},
        NULL);
    if (failure == FAILURE_NONE)
        failure = gateway_ceiling_clear(
            transaction, &(struct gateway_ceiling_clear){.account_id = account_id}, NULL);
    if (failure == FAILURE_NONE && policy->ceilings.count > 0)
        failure = insert(transaction, account_id, &policy->ceilings);
    return failure == FAILURE_NONE ? gateway_ceiling_generation_move(transaction, NULL) : failure;
}

/* ---- reading ---- */

/* A role or an action of a later release bounds nothing that is known here. */
static void read_ceilings(const struct rows *rows, struct ceilings *ceilings)
{
    for (size_t i = 0; i < rows->count && ceilings->count < CEILINGS_MAX; i++) {
        struct gateway_ceiling_list_row row = gateway_ceiling_list_row(rows, i);
        struct ceiling ceiling = {role_named(row.role), money_action_named(row.action),
                                  row.transaction_micros, row.day_micros};
        if (ceiling.role != 0 && ceiling.action != MONEY_NOTHING)
            ceilings->rows[ceilings->count++] = ceiling;
    }
}

static void read_policy(const struct rows *rows, struct ceiling_policy *policy)
{
    *policy = (struct ceiling_policy){.exists = rows->count == 1};
    if (!policy->exists)
        return;
    struct gateway_ceiling_policy_read_row row = gateway_ceiling_policy_read_row(rows, 0);
    policy->ceilings.currency = row.currency;
    policy->time_zone = row.time_zone;
    policy->set_by_principal_id = row.set_by_principal_id;
    policy->set_us = row.set_us;
    policy->day = row.day;
    policy->approvers = row.approvers;
    policy->approver_roles = roles_named(row.approver_roles);
}

enum failure ceiling_store_read(struct reader reader, struct id account_id, int64_t now_us,
                                struct ceiling_policy *policy)
{
    struct rows rows;
    enum failure failure = gateway_ceiling_policy_read_alone(
        reader, &(struct gateway_ceiling_policy_read){.account_id = account_id, .now_us = now_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    read_policy(&rows, policy);
    failure = gateway_ceiling_list_alone(
        reader, &(struct gateway_ceiling_list){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        read_ceilings(&rows, &policy->ceilings);
    return failure;
}

enum failure ceiling_store_lock(struct transaction *transaction, struct id account_id,
                                int64_t now_us, struct ceiling_policy *policy)
{
    struct rows rows;
    enum failure failure = gateway_ceiling_policy_lock(
        transaction,
        &(struct gateway_ceiling_policy_lock){.account_id = account_id, .now_us = now_us}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    read_policy(&rows, policy);
    failure = gateway_ceiling_list(transaction,
                                   &(struct gateway_ceiling_list){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        read_ceilings(&rows, &policy->ceilings);
    return failure;
}

/* ---- what is used ---- */

static struct gateway_ceiling_use_read use_of(const struct ceiling_user *user)
{
    return (struct gateway_ceiling_use_read){
        .account_id = user->account_id, .principal_id = user->principal_id, .day = user->day};
}

static void read_uses(const struct rows *rows, int64_t used_micros[MONEY_ACTION_COUNT])
{
    for (int action = 0; action < MONEY_ACTION_COUNT; action++)
        used_micros[action] = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct gateway_ceiling_use_read_row row = gateway_ceiling_use_read_row(rows, i);
        used_micros[money_action_named(row.action)] = row.used_micros;
    }
}

enum failure ceiling_store_used(struct reader reader, const struct ceiling_user *user,
                                int64_t used_micros[MONEY_ACTION_COUNT])
{
    struct rows rows;
    struct gateway_ceiling_use_read use = use_of(user);
    enum failure failure = gateway_ceiling_use_read_alone(reader, &use, &rows);
    if (failure == FAILURE_NONE)
        read_uses(&rows, used_micros);
    return failure;
}

enum failure ceiling_store_used_now(struct transaction *transaction,
                                    const struct ceiling_user *user,
                                    int64_t used_micros[MONEY_ACTION_COUNT])
{
    struct rows rows;
    struct gateway_ceiling_use_read use = use_of(user);
    enum failure failure = gateway_ceiling_use_read(transaction, &use, &rows);
    if (failure == FAILURE_NONE)
        read_uses(&rows, used_micros);
    return failure;
}

enum failure ceiling_store_counted(struct transaction *transaction, const struct ceiling_user *user,
                                   const struct ceiling_acts *asked, struct ceiling_acts *counted)
{
    struct rows rows;
    enum failure failure = gateway_ceiling_act_read(
        transaction,
        &(struct gateway_ceiling_act_read){.account_id = user->account_id,
                                           .principal_id = user->principal_id,
                                           .request_ids = {asked->request_ids, asked->count}},
        &rows);
    assert(failure != FAILURE_NONE || rows.count <= asked->count);
    counted->count = 0;
    for (size_t i = 0; failure == FAILURE_NONE && i < rows.count; i++) {
        struct gateway_ceiling_act_read_row row = gateway_ceiling_act_read_row(&rows, i);
        counted->request_ids[counted->count] = row.request_id;
        counted->digests[counted->count++] = row.digest;
    }
    return failure;
}

/* ---- counting ---- */

enum failure ceiling_store_count(struct transaction *transaction, const struct ceiling_user *user,
                                 const struct ceiling_acts *acts, int64_t now_us)
{
    return gateway_ceiling_act_count(
        transaction,
        &(struct gateway_ceiling_act_count){.account_id = user->account_id,
                                            .principal_id = user->principal_id,
                                            .day = user->day,
                                            .now_us = now_us,
                                            .request_ids = {acts->request_ids, acts->count},
                                            .digests = {acts->digests, acts->count},
                                            .actions = {acts->actions, acts->count},
                                            .amount_micros = {acts->amount_micros, acts->count}},
        NULL);
}

enum failure ceiling_store_give_back(struct reader reader, const struct ceiling_user *user,
                                     const struct id *request_ids, size_t count)
{
    return gateway_ceiling_act_give_back_alone(
        reader,
        &(struct gateway_ceiling_act_give_back){.account_id = user->account_id,
                                                .principal_id = user->principal_id,
                                                .request_ids = {request_ids, count}},
        NULL);
}

enum failure ceiling_store_became(struct reader reader, const struct ceiling_user *user,
                                  struct id request_id, struct id top_up_id)
{
    return gateway_ceiling_act_became_alone(
        reader,
        &(struct gateway_ceiling_act_became){.account_id = user->account_id,
                                             .principal_id = user->principal_id,
                                             .request_id = request_id,
                                             .object_id = top_up_id},
        NULL);
}

enum failure ceiling_store_failed(struct reader reader, struct id account_id, struct id top_up_id)
{
    return gateway_ceiling_act_failed_alone(
        reader,
        &(struct gateway_ceiling_act_failed){.account_id = account_id, .object_id = top_up_id},
        NULL);
}

enum failure ceiling_store_trim(struct reader reader, int64_t before_us, int64_t count_max,
                                int64_t *removed)
{
    struct rows rows;
    enum failure failure = gateway_ceiling_act_trim_alone(
        reader, &(struct gateway_ceiling_act_trim){.before_us = before_us, .limit = count_max},
        &rows);
    *removed = failure == FAILURE_NONE ? rows.affected : 0;
    if (failure != FAILURE_NONE)
        return failure;
    return gateway_ceiling_use_trim_alone(
        reader, &(struct gateway_ceiling_use_trim){.before_us = before_us, .limit = count_max},
        NULL);
}
