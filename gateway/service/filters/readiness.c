/* Readiness (ID-07, ID-08): asked for by GetReadiness, demanded by a purchase. */
#include <assert.h>

#include "gateway/domain/readiness.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/service/message_field.h"
#include "gateway/service/filter.h"
#include "gateway/v1/readiness.pb-c.h"

static int read_facts(struct exchange *exchange, struct readiness_facts *facts)
{
    struct task *task = call_task(exchange->call);
    const char *account_id = message_field_text(exchange->request, "account_id");
    struct identity_account account;
    const char *currency;
    struct rpc_status status;
    enum failure failure =
        identity_account_get(task, exchange->gateway->identity, account_id, &account, &status);
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    failure =
        payments_currency_get(task, exchange->gateway->payments, account_id, &currency, &status);
    no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    facts->billing_address_present = account.billing_address_present;
    facts->real_name_registered = account.corporate && !text_is_empty(account.company_id);
    facts->currency_set = !text_is_empty(currency);
    failure = payments_method_present(task, exchange->gateway->payments, account_id,
                                      &facts->payment_method_present, &status);
    return exchange_result(exchange, failure, &status);
}

/* Reads everything and judges; the region may be empty. */
static int judge(struct exchange *exchange, enum readiness_step missing[READINESS_STEPS_MAX],
                 size_t *count)
{
    struct readiness_facts facts = {.region = message_field_text(exchange->request, "region")};
    if (!text_is_empty(facts.region) && !region_is_valid(facts.region))
        return call_invalid(exchange->call, "region", FAULT_MALFORMED,
                            "A region has 1 to 32 bytes of a-z, 0-9 and \"-\".");
    int no = read_facts(exchange, &facts);
    if (no == 0)
        *count = readiness_missing(missing, &facts);
    return no;
}

/* ID-07: a purchase is refused with everything that is missing. */
static int demand(struct exchange *exchange)
{
    enum readiness_step missing[READINESS_STEPS_MAX];
    size_t count = 0;
    int no = judge(exchange, missing, &count);
    if (no != 0 || count == 0)
        return no;
    const char *account_id = message_field_text(exchange->request, "account_id");
    for (size_t i = 0; i < count; i++) {
        const struct refusal *refusal = readiness_refusal(missing[i]);
        call_add_precondition_violation(exchange->call, refusal->reason, account_id,
                                        refusal->sentence);
    }
    return call_refuse_violations(exchange->call);
}

static Gateway__V1__MissingStep *missing_step(struct arena *arena, enum readiness_step step)
{
    const struct refusal *refusal = readiness_refusal(step);
    Gateway__V1__MissingStep *wire = arena_alloc(arena, sizeof(*wire));
    gateway__v1__missing_step__init(wire);
    wire->reason = arena_strdup(arena, refusal->reason);
    wire->sentence = arena_strdup(arena, refusal->sentence);
    return wire;
}

static int answer(struct exchange *exchange)
{
    assert(exchange->response->descriptor == &gateway__v1__get_readiness_response__descriptor);
    Gateway__V1__GetReadinessResponse *response =
        (Gateway__V1__GetReadinessResponse *)(void *)exchange->response;
    enum readiness_step missing[READINESS_STEPS_MAX];
    size_t count = 0;
    int no = judge(exchange, missing, &count);
    if (no != 0)
        return no;
    struct arena *arena = call_arena(exchange->call);
    response->ready = count == 0;
    response->missing_steps = arena_alloc_array(arena, count + 1, sizeof(*response->missing_steps));
    for (size_t i = 0; i < count; i++) {
        response->missing_steps[i] = missing_step(arena, missing[i]);
    }
    response->n_missing_steps = count;
    return 0;
}

const struct filter filter_ready = {.before = demand, .looks_at = "region"};
const struct filter filter_readiness = {.instead = answer};
