#include "ledger/store/freeze_store.h"

#include "ledger/store/queries.h"

enum failure freeze_store_raise(struct reader reader, int64_t epoch)
{
    return ledger_raise_freeze_fence_alone(
        reader, &(struct ledger_raise_freeze_fence){.epoch = epoch}, NULL);
}
