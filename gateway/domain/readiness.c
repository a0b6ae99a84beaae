#include "gateway/domain/readiness.h"

#include <assert.h>
#include <string.h>

static const struct refusal refusals[] = {READINESS_REFUSALS(REFUSAL_ROW)};

const struct refusal *readiness_refusal(enum readiness_step step)
{
    assert(step > READINESS_NONE && step < READINESS_STEP_END);
    return &refusals[step - 1];
}

bool region_is_valid(const char *region)
{
    size_t length = strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length >= 1 && length <= 32 && region[length] == '\0';
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* ID-08 */
bool region_is_mainland_china(const char *region)
{
    assert(region[0] == '\0' || region_is_valid(region));
    return starts_with(region, "cn-") && !starts_with(region, "cn-hongkong");
}

/* ID-07, ID-08 */
size_t readiness_missing(enum readiness_step missing[READINESS_STEPS_MAX],
                         const struct readiness_facts *facts)
{
    size_t count = 0;
    if (!facts->billing_address_present)
        missing[count++] = READINESS_BILLING_ADDRESS;
    if (!facts->currency_set)
        missing[count++] = READINESS_CURRENCY;
    if (!facts->payment_method_present)
        missing[count++] = READINESS_PAYMENT_METHOD;
    if (region_is_mainland_china(facts->region) && !facts->real_name_registered)
        missing[count++] = READINESS_REAL_NAME;
    assert(count <= READINESS_STEPS_MAX);
    return count;
}
