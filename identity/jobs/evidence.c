#include "identity/jobs/evidence.h"

#include "identity/store/evidence_store.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"

#define INTERVAL_MS 5000
#define DELETED_AT_ONCE 100

static enum failure delete_one(struct transaction *transaction, void *argument)
{
    const struct evidence_due *due = argument;
    struct evidence_file file;
    bool exists = false;
    int64_t now_us = clock_of_us(due->account_id);
    enum failure failure = evidence_store_lock(transaction, due->evidence_file_id, &file, &exists);
    if (failure != FAILURE_NONE || !exists || file.progress.is_deleted || due->due_us > now_us)
        return failure;
    failure = evidence_store_delete(transaction, &file, now_us);
    return failure != FAILURE_NONE
               ? failure
               : act_append_of_step(transaction, "identity.delete_evidence",
                                    &(struct act){.account_id = file.account_id,
                                                  .object_id = file.evidence_file_id,
                                                  .action = "identity.delete_evidence",
                                                  .tag = "",
                                                  .reason = "",
                                                  .act_us = now_us});
}

static enum failure delete_all_due(struct task *task, void *database)
{
    struct evidence_due *due = NULL;
    size_t count = 0;
    enum failure failure = evidence_store_list_due(reader_of(task, database), clock_foremost_us(),
                                                   DELETED_AT_ONCE, &due, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++)
        failure = database_transact(task, database, ISOLATION_READ_COMMITTED, delete_one, &due[i]);
    return failure;
}

void evidence_start(struct loop *loop, struct database *database)
{
    loop_every(loop, "delete_evidence", INTERVAL_MS, delete_all_due, database);
}
