/* The regular audit's one row: who runs it, and what the last one found. */
#ifndef LEDGER_STORE_AUDIT_RUN_STORE_H
#define LEDGER_STORE_AUDIT_RUN_STORE_H

#include "runtime/database/database.h"

/* How long a run may be silent about its progress before another replica begins anew. */
#define AUDIT_LEASE_US INT64_C(3600000000)

struct audit_run {
    int64_t begun_us;
    int64_t ended_us; /* 0: none has ended yet */
    int64_t companies;
    int64_t findings;
};

/* *claimed false: the last one is younger than interval_us, or another replica has it in hand. */
enum failure audit_run_store_claim(struct reader reader, int64_t now_us, int64_t interval_us,
                                   bool *claimed) must_check;

/* A run by begun_us and its findings so far. *still_ours false: another one began since. */
enum failure audit_run_store_keep(struct reader reader, const struct audit_run *run, int64_t now_us,
                                  bool *still_ours) must_check;
enum failure audit_run_store_end(struct reader reader, const struct audit_run *run) must_check;

enum failure audit_run_store_read(struct reader reader, struct audit_run *run) must_check;

#endif
