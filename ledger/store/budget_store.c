#include "ledger/store/budget_store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/store/queries.h"

/* The newest BUDGETS_MAX, which are all that an account has. */
static struct ledger_list_budgets all_of(struct id account_id)
{
    struct ledger_list_budgets wanted = {.account_id = account_id, .limit = BUDGETS_MAX};
    memset(&wanted.before_id, 0xff, sizeof wanted.before_id);
    return wanted;
}

/* Numbers with a space between; of a row that nobody made, none. */
static void read_thresholds(const char *text, struct budget *budget)
{
    char *end;
    for (const char *at = text; *at != '\0'; at = end) {
        int64_t ppm = strtoll(at, &end, 10);
        if (end == at || budget->threshold_count >= BUDGET_THRESHOLDS_MAX) {
            budget->threshold_count = 0;
            return;
        }
        budget->thresholds_ppm[budget->threshold_count++] = ppm;
    }
}

static const char *write_thresholds(struct arena *arena, const struct budget *budget)
{
    const char *text = "";
    for (size_t i = 0; i < budget->threshold_count; i++)
        text =
            arena_printf(arena, "%s%s%" PRId64, text, i > 0 ? " " : "", budget->thresholds_ppm[i]);
    return text;
}

static struct budget from_row(struct ledger_lock_budget_row row)
{
    struct budget budget = {.budget_id = row.budget_id,
                            .account_id = row.account_id,
                            .name = row.name,
                            .amount_micros = row.amount_micros,
                            .period = (enum budget_period)row.period,
                            .basis = (enum budget_basis)row.basis,
                            .of_cap = row.of_cap,
                            .period_start_us = row.period_start_us,
                            .fired_ppm = row.fired_ppm,
                            .looked_us = row.looked_us,
                            .version = row.version,
                            .created_us = row.create_us,
                            .changed_us = row.change_us};
    read_thresholds(row.thresholds, &budget);
    return budget;
}

/* A row that no rule makes is a failure. */
static enum failure take(struct arena *arena, const struct rows *rows, struct budget_list *list)
{
    list->items = arena_alloc_array(arena, rows->count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows->count; list->count++) {
        list->items[list->count] = from_row(ledger_lock_budget_row(rows, list->count));
        if (!budget_agrees(&list->items[list->count]))
            return FAILURE_INTERNAL;
    }
    return FAILURE_NONE;
}

enum failure budget_store_list(struct reader reader, const struct budget_page *page,
                               struct budget_list *list)
{
    struct rows rows;
    enum failure failure =
        ledger_list_budgets_alone(reader,
                                  &(struct ledger_list_budgets){.account_id = page->account_id,
                                                                .before_id = page->before_id,
                                                                .limit = (int64_t)page->limit},
                                  &rows);
    return failure == FAILURE_NONE ? take(reader_arena(reader), &rows, list) : failure;
}

enum failure budget_store_read(struct reader reader, struct id account_id, struct budget_list *list)
{
    struct rows rows;
    const struct ledger_list_budgets wanted = all_of(account_id);
    enum failure failure = ledger_list_budgets_alone(reader, &wanted, &rows);
    return failure == FAILURE_NONE ? take(reader_arena(reader), &rows, list) : failure;
}

enum failure budget_store_read_locked(struct transaction *transaction, struct id account_id,
                                      struct budget_list *list)
{
    struct rows rows;
    const struct ledger_list_budgets wanted = all_of(account_id);
    enum failure failure = ledger_list_budgets(transaction, &wanted, &rows);
    return failure == FAILURE_NONE ? take(transaction_arena(transaction), &rows, list) : failure;
}

enum failure budget_store_insert(struct transaction *transaction, const struct budget *budget)
{
    return ledger_insert_budget(
        transaction,
        &(struct ledger_insert_budget){.account_id = budget->account_id,
                                       .budget_id = budget->budget_id,
                                       .name = budget->name,
                                       .amount_micros = budget->amount_micros,
                                       .period = (int64_t)budget->period,
                                       .basis = (int64_t)budget->basis,
                                       .thresholds =
                                           write_thresholds(transaction_arena(transaction), budget),
                                       .of_cap = budget->of_cap,
                                       .create_us = budget->created_us},
        NULL);
}

