#include "identity/domain/upstream.h"

#include <assert.h>

#include "runtime/base/text.h"

static const struct refusal refusals[] = {UPSTREAM_REFUSALS(REFUSAL_ROW)};

const struct refusal *upstream_refusal(enum upstream_verdict verdict)
{
    assert(verdict > UPSTREAM_ACCEPTED && verdict <= UPSTREAM_PAYS_ALREADY);
    return &refusals[verdict - 1];
}

static const char *const causes[] = {"", "ENDED", "FROZEN", "OVERDUE"};

const char *upstream_cause_name(enum upstream_cause cause)
{
    assert(cause > UPSTREAM_NONE && cause < UPSTREAM_CAUSE_END);
    return causes[cause];
}

enum upstream_cause upstream_cause_find(const char *name)
{
    enum upstream_cause cause = UPSTREAM_CAUSE_END - 1;
    while (cause > UPSTREAM_NONE && !text_equal(name, causes[cause]))
        cause--;
    return cause;
}

enum upstream_cause upstream_cause(const struct upstream_standing *standing)
{
    if (standing->closed || !standing->authorised)
        return UPSTREAM_ENDED;
    if (standing->frozen)
        return UPSTREAM_FROZEN;
    return standing->overdue ? UPSTREAM_OVERDUE : UPSTREAM_NONE;
}

/* ---- the moments (B.3) ---- */

#define HOUR_US (INT64_C(3600) * 1000000)

int64_t upstream_grace_us(const struct upstream_risk *last, int64_t now_us, int64_t whole_us)
{
    assert(whole_us >= UPSTREAM_GRACE_MIN_US);
    if (last == NULL)
        return whole_us;
    int64_t left_us = last->grace_end_us - last->ended_us;
    if (left_us < -UPSTREAM_DELAY_US)
        left_us = -UPSTREAM_DELAY_US;
    if (now_us > last->ended_us)
        left_us += now_us - last->ended_us;
    return left_us < whole_us ? left_us : whole_us;
}

int64_t upstream_moment_us(const struct upstream_risk *risk, size_t moment)
{
    int64_t grace_us = risk->grace_end_us - risk->begun_us;
    assert(moment < UPSTREAM_MOMENTS);
    const int64_t moments[UPSTREAM_MOMENTS] = {risk->begun_us,
                                               risk->begun_us + grace_us / 2,
                                               risk->begun_us + grace_us / 5 * 4,
                                               risk->grace_end_us - RELATION_DAY_US,
                                               risk->grace_end_us - HOUR_US,
                                               risk->grace_end_us};
    return moments[moment];
}

int64_t upstream_next_us(const struct upstream_risk *risk)
{
    assert(risk->told >= 0);
    if (risk->bridged_us != 0 || risk->ended_us != 0 || risk->told >= UPSTREAM_MOMENTS)
        return 0;
    return upstream_moment_us(risk, (size_t)risk->told);
}

int64_t upstream_moments(const struct upstream_risk *risk, int64_t now_us)
{
    int64_t count = 0;
    assert(now_us > 0);
    while (count < UPSTREAM_MOMENTS && upstream_moment_us(risk, (size_t)count) <= now_us)
        count++;
    return count;
}

int64_t upstream_services_end_us(const struct upstream_risk *risk, /* ID-26, c-8 */
                                 const struct relation_terms *held)
{
    assert(held->settlement < SETTLEMENT_END);
    bool stops = held->shutdown == SHUTDOWN_IMMEDIATE || held->shutdown == SHUTDOWN_DELAY;
    if (held->settlement != SETTLEMENT_AGENT_PAYS || !stops)
        return 0;
    int64_t end_us =
        risk->grace_end_us + (held->shutdown == SHUTDOWN_DELAY ? UPSTREAM_DELAY_US : 0);
    return end_us > risk->begun_us ? end_us : risk->begun_us;
}

/* ---- the bridge ---- */

enum upstream_verdict upstream_bridge_decide(const struct upstream_risk *risk,
                                             const struct relation_terms *held)
{
    if (risk == NULL || risk->ended_us != 0)
        return UPSTREAM_NOT_AT_RISK;
    return held->settlement == SETTLEMENT_OWN_ACCOUNT ? UPSTREAM_PAYS_ALREADY : UPSTREAM_ACCEPTED;
}

struct relation_terms upstream_bridge(const struct relation_terms *held)
{
    struct relation_terms terms = *held;
    assert(held->settlement > SETTLEMENT_NONE && held->settlement < SETTLEMENT_END);
    terms.settlement = SETTLEMENT_OWN_ACCOUNT;
    terms.price_book = "";
    terms.agent_purchases = false;
    return terms;
}
