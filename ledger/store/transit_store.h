/* Money that is under way between two chains, of all companies. */
#ifndef LEDGER_STORE_TRANSIT_STORE_H
#define LEDGER_STORE_TRANSIT_STORE_H

#include "ledger/domain/facts.h"
#include "runtime/database/database.h"

struct transits_wanted {
    struct id after_id;
    int64_t sent_before_us;
    size_t limit;
};

/* By their ids; lent by the task's arena. */
struct transits {
    struct transit *items;
    size_t count;
};
enum failure transit_store_list(struct reader reader, const struct transits_wanted *wanted,
                                struct transits *transits) must_check;

#endif
