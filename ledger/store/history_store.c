#include "ledger/store/history_store.h"

#include <assert.h>
#include <string.h>

#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"

/* An account that only says whose a row is; lent by the task's arena. */
static struct account *account_stub(struct task *task, struct id company_id, struct id account_id,
                                    const char *currency)
{
    struct account *account = arena_alloc(task_arena(task), sizeof *account);
    account->company_id = company_id;
    account->id = account_id;
    memcpy(account->currency, currency, strnlen(currency, 3));
    return account;
}

struct purchase_found purchase_from_row(struct task *task, const struct history_filter *of,
                                        int64_t sequence,
                                        const struct ledger_find_purchase_row *row)
{
    struct purchase_found found = {
        .purchase = {.account = account_stub(task, of->company_id, of->account_id, row->currency),
                     .chain_id = of->company_id,
                     .sequence = sequence,
                     .amount_micros = row->amount_micros,
                     .paid = {.transferred_in_micros = row->paid_transferred_in_micros,
                              .own_micros = row->paid_own_micros,
                              .refund_credit_micros = row->paid_refund_credit_micros,
                              .credit_micros = row->paid_credit_micros},
                     .refunded = {.transferred_in_micros = row->refunded_transferred_in_micros,
                                  .own_micros = row->refunded_own_micros,
                                  .refund_credit_micros = row->refunded_refund_credit_micros,
                                  .credit_micros = row->refunded_credit_micros},
                     .recorded_us = row->recorded_us},
        .remark = row->remark,
        .tag = row->tag};
    if (row->has_counterparty_id) {
        struct quota *quota = arena_alloc(task_arena(task), sizeof *quota);
        *quota = (struct quota){.sub_account_id = row->counterparty_id};
        found.purchase.quota = quota;
    }
    return found;
}

