/* The questions of facts_store_read.c, asked in one round trip, and how their rows become facts. */
#ifndef LEDGER_STORE_FACTS_ANSWERS_H
#define LEDGER_STORE_FACTS_ANSWERS_H

#include "ledger/store/cap_store.h"
#include "ledger/store/facts_keys.h"
#include "ledger/store/facts_store.h"
#include "ledger/store/quota_store.h"

/* The answers of the one round trip, in the order of the questions. */
struct answers {
    struct rows accounts, lines, chains, requests, request_entries, spendable, last, source, bills,
        holds, expired, purchases, purchase_lots, transits, transit_lots, relations, caps, fence;
    struct quota_answers quotas;
};

/* Sends every question whose keys are not empty, and takes the answers. */
void facts_ask(struct pipeline *pipeline, const struct fact_keys *keys,
               const struct facts_reading *reading, struct answers *answers);

enum failure facts_read_chains(struct facts *facts, struct arena *arena,
                               const struct rows *rows) must_check;
enum failure facts_read_credit_lines(struct facts *facts, struct arena *arena,
                                     const struct fact_keys *keys, const struct rows *rows,
                                     int64_t default_micros) must_check;
enum failure facts_read_requests(struct facts_reading *reading, struct arena *arena,
                                 const struct answers *answers) must_check;

enum failure facts_read_relations(struct facts *facts, struct arena *arena,
                                  const struct rows *rows) must_check;

/* How many lots or bills are read of an account: one more than an order may touch, or as many as
 * most need. */
int64_t facts_lots_limit(bool deep);
int64_t facts_bills_limit(bool deep);

/* Lots, bills, holds and purchases; the accounts are there, and room for all. */
void facts_read_rows(struct facts *facts, const struct fact_keys *keys, bool deep,
                     const struct answers *answers);

void facts_copy_currency(char currency[4], const char *text);

#endif
