/* Opening an account for a test as its customer would: sign-up, both contacts, address, currency,
 * company; and what an operator does to it. */
#ifndef BENCH_LOAD_OPENING_H
#define BENCH_LOAD_OPENING_H

#include "bench/load/door.h"
#include "runtime/base/secret.h"

struct opening {
    struct door *door;
    const char *spool;          /* where the codes come */
    const char *operator_token; /* approves the company, gives the money */
    const char *currency;
    int64_t amount_micros; /* that each account is given */
    int64_t patience_ms;   /* for what comes by itself */
};

struct customer {
    char email[64];
    char password[64];
    char phone[20];
    char registration[24]; /* of the company, a legal entity identifier */
    char account[ID_TEXT_SIZE];
    char company[ID_TEXT_SIZE];
    char token[ROSTER_TOKEN_SIZE];
};

/* A new registration number (ISO 17442), or customer, by chance. */
void opening_new_registration(char registration[24]);
void opening_new_customer(struct customer *customer, const char *registration);

/* Logs in: account and token are filled. */
bool opening_log_in(struct task *task, struct door *door, struct customer *customer) must_check;

/* All of it, up to the money. false: one line tells which step was not done. */
bool opening_run(struct task *task, const struct opening *opening,
                 struct customer *customer) must_check;

/* Reads the account's company from the ledger, which may have to hear of it first. */
bool opening_read_company(struct task *task, const struct opening *opening,
                          struct customer *customer) must_check;

#endif
