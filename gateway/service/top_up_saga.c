/* From top-up to credit: payments proved that the money came (TopUpSucceeded), the ledger credits exactly that amount to the target,
 * payments is told. Both steps carry ids derived from the top-up, so a step that is repeated after a crash is the same step. */
#include "gateway/peers/ledger_peer.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/service/peer_answer.h"
#include "gateway/service/saga.h"
#include "gateway/store/account_store.h"

/* Where the target's money lives; unavailable until it was opened. */
static enum failure target_company(struct task *task, struct gateway *gateway, const char *target_id, char company_text[ID_TEXT_SIZE])
{
    struct id target, company;
    if (!id_parse(target_id, &target))
        return FAILURE_INTERNAL;
    enum failure failure = account_store_company(task, gateway->database, target, &company);
    if (failure == FAILURE_NONE && id_is_nil(company))
        return FAILURE_UNAVAILABLE;
    id_format(company, company_text);
    return failure;
}

static enum failure credit(struct task *task, struct gateway *gateway, const struct payments_top_up *top_up)
{
    char company_text[ID_TEXT_SIZE];
    enum failure failure = target_company(task, gateway, top_up->target_account_id, company_text);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_place place = {top_up->target_account_id, company_text};
    struct rpc_status status;
    failure = saga_step_begin(gateway, PEER_LEDGER);
    if (failure != FAILURE_NONE)
        return failure;
    failure = ledger_top_up_credit(task, gateway->ledger, &place, top_up, id_derive(top_up->top_up_id, "credit"), &status);
    failure = saga_step_end(gateway, PEER_LEDGER, failure);
    return peer_accepted(task, &(struct peer_step){"credit_top_up", "ledger.CreditTopUp", top_up->top_up_id}, failure, &status);
}

static enum failure mark(struct task *task, struct gateway *gateway, const struct payments_top_up *top_up)
{
    struct rpc_status status;
    enum failure failure = saga_step_begin(gateway, PEER_PAYMENTS);
    if (failure != FAILURE_NONE)
        return failure;
    failure = payments_top_up_mark_credited(task, gateway->payments, top_up, id_derive(top_up->top_up_id, "mark"), &status);
    failure = saga_step_end(gateway, PEER_PAYMENTS, failure);
    return peer_accepted(task, &(struct peer_step){"credit_top_up", "payments.MarkCredited", top_up->top_up_id}, failure, &status);
}

enum failure saga_credit_top_up(struct task *task, struct gateway *gateway, const struct saga *saga, const char **outcome)
{
    struct payments_top_up top_up;
    *outcome = SAGA_DONE;
    if (!payments_top_up_read(task_arena(task), saga->payload, &top_up))
        return SAGA_UNREAD;
    enum failure failure = credit(task, gateway, &top_up);
    return failure == FAILURE_NONE ? mark(task, gateway, &top_up) : failure;
}
