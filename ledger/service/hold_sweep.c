#include "ledger/service/hold_sweep.h"

#include "ledger/service/batcher.h"
#include "ledger/store/history_store.h"
#include "runtime/base/clock.h"

#define SWEEP_ACCOUNTS_MAX 200

enum failure hold_sweep(struct task *task, void *context)
{
    struct ledger *ledger = context;
    struct rows rows;
    enum failure failure = history_store_list_expired_holds(task, ledger->database, clock_now_us(), SWEEP_ACCOUNTS_MAX, &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct batch_item *items = arena_alloc_array(task_arena(task), rows.count, sizeof *items);
    if (items == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t row = 0; row < rows.count; row++)
        items[row].order = (struct order){.kind = ORDER_HOLD_EXPIRE, .company_id = row_id(&rows, row, 0), .account_id = row_id(&rows, row,
            1), .remark = "", .tag = ""};
    failure = batcher_submit(task, ledger->batcher, task_arena(task), items, rows.count);
    return failure != FAILURE_NONE ? failure : items[0].failure;
}
