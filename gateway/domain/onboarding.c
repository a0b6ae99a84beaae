#include "gateway/domain/onboarding.h"

#include <assert.h>
#include <string.h>

/* The first purchase, and the billing address that it needs. */
#define FIRST_ACTS (ACT_BUY | ACT_ADD_ADDRESS)

/* The blocker of each step, as it is named; "": nothing waits for it. */
static const char *const reasons[ONBOARDING_KINDS] = {
    [ONBOARDING_SECOND_CHANNEL] = "SECOND_CHANNEL_UNVERIFIED",
    [ONBOARDING_ADDRESS] = "BILLING_ADDRESS_MISSING",
    [ONBOARDING_CURRENCY] = "CURRENCY_MISSING",
    [ONBOARDING_METHOD] = "PAYMENT_METHOD_MISSING",
    [ONBOARDING_REGION] = "",
    [ONBOARDING_COMPANY] = "",
    [ONBOARDING_REAL_NAME] = "REAL_NAME_REQUIRED",
};

static bool stands(const struct blocker_facts *facts, const char *reason)
{
    struct blocker_found found[BLOCKERS_MAX];
    assert(reason[0] != '\0');
    size_t count = blockers_find(facts, FIRST_ACTS, found);
    for (size_t i = 0; i < count; i++)
        if (strcmp(found[i].refusal->reason, reason) == 0)
            return true;
    return false;
}

/* An account whose company was revoked still buys; it transfers and shares no more (ID-18). */
static enum onboarding_state company_state(const struct onboarding_facts *facts)
{
    assert(facts->chosen_corporate);
    if (facts->company_in_review)
        return ONBOARDING_IN_REVIEW;
    return facts->blockers.ready.real_name_registered ? ONBOARDING_DONE : ONBOARDING_OPEN;
}

static enum onboarding_state real_name_state(const struct onboarding_facts *facts)
{
    assert(!facts->chosen_corporate);
    if (facts->blockers.ready.real_name_registered)
        return ONBOARDING_DONE;
    return facts->real_name_in_review ? ONBOARDING_IN_REVIEW : ONBOARDING_OPEN;
}

static enum onboarding_state state_of(const struct onboarding_facts *facts,
                                      enum onboarding_kind kind)
{
    assert(kind < ONBOARDING_KINDS);
    if (kind == ONBOARDING_COMPANY)
        return company_state(facts);
    if (kind == ONBOARDING_REAL_NAME)
        return real_name_state(facts);
    if (kind == ONBOARDING_REGION)
        return facts->blockers.ready.preferred_region[0] != '\0' ? ONBOARDING_DONE
                                                                 : ONBOARDING_OPEN;
    return stands(&facts->blockers, reasons[kind]) ? ONBOARDING_OPEN : ONBOARDING_DONE;
}

/* ID-01, ID-08: a company is for those who chose to be one; a person's real name for who prefers to
 * buy where it is needed. */
static bool is_offered(const struct onboarding_facts *facts, enum onboarding_kind kind)
{
    if (kind == ONBOARDING_COMPANY)
        return facts->chosen_corporate;
    if (kind == ONBOARDING_REAL_NAME)
        return !facts->chosen_corporate &&
               region_is_mainland_china(facts->blockers.ready.preferred_region);
    return true;
}

size_t onboarding_steps(const struct onboarding_facts *facts,
                        struct onboarding_step steps[ONBOARDING_KINDS])
{
    size_t count = 0;
    for (enum onboarding_kind kind = 0; kind < ONBOARDING_KINDS; kind++) {
        if (!is_offered(facts, kind))
            continue;
        bool blocks = reasons[kind][0] != '\0' && stands(&facts->blockers, reasons[kind]);
        steps[count++] =
            (struct onboarding_step){kind, state_of(facts, kind), blocks ? reasons[kind] : ""};
    }
    assert(count >= ONBOARDING_KINDS - 2 && count < ONBOARDING_KINDS);
    return count;
}

static const struct onboarding_notice notice_rows[] = {
#define BANNER_ROW(banner, reason, sentence) [banner] = {reason, sentence},
    ONBOARDING_BANNERS(BANNER_ROW)};

size_t onboarding_notices(const struct onboarding_facts *facts,
                          struct onboarding_notice notices[BANNER_COUNT])
{
    size_t count = 0;
    bool waits = facts->chosen_corporate && !facts->blockers.ready.real_name_registered;
    if (!facts->blockers.ready.second_channel_verified)
        notices[count++] = notice_rows[BANNER_SECOND_CHANNEL];
    if (waits && !facts->company_in_review)
        notices[count++] = notice_rows[BANNER_COMPANY];
    if (facts->company_in_review)
        notices[count++] = notice_rows[BANNER_COMPANY_IN_REVIEW];
    if (is_offered(facts, ONBOARDING_REAL_NAME) && real_name_state(facts) == ONBOARDING_OPEN)
        notices[count++] = notice_rows[BANNER_REAL_NAME];
    if (!facts->chosen_corporate && real_name_state(facts) == ONBOARDING_IN_REVIEW)
        notices[count++] = notice_rows[BANNER_REAL_NAME_IN_REVIEW];
    assert(count <= BANNER_COUNT);
    return count;
}
