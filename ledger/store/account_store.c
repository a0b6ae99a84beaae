#include "ledger/store/account_store.h"

#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"
#include "runtime/base/clock.h"

static enum failure take_chain(struct transaction *transaction, struct id company_id)
{
    struct id revision = id_new(clock_work_us());
    return ledger_take_chain(
        transaction, &(struct ledger_take_chain){.company_id = company_id, .revision = revision},
        NULL);
}

/* Takes the chain; and, of an account that has moved out of a chain of its own, the one where it is
 * now. The second look is behind the first lock, which whoever moves it holds, too. */
static enum failure take_place(struct transaction *transaction, struct id company_id,
                               struct id *chain_id)
{
    struct rows rows;
    *chain_id = company_id;
    enum failure failure = take_chain(transaction, company_id);
    if (failure == FAILURE_NONE)
        failure = ledger_find_moved(transaction,
                                    &(struct ledger_find_moved){.account_id = company_id}, &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    *chain_id = ledger_find_moved_row(&rows, 0).company_id;
    return take_chain(transaction, *chain_id);
}

enum failure account_store_find_order(struct transaction *transaction, const struct once_key *key,
                                      bool *is_taken)
{
    struct rows rows;
    struct id chain_id,
        request_key = order_request_key(key->scope_id, key->origin.id, key->request_id);
    enum failure failure = take_place(transaction, key->scope_id, &chain_id);
    if (failure == FAILURE_NONE)
        failure = ledger_find_order(transaction,
                                    &(struct ledger_find_order){.request_key = request_key}, &rows);
    *is_taken = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure account_store_open_company(struct transaction *transaction, struct id company_id,
                                        int64_t now_us)
{
    enum failure failure = ledger_open_chain(
        transaction, &(struct ledger_open_chain){.company_id = company_id, .recorded_us = now_us},
        NULL);
    return failure == FAILURE_NONE ? take_chain(transaction, company_id) : failure;
}

enum failure account_store_open(struct transaction *transaction, const struct account *account,
                                bool *opened)
{
    struct rows rows;
    enum failure failure =
        account_store_open_company(transaction, account->company_id, account->opened_us);
    if (failure == FAILURE_NONE)
        failure = ledger_open_account(
            transaction,
            &(struct ledger_open_account){
                .company_id = account->company_id,
                .account_id = account->id,
                .corporate = account->corporate,
                .company_verified = id_equal(account->verified_company_id, account->company_id),
                .currency = account->currency,
                .payment_mode = account->payment_mode,
                .buffer_micros = account->buffer_micros,
                .opened_us = account->opened_us},
            &rows);
    *opened = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure account_store_lock(struct transaction *transaction, struct id company_id,
                                struct id account_id, struct locked_account *locked)
{
    struct rows rows;
    struct id chain_id;
    enum failure failure = take_place(transaction, company_id, &chain_id);
    if (failure == FAILURE_NONE)
        failure = ledger_read_account(
            transaction,
            &(struct ledger_read_account){
                .company_id = chain_id, .account_id = account_id, .now_us = clock_of_us(chain_id)},
            &rows);
    locked->found = failure == FAILURE_NONE && rows.count == 1;
    if (!locked->found)
        return failure;
    struct ledger_read_account_row row = ledger_read_account_row(&rows, 0);
    facts_store_account_from_row(&row.read_accounts, &locked->account);
    locked->account.sent_micros = row.sent_micros;
    locked->account.arriving_micros = row.arriving_micros;
    return FAILURE_NONE;
}

enum failure account_store_update_facts(struct transaction *transaction,
                                        const struct locked_account *locked)
{
    const struct account *account = &locked->account;
    bool is_of_chain = id_equal(account->verified_company_id, account->company_id);
    return ledger_update_account_facts(
        transaction,
        &(struct ledger_update_account_facts){
            .company_id = account->company_id,
            .account_id = account->id,
            .corporate = account->corporate,
            .company_verified = is_of_chain,
            .verified_company_id = is_of_chain ? (struct id){{0}} : account->verified_company_id,
            .currency = account->currency,
            .state = account->state,
            .payment_mode = account->payment_mode,
            .buffer_micros = account->buffer_micros,
            .pay_on_behalf = account->pay_on_behalf,
            .receivables = account->receivables,
            .override_until_us = account->override_until_us,
            .suspended = account->suspended,
            .spending = account->spending,
            .spending_set_us = account->spending_set_us,
            .spending_set_by = account->spending_set_by,
            .suspension_policy = account->suspension_policy,
            .warned_us = account->warned_us,
            .stop_due_us = account->stop_due_us,
            .turned_us = account->turned_us,
            .release_due = account->release_due,
            .acknowledged_us = account->acknowledged_us},
        NULL);
}

enum failure account_store_find(struct transaction *transaction, struct id account_id,
                                struct locked_account *found)
{
    struct rows rows;
    *found = (struct locked_account){.found = false};
    enum failure failure = ledger_find_places(
        transaction, &(struct ledger_find_places){.account_ids = {&account_id, 1}}, &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    return account_store_lock(transaction, ledger_find_places_row(&rows, 0).company_id, account_id,
                              found);
}

enum failure account_store_move(struct transaction *transaction, const struct account *account,
                                struct id company_id, bool *moved)
{
    struct rows rows;
    enum failure failure = ledger_move_account(
        transaction,
        &(struct ledger_move_account){.account_id = account->id, .company_id = company_id}, &rows);
    *moved = failure == FAILURE_NONE && rows.count == 1;
    return *moved ? ledger_move_overrides(transaction,
                                          &(struct ledger_move_overrides){.account_id = account->id,
                                                                          .company_id = company_id},
                                          NULL)
                  : failure;
}

static void line_from_row(const struct rows *rows, struct credit_line *line)
{
    struct ledger_read_credit_line_row row = ledger_read_credit_line_row(rows, 0);
    line->line_micros = row.line_micros;
    line->allocated_micros = row.allocated_micros;
}

enum failure account_store_lock_credit_line(struct transaction *transaction, struct id company_id,
                                            const char *currency, struct credit_line *line)
{
    struct rows rows;
    enum failure failure = ledger_read_credit_line(
        transaction,
        &(struct ledger_read_credit_line){.company_id = company_id, .currency = currency}, &rows);
    *line = (struct credit_line){.company_id = company_id};
    if (failure == FAILURE_NONE && rows.count == 1)
        line_from_row(&rows, line);
    return failure;
}

enum failure account_store_set_credit_line(struct transaction *transaction, struct id company_id,
                                           const char *currency, int64_t line_micros)
{
    return ledger_set_credit_line(transaction,
                                  &(struct ledger_set_credit_line){.company_id = company_id,
                                                                   .currency = currency,
                                                                   .line_micros = line_micros},
                                  NULL);
}

enum failure account_store_read_credit_line(struct reader reader, struct credit_line *line)
{
    struct rows rows;
    enum failure failure = ledger_read_credit_line_alone(
        reader,
        &(struct ledger_read_credit_line){.company_id = line->company_id,
                                          .currency = line->currency},
        &rows);
    if (failure == FAILURE_NONE && rows.count == 1)
        line_from_row(&rows, line);
    return failure;
}

enum failure account_store_read_confirmed_limit(struct reader reader, const struct account *account,
                                                int64_t *limit_micros, bool *found)
{
    struct rows rows;
    enum failure failure = ledger_read_confirmed_limit_alone(
        reader,
        &(struct ledger_read_confirmed_limit){.company_id = account->company_id,
                                              .account_id = account->id},
        &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        *limit_micros = ledger_read_confirmed_limit_row(&rows, 0).amount_micros;
    return failure;
}
