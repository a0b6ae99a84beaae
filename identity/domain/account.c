#include "identity/domain/account.h"

#include <assert.h>

static const struct refusal billing_address_refusals[] = {BILLING_ADDRESS_REFUSALS(REFUSAL_ROW)};
static const struct refusal second_channel_refusals[] = {SECOND_CHANNEL_REFUSALS(REFUSAL_ROW)};
static const struct refusal submission_refusals[] = {SUBMISSION_REFUSALS(REFUSAL_ROW)};

bool account_channel_is_verified(const struct account *account, enum channel channel)
{
    assert(channel != CHANNEL_NONE);
    return channel == CHANNEL_EMAIL ? account->email_verified : account->phone_verified;
}

static bool second_channel_is_verified(const struct account *account)
{
    return account_channel_is_verified(account, channel_complement(account->sign_up_channel));
}

enum billing_address_verdict billing_address_decide(const struct account *account)
{
    if (!second_channel_is_verified(account)) /* ID-06 */
        return BILLING_ADDRESS_SECOND_CHANNEL;
    if (account->type != ACCOUNT_TYPE_NONE)
        return BILLING_ADDRESS_PRESENT;
    return BILLING_ADDRESS_ACCEPTED;
}

enum second_channel_verdict second_channel_decide(const struct account *account,
                                                  enum channel channel)
{
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
                                              done_if(second_channel_is_verified(account))};
    steps[count++] = (struct onboarding_step){ONBOARDING_ADD_BILLING_ADDRESS,
                                              done_if(account->type != ACCOUNT_TYPE_NONE)};
    steps[count++] =
        (struct onboarding_step){ONBOARDING_ADD_PAYMENT_METHOD, done_if(payment_method_present)};
    if (account->type == ACCOUNT_TYPE_CORPORATE)
        steps[count++] =
            (struct onboarding_step){ONBOARDING_VERIFY_COMPANY, company_state(account)};
    assert(count <= ONBOARDING_STEPS_MAX);
    return count;
}

enum submission_verdict submission_decide(const struct account *account, struct id principal_id,
                                          size_t submitted_today)
{
    if (!id_equal(principal_id, account->owner_id)) /* ID-19 */
        return SUBMISSION_NOT_OWNER;
    if (account->type != ACCOUNT_TYPE_CORPORATE)
        return SUBMISSION_NOT_CORPORATE;
    if (!id_is_nil(account->company_id))
        return SUBMISSION_VERIFIED;
    if (account->company_in_review)
        return SUBMISSION_IN_REVIEW;
    if (submitted_today >= SUBMISSIONS_A_DAY_MAX)
        return SUBMISSION_LIMIT;
    return SUBMISSION_ACCEPTED;
}

const struct refusal *billing_address_refusal(enum billing_address_verdict verdict)
{
    assert(verdict != BILLING_ADDRESS_ACCEPTED);
    return &billing_address_refusals[verdict - 1];
}

const struct refusal *second_channel_refusal(enum second_channel_verdict verdict)
{
    assert(verdict != SECOND_CHANNEL_ACCEPTED);
    return &second_channel_refusals[verdict - 1];
}

const struct refusal *submission_refusal(enum submission_verdict verdict)
{
    assert(verdict != SUBMISSION_ACCEPTED);
    return &submission_refusals[verdict - 1];
}
