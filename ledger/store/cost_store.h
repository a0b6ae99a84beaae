/* Sums over usage lines (LED-35, LED-39). */
#ifndef LEDGER_STORE_COST_STORE_H
#define LEDGER_STORE_COST_STORE_H

#include "ledger/domain/cost.h"
#include "ledger/store/usage_record_store.h"

/* A place in the answer. */
struct cost_place {
    const char *keys[COST_KEYS_MAX]; /* "" of a key that was not asked for */
};

struct cost_wanted {
    struct usage_line_filter lines; /* before_us and before_id count for nothing */
    const char *currency;
    const struct cost_question *question;
    const struct cost_calendar *calendars[COST_KEYS_MAX]; /* NULL where a key is no day or month */
    const struct cost_place *after;                       /* NULL: from the first on */
};

/* The total, and one row more than an answer holds, by the reader of ledger_read_costs_row. */
enum failure cost_store_read(struct reader reader, const struct cost_wanted *wanted,
                             struct rows *rows) must_check;

#endif
