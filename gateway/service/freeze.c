#include "gateway/service/freeze.h"

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
enum failure freeze_fence(struct exchange *exchange)
{
    struct task *task = call_task(exchange->call);
    const struct identity_question question = {.token = exchange->token,
                                               .certificate = exchange->certificate,
                                               .source_address =
                                                   call_source_address(exchange->call),
                                               .account_id = exchange->session.account_id};
    struct identity_session session;
    struct rpc_status status;
    enum failure failure =
        identity_session_resolve(task, &exchange->gateway->questions, &question, &session, &status);
    if (failure == FAILURE_NONE && status.code == CODE_OK)
        failure = payments_fence_raise(
            (struct peer_call){task, exchange->gateway->payments, &status}, session.freeze_epoch);
    return failure == FAILURE_NONE && status.code != CODE_OK ? FAILURE_UNAVAILABLE : failure;
}
