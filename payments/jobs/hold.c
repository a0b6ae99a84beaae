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
#include "runtime/database/act_log.h"
#include "runtime/rpc/timestamp.h"

#define STEPS_MAX 8 /* a hold needs three */

static const char *const states[] = {HOLD_STATES(METRIC_VALUE) NULL};
static struct metric holds_ended = {.name = "payments_hold_ended_total",
                                    .help = "Holds by the state they ended in.",
                                    .kind = METRIC_COUNTER,
                                    .labels = {"state"},
                                    .values = states};
METRIC_FROM_THE_START(holds_ended);

/* ---- what is kept ---- */

static enum failure method_added_event_append(struct transaction *transaction,
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
static enum failure hold_settle_method(struct transaction *transaction,
                                       const struct attempt_step *step, enum hold_state next)
{
    const struct card_hold *hold = step->row;
    struct payment_method *method;
    struct payment_method_change change = {.failure_reason = "", .failure_advice = ""};
    enum payment_method_event event =
        next == HOLD_AUTHORIZED ? PAYMENT_METHOD_VERIFIED : PAYMENT_METHOD_REFUSED;
    bool changed = false;
    if (next != HOLD_AUTHORIZED && next != HOLD_DECLINED && next != HOLD_FAILED)
        return FAILURE_NONE;
    enum failure failure = payment_method_store_look(
        transaction, (struct subject_key){hold->account_id, hold->payment_method_id}, &method);
    if (failure != FAILURE_NONE || !payment_method_transition(method->state, event, &change.next))
        return failure;
    if (next != HOLD_AUTHORIZED)
        change.failure_reason =
            card_refusal(next == HOLD_DECLINED ? CARD_DECLINED : CARD_PROVIDER_UNAVAILABLE)->reason;
    if (next == HOLD_DECLINED)
        change.failure_advice = decline_advice_name(DECLINE_UNVERIFIED);
    failure = payment_method_store_change(transaction, method, &change, &changed);
    if (failure != FAILURE_NONE || !changed || change.next != PAYMENT_METHOD_ACTIVE)
        return failure;
    failure = method_added_event_append(transaction, method, step->now_us);
    return failure == FAILURE_NONE
               ? tried_store_accept(transaction, method->payment_method_id) /* S5 */
               : failure;
}

/* GW-07: the provider's word about the card, and the end of the hold. */
static enum failure hold_keep_act(struct transaction *transaction, const struct attempt_step *step,
                                  enum hold_state next)
{
    const struct card_hold *hold = step->row;
    bool is_verdict = next == HOLD_AUTHORIZED || next == HOLD_DECLINED || next == HOLD_FAILED;
    bool is_end = next == HOLD_VOIDED || next == HOLD_LAPSED;
    if (next == hold->state || (!is_verdict && !is_end))
        return FAILURE_NONE;
    struct act act = {.account_id = hold->account_id,
                      .object_id = hold->payment_method_id,
                      .action = is_verdict ? "payments.verify_card" : "payments.release_hold",
                      .tag = "",
                      .reason = "",
                      .act_us = step->now_us};
    if (next == HOLD_DECLINED || next == HOLD_FAILED)
        act.reason =
            card_refusal(next == HOLD_DECLINED ? CARD_DECLINED : CARD_PROVIDER_UNAVAILABLE)->reason;
    return act_append_of_step(transaction, act.action, &act);
}

static enum failure hold_move(struct transaction *transaction, struct attempt_step *step)
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
        failure = hold_settle_method(transaction, step, next);
    if (failure == FAILURE_NONE && step->changed)
        failure = hold_keep_act(transaction, step, next);
    if (failure == FAILURE_NONE && step->changed && !hold_is_open(next))
        metric_add(&holds_ended, hold_state_name(next), 1);
    return failure;
}

/* ---- what is asked ---- */

