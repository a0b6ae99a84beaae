/* Numbers by which registers know companies: their normal form, their check digits where the scheme
 * has them, and the key by which two numbers are of one legal entity (ID-18). A number that passes
 * proves typing, not existence: an operator decides that. */
#ifndef IDENTITY_DOMAIN_COMPANY_NUMBER_H
#define IDENTITY_DOMAIN_COMPANY_NUMBER_H

#include <stdbool.h>

#include "runtime/base/failure.h"
#include "runtime/base/refusal.h"

#define COMPANY_NUMBER_SIZE 65 /* 64 bytes and the NUL */

/* X(scheme, country or "" for any, bytes or 0 for various) */
#define COMPANY_SCHEMES(X) \
    X(USCC, "CN", 18)      \
    X(LEI, "", 20)         \
    X(ABN, "AU", 11)       \
    X(ACN, "AU", 9)        \
    X(GSTIN, "IN", 15)     \
    X(EIN, "US", 9)        \
    X(EU_VAT, "", 0)       \
    X(SIREN, "FR", 9)      \
    X(NATIONAL, "", 0)

#define COMPANY_SCHEME_MEMBER(scheme, country, length) COMPANY_SCHEME_##scheme,
enum company_scheme {
    COMPANY_SCHEME_NONE,
    COMPANY_SCHEMES(COMPANY_SCHEME_MEMBER) COMPANY_SCHEME_COUNT
};
#undef COMPANY_SCHEME_MEMBER

#define COMPANY_NUMBER_REFUSALS(X)                                                     \
    X(COMPANY_NUMBER_COUNTRY, NEVER, CODE_INVALID_ARGUMENT, "SCHEME_NOT_OF_COUNTRY",   \
      "The scheme is not one of that country.")                                        \
    X(COMPANY_NUMBER_FORM, NEVER, CODE_INVALID_ARGUMENT, "REGISTRATION_NUMBER_FORM",   \
      "The number does not have the form of its scheme.")                              \
    X(COMPANY_NUMBER_CHECK, NEVER, CODE_INVALID_ARGUMENT, "REGISTRATION_NUMBER_CHECK", \
      "The number's check digits do not fit: mistyped?")

enum company_number_verdict { COMPANY_NUMBER_ACCEPTED = 0, COMPANY_NUMBER_REFUSALS(REFUSAL_ENUM) };

struct company_number {
    char country[3];
    enum company_scheme scheme;
    char number[COMPANY_NUMBER_SIZE];
};

/* Identifies a legal entity; equal keys are one company. scheme is a name of COMPANY_SCHEMES, or
 * "PAN" for India. */
struct company_key {
    char country[3]; /* "ZZ" for an LEI, which no country owns */
    const char *scheme;
    char number[COMPANY_NUMBER_SIZE];
};

/* Reads what was typed: spaces, dots, hyphens and slashes are dropped, letters become capitals,
 * then form and check digits are judged. country is a known code. */
enum company_number_verdict company_number_read(struct company_number *out, const char *country,
                                                enum company_scheme scheme, const char *text);

/* The key of a number that was accepted. Joins only what follows by rule: a GSTIN's PAN, a
 * company's ABN and ACN, a French VAT number and its SIREN. */
struct company_key company_number_key(const struct company_number *number);

const char *company_scheme_name(enum company_scheme scheme);
enum company_scheme
company_scheme_find(const char *name); /* COMPANY_SCHEME_NONE when there is none */
const struct refusal *company_number_refusal(enum company_number_verdict verdict);

#endif
