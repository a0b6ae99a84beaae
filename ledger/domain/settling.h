/* One order on its way through the rules: the facts that its kind decides upon, and what becomes of
 * it. */
#ifndef LEDGER_DOMAIN_SETTLING_H
#define LEDGER_DOMAIN_SETTLING_H

#include "ledger/domain/cap.h"
#include "ledger/domain/quota.h"
#include "ledger/domain/suspension.h"

#define OUTCOME_ACCOUNTS_MAX 2

/* The result of an order, as of the moment it was decided. */
struct order_outcome {
    const struct refusal *refusal; /* NULL: accepted */
    struct allowance allowance;    /* the limit that decides, as far as it was looked at */
    const struct entry *entry;     /* NULL when refused */
    struct account accounts[OUTCOME_ACCOUNTS_MAX];  /* copies, after it (or before, when refused);
                                                       acting account first */
    struct evaluation turned[OUTCOME_ACCOUNTS_MAX]; /* what of their services follows (E10) */
    size_t account_count;
    struct payment paid;
    struct purchase purchase; /* copy; sequence 0: none */
    struct hold hold;         /* copy; sequence 0: none */
    struct quota_terms quota; /* afterwards, when the entry has a sub-account */
    struct transit transit;   /* copy; id nil: nothing was sent or ended */
    struct cap exceeded;      /* copy; account nil: no cap was exceeded by it, or that was told */
    int64_t previous_limit_micros;
    enum contract_state previous_contract;
};

/* NULL where the order names none, or what it names is not there. */
struct settling {
    const struct order *order;
    int64_t now_us;
    struct account *account;      /* the acting one */
    struct account *counterparty; /* of another chain perhaps; of a transit, its sender */
    struct quota *quota;          /* of the sub-account */
    struct cap *cap;              /* of whose spending it is */
    struct hold *hold;            /* NEEDS_HOLD and so on, of the kind */
    struct purchase *purchase;
    struct credit_line *line;
    struct transit *transit;
    struct relation *relation;
    enum lot_kind lots; /* of what is given, or taken back */

    /* For what was decided. */
    struct facts *facts;
    struct entry *entry;
    struct order_outcome *outcome;
};

#endif
