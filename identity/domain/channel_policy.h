/* The policy of an entry channel (ID-42): what it demands of its accounts before features and
 * before provisioning, and its trial allowance. Which acts are features and provisioning, and the
 * refusals, stand in the gateway's table of blockers (gateway/domain/blocker.c). */
#ifndef IDENTITY_DOMAIN_CHANNEL_POLICY_H
#define IDENTITY_DOMAIN_CHANNEL_POLICY_H

#include "identity/domain/account.h"

/* The values are the wire's. */
enum policy_step {
    POLICY_NONE,
    POLICY_SECOND_CHANNEL,
    POLICY_BILLING_ADDRESS,
    POLICY_COMPANY,
    POLICY_FACTOR,
    POLICY_STEP_END
};

struct channel_policy {
    enum entry_channel channel;
    unsigned features, provisioning; /* bits 1 << enum policy_step */
    const char *trial_code;          /* "": no trial allowance */
    struct id set_by;
    int64_t set_us; /* 0: built in */
};

/* "SECOND_CHANNEL" */
const char *policy_step_name(enum policy_step step);

/* Built in: nothing beyond what holds for every account (ID-06, ID-07), and no trial allowance. */
struct channel_policy channel_policy_built_in(enum entry_channel channel);

/* The channel whose policy an account has: D once it was upgraded, else as it came. */
enum entry_channel channel_policy_channel(const struct account *account);

#endif
