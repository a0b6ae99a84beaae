/* The operators' desk: what customers are found by, what of them is shown, and how long an account
 * is open to an operator's look. */
#ifndef IDENTITY_DOMAIN_DESK_H
#define IDENTITY_DOMAIN_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define LOOK_LIFETIME_US (INT64_C(3600) * 1000000)

#define LOOK_CLOSE_REFUSALS(X)                                                                   \
    X(LOOK_CLOSE_NOT_FOUND, NEVER, CODE_NOT_FOUND, "LOOK_NOT_FOUND", "You opened no such look.") \
    X(LOOK_CLOSE_ENDED, NEVER, CODE_FAILED_PRECONDITION, "LOOK_ENDED",                           \
      "The look has ended already.")

enum look_close_verdict { LOOK_CLOSE_ACCEPTED = 0, LOOK_CLOSE_REFUSALS(REFUSAL_ENUM) };

struct look_facts {
    bool is_theirs; /* who closes it opened it */
    bool is_closed;
    int64_t ends_us; /* by itself */
};

enum look_close_verdict look_close_decide(const struct look_facts *facts, int64_t now_us);
const struct refusal *look_close_refusal(enum look_close_verdict verdict);

#define DESK_TEXT_SIZE 512

/* A company's number as registers' numbers are kept (company_number.h): letters are capitals,
 * spaces, dots, hyphens and slashes are dropped. false: it does not fit. */
bool desk_number(const char *typed, char number[DESK_TEXT_SIZE]);

/* "anna@example.com" is shown as "a…@example.com", "+8613800004567" as "…567"; what is too short
 * to hide anything as "…". */
void desk_mask_email(const char *email, char masked[DESK_TEXT_SIZE]);
void desk_mask_phone(const char *phone, char masked[DESK_TEXT_SIZE]);

#endif
