/* Checks a proof of an account's statement, as docs/proof.md says, with nothing but the proof. */
#ifndef CLI_PROOF_CHECK_H
#define CLI_PROOF_CHECK_H

#include "ledger/v1/proof.pb-c.h"
#include "runtime/base/signature.h"

#define PROOF_KEYS_MAX 8

/* The keys that anchors may be signed with; none: whichever they name. */
struct proof_keys {
    uint8_t keys[PROOF_KEYS_MAX][SIGNATURE_KEY_SIZE];
    size_t count;
};

/* NULL: it holds. Else the sentence of what does not. */
const char *proof_check(const Ledger__V1__Proof *proof, const struct proof_keys *trusted);

#endif
