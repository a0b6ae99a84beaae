/* The account: what completes it after registration. The billing address and with it the type
 * (ID-06, ID-10), the steps that are offered (ID-09), the submission of its company (ID-19). */
#ifndef IDENTITY_DOMAIN_ACCOUNT_H
#define IDENTITY_DOMAIN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "identity/domain/contact.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

enum account_type { ACCOUNT_TYPE_NONE, ACCOUNT_TYPE_INDIVIDUAL, ACCOUNT_TYPE_CORPORATE };

struct account {
    struct id account_id;
    struct id owner_id;     /* the principal who opened it */
    enum account_type type; /* NONE until the billing address is there (ID-10) */
    enum channel sign_up_channel;
    bool email_verified;
    bool phone_verified;
    bool company_in_review;
    struct id company_id; /* nil: no verified company */
};

/* ---- billing address ---- */

#define BILLING_ADDRESS_REFUSALS(X)                                                   \
    X(BILLING_ADDRESS_SECOND_CHANNEL, NEVER, CODE_FAILED_PRECONDITION,                \
      "SECOND_CHANNEL_UNVERIFIED",                                                    \
      "The channel that was not used at sign-up has to be verified first.")           \
    X(BILLING_ADDRESS_PRESENT, NEVER, CODE_ALREADY_EXISTS, "BILLING_ADDRESS_PRESENT", \
      "The account has a billing address already.")

enum billing_address_verdict {
    BILLING_ADDRESS_ACCEPTED = 0,
    BILLING_ADDRESS_REFUSALS(REFUSAL_ENUM)
};

enum billing_address_verdict billing_address_decide(const struct account *account);
const struct refusal *billing_address_refusal(enum billing_address_verdict verdict);

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

/* ---- the company's submission ---- */

#define SUBMISSIONS_A_DAY_MAX 5

#define SUBMISSION_REFUSALS(X)                                                    \
    X(SUBMISSION_NOT_OWNER, NEVER, CODE_PERMISSION_DENIED, "NOT_OWN_COMPANY",     \
      "Only the principal who opened the account may submit its company.")        \
    X(SUBMISSION_NOT_CORPORATE, NEVER, CODE_FAILED_PRECONDITION, "NOT_CORPORATE", \
      "Only an account with a corporate billing address has a company.")          \
    X(SUBMISSION_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "ALREADY_VERIFIED",   \
      "The account has a verified company already.")                              \
    X(SUBMISSION_IN_REVIEW, NEVER, CODE_FAILED_PRECONDITION, "IN_REVIEW",         \
      "A submission of this account is under review.")                            \
    X(SUBMISSION_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "SUBMISSION_LIMIT",       \
      "The account has submitted five times within 24 hours.")

enum submission_verdict { SUBMISSION_ACCEPTED = 0, SUBMISSION_REFUSALS(REFUSAL_ENUM) };

/* ID-19: whoever does the business registers with its own licence. An agent's principal, even one
 * with a role in the account, did not open it. */
enum submission_verdict submission_decide(const struct account *account, struct id principal_id,
                                          size_t submitted_today);
const struct refusal *submission_refusal(enum submission_verdict verdict);

#endif
