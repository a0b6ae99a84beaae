/* Sign-up: what a form must hold (ID-02 to ID-04). Mistakes in fields are all reported at once;
 * agreements that were not accepted and a number of another country are refusals. */
#ifndef IDENTITY_DOMAIN_SIGN_UP_H
#define IDENTITY_DOMAIN_SIGN_UP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity/domain/contact.h"
#include "identity/domain/entry.h"
#include "runtime/base/fault.h"
#include "runtime/base/refusal.h"

#define SIGN_UP_LIFETIME_US (INT64_C(24) * 3600 * 1000000)
#define TERMS_VERSION_BYTES_MAX 32

/* The four agreements, by the names of their fields (ID-02). */
#define TERMS_LIST(X)                           \
    X(TERMS_MEMBERSHIP, "membership_agreement") \
    X(TERMS_PRIVACY, "privacy_policy")          \
    X(TERMS_PRODUCT, "product_terms")           \
    X(TERMS_USE, "terms_of_use")

#define TERMS_MEMBER(terms, field) terms,
enum terms { TERMS_LIST(TERMS_MEMBER) TERMS_COUNT };
#undef TERMS_MEMBER

const char *terms_field(enum terms terms);

struct accepted_terms {
    bool accepted;
    const char *version;
};

struct sign_up_form {
    const char *country;
    const char *email;
    const char *password;              /* in Unicode's NFKC form */
    const char *password_confirmation; /* likewise */
    struct accepted_terms terms[TERMS_COUNT];
    const char *phone;    /* "" for none */
    enum channel channel; /* NONE means e-mail (ID-04) */
    struct entry entry;   /* ID-28 */
};

#define SIGN_UP_MISTAKES_MAX 11

struct sign_up_mistake {
    const char *field;
    enum fault fault;
    const char *sentence;
};

#define SIGN_UP_REFUSALS(X)                                                 \
    X(SIGN_UP_TERMS, NEVER, CODE_FAILED_PRECONDITION, "TERMS_NOT_ACCEPTED", \
      "All four agreements have to be accepted.")                           \
    X(SIGN_UP_COUNTRY, NEVER, CODE_FAILED_PRECONDITION, "COUNTRY_MISMATCH", \
      "The phone number is not one of the selected country.")

enum sign_up_verdict { SIGN_UP_ACCEPTED = 0, SIGN_UP_REFUSALS(REFUSAL_ENUM) };

/* Every field that is missing or cannot be read, in the order of the form. Returns how many. */
size_t sign_up_mistakes(const struct sign_up_form *form,
                        struct sign_up_mistake mistakes[SIGN_UP_MISTAKES_MAX]);

/* Judges a form without mistakes. *terms is the first agreement not accepted, when that is the
 * refusal. */
enum sign_up_verdict sign_up_decide(const struct sign_up_form *form, enum terms *terms);

/* ID-04: no channel given means e-mail. */
enum channel sign_up_channel(enum channel asked);

/* ID-05: no delivery given means e-mail on the e-mail channel, a text message on the phone. */
enum delivery sign_up_delivery(enum delivery asked, enum channel channel);

/* Kept for SIGN_UP_LIFETIME_US. */
bool sign_up_is_live(int64_t created_us, int64_t now_us);

const struct refusal *sign_up_refusal(enum sign_up_verdict verdict);

#endif
