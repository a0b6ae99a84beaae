#include "identity/store/channel_policy_store.h"

#include <string.h>

#include "identity/store/names.h"
#include "identity/store/queries.h"
#include "runtime/base/text.h"

static const char *steps_names(struct arena *arena, unsigned steps)
{
    const char *names = "";
    for (enum policy_step step = POLICY_NONE + 1; step < POLICY_STEP_END; step++)
        if ((steps & 1U << step) != 0)
            names = arena_printf(arena, "%s%s%s", names, names[0] == '\0' ? "" : " ",
                                 policy_step_name(step));
    return names;
}

/* A name that a later release wrote is none of ours. */
static unsigned steps_named(const char *names)
{
    unsigned steps = 0;
    while (*names != '\0') {
        size_t length = strcspn(names, " ");
        for (enum policy_step step = POLICY_NONE + 1; step < POLICY_STEP_END; step++)
            if (strlen(policy_step_name(step)) == length &&
                strncmp(policy_step_name(step), names, length) == 0)
                steps |= 1U << step;
        names += length + strspn(names + length, " ");
    }
    return steps;
}

enum failure channel_policy_store_put(struct transaction *transaction,
                                      const struct channel_policy *policy)
{
    struct arena *arena = task_arena(transaction_task(transaction));
    return identity_channel_policy_put(transaction,
                                       &(struct identity_channel_policy_put){
                                           .channel = entry_channel_name(policy->channel),
                                           .features = steps_names(arena, policy->features),
                                           .provisioning = steps_names(arena, policy->provisioning),
                                           .trial_code = policy->trial_code,
                                           .set_by = policy->set_by,
                                           .now_us = policy->set_us},
                                       NULL);
}

static void read_policy(const struct rows *rows, enum entry_channel channel,
                        struct channel_policy *policy)
{
    *policy = channel_policy_built_in(channel);
    if (rows->count == 0)
        return;
    struct identity_channel_policy_read_row row = identity_channel_policy_read_row(rows, 0);
    policy->features = steps_named(row.features);
    policy->provisioning = steps_named(row.provisioning);
    policy->trial_code = row.trial_code;
    policy->set_by = row.set_by;
    policy->set_us = row.set_us;
}

enum failure channel_policy_store_find(struct reader reader, enum entry_channel channel,
                                       struct channel_policy *policy)
{
    struct rows rows;
    enum failure failure = identity_channel_policy_read_alone(
        reader, &(struct identity_channel_policy_read){.channel = entry_channel_name(channel)},
        &rows);
    if (failure == FAILURE_NONE)
        read_policy(&rows, channel, policy);
    return failure;
}

enum failure channel_policy_store_read(struct transaction *transaction, enum entry_channel channel,
                                       struct channel_policy *policy)
{
    struct rows rows;
    enum failure failure = identity_channel_policy_read(
        transaction, &(struct identity_channel_policy_read){.channel = entry_channel_name(channel)},
        &rows);
    if (failure == FAILURE_NONE)
        read_policy(&rows, channel, policy);
    return failure;
}
