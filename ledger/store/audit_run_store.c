#include "ledger/store/audit_run_store.h"

#include "ledger/store/queries.h"

enum failure audit_run_store_claim(struct reader reader, int64_t now_us, int64_t interval_us,
                                   bool *claimed)
{
    struct rows rows;
    enum failure failure = ledger_audit_run_claim_alone(
        reader,
        &(struct ledger_audit_run_claim){.now_us = now_us,
                                         .ended_before_us = now_us - interval_us,
                                         .lease_us = now_us + AUDIT_LEASE_US},
        &rows);
    *claimed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure audit_run_store_keep(struct reader reader, const struct audit_run *run, int64_t now_us,
                                  bool *still_ours)
{
    struct rows rows;
    enum failure failure = ledger_audit_run_keep_alone(
        reader,
        &(struct ledger_audit_run_keep){.begun_us = run->begun_us,
                                        .lease_us = now_us + AUDIT_LEASE_US,
                                        .findings = run->findings},
        &rows);
    *still_ours = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure audit_run_store_end(struct reader reader, const struct audit_run *run)
{
    struct rows rows;
    return ledger_audit_run_end_alone(reader,
                                      &(struct ledger_audit_run_end){.begun_us = run->begun_us,
                                                                     .ended_us = run->ended_us,
                                                                     .companies = run->companies,
                                                                     .findings = run->findings},
                                      &rows);
}

enum failure audit_run_store_read(struct reader reader, struct audit_run *run)
{
    struct rows rows;
    enum failure failure = ledger_audit_run_read_alone(reader, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_audit_run_read_row row = ledger_audit_run_read_row(&rows, 0);
    *run = (struct audit_run){row.begun_us, row.ended_us, row.companies, row.findings};
    return FAILURE_NONE;
}
