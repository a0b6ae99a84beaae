/* A browser's answers to navigator.credentials.create and .get (WebAuthn level 3), judged without
 * a network: by libfido2 and libcbor, with the checks that they leave to us. Pure functions
 * over bytes of a stranger. Attestation is neither asked for nor believed; a user must have been
 * verified by the authenticator (UV). Signatures: ES256, EdDSA, RS256 with 2048 bits. */
#ifndef RUNTIME_FACTOR_WEBAUTHN_H
#define RUNTIME_FACTOR_WEBAUTHN_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/text.h"

#define WEBAUTHN_CHALLENGE_SIZE 32
#define WEBAUTHN_PART_MAX 8192       /* bytes of any part */
#define WEBAUTHN_CREDENTIAL_MAX 1023 /* bytes of a credential's id */
#define WEBAUTHN_KEY_MAX 512

/* COSE's numbers, in the order in which they are offered. */
#define WEBAUTHN_ALGORITHMS \
    {                       \
        -7, -8, -257        \
    }
#define WEBAUTHN_ALGORITHM_COUNT 3

/* Whom the browser must have answered. */
struct webauthn_site {
    const char *rp_id;   /* a domain: "kontor.example" */
    const char *origins; /* exact, with commas between: "https://kontor.example" */
    uint8_t challenge[WEBAUTHN_CHALLENGE_SIZE];
};

enum webauthn_verdict {
    WEBAUTHN_GOOD,
    WEBAUTHN_MALFORMED,
    WEBAUTHN_OTHER_TYPE,
    WEBAUTHN_OTHER_CHALLENGE,
    WEBAUTHN_OTHER_ORIGIN, /* cross origin too */
    WEBAUTHN_OTHER_SITE,
    WEBAUTHN_USER_NOT_VERIFIED,
    WEBAUTHN_OTHER_ALGORITHM,
    WEBAUTHN_WRONG_SIGNATURE,
};

struct webauthn_credential {
    uint8_t id[WEBAUTHN_CREDENTIAL_MAX];
    size_t id_size;
    int64_t algorithm;
    uint8_t key[WEBAUTHN_KEY_MAX]; /* as libfido2 has it: x and y; n and e; the point */
    size_t key_size;
    int64_t counter;
};

/* A new credential. */
enum webauthn_verdict webauthn_register(const struct webauthn_site *site, struct bytes client_data,
                                        struct bytes attestation_object,
                                        struct webauthn_credential *credential);

struct webauthn_assertion {
    struct bytes client_data;
    struct bytes authenticator_data;
    struct bytes signature;
};

/* A proof by a credential, of which algorithm and key are set. *counter is the authenticator's: it
 * is the caller's to ask that it rises, or stays 0. */
enum webauthn_verdict webauthn_prove(const struct webauthn_site *site,
                                     const struct webauthn_credential *credential,
                                     const struct webauthn_assertion *assertion, int64_t *counter);

#endif
