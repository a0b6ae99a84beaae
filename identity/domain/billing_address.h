/* The billing address: when it may be added (ID-06), and its parts, which make an account
 * individual or corporate (ID-10). */
#ifndef IDENTITY_DOMAIN_BILLING_ADDRESS_H
#define IDENTITY_DOMAIN_BILLING_ADDRESS_H

#include "identity/domain/account.h"

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
const struct refusal *billing_address_refusal(enum billing_address_verdict verdict);

enum billing_address_verdict billing_address_decide(const struct account *account);

/* ---- its parts (ID-10) ---- */

enum billing_part { BILLING_PART_ADDRESS, BILLING_PART_CONTACT };
#define BILLING_PART_COUNT 2

/* X(type, part, field, sentence): the parts that a type of account needs. A name is a text of the
 * request, and is judged as such. */
#define BILLING_ADDRESS_NEEDS(X)                                           \
    X(ACCOUNT_TYPE_INDIVIDUAL, BILLING_PART_ADDRESS, "individual.address", \
      "The address is missing.")                                           \
    X(ACCOUNT_TYPE_CORPORATE, BILLING_PART_ADDRESS, "corporate.address",   \
      "The address is missing.")                                           \
    X(ACCOUNT_TYPE_CORPORATE, BILLING_PART_CONTACT, "corporate.contact",   \
      "A corporate billing address names a contact.")

struct billing_need {
    enum account_type type;
    enum billing_part part;
    const char *field;
    const char *sentence;
};

/* Writes the needs that are not met, in their order; returns how many. */
size_t billing_address_missing(enum account_type type, const bool has[BILLING_PART_COUNT],
                               const struct billing_need *missing[BILLING_PART_COUNT]);

#endif
