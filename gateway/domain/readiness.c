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
    assert(region != NULL);
    return starts_with(region, "cn-") && !starts_with(region, "cn-hongkong");
}

/* GW-14 */
bool region_waits(const struct readiness_facts *facts)
{
    assert(facts->region != NULL && facts->preferred_region != NULL);
    return facts->region[0] != '\0' && facts->preferred_region[0] != '\0' &&
           strcmp(facts->region, facts->preferred_region) != 0 && !facts->region_confirmed;
}
