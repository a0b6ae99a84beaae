#include "identity/domain/promotion.h"

#include <assert.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)

static const struct refusal refusals[] = {PROMOTION_REFUSALS(REFUSAL_ROW)};
static const struct refusal activation_refusals[] = {ACTIVATION_REFUSALS(REFUSAL_ROW)};

const struct refusal *promotion_refusal(enum promotion_verdict verdict)
{
    assert(verdict > PROMOTION_ACCEPTED && verdict <= PROMOTION_ENDED);
    return &refusals[verdict - 1];
}

const struct refusal *activation_refusal(enum activation_verdict verdict)
{
    assert(verdict > ACTIVATION_ACCEPTED && verdict <= ACTIVATION_TOO_MANY);
    return &activation_refusals[verdict - 1];
}

const char *promotion_verification_name(enum promotion_verification verification)
{
    static const char *const names[PROMOTION_NEEDS_END] = {
        [PROMOTION_NEEDS_NOTHING] = "",
        [PROMOTION_NEEDS_SECOND_CHANNEL] = "SECOND_CHANNEL",
        [PROMOTION_NEEDS_BILLING_ADDRESS] = "BILLING_ADDRESS",
        [PROMOTION_NEEDS_COMPANY] = "COMPANY"};
    assert(verification < PROMOTION_NEEDS_END);
    return names[verification];
}

bool promotion_code_read(char *code)
{
    assert(code != NULL);
    size_t length = strlen(code);
    for (char *at = code; *at != '\0'; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    return length >= PROMOTION_CODE_BYTES_MIN && length <= PROMOTION_CODE_BYTES_MAX &&
           strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

bool promotion_word_is_one(const char *word)
{
    assert(word != NULL);
    size_t length =
        strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return length >= 1 && length <= 32 && word[length] == '\0';
}

enum promotion_verdict promotion_define_decide(int64_t open, bool code_taken)
{
    assert(open >= 0);
    if (code_taken)
        return PROMOTION_CODE_TAKEN;
    return open < PROMOTIONS_OPEN_MAX ? PROMOTION_ACCEPTED : PROMOTION_TOO_MANY;
}

enum promotion_verdict promotion_end_decide(const struct promotion *promotion)
{
    if (promotion == NULL)
        return PROMOTION_UNKNOWN;
    return promotion->ended_us == 0 ? PROMOTION_ACCEPTED : PROMOTION_ENDED;
}

int64_t promotion_closes_us(const struct promotion *promotion, int64_t signed_up_us)
{
    assert(promotion != NULL);
    int64_t until_us = promotion->until_us != 0 ? promotion->until_us : INT64_MAX;
    if (promotion->within_days == 0)
        return until_us;
    int64_t within_us = signed_up_us + promotion->within_days * DAY_US;
    return within_us < until_us ? within_us : until_us;
}

int64_t promotion_grant_ends_us(const struct promotion *promotion, int64_t now_us)
{
    assert(promotion != NULL && now_us > 0);
    return now_us + promotion->grant_days * DAY_US;
}

static bool came_by(const struct account *account, enum entry_channel channel)
{
    assert(account != NULL);
    if (channel == ENTRY_UPGRADE)
        return account->upgraded_us != 0;
    return channel == ENTRY_NONE || channel == account->entry.channel;
}

static enum activation_verdict missing(const struct account *account,
                                       enum promotion_verification verification, int64_t now_us)
{
    assert(account != NULL);
    if (verification == PROMOTION_NEEDS_SECOND_CHANNEL &&
        !account_second_channel_is_verified(account))
        return ACTIVATION_SECOND_CHANNEL;
    if (verification == PROMOTION_NEEDS_BILLING_ADDRESS && account->type == ACCOUNT_TYPE_NONE)
        return ACTIVATION_BILLING_ADDRESS;
    if (verification == PROMOTION_NEEDS_COMPANY && id_is_nil(account->company_id) &&
        !real_name_counts(&account->real_name, now_us))
        return ACTIVATION_COMPANY;
    return ACTIVATION_ACCEPTED;
}

enum activation_verdict activation_decide(const struct activation_facts *facts, int64_t now_us)
{
    const struct promotion *promotion = facts->promotion;
    assert(facts->account != NULL);
    if (promotion == NULL || promotion->trial != facts->as_trial)
        return facts->as_trial ? ACTIVATION_NO_TRIAL : ACTIVATION_UNKNOWN;
    if (facts->done_before || (promotion->trial && facts->had_trial))
        return ACTIVATION_DONE;
    if (!came_by(facts->account, promotion->channel))
        return ACTIVATION_OTHER_CHANNEL;
    if (promotion->ended_us != 0 || now_us >= promotion_closes_us(promotion, facts->signed_up_us))
        return ACTIVATION_CLOSED;
    enum activation_verdict verdict = missing(facts->account, promotion->verification, now_us);
    if (verdict != ACTIVATION_ACCEPTED)
        return verdict;
    if (promotion->activations >= promotion->activations_max)
        return ACTIVATION_EXHAUSTED;
    return facts->activations < ACTIVATIONS_OF_ACCOUNT_MAX ? ACTIVATION_ACCEPTED
                                                           : ACTIVATION_TOO_MANY;
}
