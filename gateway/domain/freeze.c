#include "gateway/domain/freeze.h"

#include <assert.h>
#include <stddef.h>

#include "gateway/domain/role.h"

static const struct refusal refusals[] = {FREEZE_REFUSALS(REFUSAL_ROW)};

/* A permission that no rpc has yet may stand here. */
static const struct {
    const char *pattern;
    enum freeze_level level;
} rows[] = {
    /* money put in: from outside, by a new way for it, or from another account */
    {"payments.top_up.create", FREEZE_RECHARGE},
    {"payments.payment_method.add", FREEZE_RECHARGE},
    {"payments.auto_recharge.set", FREEZE_RECHARGE},
    {"payments.top_up_schedule.set", FREEZE_RECHARGE},
    {"ledger.transfer.create", FREEZE_RECHARGE},
    {"ledger.allocation.create", FREEZE_RECHARGE},
    /* something bought, or funds held for it */
    {"ledger.purchase.create", FREEZE_NEW_PURCHASE},
    {"ledger.purchase.order_from_agent", FREEZE_NEW_PURCHASE},
    {"ledger.hold.place", FREEZE_NEW_PURCHASE},
    {"ledger.hold.place_from_agent", FREEZE_NEW_PURCHASE},
};

enum freeze_level freeze_level_of(const char *permission)
{
    assert(permission != NULL && permission[0] != '\0');
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (role_pattern_names(rows[i].pattern, permission))
            return rows[i].level;
    return FREEZE_NOTHING;
}

enum freeze_verdict freeze_decide(const char *permission, enum freeze_level in_force)
{
    assert(in_force <= FREEZE_PAYG_SUSPEND);
    enum freeze_level stops = freeze_level_of(permission);
    if (stops == FREEZE_NOTHING || in_force < stops)
        return FREEZE_PASSED;
    return stops == FREEZE_RECHARGE ? FREEZE_OF_RECHARGE : FREEZE_OF_PURCHASE;
}

const char *freeze_level_name(enum freeze_level level)
{
    static const char *const names[] = {"NOTHING", "RECHARGE", "NEW_PURCHASE", "PAYG_SUSPEND"};
    assert((size_t)level < sizeof(names) / sizeof(names[0]));
    return names[level];
}

const struct refusal *freeze_refusal(enum freeze_verdict verdict)
{
    assert(verdict > FREEZE_PASSED && verdict <= FREEZE_OF_PURCHASE);
    return &refusals[verdict - 1];
}
