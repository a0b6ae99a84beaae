#include "ledger/store/history_store.h"

#include <string.h>

#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"

static struct param optional_id(struct id id)
{
    return id_is_nil(id) ? param_null() : param_id(id);
}

static struct param optional_time(int64_t time_us)
{
    return time_us == 0 ? param_null() : param_time(time_us);
}

/* An account that only says whose a row is; lent by the task's arena. */
static struct account *account_stub(struct task *task, struct id company_id, struct id account_id,
                                    const char *currency)
{
    struct account *account = arena_alloc(task_arena(task), sizeof *account);
    if (account == NULL)
        return NULL;
    account->company_id = company_id;
    account->id = account_id;
    memcpy(account->currency, currency, strnlen(currency, 3));
    return account;
}

static struct payment payment_from_row(const struct rows *rows, size_t column)
{
    return (struct payment){.transferred_in_micros = row_int64(rows, 0, column),
                            .own_micros = row_int64(rows, 0, column + 1),
                            .refund_credit_micros = row_int64(rows, 0, column + 2),
                            .credit_micros = row_int64(rows, 0, column + 3)};
}

enum failure history_store_find_purchase(struct reader reader, struct id company_id,
                                         struct id account_id, int64_t sequence,
                                         struct purchase_found *found)
{
    struct rows rows;
    *found = (struct purchase_found){.remark = "", .tag = ""};
    enum failure failure = database_query(
        reader, &ledger_query_find_purchase,
        PARAMS(param_id(company_id), param_int64(sequence), param_id(account_id)), &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct account *account =
        account_stub(reader.task, company_id, account_id, row_text(&rows, 0, 10));
    if (account == NULL)
        return FAILURE_EXHAUSTED;
    found->purchase = (struct purchase){.account = account,
                                        .sequence = sequence,
                                        .amount_micros = row_int64(&rows, 0, 0),
                                        .paid = payment_from_row(&rows, 1),
                                        .refunded = payment_from_row(&rows, 5),
                                        .recorded_us = row_time_us(&rows, 0, 9)};
    if (!row_is_null(&rows, 0, 13)) {
        struct quota *quota = arena_alloc(reader_arena(reader), sizeof *quota);
        if (quota == NULL)
            return FAILURE_EXHAUSTED;
        *quota = (struct quota){.sub_account_id = row_id(&rows, 0, 13)};
        found->purchase.quota = quota;
    }
    found->remark = row_text(&rows, 0, 11);
    found->tag = row_text(&rows, 0, 12);
    return FAILURE_NONE;
}

enum failure history_store_find_hold(struct reader reader, struct id company_id,
                                     struct id account_id, int64_t sequence, struct hold *hold)
{
    struct rows rows;
    *hold = (struct hold){0};
    enum failure failure = database_query(
        reader, &ledger_query_find_hold,
        PARAMS(param_id(company_id), param_int64(sequence), param_id(account_id)), &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct account *account =
        account_stub(reader.task, company_id, account_id, row_text(&rows, 0, 5));
    if (account == NULL)
        return FAILURE_EXHAUSTED;
    *hold = (struct hold){.account = account,
                          .sequence = sequence,
                          .state = (enum hold_state)row_int64(&rows, 0, 0),
                          .amount_micros = row_int64(&rows, 0, 1),
                          .captured_micros = row_int64(&rows, 0, 2),
                          .expire_us = row_time_us(&rows, 0, 3),
                          .placed_us = row_time_us(&rows, 0, 4)};
    return FAILURE_NONE;
}

enum failure history_store_find_transfer(struct reader reader, struct id company_id,
                                         struct id account_id, int64_t sequence, struct rows *rows)
{
    return database_query(reader, &ledger_query_find_transfer,
                          PARAMS(param_id(company_id), param_int64(sequence), param_id(account_id)),
                          rows);
}

enum failure history_store_list_transfers(struct reader reader, const struct history_filter *filter,
                                          struct rows *rows)
{
    return database_query(
        reader, &ledger_query_list_transfers,
        PARAMS(param_id(filter->company_id), param_id(filter->account_id),
               param_int64(filter->before_sequence), param_int64((int64_t)filter->limit),
               optional_id(filter->counterparty_id), param_text(filter->tag),
               param_text(filter->remark_contains), param_int64(filter->after_sequence),
               param_int64(HISTORY_LOOK_MAX), optional_time(filter->effective_start_us),
               optional_time(filter->effective_end_us)),
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
    return database_query(
        reader, &ledger_query_list_postings,
        PARAMS(param_id(filter->company_id), param_id(filter->account_id),
               param_int64(filter->before_sequence), param_int64(filter->before_book),
               param_int64((int64_t)filter->limit), param_int64(filter->kind),
               optional_id(filter->counterparty_id), param_text(filter->tag),
               param_text(filter->remark_contains), param_int64(filter->after_sequence),
               param_int64(look(filter)), param_int64(filter->book),
               optional_time(filter->effective_start_us), optional_time(filter->effective_end_us)),
        rows);
}

enum failure history_store_list_open_lots(struct reader reader, struct id company_id,
                                          struct id account_id, int64_t after_sequence,
                                          size_t limit, struct rows *rows)
{
    return database_query(reader, &ledger_query_list_open_lots,
                          PARAMS(param_id(company_id), param_id(account_id),
                                 param_int64(after_sequence), param_int64((int64_t)limit)),
                          rows);
}

enum failure history_store_list_changes(struct reader reader, struct id company_id,
                                        struct id account_id, int64_t after_sequence, int64_t span,
                                        struct rows *rows)
{
    return database_query(reader, &ledger_query_list_changes,
                          PARAMS(param_id(company_id), param_int64(after_sequence),
                                 optional_id(account_id), param_int64(span)),
                          rows);
}

enum failure history_store_chain_length(struct reader reader, struct id company_id, int64_t *length)
{
    struct rows rows;
    enum failure failure = database_query(reader, &ledger_query_read_chain_length,
                                          PARAMS(param_id(company_id)), &rows);
    *length = failure == FAILURE_NONE && rows.count == 1 ? row_int64(&rows, 0, 0) : 0;
    return failure;
}

enum failure history_store_count_before(struct reader reader, struct id company_id,
                                        int64_t moment_us, int64_t *count)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &ledger_query_count_entries_before,
                       PARAMS(param_id(company_id), param_time(moment_us)), &rows);
    *count = failure == FAILURE_NONE && rows.count == 1 ? row_int64(&rows, 0, 0) : 0;
    return failure;
}

enum failure history_store_read_past(struct reader reader, int64_t as_of_us,
                                     struct account *account)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &ledger_query_read_balance_as_of,
        PARAMS(param_id(account->company_id), param_id(account->id), param_time(as_of_us)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    account->credit_limit_micros = row_int64(&rows, 0, 1);
    account->frozen_micros = row_int64(&rows, 1, 1);
    for (size_t book = 0; book < BOOK_COUNT; book++)
        account->books[book] = row_int64(&rows, 2 + book, 1);
    return FAILURE_NONE;
}

enum failure history_store_read_balance(struct reader reader, struct id company_id,
                                        struct id account_id, int64_t now_us,
                                        struct account *account, bool *found)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &ledger_query_read_balance,
        PARAMS(param_id(company_id), param_id(account_id), param_time(now_us)), &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found) {
        facts_store_account_from_row(&rows, 0, account);
        account_look(account, now_us);
    }
    return failure;
}

enum failure history_store_list_expired_holds(struct reader reader, int64_t now_us, size_t limit,
                                              struct rows *rows)
{
    return database_query(reader, &ledger_query_list_expired_holds,
                          PARAMS(param_time(now_us), param_int64((int64_t)limit)), rows);
}
