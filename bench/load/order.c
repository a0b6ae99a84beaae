#include "bench/load/order.h"

static char *text_of(struct task *task, struct id id)
{
    return id_format(id, arena_alloc(task_arena(task), ID_TEXT_SIZE));
}

char *order_account(struct task *task, const struct run *run, const struct piece *piece,
                    size_t account)
{
    return text_of(task, traffic_account_id(&run->traffic, piece->company, account));
}

Ledger__V1__CreateTransferRequest *order_transfer(struct task *task, const struct run *run,
                                                  const struct piece *piece, size_t number)
{
    Ledger__V1__CreateTransferRequest *request = arena_alloc(task_arena(task), sizeof *request);
    ledger__v1__create_transfer_request__init(request);
    request->account_id = order_account(task, run, piece, piece->payer);
    request->request_id = text_of(task, piece_request(piece, number));
    request->destination_account_id =
        order_account(task, run, piece, piece_receiver(piece, &run->traffic, number));
    request->amount_micros = PIECE_AMOUNT_MICROS;
    request->currency = (char *)(uintptr_t)run->currency;
    return request;
}

Ledger__V1__RevokeTransferRequest *order_revoke(struct task *task, const struct run *run,
                                                const struct piece *piece)
{
    Ledger__V1__RevokeTransferRequest *request = arena_alloc(task_arena(task), sizeof *request);
    ledger__v1__revoke_transfer_request__init(request);
    request->account_id = order_account(task, run, piece, piece->payer);
    request->request_id = text_of(task, piece_request(piece, 0));
    request->destination_account_id = order_account(task, run, piece, piece->receiver);
    request->amount_micros = PIECE_AMOUNT_MICROS;
    request->currency = (char *)(uintptr_t)run->currency;
    request->suspension_acknowledged = true;
    return request;
}

static Ledger__V1__Order *order_one(struct task *task, const struct run *run,
                                    const struct piece *piece, size_t number)
{
    Ledger__V1__Order *order = arena_alloc(task_arena(task), sizeof *order);
    ledger__v1__order__init(order);
    if (piece->kind == PIECE_REVOKE) {
        order->kind_case = LEDGER__V1__ORDER__KIND_REVOKE_TRANSFER;
        order->revoke_transfer = order_revoke(task, run, piece);
        return order;
    }
    order->kind_case = LEDGER__V1__ORDER__KIND_CREATE_TRANSFER;
    order->create_transfer = order_transfer(task, run, piece, number);
    return order;
}

Ledger__V1__SubmitOrdersRequest *order_all(struct task *task, const struct run *run,
                                           const struct piece *piece)
{
    Ledger__V1__SubmitOrdersRequest *request = arena_alloc(task_arena(task), sizeof *request);
    ledger__v1__submit_orders_request__init(request);
    request->account_id = order_account(task, run, piece, piece->payer);
    request->orders = arena_alloc_array(task_arena(task), piece->size, sizeof *request->orders);
    for (; request->n_orders < piece->size; request->n_orders++)
        request->orders[request->n_orders] = order_one(task, run, piece, request->n_orders);
    return request;
}
