#include "identity/store/mfa_policy_store.h"

#include "identity/domain/role.h"
#include "identity/store/names.h"
#include "identity/store/queries.h"

enum failure mfa_policy_store_read(struct reader reader, struct id account_id,
                                   struct mfa_policy *policy)
{
    struct rows rows;
    *policy = (struct mfa_policy){MFA_DEMAND_WHEN_ENROLLED, MFA_DEMAND_WHEN_ENROLLED, ROLE_NONE};
    enum failure failure = identity_mfa_policy_read_alone(
        reader, &(struct identity_mfa_policy_read){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE && rows.count > 0) {
        struct identity_mfa_policy_read_row row = identity_mfa_policy_read_row(&rows, 0);
        *policy = mfa_policy_named(row.money, row.who_may_what, row.roles);
    }
    return failure;
}

enum failure mfa_policy_store_put(struct transaction *transaction, struct id account_id,
                                  const struct mfa_policy *policy)
{
    return identity_mfa_policy_put(
        transaction,
        &(struct identity_mfa_policy_put){
            .account_id = account_id,
            .money = mfa_demand_name(policy->money),
            .who_may_what = mfa_demand_name(policy->who_may_what),
            .roles = roles_names(transaction_arena(transaction), policy->required_roles)},
        NULL);
}
