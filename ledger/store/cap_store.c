#include "ledger/store/cap_store.h"

#include "ledger/domain/purchase.h"
#include "ledger/store/queries.h"

static void ask(struct pipeline *pipeline, const struct ledger_read_caps *wanted, bool lock)
{
    pipeline_sent(pipeline, lock ? ledger_lock_caps_send(pipeline->transaction, wanted)
                                 : ledger_read_caps_send(pipeline->transaction, wanted));
}

void cap_store_ask(struct pipeline *pipeline, const struct fact_keys *keys, bool lock)
{
    const struct ledger_read_caps wanted = {
        .company_ids = {keys->consumers.companies, keys->consumers.count},
        .account_ids = {keys->consumers.accounts, keys->consumers.count}};
    if (keys->consumers.count > 0)
        ask(pipeline, &wanted, lock);
}

static struct cap cap_from_row(const struct ledger_read_caps_row *row)
{
    return (struct cap){.account_id = row->account_id,
                        .chain_id = row->company_id,
                        .limits = {[CAP_OWN] = {row->own_is_set, row->own_micros},
                                   [CAP_ABOVE] = {row->above_is_set, row->above_micros}},
                        .month_start_us = row->month_start_us,
                        .month_end_us = row->month_end_us,
                        .spent_micros = row->spent_micros,
                        .reserved_micros = row->reserved_micros,
                        .exceeded_told = row->exceeded_told};
}

static bool is_known(const struct facts *facts, struct id account_id)
{
    for (size_t i = 0; i < facts->cap_count; i++)
        if (id_equal(facts->caps[i].account_id, account_id))
            return true;
    return false;
}

/* Each once, whatever chains it was asked for in. */
static void take_rows(struct facts *facts, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct ledger_read_caps_row row = ledger_read_caps_row(rows, i);
        struct account *account = facts_account(facts, row.account_id);
        if (account != NULL)
            account->uncapped = false;
        if (!is_known(facts, row.account_id) && facts->cap_count < facts->cap_count_max)
            facts->caps[facts->cap_count++] = cap_from_row(&row);
    }
}

static void note_asked(struct facts *facts, const struct id *asked, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct account *account = facts_account(facts, asked[i]);
        if (account != NULL)
            account->uncapped = true;
    }
}

/* Whose spending a row is, that may have a cap that was not asked for. */
struct late_consumers {
    struct id *companies, *accounts;
    size_t count;
};

static void add_late(struct late_consumers *late, const struct facts *facts,
                     const struct fact_keys *keys, const struct account *account,
                     struct id sub_account_id)
{
    struct id consumer_id = id_is_nil(sub_account_id) ? account->id : sub_account_id;
    bool is_asked =
        (id_is_nil(sub_account_id) && account->uncapped) || is_known(facts, consumer_id);
    for (size_t i = 0; i < keys->consumers.count && !is_asked; i++)
        is_asked = id_equal(keys->consumers.accounts[i], consumer_id);
    for (size_t i = 0; i < late->count && !is_asked; i++)
        is_asked = id_equal(late->accounts[i], consumer_id);
    if (is_asked)
        return;
    late->companies[late->count] = account->company_id;
    late->accounts[late->count++] = consumer_id;
}

static struct late_consumers find_late(const struct facts *facts, const struct fact_keys *keys,
                                       struct columns *columns)
{
    struct late_consumers late = {.companies = columns_ids(columns),
                                  .accounts = columns_ids(columns)};
    for (size_t i = 0; i < facts->hold_count; i++)
        add_late(&late, facts, keys, facts->holds[i].account, facts->holds[i].sub_account_id);
    for (size_t i = 0; i < facts->purchase_count; i++) {
        const struct purchase *purchase = &facts->purchases[i];
        static const struct id nobody;
        add_late(&late, facts, keys, purchase->account,
                 purchase->quota != NULL ? purchase->quota->sub_account_id : nobody);
    }
    return late;
}

static void read_late(struct pipeline *pipeline, const struct fact_keys *keys, bool lock,
                      struct facts *facts)
{
    struct columns columns;
    struct rows rows;
    if (!pipeline_begin_columns(pipeline, &columns, facts->hold_count + facts->purchase_count, 2,
                                0))
        return;
    struct late_consumers late = find_late(facts, keys, &columns);
    if (late.count == 0)
        return;
    ask(pipeline,
        &(struct ledger_read_caps){.company_ids = {late.companies, late.count},
                                   .account_ids = {late.accounts, late.count}},
        lock);
    pipeline_receive(pipeline, &rows);
    if (pipeline->failure != FAILURE_NONE)
        return;
    note_asked(facts, late.accounts, late.count);
    take_rows(facts, &rows);
}

/* Only where a cap asks: a refund of what counts for none needs no month. */
static void read_months(struct pipeline *pipeline, struct facts *facts)
{
    struct columns columns;
    struct rows rows;
    size_t count = 0;
    if (!pipeline_begin_columns(pipeline, &columns, facts->purchase_count, 1, 1))
        return;
    struct id *companies = columns_ids(&columns);
    int64_t *sequences = columns_int64s(&columns);
    for (size_t i = 0; i < facts->purchase_count; i++) {
        const struct purchase *purchase = &facts->purchases[i];
        if (purchase_cap(facts, purchase) == NULL)
            continue;
        companies[count] = purchase->chain_id;
        sequences[count++] = purchase->sequence;
    }
    if (count == 0)
        return;
    pipeline_sent(pipeline, ledger_read_counted_purchases_send(
                                pipeline->transaction, &(struct ledger_read_counted_purchases){
                                                           .company_ids = {companies, count},
                                                           .sequences = {sequences, count}}));
    pipeline_receive(pipeline, &rows);
    for (size_t i = 0; pipeline->failure == FAILURE_NONE && i < rows.count; i++) {
        struct ledger_read_counted_purchases_row row = ledger_read_counted_purchases_row(&rows, i);
        struct purchase *purchase =
            facts_purchase(facts, row.company_id, entry_id(row.company_id, row.sequence));
        if (purchase != NULL)
            purchase->counted_us = row.counted_us;
    }
}

