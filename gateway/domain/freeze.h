/* Freezes (GW-03, GW-04): what one that is in force in an account stops. Identity says at every
 * call which one that is; this only decides. All that is not named here goes on under a freeze:
 * acts that were begun are carried to their end, and usage is billed. */
#ifndef GATEWAY_DOMAIN_FREEZE_H
#define GATEWAY_DOMAIN_FREEZE_H

#include <stdint.h>

#include "runtime/base/refusal.h"

/* Each stops what those before it stop, too. */
enum freeze_level {
    FREEZE_NOTHING,
    FREEZE_RECHARGE,
    FREEZE_NEW_PURCHASE,
    FREEZE_PAYG_SUSPEND, /* told to whoever runs the resources; stops no rpc of its own */
};

struct freeze {
    enum freeze_level level; /* NOTHING: none is in force */
    const char *freeze_id;
    int64_t begun_us;
    int64_t expire_us; /* 0: it does not end by itself */
};

#define FREEZE_REFUSALS(X)                                                            \
    X(FREEZE_OF_RECHARGE, NEVER, CODE_FAILED_PRECONDITION, "RECHARGE_FROZEN",         \
      "The account is frozen: no money is put in until a billing freezer undoes it.") \
    X(FREEZE_OF_PURCHASE, NEVER, CODE_FAILED_PRECONDITION, "PURCHASE_FROZEN",         \
      "The account is frozen: nothing is bought until a billing freezer undoes it.")

enum freeze_verdict { FREEZE_PASSED = 0, FREEZE_REFUSALS(REFUSAL_ENUM) };

/* The lowest level that stops what the permission is for; NOTHING: none does. */
enum freeze_level freeze_level_of(const char *permission);

enum freeze_verdict freeze_decide(const char *permission, enum freeze_level in_force);

const char *freeze_level_name(enum freeze_level level);
const struct refusal *freeze_refusal(enum freeze_verdict verdict);

#endif
