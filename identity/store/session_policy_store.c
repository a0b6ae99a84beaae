#include "identity/store/session_policy_store.h"

#include "identity/store/queries.h"

static struct session_policy policy_of(const struct rows *rows)
{
    if (rows->count == 0)
        return (struct session_policy){.networks = ""};
    struct identity_session_policy_read_row row = identity_session_policy_read_row(rows, 0);
    return (struct session_policy){.networks = row.networks,
                                   .lifetime_minutes = row.lifetime_minutes,
                                   .idle_minutes = row.idle_minutes,
                                   .sessions_max = row.sessions_max,
                                   .device_trust_hours = row.device_trust_hours};
}

enum failure session_policy_store_read(struct reader reader, struct id account_id,
                                       struct session_policy *policy)
{
    struct rows rows;
    enum failure failure = identity_session_policy_read_alone(
        reader, &(struct identity_session_policy_read){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *policy = policy_of(&rows);
    return failure;
}

enum failure session_policy_store_read_within(struct transaction *transaction, struct id account_id,
                                              struct session_policy *policy)
{
    struct rows rows;
    enum failure failure = identity_session_policy_read(
        transaction, &(struct identity_session_policy_read){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *policy = policy_of(&rows);
    return failure;
}

enum failure session_policy_store_put(struct transaction *transaction, struct id account_id,
                                      const struct session_policy *policy)
{
    return identity_session_policy_put(
        transaction,
        &(struct identity_session_policy_put){.account_id = account_id,
                                              .networks = policy->networks,
                                              .lifetime_minutes = policy->lifetime_minutes,
                                              .idle_minutes = policy->idle_minutes,
                                              .sessions_max = policy->sessions_max,
                                              .device_trust_hours = policy->device_trust_hours},
        NULL);
}
