/* A batch of records: read off the wire, judged one by one, kept together. */
#ifndef LEDGER_SERVICE_USAGE_BATCH_H
#define LEDGER_SERVICE_USAGE_BATCH_H

#include "ledger/ledger.h"
#include "ledger/store/usage_record_store.h"
#include "ledger/v1/usage_record.pb-c.h"

struct usage_batch {
    struct usage_told *told; /* in the order in which they came */
    size_t count;
};

/* In the arena; texts are borrowed from the messages. */
enum failure usage_batch_read(struct arena *arena, Ledger__V1__UsageRecord *const *messages,
                              size_t count, struct usage_batch *batch) must_check;

/* Each has its verdict then, and those that were taken are kept. FAILURE_INDEFINITE: the same
 * records tell what was done. */
enum failure usage_batch_keep(struct task *task, struct ledger *ledger,
                              struct usage_batch *batch) must_check;

#endif
