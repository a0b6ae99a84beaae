#include "ledger/jobs/hold_sweep.h"

#include "ledger/batch/batcher.h"
#include "ledger/store/history_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"

#define SWEEP_ACCOUNTS_MAX 200

static struct metric oldest_expired = {
    .name = "ledger_hold_oldest_expired_seconds",
    .help = "How long ago the first of the holds expired whose end is not booked.",
    .kind = METRIC_GAUGE,
    .in_us = true};
METRIC_FROM_THE_START(oldest_expired);

static void show_oldest(const struct rows *rows, int64_t now_us)
{
    int64_t first_us = now_us;
    for (size_t row = 0; row < rows->count; row++) {
        int64_t expire_us = ledger_list_expired_holds_row(rows, row).expire_us;
        first_us = expire_us < first_us ? expire_us : first_us;
    }
    metric_set(&oldest_expired, NULL, now_us - first_us);
}

static size_t of_one_company(const struct batch_item *items, size_t count)
{
    size_t same = 1;
    while (same < count && id_equal(items[same].order.company_id, items[0].order.company_id))
        same++;
    return same;
}

/* One company after the other, for the orders of a company share a lane; what fails for one is no
 * reason to leave out the others. */
static enum failure submit(struct task *task, struct ledger *ledger, struct batch_item *items,
                           size_t count)
{
    enum failure failed = FAILURE_NONE;
    for (size_t first = 0, same; first < count; first += same) {
        same = of_one_company(items + first, count - first);
        enum failure failure =
            batcher_submit(task, ledger->batcher, task_arena(task), items + first, same);
        if (failure == FAILURE_NONE)
            failure = items[first].failure;
        if (failure != FAILURE_NONE)
            failed = failure;
    }
    return failed;
}

enum failure hold_sweep(struct task *task, void *context)
{
    struct ledger *ledger = context;
    struct rows rows;
    int64_t now_us = clock_foremost_us();
    enum failure failure = history_store_list_expired_holds(reader_of(task, ledger->database),
                                                            now_us, SWEEP_ACCOUNTS_MAX, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    show_oldest(&rows, now_us);
    if (rows.count == 0)
        return FAILURE_NONE;
    struct batch_item *items = arena_alloc_array(task_arena(task), rows.count, sizeof *items);
    for (size_t row = 0; row < rows.count; row++) {
        struct ledger_list_expired_holds_row found = ledger_list_expired_holds_row(&rows, row);
        items[row].order = (struct order){.kind = ORDER_EXPIRE_HOLD,
                                          .company_id = found.company_id,
                                          .scope_id = found.company_id,
                                          .account_id = found.account_id,
                                          .remark = "",
                                          .tag = ""};
    }
    return submit(task, ledger, items, rows.count);
}
