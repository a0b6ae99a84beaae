#include "payments/store/freeze_store.h"

#include "payments/store/queries.h"

enum failure freeze_store_share(struct transaction *transaction, int64_t *fence_epoch)
{
    struct rows rows;
    enum failure failure = payments_freeze_fence_share(transaction, NULL);
    if (failure == FAILURE_NONE)
        failure = payments_freeze_fence_read(transaction, &rows);
    if (failure == FAILURE_NONE)
        *fence_epoch = payments_freeze_fence_read_row(&rows, 0).epoch;
    return failure;
}

static enum failure lock_and_raise(struct transaction *transaction, void *argument)
{
    const int64_t *epoch = argument;
    enum failure failure = payments_freeze_fence_lock(transaction, NULL);
    return failure == FAILURE_NONE
               ? payments_freeze_fence_raise(
                     transaction, &(struct payments_freeze_fence_raise){.epoch = *epoch}, NULL)
               : failure;
}

enum failure freeze_store_raise(struct reader reader, int64_t epoch)
{
    return database_transact(reader.task, reader.database, ISOLATION_READ_COMMITTED, lock_and_raise,
                             &epoch);
}
