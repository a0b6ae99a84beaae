#include "gateway/service/freeze.h"

#include "gateway/peers/ledger_peer.h"
#include "gateway/peers/payments_peer.h"
#include "runtime/base/clock.h"

/* Nothing is told of the freezer: the caller may be a stranger to the account that was frozen. */
int freeze_check(struct exchange *exchange, const struct freeze *freeze, const char *account_id)
{
    char since[CLOCK_TEXT_SIZE] = "", until[CLOCK_TEXT_SIZE] = "";
    enum freeze_verdict verdict = freeze_decide(exchange->route->permission, freeze->level);
    if (verdict == FREEZE_PASSED)
        return 0;
    exchange->stops_new = true;
    clock_format(freeze->begun_us, since);
    if (freeze->expire_us != 0)
        clock_format(freeze->expire_us, until);
    return call_refuse(exchange->call, freeze_refusal(verdict),
                       REFUSAL_TERMS({"account_id", account_id}, {"freeze_id", freeze->freeze_id},
                                     {"level", freeze_level_name(freeze->level)}, {"since", since},
                                     {"until", until}));
}

/* The freeze is known to identity's next answer, and with it how many there are. */
static enum failure read_epoch(struct exchange *exchange, int64_t *epoch)
{
    const struct identity_question question = {.token = exchange->token,
                                               .certificate = exchange->certificate,
                                               .source_address =
                                                   call_source_address(exchange->call),
                                               .account_id = exchange->session.account_id};
    struct identity_session session;
    struct rpc_status status;
    enum failure failure = identity_session_resolve(
        call_task(exchange->call), &exchange->gateway->questions, &question, &session, &status);
    if (failure != FAILURE_NONE || status.code != CODE_OK)
        return failure != FAILURE_NONE ? failure : FAILURE_UNAVAILABLE;
    *epoch = session.freeze_epoch;
    return FAILURE_NONE;
}

static enum failure raise_at(struct exchange *exchange, struct rpc_client *peer,
                             enum failure (*raise_fence)(struct peer_call, int64_t), int64_t epoch)
{
    struct rpc_status status;
    enum failure failure =
        raise_fence((struct peer_call){call_task(exchange->call), peer, &status}, epoch);
    return failure == FAILURE_NONE && status.code != CODE_OK ? FAILURE_UNAVAILABLE : failure;
}

/* Both are told, whatever becomes of one. */
enum failure freeze_fence(struct exchange *exchange)
{
    const struct gateway *gateway = exchange->gateway;
    int64_t epoch;
    enum failure failure = read_epoch(exchange, &epoch);
    if (failure != FAILURE_NONE)
        return failure;
    failure = raise_at(exchange, gateway->payments, payments_fence_raise, epoch);
    enum failure of_ledger = raise_at(exchange, gateway->ledger, ledger_fence_raise, epoch);
    return failure != FAILURE_NONE ? failure : of_ledger;
}