enum failure cap_store_read(struct pipeline *pipeline, const struct fact_keys *keys,
                            const struct rows *rows, bool lock, struct facts *facts)
{
    facts->cap_count_max = rows->count + facts->hold_count + facts->purchase_count;
    facts->caps = arena_try_alloc_array(transaction_arena(pipeline->transaction),
                                        facts->cap_count_max, sizeof *facts->caps);
    if (facts->caps == NULL)
        return FAILURE_EXHAUSTED;
    note_asked(facts, keys->consumers.accounts, keys->consumers.count);
    take_rows(facts, rows);
    read_late(pipeline, keys, lock, facts);
    if (facts->cap_count > 0)
        read_months(pipeline, facts);
    return pipeline->failure;
}

void cap_store_keep(struct pipeline *pipeline, const struct facts *facts)
{
    struct columns columns;
    size_t count = 0, row = 0;
    for (size_t i = 0; i < facts->cap_count; i++)
        count += facts->caps[i].changed;
    if (!pipeline_begin_columns(pipeline, &columns, count, 1, 5))
        return;
    struct id *accounts = columns_ids(&columns);
    int64_t *starts = columns_int64s(&columns), *ends = columns_int64s(&columns),
            *spent = columns_int64s(&columns), *reserved = columns_int64s(&columns);
    bool *told = columns_bools(&columns);
    for (size_t i = 0; i < facts->cap_count; i++) {
        const struct cap *cap = &facts->caps[i];
        if (!cap->changed)
            continue;
        accounts[row] = cap->account_id;
        starts[row] = cap->month_start_us;
        ends[row] = cap->month_end_us;
        spent[row] = cap->spent_micros;
        reserved[row] = cap->reserved_micros;
        told[row++] = cap->exceeded_told;
    }
    pipeline_note(pipeline, ledger_keep_counted_caps_send_silently(
                                pipeline->transaction, &(struct ledger_keep_counted_caps){
                                                           .account_ids = {accounts, count},
                                                           .month_start_us = {starts, count},
                                                           .month_end_us = {ends, count},
                                                           .spent_micros = {spent, count},
                                                           .reserved_micros = {reserved, count},
                                                           .exceeded_told = {told, count}}));
}

static void take_one(const struct rows *rows, struct id account_id, struct cap *cap, bool *found)
{
    *cap = (struct cap){.account_id = account_id};
    *found = rows->count > 0;
    if (*found) {
        struct ledger_read_caps_row row = ledger_read_caps_row(rows, 0);
        *cap = cap_from_row(&row);
    }
}

enum failure cap_store_find(struct reader reader, struct id account_id, struct cap *cap,
                            bool *found)
{
    struct rows rows = {.count = 0};
    enum failure failure =
        ledger_read_caps_alone(reader,
                               &(struct ledger_read_caps){.company_ids = {&account_id, 1},
                                                          .account_ids = {&account_id, 1}},
                               &rows);
    take_one(&rows, account_id, cap, found);
    return failure;
}

enum failure cap_store_lock(struct transaction *transaction, struct id account_id, struct cap *cap,
                            bool *found)
{
    struct rows rows = {.count = 0};
    enum failure failure = ledger_lock_payers(
        transaction, &(struct ledger_lock_payers){.sub_account_id = account_id}, NULL);
    if (failure == FAILURE_NONE)
        failure = ledger_lock_caps(transaction,
                                   &(struct ledger_read_caps){.company_ids = {&account_id, 1},
                                                              .account_ids = {&account_id, 1}},
                                   &rows);
    take_one(&rows, account_id, cap, found);
    return failure;
}

enum failure cap_store_count(struct transaction *transaction, struct cap *cap)
{
    struct rows rows;
    enum failure failure =
        ledger_count_cap(transaction,
                         &(struct ledger_count_cap){.account_id = cap->account_id,
                                                    .month_start_us = cap->month_start_us},
                         &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_count_cap_row row = ledger_count_cap_row(&rows, 0);
    cap->spent_micros = row.spent_micros;
    cap->reserved_micros = row.reserved_micros;
    return FAILURE_NONE;
}

enum failure cap_store_set(struct transaction *transaction, const struct cap *cap)
{
    if (!cap_is_set(cap))
        return ledger_remove_cap(transaction,
                                 &(struct ledger_remove_cap){.account_id = cap->account_id}, NULL);
    return ledger_keep_cap(transaction,
                           &(struct ledger_keep_cap){.account_id = cap->account_id,
                                                     .own_is_set = cap->limits[CAP_OWN].is_set,
                                                     .own_micros = cap->limits[CAP_OWN].micros,
                                                     .above_is_set = cap->limits[CAP_ABOVE].is_set,
                                                     .above_micros = cap->limits[CAP_ABOVE].micros,
                                                     .month_start_us = cap->month_start_us,
                                                     .month_end_us = cap->month_end_us,
                                                     .spent_micros = cap->spent_micros,
                                                     .reserved_micros = cap->reserved_micros,
                                                     .exceeded_told = cap->exceeded_told},
                           NULL);
}

enum failure cap_store_end_month(struct transaction *transaction, struct id account_id,
                                 int64_t now_us, int64_t end_us)
{
    return ledger_move_cap_month_end(transaction,
                                     &(struct ledger_move_cap_month_end){.account_id = account_id,
                                                                         .now_us = now_us,
                                                                         .month_end_us = end_us},
                                     NULL);
}
