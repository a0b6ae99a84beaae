#include "payments/store/freeze_store.h"

#include "payments/store/queries.h"

enum failure freeze_store_share(struct transaction *transaction, int64_t *fence_epoch)
{
    struct rows rows;
    enum failure failure = payments_freeze_fence_share(transaction, &rows);
    if (failure == FAILURE_NONE)
        *fence_epoch = payments_freeze_fence_share_row(&rows, 0).epoch;
    return failure;
}

enum failure freeze_store_raise(struct reader reader, int64_t epoch)
{
    return payments_freeze_fence_raise_alone(
        reader, &(struct payments_freeze_fence_raise){.epoch = epoch}, NULL);
}
