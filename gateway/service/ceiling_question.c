#include "gateway/service/ceiling_question.h"

#include "gateway/store/ceiling_store.h"
#include "runtime/base/clock.h"

enum failure ceiling_ask(struct exchange *exchange, const struct route *route,
                         const struct money_act *money, struct ceiling_answer *answer)
{
    struct reader reader = reader_of(call_task(exchange->call), exchange->gateway->database);
    struct ceiling_user user;
    struct ceiling_policy policy;
    int64_t used_micros[MONEY_ACTION_COUNT];
    *answer = (struct ceiling_answer){.verdict = CEILING_KEPT};
    if (money->action == MONEY_NOTHING ||
        !id_parse(exchange->session.account_id, &user.account_id) ||
        !id_parse(exchange->session.principal_id, &user.principal_id))
        return FAILURE_NONE;
    enum failure failure = ceiling_store_read(reader, user.account_id, clock_now_us(), &policy);
    if (failure != FAILURE_NONE || !policy.exists)
        return failure;
    user.day = policy.day;
    failure = ceiling_store_used(reader, &user, used_micros);
    if (failure != FAILURE_NONE)
        return failure;
    const struct access_holder holder = exchange_holder(exchange);
    struct ceiling_bound bound = ceiling_of(&policy.ceilings, route, money, &holder);
    answer->verdict = ceiling_decide(&bound, used_micros[money->action], money->amount_micros);
    answer->others_may_approve = policy.approvers > 0 && exchange->session.scope == NULL;
    return FAILURE_NONE;
}
