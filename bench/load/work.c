/* A piece of work from its moment to its answer. */
#include <assert.h>
#include <stdlib.h>

#include "bench/measure/load.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/posting.pb-c.h"
#include "ledger/v1/quota.pb-c.h"
#include "ledger/v1/transfer.pb-c.h"
#include "bench/load/acknowledge.h"
#include "bench/load/gauges.h"
#include "bench/load/order.h"
#include "bench/load/top_up.h"
#include "payments/v1/top_up.pb-c.h"
#include "runtime/base/clock.h"

#define PAGE_SIZE 20
#define ARENA_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define BUDGET_MICROS INT64_C(100000000)

struct work {
    struct run *run;
    struct piece piece;
    int64_t due_ns; /* monotonic */
    size_t phase;
};

/* ---- the calls ---- */

static enum failure ask_balance(struct task *task, struct work *work, struct rpc_status *status)
{
    struct ask ask;
    struct rpc_client *client = door_ask(work->run->door, work->piece.token, &ask);
    Ledger__V1__GetBalanceRequest request = LEDGER__V1__GET_BALANCE_REQUEST__INIT;
    Ledger__V1__GetBalanceResponse *response = NULL;
    request.account_id = order_account(task, work->run, &work->piece, work->piece.payer);
    return RPC_CALL_WITH(task, client, &ask.options, ledger__v1__account_service, get_balance,
                         &request, &response, status);
}

static enum failure ask_transfers(struct task *task, struct work *work, struct rpc_status *status)
{
    struct ask ask;
    struct rpc_client *client = door_ask(work->run->door, work->piece.token, &ask);
    Ledger__V1__ListTransfersRequest request = LEDGER__V1__LIST_TRANSFERS_REQUEST__INIT;
    Ledger__V1__ListTransfersResponse *response = NULL;
    request.account_id = order_account(task, work->run, &work->piece, work->piece.payer);
    request.page_size = PAGE_SIZE;
    return RPC_CALL_WITH(task, client, &ask.options, ledger__v1__transfer_service, list_transfers,
                         &request, &response, status);
}

static enum failure ask_postings(struct task *task, struct work *work, struct rpc_status *status)
{
    struct ask ask;
    struct rpc_client *client = door_ask(work->run->door, work->piece.token, &ask);
    Ledger__V1__ListPostingsRequest request = LEDGER__V1__LIST_POSTINGS_REQUEST__INIT;
    Ledger__V1__ListPostingsResponse *response = NULL;
    request.account_id = order_account(task, work->run, &work->piece, work->piece.payer);
    request.page_size = PAGE_SIZE;
    return RPC_CALL_WITH(task, client, &ask.options, ledger__v1__posting_service, list_postings,
                         &request, &response, status);
}

static enum failure ask_top_ups(struct task *task, struct work *work, struct rpc_status *status)
{
    struct ask ask;
    struct rpc_client *client = door_ask(work->run->door, work->piece.token, &ask);
    Payments__V1__ListTopUpsRequest request = PAYMENTS__V1__LIST_TOP_UPS_REQUEST__INIT;
    Payments__V1__ListTopUpsResponse *response = NULL;
    request.account_id = order_account(task, work->run, &work->piece, work->piece.payer);
    request.page_size = PAGE_SIZE;
    return RPC_CALL_WITH(task, client, &ask.options, payments__v1__top_up_service, list_top_ups,
                         &request, &response, status);
}

/* How much the payer pays for another: no money moves. */
static enum failure ask_budget(struct task *task, struct work *work, struct rpc_status *status)
{
    struct ask ask;
    char text[ID_TEXT_SIZE];
    struct rpc_client *client = door_ask(work->run->door, work->piece.token, &ask);
    Ledger__V1__SetQuotaRequest request = LEDGER__V1__SET_QUOTA_REQUEST__INIT;
    Ledger__V1__SetQuotaResponse *response = NULL;
    request.account_id = order_account(task, work->run, &work->piece, work->piece.payer);
    request.request_id = id_format(work->piece.request, text);
    request.sub_account_id = order_account(task, work->run, &work->piece, work->piece.receiver);
    request.line_micros = BUDGET_MICROS;
    request.currency = (char *)(uintptr_t)work->run->currency;
    return RPC_CALL_WITH(task, client, &ask.options, ledger__v1__quota_service, set_quota, &request,
                         &response, status);
}

static enum failure ask_transfer(struct task *task, struct work *work, struct rpc_status *status)
{
    struct ask ask;
    struct run *run = work->run;
    struct rpc_client *client = door_ask(run->door, work->piece.token, &ask);
    Ledger__V1__CreateTransferRequest *request = order_transfer(task, run, &work->piece, 0);
    Ledger__V1__CreateTransferResponse *response = NULL;
    enum failure failure = RPC_CALL_WITH(task, client, &ask.options, ledger__v1__transfer_service,
                                         create_transfer, request, &response, status);
    if (response == NULL)
        return failure;
    acknowledge(run, &work->piece, 0);
    if (run->scenario->weights[PIECE_REVOKE] > 0 && run->revocable_count < RUN_REVOCABLE_MAX)
        run->revocable[run->revocable_count++] = work->piece;
    return failure;
}

static enum failure ask_revoke(struct task *task, struct work *work, struct rpc_status *status)
{
    struct ask ask;
    struct run *run = work->run;
    struct rpc_client *client = door_ask(run->door, work->piece.token, &ask);
    Ledger__V1__RevokeTransferRequest *request = order_revoke(task, run, &work->piece);
    Ledger__V1__RevokeTransferResponse *response = NULL;
    enum failure failure = RPC_CALL_WITH(task, client, &ask.options, ledger__v1__transfer_service,
                                         revoke_transfer, request, &response, status);
    if (response != NULL)
        acknowledge(run, &work->piece, 0);
    return failure;
}

