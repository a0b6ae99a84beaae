#include "identity/domain/session_policy.h"

#include <assert.h>
#include <stddef.h>

#include "runtime/base/cidr.h"

#define MINUTE_US (INT64_C(60) * 1000000)
#define HOUR_US (60 * MINUTE_US)

static const struct refusal refusals[] = {SESSION_POLICY_REFUSALS(REFUSAL_ROW)};
static const struct refusal setting_refusals[] = {SESSION_POLICY_SETTING_REFUSALS(REFUSAL_ROW)};

static_assert(SESSION_POLICY_LIFETIME_MINUTES_MAX * MINUTE_US == SESSION_LIFETIME_US &&
                  SESSION_POLICY_IDLE_MINUTES_MAX * MINUTE_US == SESSION_IDLE_US,
              "a policy narrows");

static bool is_allowed_from(const struct session_policy *policy, const char *address)
{
    assert(policy->networks != NULL && address != NULL);
    return policy->networks[0] == '\0' || cidr_any_holds(policy->networks, address);
}

static bool is_within(int64_t passed_us, int64_t limit, int64_t unit_us)
{
    assert(limit >= 0);
    return limit == 0 || passed_us < limit * unit_us;
}

enum session_policy_verdict session_policy_decide(const struct session_policy *policy,
                                                  const struct session_use *use, int64_t now_us)
{
    const struct session *session = &use->session;
    assert(use->newer >= 0);
    if (!is_allowed_from(policy, use->address))
        return SESSION_POLICY_ELSEWHERE;
    if (use->is_program)
        return SESSION_POLICY_PASSED;
    if (!is_within(now_us - session->created_us, policy->lifetime_minutes, MINUTE_US))
        return SESSION_POLICY_TOO_OLD;
    if (!is_within(session_longest_pause_us(session, now_us), policy->idle_minutes, MINUTE_US))
        return SESSION_POLICY_IDLE;
    if (policy->sessions_max != 0 && use->newer >= policy->sessions_max)
        return SESSION_POLICY_SURPASSED;
    if (!is_within(now_us - use->device_proof_us, policy->device_trust_hours, HOUR_US))
        return SESSION_POLICY_UNTRUSTED;
    return SESSION_POLICY_PASSED;
}

const struct refusal *session_policy_refusal(enum session_policy_verdict verdict)
{
    assert(verdict > SESSION_POLICY_PASSED &&
           (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}

int64_t session_policy_limit(const struct session_policy *policy,
                             enum session_policy_verdict verdict)
{
    assert(policy != NULL);
    const int64_t limits[] = {[SESSION_POLICY_TOO_OLD] = policy->lifetime_minutes,
                              [SESSION_POLICY_IDLE] = policy->idle_minutes,
                              [SESSION_POLICY_SURPASSED] = policy->sessions_max,
                              [SESSION_POLICY_UNTRUSTED] = policy->device_trust_hours};
    assert((size_t)verdict < sizeof limits / sizeof *limits);
    return limits[verdict];
}

int64_t session_policy_end_us(const struct session_policy *policy, const struct session_use *use)
{
    int64_t end_us = session_expires_us(&use->session);
    int64_t old_us = use->session.created_us + policy->lifetime_minutes * MINUTE_US;
    int64_t untrusted_us = use->device_proof_us + policy->device_trust_hours * HOUR_US;
    assert(!use->is_program);
    if (policy->lifetime_minutes != 0 && old_us < end_us)
        end_us = old_us;
    if (policy->device_trust_hours != 0 && untrusted_us < end_us)
        end_us = untrusted_us;
    return end_us;
}

/* ---- setting it ---- */

enum session_policy_setting_verdict session_policy_set_decide(const struct session_policy *policy,
                                                              const char *address,
                                                              bool may_shut_out)
{
    return may_shut_out || is_allowed_from(policy, address) ? SESSION_POLICY_SET
                                                            : SESSION_POLICY_SHUTS_OUT;
}

const struct refusal *session_policy_setting_refusal(enum session_policy_setting_verdict verdict)
{
    assert(verdict == SESSION_POLICY_SHUTS_OUT);
    return &setting_refusals[verdict - 1];
}