enum failure budget_store_lock(struct transaction *transaction, struct id account_id,
                               struct id budget_id, struct budget *budget, bool *found)
{
    struct rows rows;
    *found = false;
    enum failure failure =
        ledger_lock_budget(transaction, &(struct ledger_lock_budget){account_id, budget_id}, &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    *budget = from_row(ledger_lock_budget_row(&rows, 0));
    *found = true;
    return budget_agrees(budget) ? FAILURE_NONE : FAILURE_INTERNAL;
}

enum failure budget_store_update(struct transaction *transaction, const struct budget *budget)
{
    return ledger_update_budget(
        transaction,
        &(struct ledger_update_budget){.account_id = budget->account_id,
                                       .budget_id = budget->budget_id,
                                       .amount_micros = budget->amount_micros,
                                       .thresholds =
                                           write_thresholds(transaction_arena(transaction), budget),
                                       .of_cap = budget->of_cap,
                                       .fired_ppm = budget->fired_ppm,
                                       .change_us = budget->changed_us},
        NULL);
}

enum failure budget_store_delete(struct transaction *transaction, struct id account_id,
                                 struct id budget_id)
{
    return ledger_delete_budget(transaction, &(struct ledger_delete_budget){account_id, budget_id},
                                NULL);
}

enum failure budget_store_keep_look(struct transaction *transaction, const struct budget *budget,
                                    bool *kept)
{
    struct rows rows;
    enum failure failure = ledger_keep_budget_look(
        transaction,
        &(struct ledger_keep_budget_look){.account_id = budget->account_id,
                                          .budget_id = budget->budget_id,
                                          .version = budget->version,
                                          .period_start_us = budget->period_start_us,
                                          .fired_ppm = budget->fired_ppm,
                                          .now_us = budget->looked_us},
        &rows);
    *kept = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure budget_store_list_chains(struct reader reader, struct id after_id, size_t limit,
                                      struct unbudgeted_chain **chains, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_unbudgeted_alone(
        reader,
        &(struct ledger_list_unbudgeted){.after_company_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *chains = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **chains);
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_unbudgeted_row row = ledger_list_unbudgeted_row(&rows, i);
        (*chains)[i] =
            (struct unbudgeted_chain){row.company_id, row.budget_length, row.folded_length};
    }
    return FAILURE_NONE;
}

enum failure budget_store_list_accounts(struct reader reader,
                                        const struct unbudgeted_chain *stretch,
                                        struct id **account_ids, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_budgeted_of_stretch_alone(
        reader,
        &(struct ledger_list_budgeted_of_stretch){.company_id = stretch->company_id,
                                                  .after_sequence = stretch->budget_length,
                                                  .to_sequence = stretch->folded_length},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *account_ids = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **account_ids);
    for (size_t i = 0; i < rows.count; i++)
        (*account_ids)[i] = ledger_list_budgeted_of_stretch_row(&rows, i).account_id;
    return FAILURE_NONE;
}

enum failure budget_store_note(struct reader reader, const struct unbudgeted_chain *stretch)
{
    return ledger_note_budgeted_alone(
        reader,
        &(struct ledger_note_budgeted){.company_id = stretch->company_id,
                                       .budget_length = stretch->budget_length,
                                       .length = stretch->folded_length},
        NULL);
}

enum failure budget_store_list_due(struct reader reader, int64_t before_us, size_t limit,
                                   struct budgeted_account **accounts, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_due_budgets_alone(
        reader,
        &(struct ledger_list_due_budgets){.looked_before_us = before_us, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *accounts = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **accounts);
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_due_budgets_row row = ledger_list_due_budgets_row(&rows, i);
        (*accounts)[i] = (struct budgeted_account){row.company_id, row.account_id};
    }
    return FAILURE_NONE;
}
