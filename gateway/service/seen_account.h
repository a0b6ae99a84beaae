/* Accounts that a list or a sum is of: each judged as a call in it would be, and what those that
 * may be read have and consumed. */
#ifndef GATEWAY_SERVICE_SEEN_ACCOUNT_H
#define GATEWAY_SERVICE_SEEN_ACCOUNT_H

#include "gateway/domain/act.h"
#include "gateway/service/exchange.h"
#include "ledger/v1/account.pb-c.h"

/* By whose rpcs both parts are shown. */
#define SEEN_BALANCE "ledger.balance.get"
#define SEEN_CONSUMPTION "ledger.purchase.list"

struct seen_part {
    bool shown;
    bool masked; /* GW-05 */
};

struct seen_account {
    const char *account_id;
    bool is_reached; /* false: a key does not reach it, whatever its program's roles (GW-13) */
    const char *partner_account_id; /* for which the caller acts there (B.5); "": none */
    struct seen_part balance, consumption;
    const char *company_id;            /* of which it is still to be asked; "": of none */
    Ledger__V1__Balance *has;          /* NULL: nothing, or nobody answered */
    Ledger__V1__Consumption *consumed; /* the same */
};

struct seen_accounts {
    struct seen_account *items;
    size_t count;
    const struct act_span *span; /* NULL: consumption is not asked for */
    bool is_summed;              /* bands are made of the sums (GW-05) */
    bool missing;                /* the ledger did not answer for all */
};

/* Asks identity of them all: roles there, session policies, the bounds of a key, relations. */
int seen_judge(struct exchange *exchange, const struct seen_accounts *seen);

/* Asks the ledger of those that are shown. */
int seen_read(struct exchange *exchange, struct seen_accounts *seen);

#endif
