#include "payments/jobs/hold.h"

#include <assert.h>

#include "payments/domain/decline.h"
#include "payments/store/hold_store.h"
#include "payments/store/payment_method_store.h"
#include "payments/store/tried_store.h"
#include "payments/v1/payment_method.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/timestamp.h"

#define STEPS_MAX 8                                     /* a hold needs three */
#define KEY_FORGOTTEN_US (INT64_C(23) * 3600 * 1000000) /* the provider keeps our key for 24 h */

static struct metric holds_ended = {.name = "payments_hold_ended_total",
                                    .help = "Holds by the state they ended in.",
                                    .kind = METRIC_COUNTER,
                                    .label = "state"};

/* ---- what a step leaves in the database ---- */

static enum failure tell_method_added(struct transaction *transaction,
                                      const struct payment_method *method, int64_t now_us)
{
    Payments__V1__PaymentMethodAdded event = PAYMENTS__V1__PAYMENT_METHOD_ADDED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.account_id = id_to_message(arena, method->account_id);
    event.payment_method_id = id_to_message(arena, method->payment_method_id);
    event.kind = PAYMENTS__V1__PAYMENT_METHOD_KIND__PAYMENT_METHOD_KIND_BANK_CARD;
    event.added_time = timestamp_from_us(arena, now_us);
    return payments_tell(transaction, method->account_id, &event.base, now_us);
}

/* PAY-06: the card is saved with the authorisation, in the transaction that queues the void;
 * declined, it is not saved. A card that was given up already stays so: a late approval is only
 * voided. */
static enum failure settle_method(struct transaction *transaction, const struct attempt_step *step,
                                  enum hold_state next)
{
    const struct card_hold *hold = step->row;
    struct payment_method *method;
    enum payment_method_event event =
        next == HOLD_AUTHORIZED ? PAYMENT_METHOD_VERIFIED : PAYMENT_METHOD_REFUSED;
    enum payment_method_state method_next;
    bool changed = false;
    if (next != HOLD_AUTHORIZED && next != HOLD_DECLINED && next != HOLD_FAILED)
        return FAILURE_NONE;
    enum failure failure =
        payment_method_store_look(transaction, hold->account_id, hold->payment_method_id, &method);
    if (failure != FAILURE_NONE || !payment_method_transition(method->state, event, &method_next))
        return failure;
    const char *reason = next == HOLD_DECLINED ? card_refusal(CARD_DECLINED)->reason
                         : next == HOLD_FAILED ? card_refusal(CARD_PROVIDER_UNAVAILABLE)->reason
                                               : "";
    const char *advice = next == HOLD_DECLINED ? decline_advice_name(DECLINE_UNVERIFIED) : "";
    failure =
        payment_method_store_change(transaction, method, method_next, reason, advice, &changed);
    if (failure == FAILURE_NONE && changed && method_next == PAYMENT_METHOD_ACTIVE)
        failure = tell_method_added(transaction, method, step->now_us);
    if (failure == FAILURE_NONE && changed && method_next == PAYMENT_METHOD_ACTIVE)
        failure = tried_store_accept(transaction, method->payment_method_id); /* S5 */
    return failure;
}

static enum failure move(struct transaction *transaction, struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    enum hold_state next;
    if (!hold_transition(hold->state, (enum hold_event)step->event, &next))
        return FAILURE_NONE;
    struct hold_change change = {
        .next = next,
        .provider_id = step->answer.provider_id,
        .tries = next == hold->state ? hold->tries + 1 : 0,
        .next_us = step->next_us,
        .now_us = step->now_us,
    };
    enum failure failure = hold_store_change(transaction, hold, &change, &step->changed);
    if (failure == FAILURE_NONE && step->changed)
        failure = settle_method(transaction, step, next);
    if (failure == FAILURE_NONE && step->changed && !hold_is_open(next))
        metric_add(&holds_ended, hold_state_name(next), 1);
    return failure;
}

/* ---- what is asked ---- */

