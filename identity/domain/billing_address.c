#include "identity/domain/billing_address.h"

#include <assert.h>

static const struct refusal refusals[] = {BILLING_ADDRESS_REFUSALS(REFUSAL_ROW)};

const struct refusal *billing_address_refusal(enum billing_address_verdict verdict)
{
    assert(verdict != BILLING_ADDRESS_ACCEPTED);
    return &refusals[verdict - 1];
}

enum billing_address_verdict billing_address_decide(const struct account *account)
{
    if (!account_second_channel_is_verified(account)) /* ID-06 */
        return BILLING_ADDRESS_SECOND_CHANNEL;
    if (account->type != ACCOUNT_TYPE_NONE)
        return BILLING_ADDRESS_PRESENT;
    return BILLING_ADDRESS_ACCEPTED;
}

#define BILLING_NEED_ROW(type, part, field, sentence) {(type), (part), (field), (sentence)},
static const struct billing_need needs[] = {BILLING_ADDRESS_NEEDS(BILLING_NEED_ROW)};

size_t billing_address_missing(enum account_type type, const bool has[BILLING_PART_COUNT],
                               const struct billing_need *missing[BILLING_PART_COUNT])
{
    size_t count = 0;
    assert(type != ACCOUNT_TYPE_NONE);
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].type == type && !has[needs[i].part])
            missing[count++] = &needs[i];
    assert(count <= BILLING_PART_COUNT);
    return count;
}
