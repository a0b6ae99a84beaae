/* The account that a top-up is for (PAY-15): the payer itself or one of its company, and one that
 * has an account in the ledger. The request names it; there is no default. */
#ifndef GATEWAY_DOMAIN_TARGET_H
#define GATEWAY_DOMAIN_TARGET_H

#include <stdbool.h>

#include "gateway/domain/company.h"

struct target {
    bool readable;                /* an id; payments names the field that is empty or is none */
    bool is_payer;                /* the acting account itself */
    enum company_verdict company; /* identity's, of the payer and the target */
    bool opened;                  /* in the ledger, so that money can be credited */
};

/* Whether identity has to be asked: a payer is of the company that it is of. */
bool target_needs_company(const struct target *target);

/* Whose words refuse it; NULL: accepted. An account that is not opened waits for what opens it, the
 * billing address. */
const struct refusal *target_decide(const struct target *target);

#endif
