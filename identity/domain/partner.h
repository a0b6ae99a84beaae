/* Direct contracts with partners: who may have customers (ID-25). */
#ifndef IDENTITY_DOMAIN_PARTNER_H
#define IDENTITY_DOMAIN_PARTNER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define PARTNER_REFERENCE_BYTES_MAX 64

#define PARTNER_REFUSALS(X)                                                  \
    X(PARTNER_NOT_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "NOT_VERIFIED", \
      "The account has no verified company, with which a contract is made.") \
    X(PARTNER_AUTHORISED, NEVER, CODE_ALREADY_EXISTS, "PARTNER_AUTHORISED",  \
      "The account has a contract that counts; end it first.")               \
    X(PARTNER_UNKNOWN, NEVER, CODE_NOT_FOUND, "PARTNER_NOT_FOUND",           \
      "The account has no contract that counts.")

enum partner_verdict { PARTNER_ACCEPTED = 0, PARTNER_REFUSALS(REFUSAL_ENUM) };

struct partner_contract {
    struct id contract_id;
    struct id account_id;
    const char *reference;
    int64_t begun_us;
    int64_t ends_us; /* 0: without an end */
    struct id authorised_by;
};

/* last: the account's last contract; NULL: it had none. */
bool partner_is_authorised(const struct partner_contract *last, int64_t now_us);
enum partner_verdict partner_authorise_decide(const struct partner_contract *last, bool verified,
                                              int64_t now_us);
enum partner_verdict partner_end_decide(const struct partner_contract *last, int64_t now_us);
const struct refusal *partner_refusal(enum partner_verdict verdict);

#endif