static enum failure authorize(struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    const struct provider *provider = step->payments->provider;
    struct payment_method_token token;
    enum failure failure =
        payment_method_store_token(reader_of(step->task, step->payments->database),
                                   hold->account_id, hold->payment_method_id, &token);
    if (failure != FAILURE_NONE)
        return failure;
    assert(token.token != NULL && token.customer != NULL);
    const struct provider_order order = {
        .account_id = hold->account_id,
        .reference = hold->hold_id,
        .customer = token.customer,
        .token = token.token,
        .amount_micros = HOLD_AMOUNT_MICROS,
        .currency = currency_find(HOLD_CURRENCY),
    };
    step->answer = payments_heard(provider->authorize(step->task, provider, &order));
    return FAILURE_NONE;
}

static enum failure inquire(struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    const struct provider *provider = step->payments->provider;
    step->answer =
        payments_heard(provider->inquire(step->task, provider, hold->hold_id, hold->provider_id));
    return FAILURE_NONE;
}

static enum failure give_back(struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    const struct provider *provider = step->payments->provider;
    step->answer =
        payments_heard(provider->void_hold(step->task, provider, hold->hold_id, hold->provider_id));
    return FAILURE_NONE;
}

/* When the provider does not know our reference: while it remembers our key, asking again under the
 * same key is safe, for whatever was under way answers with its own outcome. Later only silence is
 * safe, and the answer stays NOT_FOUND. */
static enum failure find_out(struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    int64_t sent_us;
    enum failure failure = inquire(step);
    if (failure != FAILURE_NONE || step->answer.outcome != PROVIDER_NOT_FOUND)
        return failure;
    failure = attempt_store_first_sent(reader_of(step->task, step->payments->database),
                                       hold->account_id, hold->hold_id, "AUTHORIZE", &sent_us);
    if (failure != FAILURE_NONE || (sent_us != 0 && clock_work_us() - sent_us > KEY_FORGOTTEN_US))
        return failure;
    failure = authorize(step);
    if (step->answer.outcome == PROVIDER_NOT_FOUND)
        step->answer.outcome = PROVIDER_UNKNOWN;
    return failure;
}

/* ---- what an answer means ---- */

/* Of an authorisation or a question about one. Held or released again: it was approved. Captured is
 * impossible and a matter for people: the hold stays open until somebody looks. */
static int authorization_means(const struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    switch (step->answer.outcome) {
    case PROVIDER_HELD:
    case PROVIDER_RELEASED:
        return HOLD_APPROVED;
    case PROVIDER_DECLINED:
        return HOLD_REFUSED;
    case PROVIDER_NOT_SENT:
        return HOLD_NOT_SENT;
    case PROVIDER_PAID:
        log_write(LOG_ERROR, "hold_captured", log_id("hold_id", hold->hold_id));
        return HOLD_ANSWER_LOST;
    case PROVIDER_DONE:
    case PROVIDER_REFUNDED:
    case PROVIDER_PROCESSING:
    case PROVIDER_NOT_FOUND:
    case PROVIDER_UNKNOWN:
        return HOLD_ANSWER_LOST;
    }
    return HOLD_ANSWER_LOST;
}

static int search_means(const struct attempt_step *step)
{
    return step->answer.outcome == PROVIDER_NOT_FOUND ? HOLD_NEVER_EXISTED
                                                      : authorization_means(step);
}

static int void_means(const struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    if (step->answer.outcome == PROVIDER_RELEASED)
        return HOLD_VOID_CONFIRMED;
    if (step->answer.outcome == PROVIDER_PAID)
        log_write(LOG_ERROR, "hold_captured", log_id("hold_id", hold->hold_id));
    if (hold->authorized_us != 0 &&
        clock_of_us(hold->account_id) - hold->authorized_us > HOLD_LAPSE_US)
        return HOLD_RELEASED;
    return step->answer.outcome == PROVIDER_NOT_SENT ? HOLD_NOT_SENT : HOLD_ANSWER_LOST;
}

