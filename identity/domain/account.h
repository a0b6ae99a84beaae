/* The account after registration: its second channel (ID-06) and the steps that are offered
 * (ID-09). Its billing address and its company have files of their own. */
#ifndef IDENTITY_DOMAIN_ACCOUNT_H
#define IDENTITY_DOMAIN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "identity/domain/contact.h"
#include "identity/domain/entry.h"
#include "identity/domain/real_name.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

enum account_type { ACCOUNT_TYPE_NONE, ACCOUNT_TYPE_INDIVIDUAL, ACCOUNT_TYPE_CORPORATE };

/* GW-09. The values are the wire's. */
enum environment {
    ENVIRONMENT_NONE,
    ENVIRONMENT_DEVELOPMENT,
    ENVIRONMENT_TEST,
    ENVIRONMENT_PRODUCTION
};

struct account {
    struct id account_id;
    struct id owner_id;     /* the principal who opened it */
    enum account_type type; /* NONE until the billing address is there (ID-10) */
    enum environment environment;
    enum channel sign_up_channel;
    bool email_verified;
    bool phone_verified;
    bool company_in_review;
    struct id company_id;                /* nil: no verified company */
    struct real_name_standing real_name; /* of an individual (ID-08) */
    const char *region;                  /* that is preferred (GW-14); "" before it is chosen */
    struct entry entry;                  /* ID-28 */
    int64_t upgraded_us;                 /* 0: never */
    const char *confirmed_regions;       /* the others, with spaces between (region.h) */
};

/* ---- verification of the second channel ---- */

#define SECOND_CHANNEL_REFUSALS(X)                                                    \
    X(SECOND_CHANNEL_SAME, NEVER, CODE_FAILED_PRECONDITION, "OTHER_CHANNEL_REQUIRED", \
      "This channel was verified at sign-up; it is the other one that is missing.")   \
    X(SECOND_CHANNEL_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "ALREADY_VERIFIED",   \
      "This contact is verified already.")

enum second_channel_verdict { SECOND_CHANNEL_ACCEPTED = 0, SECOND_CHANNEL_REFUSALS(REFUSAL_ENUM) };

enum second_channel_verdict second_channel_decide(const struct account *account,
                                                  enum channel channel);
const struct refusal *second_channel_refusal(enum second_channel_verdict verdict);

bool account_channel_is_verified(const struct account *account, enum channel channel);

/* Whether notices go there. A number that nobody verified may be anybody's; the e-mail address is
 * used verified or not. */
bool account_is_reached(const struct account *account, enum channel channel);

/* ID-08: whether it is known who stands behind the account, a person or a company. */
bool account_is_registered(const struct account *account, int64_t now_us);

/* Whether the channel that was not used at sign-up is verified. */
bool account_second_channel_is_verified(const struct account *account);

/* ---- onboarding ---- */

enum onboarding_step_kind {
    ONBOARDING_VERIFY_SECOND_CHANNEL,
    ONBOARDING_ADD_BILLING_ADDRESS,
    ONBOARDING_ADD_PAYMENT_METHOD,
    ONBOARDING_VERIFY_COMPANY
};
enum onboarding_step_state { ONBOARDING_OPEN, ONBOARDING_IN_REVIEW, ONBOARDING_DONE };

#define ONBOARDING_STEPS_MAX 4

struct onboarding_step {
    enum onboarding_step_kind kind;
    enum onboarding_step_state state;
};

/* ID-09, in the order offered: address (after the second channel), payment method, then, for a
 * corporate account, its company. Returns how many. */
size_t onboarding_steps(const struct account *account, bool payment_method_present,
                        struct onboarding_step steps[ONBOARDING_STEPS_MAX]);

#endif
