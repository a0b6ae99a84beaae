/* The lists of GW-07 differ in who may ask, and of whom. */
#include "gateway/domain/act.h"
#include "gateway/service/act_merge.h"
#include "gateway/service/act_rpc.h"
#include "gateway/service/act_scope.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"

/* The fields that all three requests have alike. */
#define QUESTION_OF(request)                                                \
    (struct act_question)                                                   \
    {                                                                       \
        .asked = {.object_id = (request)->object_id,                        \
                  .action = (request)->action,                              \
                  .tag = (request)->tag,                                    \
                  .from_us = (request)->start_us,                           \
                  .until_us = (request)->end_us,                            \
                  .cursor = (request)->page_token,                          \
                  .limit = (request)->page_size},                           \
        .allows_missing = (request)->allow_missing, .ledger_is_asked = true \
    }

static int check_span(struct exchange *exchange, struct act_question *question)
{
    struct peer_act_question *asked = &question->asked;
    struct act_span span = {asked->from_us, asked->until_us};
    if (!act_span_complete(&span, clock_now_us()))
        return call_invalid(exchange->call, "start_time", FAULT_OUT_OF_RANGE,
                            "Before end_time, by 366 days at most.");
    asked->from_us = span.from_us;
    asked->until_us = span.until_us;
    return 0;
}

#define ANSWER(found, arena, response)                                    \
    ((response)->acts = (found).acts, (response)->n_acts = (found).count, \
     (response)->next_page_token = (found).next_page_token,               \
     (response)->n_missing = (found).missing_count,                       \
     (response)->missing = arena_memdup((arena), (found).missing, sizeof((found).missing)))

static int list_acts(struct exchange *exchange, const struct list_acts *request,
                     Gateway__V1__ListActsResponse *response)
{
    struct act_question question = QUESTION_OF(request);
    struct act_answer found;
    struct hidden_accounts hidden = {0};
    question.asked.principal_id = request->principal_id;
    int no = check_span(exchange, &question);
    if (no == 0)
        no = act_scope_of(exchange, request->account_id, &question);
    if (no == 0 && request->with_below)
        no = act_scope_below(exchange, request->account_id, &question, &hidden);
    if (no == 0)
        no = act_merge(exchange, &question, &found);
    if (no == 0)
        ANSWER(found, call_arena(exchange->call), response);
    response->hidden_account_ids = hidden.ids;
    response->n_hidden_account_ids = hidden.count;
    return no;
}

static int list_own_acts(struct exchange *exchange, const struct list_own_acts *request,
                         Gateway__V1__ListOwnActsResponse *response)
{
    struct act_question question = QUESTION_OF(request);
    struct act_answer found;
    struct id acting;
    if (!id_parse(exchange->session.principal_id, &question.asked.principal_id))
        return FAILURE_INTERNAL;
    if (!id_parse(exchange->session.account_id, &acting))
        acting = (struct id){{0}}; /* an operator's */
    int no = check_span(exchange, &question);
    if (no == 0)
        no = act_scope_of(exchange, acting, &question);
    question.asked.account_count = 0; /* whatever account they were in */
    if (no == 0)
        no = act_merge(exchange, &question, &found);
    if (no == 0)
        ANSWER(found, call_arena(exchange->call), response);
    return no;
}

/* To have looked at others' acts is an act that they may see. */
static enum failure keep_look(struct exchange *exchange, const struct list_all_acts *request)
{
    const struct act act = {.actor = exchange_actor(exchange),
                            .account_id = request->concerned_account_id,
                            .object_id = request->principal_id,
                            .action = exchange->route->permission,
                            .tag = "",
                            .reason = "",
                            .act_us = clock_now_us()};
    return act_append_alone(reader_of(call_task(exchange->call), exchange->gateway->database),
                            &act);
}

static int list_all_acts(struct exchange *exchange, const struct list_all_acts *request,
                         Gateway__V1__ListAllActsResponse *response)
{
    struct act_question question = QUESTION_OF(request);
    struct act_answer found;
    question.asked.principal_id = request->principal_id;
    question.ledger_is_asked = !id_is_nil(request->concerned_account_id);
    int no = keep_look(exchange, request);
    if (no == 0)
        no = check_span(exchange, &question);
    if (no == 0)
        no = act_scope_of(exchange, request->concerned_account_id, &question);
    if (no == 0)
        no = act_merge(exchange, &question, &found);
    if (no == 0)
        ANSWER(found, call_arena(exchange->call), response);
    return no;
}
