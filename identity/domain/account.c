#include "identity/domain/account.h"

#include <assert.h>

static const struct refusal second_channel_refusals[] = {SECOND_CHANNEL_REFUSALS(REFUSAL_ROW)};

bool account_channel_is_verified(const struct account *account, enum channel channel)
{
    assert(channel != CHANNEL_NONE);
    return channel == CHANNEL_EMAIL ? account->email_verified : account->phone_verified;
}

bool account_is_reached(const struct account *account, enum channel channel)
{
    return channel == CHANNEL_EMAIL || account_channel_is_verified(account, channel);
}

bool account_is_registered(const struct account *account, int64_t now_us) /* ID-08 */
{
    assert(now_us > 0);
    return account->type == ACCOUNT_TYPE_CORPORATE ? !id_is_nil(account->company_id)
                                                   : real_name_counts(&account->real_name, now_us);
}

bool account_second_channel_is_verified(const struct account *account)
{
    return account_channel_is_verified(account, channel_complement(account->sign_up_channel));
}

enum second_channel_verdict second_channel_decide(const struct account *account,
                                                  enum channel channel)
{
    assert(channel != CHANNEL_NONE);
    if (channel == account->sign_up_channel) /* ID-06: the same channel twice does not count */
        return SECOND_CHANNEL_SAME;
    if (account_channel_is_verified(account, channel))
        return SECOND_CHANNEL_VERIFIED;
    return SECOND_CHANNEL_ACCEPTED;
}

static enum onboarding_step_state done_if(bool done)
{
    return done ? ONBOARDING_DONE : ONBOARDING_OPEN;
}

static enum onboarding_step_state company_state(const struct account *account)
{
    return account->company_in_review ? ONBOARDING_IN_REVIEW
                                      : done_if(!id_is_nil(account->company_id));
}

size_t onboarding_steps(const struct account *account, bool payment_method_present,
                        struct onboarding_step steps[ONBOARDING_STEPS_MAX])
{
    size_t count = 0;
    steps[count++] = (struct onboarding_step){ONBOARDING_VERIFY_SECOND_CHANNEL,
                                              done_if(account_second_channel_is_verified(account))};
    steps[count++] = (struct onboarding_step){ONBOARDING_ADD_BILLING_ADDRESS,
                                              done_if(account->type != ACCOUNT_TYPE_NONE)};
    steps[count++] =
        (struct onboarding_step){ONBOARDING_ADD_PAYMENT_METHOD, done_if(payment_method_present)};
    if (account->type == ACCOUNT_TYPE_CORPORATE) /* ID-01: all that the types differ in here */
        steps[count++] =
            (struct onboarding_step){ONBOARDING_VERIFY_COMPANY, company_state(account)};
    assert(count <= ONBOARDING_STEPS_MAX);
    return count;
}

const struct refusal *second_channel_refusal(enum second_channel_verdict verdict)
{
    assert(verdict != SECOND_CHANNEL_ACCEPTED);
    return &second_channel_refusals[verdict - 1];
}
