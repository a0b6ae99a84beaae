/* The parts of the ledger that its rpcs, its batches and its jobs share. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "runtime/database/database.h"
#include "runtime/process/process.h"

struct batcher;
struct account_cache;
struct actor_cache;
struct place_memory;
struct untold;
struct chain_watch;

#define AUDITS_MAX 8

struct ledger {
    struct loop *loop;
    struct database *database; /* for reads, and for what changes outside of batches */
    struct database *batches;  /* for batches and previews */
    struct batcher *batcher;
    struct account_cache *cache;
    struct actor_cache *actors;
    struct place_memory *places;
    struct untold *untold; /* companies with entries that were not told yet */
    struct chain_watch *watch;
    size_t fence_offset; /* of this process's lanes in the fence of freezes */
    int64_t payment_term_us;
    int64_t grace_us; /* services of who was not warned run on so long (settled 12) */
    int64_t credit_line_default_micros;
    struct id audits[AUDITS_MAX]; /* companies under audit; nil stands for an audit of all */
    size_t audit_count;
    size_t runway_watchers;
};

#endif
