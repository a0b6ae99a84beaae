#include "identity/domain/channel_policy.h"

#include <assert.h>

const char *policy_step_name(enum policy_step step)
{
    static const char *const names[POLICY_STEP_END] = {[POLICY_SECOND_CHANNEL] = "SECOND_CHANNEL",
                                                       [POLICY_BILLING_ADDRESS] = "BILLING_ADDRESS",
                                                       [POLICY_COMPANY] = "COMPANY",
                                                       [POLICY_FACTOR] = "FACTOR"};
    assert(step > POLICY_NONE && step < POLICY_STEP_END);
    return names[step];
}

struct channel_policy channel_policy_built_in(enum entry_channel channel)
{
    assert(channel >= ENTRY_DIRECT && channel <= ENTRY_UPGRADE);
    return (struct channel_policy){.channel = channel, .trial_code = ""};
}

enum entry_channel channel_policy_channel(const struct account *account)
{
    assert(account != NULL);
    return account->upgraded_us != 0 ? ENTRY_UPGRADE : account->entry.channel;
}
