#include "ledger/domain/resource.h"

#include <assert.h>

#include "ledger/domain/catalogue.h"

static const struct refusal refusals[] = {RESOURCE_REFUSALS(REFUSAL_ROW)};

const struct refusal *resource_refusal(enum resource_verdict verdict)
{
    assert(verdict > RESOURCE_ACCEPTED && verdict <= RESOURCE_OVER);
    return &refusals[verdict - 1];
}

bool resource_kind_is_one(int kind)
{
    return kind == RESOURCE_PAYG || kind == RESOURCE_SUBSCRIPTION;
}

bool resource_state_is_one(int state)
{
    return state >= RESOURCE_CREATED && state < RESOURCE_STATE_END;
}

const char *resource_state_name(enum resource_state state)
{
    static const char *const names[RESOURCE_STATE_END] = {[RESOURCE_CREATED] = "CREATED",
                                                          [RESOURCE_RUNNING] = "RUNNING",
                                                          [RESOURCE_STOPPED] = "STOPPED",
                                                          [RESOURCE_RELEASED] = "RELEASED"};
    return resource_state_is_one((int)state) ? names[state] : "";
}

const struct refusal *resource_register_decide(const struct resource_facts *facts)
{
    assert(facts != NULL);
    assert(facts->count >= 0);
    if (facts->state == ACCOUNT_CLOSED)
        return resource_refusal(RESOURCE_CLOSED);
    if (!facts->has_region)
        return catalogue_refusal(CATALOGUE_NO_REGION);
    if (!facts->has_product)
        return catalogue_refusal(CATALOGUE_NO_PRODUCT);
    if (facts->is_taken)
        return resource_refusal(RESOURCE_TAKEN);
    return facts->count >= RESOURCES_MAX ? resource_refusal(RESOURCE_TOO_MANY) : NULL;
}

bool resource_is_late(const struct resource *resource, int64_t version)
{
    assert(resource != NULL);
    return version <= resource->version;
}

enum resource_verdict resource_state_decide(const struct resource *resource,
                                            enum resource_state state)
{
    static const bool steps[RESOURCE_STATE_END][RESOURCE_STATE_END] = {
        [RESOURCE_CREATED] =
            {[RESOURCE_CREATED] = true, [RESOURCE_RUNNING] = true, [RESOURCE_RELEASED] = true},
        [RESOURCE_RUNNING] =
            {[RESOURCE_RUNNING] = true, [RESOURCE_STOPPED] = true, [RESOURCE_RELEASED] = true},
        [RESOURCE_STOPPED] =
            {[RESOURCE_RUNNING] = true, [RESOURCE_STOPPED] = true, [RESOURCE_RELEASED] = true},
        [RESOURCE_RELEASED] = {[RESOURCE_RELEASED] = true},
    };
    assert(resource != NULL);
    if (!resource_state_is_one((int)state) || !resource_state_is_one((int)resource->state))
        return RESOURCE_STEP;
    if (steps[resource->state][state])
        return RESOURCE_ACCEPTED;
    return resource->state == RESOURCE_RELEASED ? RESOURCE_FINAL : RESOURCE_STEP;
}

/* Before any change of a term. */
static enum resource_verdict term_decide(const struct resource *resource)
{
    assert(resource != NULL);
    if (resource->kind != RESOURCE_SUBSCRIPTION)
        return RESOURCE_NO_TERM;
    return resource->state == RESOURCE_RELEASED ? RESOURCE_FINAL : RESOURCE_ACCEPTED;
}

enum resource_verdict resource_renewal_decide(const struct resource *resource, bool auto_renew,
                                              int64_t now_us) /* ID-14 */
{
    assert(resource != NULL && now_us > 0);
    enum resource_verdict verdict = term_decide(resource);
    if (verdict != RESOURCE_ACCEPTED)
        return verdict;
    return auto_renew && resource->end_us <= now_us ? RESOURCE_OVER : RESOURCE_ACCEPTED;
}

enum resource_verdict resource_extend_decide(const struct resource *resource, int64_t end_us)
{
    assert(resource != NULL);
    enum resource_verdict verdict = term_decide(resource);
    if (verdict != RESOURCE_ACCEPTED)
        return verdict;
    return end_us <= resource->end_us ? RESOURCE_END_NOT_LATER : RESOURCE_ACCEPTED;
}

bool resource_charges(const struct resource *resource) /* LED-33, LED-34 */
{
    assert(resource != NULL);
    assert(resource->stopped_meters != NULL);
    if (resource->state == RESOURCE_RELEASED)
        return false;
    if (resource->auto_renew)
        return true;
    if (resource->state == RESOURCE_STOPPED)
        return resource->stopped_meters[0] != '\0';
    if (resource->state == RESOURCE_CREATED)
        return resource->charges_from_creation;
    return resource->kind == RESOURCE_PAYG;
}

void resource_standing_add(struct resource_standing *standing, const struct resource_group *group)
{
    assert(standing != NULL && group != NULL);
    assert(group->count >= 0);
    if (group->state == RESOURCE_RELEASED)
        return;
    bool in_term = group->kind == RESOURCE_SUBSCRIPTION && group->in_term;
    if (group->state == RESOURCE_CREATED) /* ID-22 */
        standing->not_started += group->count;
    else if (!in_term) /* ID-12 */
        standing->not_released += group->count;
    if (in_term) { /* ID-14 */
        standing->in_term += group->count;
        if (group->end_us > standing->until_us)
            standing->until_us = group->end_us;
    }
    if (group->auto_renew)
        standing->renewing += group->count;
}