static int observation_means(const struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    bool voids = hold->state == HOLD_AUTHORIZED || hold->state == HOLD_VOIDING;
    return voids ? void_means(step) : authorization_means(step);
}

/* ---- the table ---- */

#define RETURNS                                                                                  \
    {                                                                                            \
        .act = ATTEMPT_SENDS, .sending = HOLD_VOID_SENDING, .request = "VOID", .ask = give_back, \
        .meaning = void_means, .waits_on = ALWAYS,                                               \
        .stops = {[STOP_KEPT] = "hold-voiding",                                                  \
                  [STOP_ANSWERED] = "hold-void-answered",                                        \
                  [STOP_DONE] = "hold-voided"},                                                  \
    }

/* By state; in the others a hold rests. */
static const struct attempt_rule rules[] = {
    [HOLD_RECORDED] = {.act = ATTEMPT_SENDS,
                       .sending = HOLD_AUTHORIZE_SENDING,
                       .request = "AUTHORIZE",
                       .ask = authorize,
                       .meaning = authorization_means,
                       .waits_on = ON(HOLD_ANSWER_LOST),
                       .stops = {"hold-recorded", "hold-authorizing", "hold-answered",
                                 "hold-authorized"}},
    [HOLD_AUTHORIZING] = {.act = ATTEMPT_ASSUMES, .otherwise = HOLD_ANSWER_LOST},
    [HOLD_UNKNOWN] = {.act = ATTEMPT_ASKS,
                      .ask = find_out,
                      .meaning = search_means,
                      .waits_on = ON(HOLD_ANSWER_LOST) | ON(HOLD_NOT_SENT)},
    [HOLD_AUTHORIZED] = RETURNS,
    [HOLD_VOIDING] = RETURNS,
    [HOLD_LAPSED] = {.act = ATTEMPT_RESTS},
};

static enum failure find(struct reader reader, struct subject_key key, void **row)
{
    struct card_hold *hold = NULL;
    enum failure failure =
        hold_store_find(reader, (struct hold_key){key.account_id, key.subject_id}, &hold);
    *row = hold;
    return failure;
}

static struct subject look(const void *row)
{
    const struct card_hold *hold = row;
    return (struct subject){
        {hold->account_id, hold->hold_id}, hold->state, hold->tries, hold->created_us};
}

static void enter(void *row, int event)
{
    struct card_hold *hold = row;
    enum hold_state next = hold->state;
    bool applies = hold_transition(hold->state, (enum hold_event)event, &next);
    assert(applies);
    (void)applies;
    hold->tries = next == hold->state ? hold->tries : 0;
    hold->state = next;
}

static enum failure claim_due(struct reader reader, const struct claim *claim,
                              struct subject_keys *taken)
{
    struct hold_key *keys;
    enum failure failure = hold_store_claim(reader, claim->now_us, claim->lease_us, claim->limit,
                                            &keys, &taken->count);
    if (failure != FAILURE_NONE)
        return failure;
    taken->keys = arena_alloc_array(task_arena(reader.task), taken->count + 1, sizeof *taken->keys);
    for (size_t i = 0; i < taken->count; i++)
        taken->keys[i] = (struct subject_key){keys[i].account_id, keys[i].hold_id};
    return FAILURE_NONE;
}

static bool concerns(const void *row)
{
    return row != NULL;
}

const struct attempt_kind hold_attempts = {
    .name = "hold",
    .rules = rules,
    .row_size = sizeof(struct card_hold),
    .steps_max = STEPS_MAX,
    .find = find,
    .look = look,
    .enter = enter,
    .move = move,
    .pause_ms = hold_retry_ms,
    .claim = claim_due,
    .observed = {.concerns = concerns,
                 .inquire = inquire,
                 .meaning = observation_means,
                 .unsure = ON(PROVIDER_UNKNOWN) | ON(PROVIDER_NOT_SENT) | ON(PROVIDER_NOT_FOUND),
                 .idle = ON(HOLD_ANSWER_LOST) | ON(HOLD_NOT_SENT)},
};
