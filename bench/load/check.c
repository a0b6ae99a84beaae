/* Money, read back through the door: what every account has against what its customers were told,
 * and the ledger's own audit of every company. */
#include <stdio.h>
#include <string.h>

#include "ledger/v1/account.pb-c.h"
#include "bench/load/audit.h"
#include "bench/load/order.h"
#include "runtime/base/clock.h"

#define PAUSE_MS 200

/* ---- balances ---- */

struct read {
    int64_t own, in;
    char answer[64]; /* of the last try */
};

static bool read_once(struct task *task, struct run *run, const struct piece *whose,
                      struct read *read)
{
    struct ask ask;
    struct rpc_status status;
    struct rpc_client *client = door_ask(run->door, whose->token, &ask);
    Ledger__V1__GetBalanceRequest request = LEDGER__V1__GET_BALANCE_REQUEST__INIT;
    Ledger__V1__GetBalanceResponse *response = NULL;
    request.account_id = order_account(task, run, whose, whose->payer);
    enum failure failure = RPC_CALL_WITH(task, client, &ask.options, ledger__v1__account_service,
                                         get_balance, &request, &response, &status);
    struct heard heard = door_hear(failure, &status, false);
    memcpy(read->answer, heard.text, sizeof read->answer);
    if (response == NULL || response->balance == NULL)
        return false;
    read->own = response->balance->own_micros;
    read->in = response->balance->transferred_in_micros;
    return true;
}

static void be_patient(struct run *run)
{
    run->patience_ends_us = clock_monotonic_us() + run->patience_ms * 1000;
}

/* Tries while patience lasts: a limit or a restart is no verdict. A door that stays shut is waited
 * for once, not for each account. */
static bool read_balance(struct task *task, struct run *run, const struct piece *whose,
                         struct read *read)
{
    struct arena_mark mark = arena_mark(task_arena(task));
    bool is_read = false, has_time = true;
    while (!is_read && has_time) {
        is_read = read_once(task, run, whose, read);
        arena_rewind(task_arena(task), mark);
        has_time = clock_monotonic_us() < run->patience_ends_us;
        if (!is_read && has_time && task_sleep_ms(task, PAUSE_MS) != FAILURE_NONE)
            return false;
    }
    if (is_read)
        be_patient(run);
    return is_read;
}

static struct piece whose(struct run *run, size_t company, size_t account)
{
    return (struct piece){.company = company,
                          .payer = account,
                          .token = traffic_token(&run->traffic, company, account)};
}

bool check_begin(struct task *task, struct run *run)
{
    be_patient(run);
    for (size_t i = 0; i < run->books.companies * run->books.accounts; i++) {
        struct piece piece = whose(run, i / run->books.accounts, i % run->books.accounts);
        struct read read = {.answer = ""};
        char id[ID_TEXT_SIZE];
        if (piece.token == NULL || !read_balance(task, run, &piece, &read)) {
            fprintf(stderr, "kontor-load: the balance of account %s cannot be read: %s\n",
                    id_format(traffic_account_id(&run->traffic, piece.company, piece.payer), id),
                    piece.token == NULL ? "it has no session" : read.answer);
            return false;
        }
        run->books.rows[i] =
            (struct books_account){.own_at_first = read.own, .in_at_first = read.in};
    }
    return true;
}

static void complain(struct run *run, const struct piece *piece, const char *what, int64_t count)
{
    char sentence[RESULT_TEXT_SIZE], id[ID_TEXT_SIZE];
    id_format(traffic_account_id(&run->traffic, piece->company, piece->payer), id);
    (void)!text_print(sentence, sizeof sentence, "account %s: %s", id, what);
    run->result->money.mistakes += count;
    result_add_sentence(run->result, sentence);
}

static void compare(struct run *run, const struct piece *piece, const struct read *read)
{
    const struct books_account *row = books_account(&run->books, piece->company, piece->payer);
    int64_t own = row->own_at_first + row->own_change, in = row->in_at_first + row->in_change;
    char what[RESULT_TEXT_SIZE];
    if (read->own == own && read->in == in)
        return;
    (void)!text_print(what, sizeof what,
                      "own %lld for %lld, transferred in %lld for %lld micros expected",
                      (long long)read->own, (long long)own, (long long)read->in, (long long)in);
    complain(run, piece, what, 1);
}

static void check_balances(struct task *task, struct run *run)
{
    for (size_t i = 0; i < run->books.companies * run->books.accounts; i++) {
        struct piece piece = whose(run, i / run->books.accounts, i % run->books.accounts);
        struct read read = {.answer = ""};
        if (read_balance(task, run, &piece, &read)) {
            run->result->money.accounts++;
            compare(run, &piece, &read);
            continue;
        }
        char what[sizeof read.answer + 64];
        (void)!text_print(what, sizeof what, "its balance could not be read: %s", read.answer);
        run->result->money.unread++;
        complain(run, &piece, what, 0);
    }
}

/* ---- the ledger's audit ---- */

/* The administrator of a company's first account is told about all of it, others about their own
 * account alone. */
static void audit_company(struct task *task, struct run *run, size_t company)
{
    int64_t accounts = 0;
    bool is_had = true;
    struct arena_mark mark = arena_mark(task_arena(task));
    for (size_t i = 0; i < run->books.accounts && accounts <= 1; i++) {
        struct piece piece = whose(run, company, i);
        struct audited audited;
        const struct audit_question question = {piece.token, order_account(task, run, &piece, i),
                                                run->patience_ends_us};
        if (audit_ask(task, run->door, &question, &audited)) {
            be_patient(run);
        } else {
            is_had = false;
            run->result->money.unread++;
            complain(run, &piece, "the ledger's audit was not to be had", 0);
        }
        if (audited.mistakes > 0)
            complain(run, &piece, audited.first, audited.mistakes);
        accounts = audited.accounts;
        arena_rewind(task_arena(task), mark);
    }
    run->result->money.companies += is_had;
}

void check_end(struct task *task, struct run *run)
{
    be_patient(run);
    check_balances(task, run);
    for (size_t i = 0; i < run->books.companies; i++)
        audit_company(task, run, i);
}
