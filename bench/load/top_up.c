#include "bench/load/top_up.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/load/order.h"
#include "payments/v1/payment_method.pb-c.h"
#include "payments/v1/top_up.pb-c.h"
#include "runtime/base/clock.h"

#define TOP_UP_MICROS INT64_C(100000000) /* 100.00 */
#define PAUSE_MS 200

struct made {
    struct piece piece;
    char top_up[ID_TEXT_SIZE]; /* "" while it is not known whether it was made */
};

struct top_ups {
    char (*cards)[ID_TEXT_SIZE]; /* of each account of the books; "" for none */
    struct made *made;
    size_t count, room;
};

static char *card_of(const struct run *run, size_t company, size_t account)
{
    return run->top_ups->cards[company * run->roster.accounts + account];
}

bool top_ups_has_card(const struct run *run, const struct piece *piece)
{
    return card_of(run, piece->company, piece->payer)[0] != '\0';
}

/* ---- cards ---- */

static bool find_card(struct task *task, struct run *run, size_t company, size_t account)
{
    struct ask ask;
    struct rpc_status status;
    const struct piece piece = {.company = company, .payer = account};
    struct rpc_client *client =
        door_ask(run->door, traffic_token(&run->traffic, company, account), &ask);
    Payments__V1__ListPaymentMethodsRequest request =
        PAYMENTS__V1__LIST_PAYMENT_METHODS_REQUEST__INIT;
    Payments__V1__ListPaymentMethodsResponse *response = NULL;
    request.account_id = order_account(task, run, &piece, account);
    enum failure failure =
        RPC_CALL_WITH(task, client, &ask.options, payments__v1__payment_method_service,
                      list_payment_methods, &request, &response, &status);
    if (failure != FAILURE_NONE || response == NULL)
        return false;
    for (size_t i = 0; i < response->n_payment_methods; i++) {
        const Payments__V1__PaymentMethod *method = response->payment_methods[i];
        if (method->state == PAYMENTS__V1__PAYMENT_METHOD_STATE__PAYMENT_METHOD_STATE_ACTIVE)
            (void)!text_print(card_of(run, company, account), ID_TEXT_SIZE, "%s",
                              method->payment_method_id);
    }
    return true;
}

bool top_ups_begin(struct task *task, struct run *run)
{
    struct top_ups *top_ups = calloc(1, sizeof *top_ups);
    size_t accounts = run->roster.companies * run->roster.accounts;
    assert(top_ups != NULL);
    top_ups->cards = calloc(accounts, sizeof *top_ups->cards);
    assert(top_ups->cards != NULL);
    run->top_ups = top_ups;
    for (size_t i = 0; i < accounts; i++) {
        if (find_card(task, run, i / run->roster.accounts, i % run->roster.accounts))
            continue;
        fprintf(stderr, "kontor-load: the cards of an account cannot be listed\n");
        return false;
    }
    return true;
}

/* ---- orders ---- */

static struct made *remember(struct top_ups *top_ups, const struct piece *piece)
{
    if (top_ups->count == top_ups->room) {
        top_ups->room = 2 * top_ups->room + 64;
        top_ups->made = realloc(top_ups->made, top_ups->room * sizeof *top_ups->made);
        assert(top_ups->made != NULL);
    }
    struct made *made = &top_ups->made[top_ups->count++];
    *made = (struct made){.piece = *piece};
    return made;
}

static enum failure create(struct task *task, struct run *run, const struct piece *piece,
                           Payments__V1__CreateTopUpResponse **response, struct rpc_status *status)
{
    struct ask ask;
    char text[ID_TEXT_SIZE];
    struct rpc_client *client = door_ask(run->door, piece->token, &ask);
    Payments__V1__CreateTopUpRequest request = PAYMENTS__V1__CREATE_TOP_UP_REQUEST__INIT;
    request.account_id = order_account(task, run, piece, piece->payer);
    request.target_account_id = request.account_id;
    request.request_id = id_format(piece->request, text);
    request.payment_method_id = card_of(run, piece->company, piece->payer);
    request.rail = PAYMENTS__V1__TOP_UP_RAIL__TOP_UP_RAIL_CARD;
    request.amount_micros = TOP_UP_MICROS;
    request.currency = (char *)(uintptr_t)run->currency;
    return RPC_CALL_WITH(task, client, &ask.options, payments__v1__top_up_service, create_top_up,
                         &request, response, status);
}

enum failure top_up_ask(struct task *task, struct run *run, const struct piece *piece,
                        struct rpc_status *status)
{
    Payments__V1__CreateTopUpResponse *response = NULL;
    enum failure failure = create(task, run, piece, &response, status);
    bool is_known = door_hear(failure, status, true).is_known;
    if (response == NULL && is_known)
        return failure;
    struct made *made = remember(run->top_ups, piece);
    if (response != NULL)
        (void)!text_print(made->top_up, sizeof made->top_up, "%s", response->top_up->top_up_id);
    return failure;
}

/* ---- their end ---- */

/* The same order again: it tells whether the first was taken. A refusal is not believed, for it may
 * be the gateway's, who did not look for the id. */
static bool ask_again(struct task *task, struct run *run, struct made *made)
{
    struct rpc_status status;
    Payments__V1__CreateTopUpResponse *response = NULL;
    if (create(task, run, &made->piece, &response, &status) == FAILURE_NONE && response != NULL)
        (void)!text_print(made->top_up, sizeof made->top_up, "%s", response->top_up->top_up_id);
    return false;
}

static bool is_over(struct task *task, struct run *run, struct made *made)
{
    struct ask ask;
    struct rpc_status status;
    if (made->top_up[0] == '\0')
        return ask_again(task, run, made);
    struct rpc_client *client = door_ask(run->door, made->piece.token, &ask);
    Payments__V1__GetTopUpRequest request = PAYMENTS__V1__GET_TOP_UP_REQUEST__INIT;
    Payments__V1__GetTopUpResponse *response = NULL;
    request.account_id = order_account(task, run, &made->piece, made->piece.payer);
    request.top_up_id = made->top_up;
    enum failure failure = RPC_CALL_WITH(task, client, &ask.options, payments__v1__top_up_service,
                                         get_top_up, &request, &response, &status);
    if (failure != FAILURE_NONE || response == NULL)
        return false;
    if (response->top_up->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_CREDITED) {
        books_note_top_up(&run->books, &made->piece, TOP_UP_MICROS);
        return true;
    }
    return response->top_up->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_FAILED;
}

void top_ups_end(struct task *task, struct run *run)
{
    struct top_ups *top_ups = run->top_ups;
    int64_t ends_us = clock_monotonic_us() + run->patience_ms * 1000;
    while (top_ups->count > 0 && clock_monotonic_us() < ends_us) {
        struct arena_mark mark = arena_mark(task_arena(task));
        size_t left = 0;
        for (size_t i = 0; i < top_ups->count; i++) {
            if (!is_over(task, run, &top_ups->made[i]))
                top_ups->made[left++] = top_ups->made[i];
            arena_rewind(task_arena(task), mark);
        }
        top_ups->count = left;
        if (left > 0 && task_sleep_ms(task, PAUSE_MS) != FAILURE_NONE)
            break;
    }
    run->result->money.undecided += (int64_t)top_ups->count;
    free(top_ups->cards);
    free(top_ups->made);
    free(top_ups);
    run->top_ups = NULL;
}
