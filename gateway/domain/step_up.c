#include "gateway/domain/step_up.h"

#include <assert.h>

#include "gateway/domain/access.h"

static const struct refusal refusals[] = {STEP_UP_REFUSALS(REFUSAL_ROW)};

enum class { CLASS_OTHER, CLASS_MONEY, CLASS_WHO_MAY_WHAT, CLASS_DESK };

/* Of an operator even reads are of a class: they show what is a customer's. */
static enum class class_of(const struct route *route, unsigned roles) {
    bool operates = (roles & ACCESS_ROLE_OPERATOR) != 0 && route->caller != ROUTE_SESSION;
    if (route->caller == ROUTE_PUBLIC) return CLASS_OTHER;
    if (route->kind == ROUTE_READ) return operates ? CLASS_DESK : CLASS_OTHER;
    if (route->kind == ROUTE_MONEY) return CLASS_MONEY;
    return operates || route_decides_who_may_what(route) ? CLASS_WHO_MAY_WHAT : CLASS_OTHER;
}

/* An account's demands are about acts in it: people about themselves, and operators, have their
 * own. */
static enum step_up_demand demand_of(const struct route *route, const struct step_up_facts *facts,
                                     enum class class)
{
    assert(class != CLASS_OTHER);
    if (route->caller == ROUTE_SESSION)
        return STEP_UP_WHEN_ENROLLED;
    if ((facts->roles & ACCESS_ROLE_OPERATOR) != 0)
        return STEP_UP_ALWAYS;
    return class == CLASS_MONEY ? facts->money : facts->who_may_what;
}

bool step_up_is_approval(const struct route *route)
{
    return strcmp(route->permission, "gateway.approval.approve") == 0;
}

/* An account goes to somebody else (ID-27) or becomes an organisation's (ID-31), or its
 * administrator agrees to a partner's terms (B.2) or to a credit contract (LED-15), by a proved
 * factor alone. Not so an invitation (ID-21): its token went to a contact that the account has
 * proved. */
static bool gives_the_account(const struct route *route)
{
    return strcmp(route->permission, "identity.hand_over.confirm") == 0 ||
           strcmp(route->permission, "identity.hand_over.approve") == 0 ||
           strcmp(route->permission, "identity.account.convert") == 0 ||
           strcmp(route->permission, "identity.relation.confirm") == 0 ||
           strcmp(route->permission, "identity.upstream.accept_bridge") == 0 ||
           strcmp(route->permission, "ledger.credit_limit.confirm") == 0;
}

bool step_up_is_always(const struct route *route)
{
    return step_up_is_approval(route) || gives_the_account(route);
}

enum step_up_verdict step_up_decide(const struct route *route, const struct step_up_facts *facts,
                                    int64_t now_us)
{
    assert(route->permission != NULL && now_us > 0);
    enum class class = class_of(route, facts->roles);
    if (class == CLASS_OTHER || (facts->is_program && !step_up_is_approval(route)))
        return STEP_UP_PASSED;
    enum step_up_demand demand =
        step_up_is_always(route) ? STEP_UP_ALWAYS : demand_of(route, facts, class);
    if (demand == STEP_UP_NEVER)
        return STEP_UP_PASSED;
    if (facts->factors == 0)
        return demand == STEP_UP_ALWAYS ? STEP_UP_FACTOR_MISSING : STEP_UP_PASSED;
    bool is_fresh = facts->proved_us != 0 && now_us - facts->proved_us <= STEP_UP_LIFETIME_US;
    if (facts->is_bound && !facts->names_operation)
        return STEP_UP_PROOF_MISSING;
    if (class == CLASS_DESK)
        return facts->proved_us != 0 ? STEP_UP_PASSED : STEP_UP_PROOF_MISSING;
    return is_fresh ? STEP_UP_PASSED : STEP_UP_PROOF_MISSING;
}

const char *step_up_accepted(unsigned factors)
{
    static const char *const texts[] = {"TOTP,WEBAUTHN", "TOTP,RECOVERY_CODE",
                                        "WEBAUTHN,RECOVERY_CODE", "TOTP,WEBAUTHN,RECOVERY_CODE"};
    assert(factors < sizeof(texts) / sizeof(texts[0]));
    return texts[factors];
}

const struct refusal *step_up_refusal(enum step_up_verdict verdict)
{
    assert(verdict > STEP_UP_PASSED && verdict <= STEP_UP_FACTOR_MISSING);
    return &refusals[verdict - 1];
}
