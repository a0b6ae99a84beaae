#include "gateway/peers/ledger_standing.h"

#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/allocation.pb-c.h"
#include "ledger/v1/quota.pb-c.h"

/* One replica decides on a company as long as it is well. */
#define KEY_OF(place) (&(const struct rpc_call_options){.key = (place)->company_id})

/* A peer that does not know it has answered. */
static bool take_not_found(struct rpc_status *status)
{
    if (status->code != CODE_NOT_FOUND)
        return false;
    status->code = CODE_OK;
    return true;
}

static enum failure get_state(struct peer_call call, const struct ledger_place *place,
                              struct ledger_standing *standing)
{
    struct arena *arena = task_arena(call.task);
    Ledger__V1__GetAccountRequest request = LEDGER__V1__GET_ACCOUNT_REQUEST__INIT;
    request.account_id = arena_strdup(arena, place->account_id);
    request.company_id = arena_strdup(arena, place->company_id);
    Ledger__V1__GetAccountResponse *response = NULL;
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, KEY_OF(place), ledger__v1__account_service, get_account,
                      &request, &response, call.status);
    if (failure != FAILURE_NONE || take_not_found(call.status) || call.status->code != CODE_OK)
        return failure;
    if (response->account == NULL)
        return FAILURE_INTERNAL;
    standing->found = true;
    standing->closed = response->account->state == LEDGER__V1__ACCOUNT_STATE__ACCOUNT_STATE_CLOSED;
    standing->frozen = response->account->state == LEDGER__V1__ACCOUNT_STATE__ACCOUNT_STATE_FROZEN;
    standing->read_only = response->account->spending_permission ==
                          LEDGER__V1__SPENDING_PERMISSION__SPENDING_PERMISSION_READ_ONLY;
    return FAILURE_NONE;
}

enum failure ledger_is_read_only(struct peer_call call, const struct ledger_place *place,
                                 bool *read_only)
{
    struct ledger_standing standing = {.found = false};
    enum failure failure = get_state(call, place, &standing);
    *read_only = standing.read_only;
    return failure;
}

static enum failure get_money(struct peer_call call, const struct ledger_place *place,
                              struct ledger_standing *standing)
{
    struct arena *arena = task_arena(call.task);
    Ledger__V1__GetBalanceRequest request = LEDGER__V1__GET_BALANCE_REQUEST__INIT;
    request.account_id = arena_strdup(arena, place->account_id);
    request.company_id = arena_strdup(arena, place->company_id);
    Ledger__V1__GetBalanceResponse *response = NULL;
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, KEY_OF(place), ledger__v1__account_service, get_balance,
                      &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    const Ledger__V1__Balance *balance = response->balance;
    if (balance == NULL || response->transferable == NULL)
        return FAILURE_INTERNAL;
    standing->suspended = balance->suspended;
    standing->overdue = balance->overdue;
    standing->available_micros = balance->available_micros;
    standing->waiting_micros =
        balance->credit_limit_micros - balance->effective_credit_limit_micros;
    standing->transferable_micros = response->transferable->amount_micros;
    standing->transfer_gate = response->transferable->binding;
    standing->arriving = response->in_transit_in_micros != 0;
    return FAILURE_NONE;
}

enum failure ledger_standing_get(struct peer_call call, const struct ledger_place *place,
                                 struct ledger_standing *standing)
{
    *standing = (struct ledger_standing){.transfer_gate = ""};
    enum failure failure = get_state(call, place, standing);
    return failure == FAILURE_NONE && standing->found ? get_money(call, place, standing) : failure;
}

/* A no that says how it is has answered. */
static bool take_not_agreed(struct rpc_status *status)
{
    if (!text_equal(status->reason, "PAY_ON_BEHALF_NOT_AGREED"))
        return false;
    status->code = CODE_OK;
    return true;
}

enum failure ledger_quota_get(struct peer_call call, const struct ledger_place *place,
                              const char *sub_account_id, struct ledger_quota *quota)
{
    struct arena *arena = task_arena(call.task);
    Ledger__V1__GetQuotaRequest request = LEDGER__V1__GET_QUOTA_REQUEST__INIT;
    request.account_id = arena_strdup(arena, place->account_id);
    request.company_id = arena_strdup(arena, place->company_id);
    request.sub_account_id = arena_strdup(arena, sub_account_id);
    Ledger__V1__GetQuotaResponse *response = NULL;
    *quota = (struct ledger_quota){.agreed = true};
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, KEY_OF(place), ledger__v1__quota_service, get_quota,
                      &request, &response, call.status);
    if (failure != FAILURE_NONE || take_not_found(call.status))
        return failure;
    if (take_not_agreed(call.status)) {
        quota->agreed = false;
        return FAILURE_NONE;
    }
    if (call.status->code != CODE_OK)
        return FAILURE_NONE;
    if (response->quota == NULL || response->purchasable == NULL)
        return FAILURE_INTERNAL;
    quota->agreed = !text_equal(response->purchasable->binding, "relation");
    quota->known = true;
    quota->left_micros = response->quota->available_micros;
    quota->is_used = response->quota->deducted_micros > 0 ||
                     response->quota->undeducted_micros > 0 || response->quota->held_micros > 0;
    return FAILURE_NONE;
}

/* A no, as where nothing was allocated or the account is closed, says that nothing goes back. */
static bool take_not_reclaimable(struct rpc_status *status)
{
    if (status->code != CODE_FAILED_PRECONDITION)
        return false;
    status->code = CODE_OK;
    return true;
}

enum failure ledger_lots_get(struct peer_call call, const struct ledger_place *place,
                             const char *customer_id, struct ledger_lots *lots)
{
    struct arena *arena = task_arena(call.task);
    Ledger__V1__GetReclaimableRequest request = LEDGER__V1__GET_RECLAIMABLE_REQUEST__INIT;
    request.account_id = arena_strdup(arena, place->account_id);
    request.company_id = arena_strdup(arena, place->company_id);
    request.destination_account_id = arena_strdup(arena, customer_id);
    Ledger__V1__GetReclaimableResponse *response = NULL;
    *lots = (struct ledger_lots){.currency = ""};
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, KEY_OF(place), ledger__v1__allocation_service,
                      get_reclaimable, &request, &response, call.status);
    if (failure != FAILURE_NONE || take_not_found(call.status) ||
        take_not_reclaimable(call.status) || call.status->code != CODE_OK)
        return failure;
    if (response->reclaimable == NULL || response->reclaimable->n_terms == 0)
        return FAILURE_INTERNAL;
    lots->remaining_micros = response->reclaimable->terms[0]->amount_micros;
    lots->currency = response->currency;
    return FAILURE_NONE;
}