static enum failure ask_bulk(struct task *task, struct work *work, struct rpc_status *status)
{
    struct ask ask;
    struct run *run = work->run;
    struct rpc_client *client = door_ask(run->door, work->piece.token, &ask);
    Ledger__V1__SubmitOrdersRequest *request = order_all(task, run, &work->piece);
    Ledger__V1__SubmitOrdersResponse *response = NULL;
    enum failure failure = RPC_CALL_WITH(task, client, &ask.options, ledger__v1__order_service,
                                         submit_orders, request, &response, status);
    if (response == NULL)
        return failure;
    if (response->n_results != request->n_orders)
        return FAILURE_INDEFINITE;
    acknowledge_results(run, &work->piece, response);
    return failure;
}

static enum failure (*const asks[PIECE_KINDS])(struct task *, struct work *,
                                               struct rpc_status *) = {
    [PIECE_BALANCE] = ask_balance,   [PIECE_TRANSFERS] = ask_transfers,
    [PIECE_POSTINGS] = ask_postings, [PIECE_BUDGET] = ask_budget,
    [PIECE_TOP_UPS] = ask_top_ups,   [PIECE_TRANSFER] = ask_transfer,
    [PIECE_BULK] = ask_bulk,         [PIECE_REVOKE] = ask_revoke};

static enum failure ask(struct task *task, struct work *work, struct rpc_status *status)
{
    if (work->piece.kind == PIECE_TOP_UP)
        return top_up_ask(task, work->run, &work->piece, status);
    return asks[work->piece.kind](task, work, status);
}

/* ---- its end ---- */

static void note(const struct work *work, enum outcome outcome, const char *answer)
{
    struct run *run = work->run;
    const struct ended ended = {.kind = work->piece.kind,
                                .outcome = outcome,
                                .answer = answer,
                                .phase = work->phase,
                                .is_measured = run->schedule.phases[work->phase].is_measured,
                                .due_ns = work->due_ns - run->begun_ns,
                                .latency_ns = load_now_ns() - work->due_ns};
    result_note(run->result, &ended);
    gauges_note(&ended);
}

/* Orders without a verdict go on being asked for; the others were not done. */
static void note_orders(struct run *run, const struct piece *piece, const struct heard *heard)
{
    bool is_refused = heard->outcome == OUTCOME_REFUSED;
    const char *word = is_refused ? "refused" : heard->is_known ? "undone" : "unresolved";
    for (size_t i = 0; i < piece->size; i++)
        journal_write(run->journal, word, piece, &run->traffic, i);
    if (is_refused)
        run->result->money.refused += (int64_t)piece->size;
    if (!heard->is_known)
        undecided_add(run, piece);
}

static void work_run(struct task *task, void *argument)
{
    struct work *work = argument;
    struct run *run = work->run;
    struct rpc_status status = {.code = CODE_OK, .reason = ""};
    bool moves_money = piece_moves_money(work->piece.kind);
    enum failure failure = ask(task, work, &status);
    struct heard heard = door_hear(failure, &status, moves_money);
    note(work, heard.outcome, heard.text);
    if (moves_money && heard.outcome != OUTCOME_SUCCEEDED)
        note_orders(run, &work->piece, &heard);
    run->under_way--;
    gauges_set(run->under_way, run->undecided.count);
    event_signal(&run->wake);
    free(work);
}

/* ---- its beginning ---- */

/* A revoke takes back a transfer that was acknowledged; without one there is another transfer. */
static struct piece draw(struct run *run)
{
    enum piece_kind kind = scenario_draw(run->scenario, traffic_random(&run->traffic));
    if (kind == PIECE_TOP_UPS && run->top_ups != NULL && traffic_random(&run->traffic) % 2 == 0)
        kind = PIECE_TOP_UP;
    if (kind == PIECE_REVOKE && run->revocable_count == 0)
        kind = PIECE_TRANSFER;
    struct piece piece =
        piece_draw(&run->traffic, kind, kind == PIECE_BULK ? run->size : 1, clock_now_us());
    if (kind == PIECE_TOP_UP && !top_ups_has_card(run, &piece))
        piece.kind = PIECE_TOP_UPS;
    if (kind != PIECE_REVOKE)
        return piece;
    size_t taken = (size_t)(piece.seed % run->revocable_count);
    struct piece transfer = run->revocable[taken];
    run->revocable[taken] = run->revocable[--run->revocable_count];
    transfer.kind = PIECE_REVOKE;
    transfer.request = piece.request;
    return transfer;
}

void work_begin(struct run *run, int64_t due_ns, size_t phase)
{
    const struct task_options options = {
        .name = "load_work", .timeout_ms = run->timeout_ms, .arena_bytes_max = ARENA_BYTES_MAX};
    struct work *work = malloc(sizeof *work);
    assert(work != NULL);
    *work = (struct work){run, draw(run), due_ns, phase};
    enum failure failure = loop_spawn(run->loop, &options, work_run, work);
    assert(failure == FAILURE_NONE); /* there is room for under_way_max and a few more */
    (void)failure;
    run->under_way++;
}

void work_never_began(struct run *run, int64_t due_ns, size_t phase)
{
    const struct work work = {run, {.kind = draw(run).kind}, due_ns, phase};
    note(&work, OUTCOME_FAILED, "NEVER_BEGUN");
    if (run->schedule.phases[phase].is_measured)
        run->result->never_begun++;
}
