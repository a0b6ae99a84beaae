/* The account that a top-up is for (PAY-15): the payer itself or one of its company, and one that
 * has an account in the ledger. The request names it; there is no default. Into one that may not
 * spend money is put only by who accepts that (PAY-16). */
#ifndef GATEWAY_DOMAIN_TARGET_H
#define GATEWAY_DOMAIN_TARGET_H

#include <stdbool.h>

#include "gateway/domain/company.h"

#define TARGET_REFUSALS(X)                                                       \
    X(TARGET_READ_ONLY, NEVER, CODE_FAILED_PRECONDITION, "SUBACCOUNT_READ_ONLY", \
      "The account may not spend what is put in; accept that.")

enum target_verdict { TARGET_ACCEPTED = 0, TARGET_REFUSALS(REFUSAL_ENUM) };

const struct refusal *target_refusal(enum target_verdict verdict);

struct target {
    bool readable;                /* an id; payments names the field that is empty or is none */
    bool is_payer;                /* the acting account itself */
    enum company_verdict company; /* identity's, of the payer and the target */
    bool opened;                  /* in the ledger, so that money can be credited */
    bool read_only, accept_read_only;
};

/* Whether identity has to be asked: a payer is of the company that it is of. */
bool target_needs_company(const struct target *target);

/* Whose words refuse it; NULL: accepted. An account that is not opened waits for what opens it, the
 * billing address. */
const struct refusal *target_decide(const struct target *target);

#endif
