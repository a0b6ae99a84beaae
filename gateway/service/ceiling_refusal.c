#include "gateway/service/ceiling_refusal.h"

#include "gateway/domain/refusals.h"
#include "runtime/rpc/terms.h"

/* In the words of a refusal: which of its ceilings the act is over, and how far. */
struct above {
    const char *limit;
    int64_t ceiling_micros;
    int64_t left_micros;
};

static struct above above_of(const struct ceiling_act *act)
{
    const struct ceiling_bound *bound = &act->bound;
    bool is_day = act->verdict == CEILING_DAY;
    return (struct above){is_day ? "DAY" : "TRANSACTION",
                          is_day ? bound->day_micros : bound->transaction_micros,
                          bound->is_bounded ? ceiling_left(bound, act->used_micros) : 0};
}

static int refuse_above(struct exchange *exchange, const struct ceiling_act *act)
{
    struct arena *arena = call_arena(exchange->call);
    struct money_act money = ceiling_money(act->request);
    if (act->verdict == CEILING_TAKES_TWO)
        return call_refuse(exchange->call, ceiling_refusal(act->verdict),
                           REFUSAL_TERMS({"rule", money.two_by_rule}));
    const struct currency *currency = currency_find(money.currency);
    struct above above = above_of(act);
    return call_refuse(
        exchange->call, ceiling_refusal(act->verdict),
        REFUSAL_TERMS(
            {"rule", "PAY-26"}, {"action", money_action_name(money.action)}, {"limit", above.limit},
            TERM_AMOUNT("ceiling", arena, above.ceiling_micros, currency),
            TERM_AMOUNT("used", arena, act->used_micros, currency),
            TERM_AMOUNT("asked", arena, money.amount_micros, currency),
            TERM_AMOUNT("left", arena, above.left_micros, currency), {"currency", money.currency}));
}

static int refuse_waiting(struct exchange *exchange, const struct ceiling_act *act,
                          const char *approval_id)
{
    struct arena *arena = call_arena(exchange->call);
    struct money_act money = ceiling_money(act->request);
    const struct currency *currency = currency_find(money.currency);
    struct above above = above_of(act);
    return call_refuse(exchange->call, &approval_required,
                       REFUSAL_TERMS({"rule", "PAY-26"}, {"approval_id", approval_id},
                                     {"state", approval_state_name(act->approval)},
                                     {"action", money_action_name(money.action)},
                                     {"limit", above.limit},
                                     TERM_AMOUNT("ceiling", arena, above.ceiling_micros, currency),
                                     TERM_AMOUNT("used", arena, act->used_micros, currency),
                                     TERM_AMOUNT("asked", arena, money.amount_micros, currency),
                                     TERM_AMOUNT("left", arena, above.left_micros, currency),
                                     {"currency", money.currency}));
}

static int refuse_until_two(struct exchange *exchange, const struct ceiling_act *act,
                            const char *approval_id)
{
    struct money_act money = ceiling_money(act->request);
    return call_refuse(exchange->call, &approval_required,
                       REFUSAL_TERMS({"rule", money.two_by_rule}, {"approval_id", approval_id},
                                     {"state", approval_state_name(act->approval)},
                                     {"action", money_action_name(money.action)}));
}

/* The act waits for approvers, or has: done is done, and its answer the peer's. */
static int refuse_by_approval(struct exchange *exchange, const struct ceiling_act *act)
{
    char id[ID_TEXT_SIZE];
    id_format(act->approval_id, id);
    if (act->approval == APPROVAL_EXECUTED)
        return 0;
    if (act->approval == APPROVAL_PENDING || act->approval == APPROVAL_APPROVED)
        return act->verdict == CEILING_TAKES_TWO ? refuse_until_two(exchange, act, id)
                                                 : refuse_waiting(exchange, act, id);
    return call_refuse(exchange->call, approval_refusal(APPROVAL_OVER),
                       REFUSAL_TERMS({"state", approval_state_name(act->approval)},
                                     {"approval_id", id}, {"failure_reason", act->failure_reason}));
}

int ceiling_refuse(struct exchange *exchange, const struct ceiling_act *act)
{
    if (act->is_other_request)
        return call_refuse(exchange->call, &request_mismatch, NO_TERMS);
    if (act->is_one_too_many)
        return call_refuse(exchange->call, &too_many_approvals, NO_TERMS);
    if (act->approval != APPROVAL_NONE)
        return refuse_by_approval(exchange, act);
    return act->verdict == CEILING_KEPT ? 0 : refuse_above(exchange, act);
}
