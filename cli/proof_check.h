/* Checks a proof of an account's statement, as docs/proof.md says, with nothing but the proof. */
#ifndef CLI_PROOF_CHECK_H
#define CLI_PROOF_CHECK_H

#include "ledger/v1/proof.pb-c.h"
#include "runtime/base/signature.h"

/* NULL: it holds. Else the sentence of what does not. key: the one that anchors may be signed with;
 * NULL: whichever they name. */
const char *proof_check(const Ledger__V1__Proof *proof, const uint8_t *key);

#endif