static enum failure hold_authorize(struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    const struct provider *provider = step->payments->provider;
    struct payment_method_token token;
    enum failure failure = payment_method_store_token(
        reader_of(step->task, step->payments->database),
        (struct subject_key){hold->account_id, hold->payment_method_id}, &token);
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

static enum failure hold_inquire(struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    const struct provider *provider = step->payments->provider;
    step->answer =
        payments_heard(provider->inquire(step->task, provider, hold->hold_id, hold->provider_id));
    return FAILURE_NONE;
}

static enum failure hold_give_back(struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    const struct provider *provider = step->payments->provider;
    step->answer =
        payments_heard(provider->void_hold(step->task, provider, hold->hold_id, hold->provider_id));
    return FAILURE_NONE;
}

/* When the provider does not know our reference: while it remembers our key, asking again under the
 * same key is safe, because a request that was under way answers with its own outcome. Later only
 * silence is safe, and the answer stays NOT_FOUND. */
static enum failure hold_find_out(struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    int64_t sent_us;
    enum failure failure = hold_inquire(step);
    if (failure != FAILURE_NONE || step->answer.outcome != PROVIDER_NOT_FOUND)
        return failure;
    failure = attempt_store_first_sent(reader_of(step->task, step->payments->database),
                                       hold->account_id, hold->hold_id, "AUTHORIZE", &sent_us);
    if (failure != FAILURE_NONE || !hold_may_be_sent_again(sent_us, clock_work_us()))
        return failure;
    failure = hold_authorize(step);
    if (step->answer.outcome == PROVIDER_NOT_FOUND)
        step->answer.outcome = PROVIDER_UNKNOWN;
    return failure;
}

/* ---- what an answer means ---- */

/* Of an authorisation or a question about one. Held or released again: it was approved. Captured is
 * impossible and a matter for people: the hold stays open until somebody looks. */
static int hold_authorization_means(const struct attempt_step *step)
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

static int hold_search_means(const struct attempt_step *step)
{
    return step->answer.outcome == PROVIDER_NOT_FOUND ? HOLD_NEVER_EXISTED
                                                      : hold_authorization_means(step);
}

static int hold_void_means(const struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    if (step->answer.outcome == PROVIDER_RELEASED)
        return HOLD_VOID_CONFIRMED;
    if (step->answer.outcome == PROVIDER_PAID)
        log_write(LOG_ERROR, "hold_captured", log_id("hold_id", hold->hold_id));
    if (hold_has_lapsed(hold->authorized_us, clock_of_us(hold->account_id)))
        return HOLD_RELEASED;
    return step->answer.outcome == PROVIDER_NOT_SENT ? HOLD_NOT_SENT : HOLD_ANSWER_LOST;
}

static int hold_observation_means(const struct attempt_step *step)
{
    const struct card_hold *hold = step->row;
    bool voids = hold->state == HOLD_AUTHORIZED || hold->state == HOLD_VOIDING;
    return voids ? hold_void_means(step) : hold_authorization_means(step);
}

/* ---- the table ---- */

#define RETURNS                                                                \
    {                                                                          \
        .act = ATTEMPT_SENDS, .sending = HOLD_VOID_SENDING, .request = "VOID", \
        .ask = hold_give_back, .meaning = hold_void_means, .waits_on = ALWAYS, \
        .stops = {[STOP_KEPT] = "hold-voiding",                                \
                  [STOP_ANSWERED] = "hold-void-answered",                      \
                  [STOP_DONE] = "hold-voided"},                                \
    }

/* By state; in the others a hold rests. */
static const struct attempt_rule rules[] = {
    [HOLD_RECORDED] = {.act = ATTEMPT_SENDS,
                       .sending = HOLD_AUTHORIZE_SENDING,
                       .request = "AUTHORIZE",
                       .ask = hold_authorize,
                       .meaning = hold_authorization_means,
                       .waits_on = ON(HOLD_ANSWER_LOST),
                       .stops = {"hold-recorded", "hold-authorizing", "hold-answered",
                                 "hold-authorized"}},
    [HOLD_AUTHORIZING] = {.act = ATTEMPT_ASSUMES, .otherwise = HOLD_ANSWER_LOST},
    [HOLD_UNKNOWN] = {.act = ATTEMPT_ASKS,
                      .ask = hold_find_out,
                      .meaning = hold_search_means,
                      .waits_on = ON(HOLD_ANSWER_LOST) | ON(HOLD_NOT_SENT)},
    [HOLD_AUTHORIZED] = RETURNS,
    [HOLD_VOIDING] = RETURNS,
    [HOLD_LAPSED] = {.act = ATTEMPT_RESTS},
};

static enum failure hold_find(struct reader reader, struct subject_key key, void **row)
{
    struct card_hold *hold = NULL;
    enum failure failure = hold_store_find(reader, key, &hold);
    *row = hold;
    return failure;
}

static struct subject hold_subject_of(const void *row)
{
    const struct card_hold *hold = row;
    return (struct subject){
        {hold->account_id, hold->hold_id}, hold->state, hold->tries, hold->created_us};
}

static void hold_advance(void *row, int event)
{
    struct card_hold *hold = row;
    enum hold_state next = hold->state;
    bool applies = hold_transition(hold->state, (enum hold_event)event, &next);
    assert(applies);
    (void)applies;
    hold->tries = next == hold->state ? hold->tries : 0;
    hold->state = next;
}

const struct attempt_kind hold_attempts = {
    .name = "hold",
    .rules = rules,
    .rule_count = sizeof rules / sizeof rules[0],
    .row_size = sizeof(struct card_hold),
    .steps_max = STEPS_MAX,
    .find = hold_find,
    .subject_of = hold_subject_of,
    .advance = hold_advance,
    .move = hold_move,
    .pause_ms = hold_retry_ms,
    .claim = hold_store_claim,
    .observed = {.inquire = hold_inquire,
                 .meaning = hold_observation_means,
                 .unsure = ON(PROVIDER_UNKNOWN) | ON(PROVIDER_NOT_SENT) | ON(PROVIDER_NOT_FOUND),
                 .idle = ON(HOLD_ANSWER_LOST) | ON(HOLD_NOT_SENT)},
};