enum failure history_store_find_purchase(struct reader reader, struct id company_id,
                                         struct id account_id, int64_t sequence,
                                         struct purchase_found *found)
{
    const struct history_filter of = {.company_id = company_id, .account_id = account_id};
    struct rows rows;
    *found = (struct purchase_found){.remark = "", .tag = ""};
    enum failure failure = ledger_find_purchase_alone(
        reader,
        &(struct ledger_find_purchase){
            .company_id = company_id, .sequence = sequence, .account_id = account_id},
        &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct ledger_find_purchase_row row = ledger_find_purchase_row(&rows, 0);
    *found = purchase_from_row(reader.task, &of, sequence, &row);
    return FAILURE_NONE;
}

enum failure history_store_list_purchases(struct reader reader, const struct history_filter *filter,
                                          struct rows *rows)
{
    return ledger_list_purchases_alone(
        reader,
        &(struct ledger_list_purchases){.company_id = filter->company_id,
                                        .account_id = filter->account_id,
                                        .before_sequence = filter->before_sequence,
                                        .after_sequence = filter->after_sequence,
                                        .look_max = HISTORY_LOOK_MAX,
                                        .limit = (int64_t)filter->limit,
                                        .sub_account_id = filter->sub_account_id,
                                        .tag = filter->tag,
                                        .remark_contains = filter->remark_contains,
                                        .effective_start_us = filter->effective_start_us,
                                        .effective_end_us = filter->effective_end_us},
        rows);
}

struct hold hold_from_row(struct task *task, const struct history_filter *of, int64_t sequence,
                          const struct ledger_find_hold_row *row)
{
    return (struct hold){.account =
                             account_stub(task, of->company_id, of->account_id, row->currency),
                         .sequence = sequence,
                         .state = (enum hold_state)row->state,
                         .amount_micros = row->amount_micros,
                         .captured_micros = row->captured_micros,
                         .expire_us = row->expire_us,
                         .placed_us = row->placed_us,
                         .sub_account_id = row->sub_account_id};
}

enum failure history_store_find_hold(struct reader reader, struct id company_id,
                                     struct id account_id, int64_t sequence, struct hold *hold)
{
    const struct history_filter of = {.company_id = company_id, .account_id = account_id};
    struct rows rows;
    *hold = (struct hold){0};
    enum failure failure = ledger_find_hold_alone(
        reader,
        &(struct ledger_find_hold){
            .company_id = company_id, .sequence = sequence, .account_id = account_id},
        &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct ledger_find_hold_row row = ledger_find_hold_row(&rows, 0);
    *hold = hold_from_row(reader.task, &of, sequence, &row);
    return FAILURE_NONE;
}

enum failure history_store_list_holds(struct reader reader, const struct history_filter *filter,
                                      int64_t now_us, struct rows *rows)
{
    return ledger_list_holds_alone(
        reader,
        &(struct ledger_list_holds){.company_id = filter->company_id,
                                    .account_id = filter->account_id,
                                    .before_sequence = filter->before_sequence,
                                    .after_sequence = filter->after_sequence,
                                    .look_max = HISTORY_LOOK_MAX,
                                    .limit = (int64_t)filter->limit,
                                    .state = filter->state,
                                    .tag = filter->tag,
                                    .remark_contains = filter->remark_contains,
                                    .sub_account_id = filter->sub_account_id,
                                    .now_us = now_us},
        rows);
}

enum failure history_store_sum_holds(struct reader reader, struct id company_id,
                                     struct id account_id, int64_t now_us,
                                     struct active_holds *active)
{
    struct rows rows;
    enum failure failure = ledger_sum_active_holds_alone(
        reader,
        &(struct ledger_sum_active_holds){
            .company_id = company_id, .account_id = account_id, .now_us = now_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_sum_active_holds_row row = ledger_sum_active_holds_row(&rows, 0);
    *active = (struct active_holds){row.active, row.set_aside_micros};
    return FAILURE_NONE;
}

enum failure history_store_list_bills(struct reader reader, const struct bill_filter *filter,
                                      struct rows *rows)
{
    return ledger_list_bills_alone(
        reader,
        &(struct ledger_list_bills){.company_id = filter->company_id,
                                    .account_id = filter->account_id,
                                    .before_due_us = filter->before_due_us,
                                    .before_sequence = filter->before_sequence,
                                    .start_us = filter->start_us,
                                    .end_us = filter->end_us,
                                    .state = filter->state,
                                    .tag = filter->tag,
                                    .remark_contains = filter->remark_contains,
                                    .look_max = HISTORY_LOOK_MAX,
                                    .limit = (int64_t)filter->limit},
        rows);
}

enum failure history_store_find_transfer(struct reader reader, struct id company_id,
                                         struct id account_id, int64_t sequence, struct rows *rows)
{
    return ledger_find_transfer_alone(reader,
                                      &(struct ledger_find_transfer){.company_id = company_id,
                                                                     .sequence = sequence,
                                                                     .account_id = account_id},
                                      rows);
}

enum failure history_store_list_transfers(struct reader reader, const struct history_filter *filter,
                                          struct rows *rows)
{
    return ledger_list_transfers_alone(
        reader,
        &(struct ledger_list_transfers){.company_id = filter->company_id,
                                        .account_id = filter->account_id,
                                        .before_sequence = filter->before_sequence,
                                        .limit = (int64_t)filter->limit,
                                        .counterparty_id = filter->counterparty_id,
                                        .tag = filter->tag,
                                        .remark_contains = filter->remark_contains,
                                        .after_sequence = filter->after_sequence,
                                        .look_max = HISTORY_LOOK_MAX,
                                        .effective_start_us = filter->effective_start_us,
                                        .effective_end_us = filter->effective_end_us},
        rows);
}

/* Without a filter every posting matches: no more is looked at than is listed. */
static int64_t look(const struct history_filter *filter)
{
    bool all_match = filter->kind == 0 && id_is_nil(filter->counterparty_id) &&
                     filter->tag[0] == '\0' && filter->remark_contains[0] == '\0' &&
                     filter->effective_start_us == 0 && filter->effective_end_us == 0;
    return all_match ? (int64_t)filter->limit : HISTORY_LOOK_MAX;
}

enum failure history_store_list_postings(struct reader reader, const struct history_filter *filter,
                                         struct rows *rows)
{
    return ledger_list_postings_alone(
        reader,
        &(struct ledger_list_postings){.company_id = filter->company_id,
                                       .account_id = filter->account_id,
                                       .before_sequence = filter->before_sequence,
                                       .before_book = filter->before_book,
                                       .limit = (int64_t)filter->limit,
                                       .kind = filter->kind,
                                       .counterparty_id = filter->counterparty_id,
                                       .tag = filter->tag,
                                       .remark_contains = filter->remark_contains,
                                       .after_sequence = filter->after_sequence,
                                       .look_max = look(filter),
                                       .book = filter->book,
                                       .effective_start_us = filter->effective_start_us,
                                       .effective_end_us = filter->effective_end_us},
        rows);
}

enum failure history_store_list_open_lots(struct reader reader,
                                          const struct history_stretch *stretch, struct rows *rows)
{
    return ledger_list_open_lots_alone(
        reader,
        &(struct ledger_list_open_lots){.company_id = stretch->company_id,
                                        .account_id = stretch->account_id,
                                        .after_sequence = stretch->after_sequence,
                                        .source_account_id = stretch->source_id,
                                        .limit = stretch->count},
        rows);
}

enum failure history_store_list_changes(struct reader reader, const struct history_stretch *stretch,
                                        struct rows *rows)
{
    return ledger_list_changes_alone(
        reader,
        &(struct ledger_list_changes){.company_id = stretch->company_id,
                                      .after_sequence = stretch->after_sequence,
                                      .account_id = stretch->account_id,
                                      .span = stretch->count},
        rows);
}

enum failure history_store_chain_length(struct reader reader, struct id company_id, int64_t *length)
{
    struct rows rows;
    enum failure failure = ledger_read_chain_length_alone(
        reader, &(struct ledger_read_chain_length){.company_id = company_id}, &rows);
    *length = failure == FAILURE_NONE && rows.count == 1
                  ? ledger_read_chain_length_row(&rows, 0).length
                  : 0;
    return failure;
}

enum failure history_store_count_before(struct reader reader, struct id company_id,
                                        int64_t moment_us, int64_t *count)
{
    struct rows rows;
    enum failure failure = ledger_count_entries_before_alone(
        reader,
        &(struct ledger_count_entries_before){.company_id = company_id, .moment_us = moment_us},
        &rows);
    *count = failure == FAILURE_NONE && rows.count == 1
                 ? ledger_count_entries_before_row(&rows, 0).low
                 : 0;
    return failure;
}

/* Rows of read_balance_as_of beside those of the books, which begin with 1. */
enum { OF_CREDIT_LIMIT = -1, OF_FROZEN = 0 };

enum failure history_store_read_past(struct reader reader, int64_t as_of_us,
                                     struct account *account)
{
    struct rows rows;
    enum failure failure = ledger_read_balance_as_of_alone(
        reader,
        &(struct ledger_read_balance_as_of){
            .company_id = account->company_id, .account_id = account->id, .as_of_us = as_of_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_read_balance_as_of_row row = ledger_read_balance_as_of_row(&rows, i);
        if (row.book == OF_CREDIT_LIMIT)
            account->credit_limit_micros = row.micros;
        else if (row.book == OF_FROZEN)
            account->frozen_micros = row.micros;
        else
            account->books[row.book - 1] = row.micros;
    }
    return FAILURE_NONE;
}

enum failure history_store_read_balances(struct reader reader, int64_t now_us,
                                         const struct company_accounts *wanted,
                                         struct account *accounts, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_read_balances_alone(
        reader,
        &(struct ledger_read_balances){.company_id = wanted->company_id,
                                       .account_ids = {wanted->account_ids, wanted->count},
                                       .now_us = now_us},
        &rows);
    *count = failure == FAILURE_NONE ? rows.count : 0;
    assert(*count <= wanted->count);
    for (size_t i = 0; i < *count; i++) {
        struct ledger_read_balances_row row = ledger_read_balances_row(&rows, i);
        facts_store_account_from_row(&row.read_accounts, &accounts[i]);
        accounts[i].sent_micros = row.sent_micros;
        accounts[i].arriving_micros = row.arriving_micros;
        account_judge_self_service(&accounts[i], now_us);
    }
    return failure;
}

enum failure history_store_read_consumption(struct reader reader,
                                            const struct company_accounts *wanted,
                                            struct consumption_span span,
                                            struct consumption *consumed, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_read_consumption_alone(
        reader,
        &(struct ledger_read_consumption){.company_id = wanted->company_id,
                                          .account_ids = {wanted->account_ids, wanted->count},
                                          .start_us = span.start_us,
                                          .end_us = span.end_us},
        &rows);
    *count = failure == FAILURE_NONE ? rows.count : 0;
    assert(*count <= wanted->count);
    for (size_t i = 0; i < *count; i++) {
        struct ledger_read_consumption_row row = ledger_read_consumption_row(&rows, i);
        consumed[i] = (struct consumption){row.account_id, row.currency, row.micros};
    }
    return failure;
}

enum failure history_store_read_balance(struct reader reader, int64_t now_us,
                                        struct account *account, bool *found)
{
    const struct id account_id = account->id;
    const struct company_accounts wanted = {account->company_id, &account_id, 1};
    size_t count;
    enum failure failure = history_store_read_balances(reader, now_us, &wanted, account, &count);
    *found = count == 1;
    return failure;
}

enum failure history_store_list_expired_holds(struct reader reader, int64_t now_us, size_t limit,
                                              struct rows *rows)
{
    return ledger_list_expired_holds_alone(
        reader, &(struct ledger_list_expired_holds){.now_us = now_us, .limit = (int64_t)limit},
        rows);
}
