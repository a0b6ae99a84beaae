#include "payments/jobs/top_up.h"

#include <assert.h>

#include "payments/domain/decline.h"
#include "payments/jobs/top_up_event.h"
#include "payments/store/payment_method_store.h"
#include "payments/store/tried_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define STEPS_MAX 4

static const char *const states[] = {TOP_UP_STATES(METRIC_VALUE) NULL};
static struct metric top_ups_decided = {.name = "payments_top_up_decided_total",
                                        .help = "Top-ups by the state they came to.",
                                        .kind = METRIC_COUNTER,
                                        .labels = {"state"},
                                        .values = states};
METRIC_FROM_THE_START(top_ups_decided);

/* ---- what is kept ---- */

static enum failure decided_event_append(struct transaction *transaction,
                                         const struct attempt_step *step, enum top_up_state next)
{
    const struct top_up *top_up = step->row;
    const char *reason = top_up_failure_reason((enum top_up_event)step->event, next);
    if (top_up_is_open(next) || next == top_up->state)
        return FAILURE_NONE;
    metric_add(&top_ups_decided, top_up_state_name(next), 1);
    if (next == TOP_UP_MANUAL)
        log_write(LOG_ERROR, "top_up_needs_people", log_id("top_up_id", top_up->top_up_id),
                  log_text("reason", reason));
    if (next == TOP_UP_SUCCEEDED) {
        enum failure failure = tried_store_accept(transaction, top_up->top_up_id); /* S5 */
        return failure == FAILURE_NONE ? top_up_tell_succeeded(transaction, top_up, step->now_us)
                                       : failure;
    }
    if (next == TOP_UP_RETURNED)
        return top_up_tell_returned(transaction, top_up, step->now_us);
    return next == TOP_UP_FAILED ? top_up_tell_failed(transaction, top_up, reason, step->now_us)
                                 : FAILURE_NONE;
}

static enum failure top_up_move(struct transaction *transaction, struct attempt_step *step)
{
    const struct top_up *top_up = step->row;
    enum top_up_event event = (enum top_up_event)step->event;
    enum top_up_state next;
    if (!top_up_transition(top_up->state, event, &next))
        return FAILURE_NONE;
    bool is_sending = event == TOP_UP_SENDING || event == TOP_UP_REFUND_SENDING;
    const struct top_up_change change = {
        .next = next,
        .provider_id = top_up->state == TOP_UP_REFUNDING
                           ? NULL
                           : step->answer.provider_id, /* a refund has one of its own */
        .failure_reason = top_up_failure_reason(event, next),
        .failure_advice =
            event == TOP_UP_DECLINED ? decline_advice_name(decline_advise(step->answer.code)) : "",
        .tries = top_up->tries + (is_sending ? 0 : 1),
        .next_us = step->next_us,
        .now_us = step->now_us,
    };
    enum failure failure = top_up_store_change(transaction, top_up, &change, &step->changed);
    return failure != FAILURE_NONE || !step->changed
               ? failure
               : decided_event_append(transaction, step, next);
}

/* ---- what is asked ---- */

static enum failure top_up_charge(struct attempt_step *step)
{
    const struct top_up *top_up = step->row;
    const struct provider *provider = step->payments->provider;
    struct payment_method_token token;
    assert(top_up->rail == TOP_UP_CARD && top_up->amount_micros > 0);
    enum failure failure = payment_method_store_token(
        reader_of(step->task, step->payments->database),
        (struct subject_key){top_up->account_id, top_up->payment_method_id}, &token);
    if (failure != FAILURE_NONE)
        return failure;
    const struct provider_order order = {
        .account_id = top_up->account_id,
        .reference = top_up->top_up_id,
        .customer = token.customer,
        .token = token.token,
        .amount_micros = top_up->amount_micros,
        .currency = top_up->currency,
    };
    step->answer = payments_heard(provider->charge(step->task, provider, &order));
    return FAILURE_NONE;
}

static enum failure top_up_inquire(struct attempt_step *step)
{
    const struct top_up *top_up = step->row;
    const struct provider *provider = step->payments->provider;
    step->answer = payments_heard(
        provider->inquire(step->task, provider, top_up->top_up_id, top_up->provider_id));
    return FAILURE_NONE;
}

/* When the provider does not know our reference, charging again under the same key is safe while it
 * remembers the key: a charge that was under way answers with its own outcome. */
static enum failure top_up_find_out(struct attempt_step *step)
{
    enum failure failure = top_up_inquire(step);
    return failure == FAILURE_NONE && step->answer.outcome == PROVIDER_NOT_FOUND
               ? top_up_charge(step)
               : failure;
}

static enum failure top_up_refund(struct attempt_step *step)
{
    const struct top_up *top_up = step->row;
    const struct provider *provider = step->payments->provider;
    step->answer = payments_heard(
        provider->refund(step->task, provider, top_up->top_up_id, top_up->provider_id));
    return FAILURE_NONE;
}

/* ---- what an answer means ---- */

static int top_up_charge_means(const struct attempt_step *step)
{
    const struct top_up *top_up = step->row;
    const struct provider_answer *answer = &step->answer;
    switch (answer->outcome) {
    case PROVIDER_PAID:
        return top_up_is_paid_exactly(top_up->amount_micros, top_up->currency, answer->amount_minor,
                                      answer->currency)
                   ? TOP_UP_PAID
                   : TOP_UP_OTHER_AMOUNT;
    case PROVIDER_DECLINED:
    case PROVIDER_RELEASED:
        return TOP_UP_DECLINED;
    case PROVIDER_PROCESSING:
        return TOP_UP_PROCESSING;
    case PROVIDER_NOT_SENT:
        return TOP_UP_NOT_SENT;
    case PROVIDER_DONE:
    case PROVIDER_HELD:
    case PROVIDER_REFUNDED:
    case PROVIDER_NOT_FOUND:
    case PROVIDER_UNKNOWN:
        return TOP_UP_ANSWER_LOST;
    }
    return TOP_UP_ANSWER_LOST;
}

/* After NOT_SENT and UNKNOWN it is asked for again: a payment is refunded once however often. */
static int top_up_refund_means(const struct attempt_step *step)
{
    const struct top_up *top_up = step->row;
    switch (step->answer.outcome) {
    case PROVIDER_REFUNDED:
        return TOP_UP_PAID_BACK;
    case PROVIDER_DECLINED:
        log_write(LOG_ERROR, "top_up_refund_refused", log_id("top_up_id", top_up->top_up_id),
                  log_text("code", step->answer.code));
        return TOP_UP_REFUND_REFUSED;
    case PROVIDER_DONE:
    case PROVIDER_HELD:
    case PROVIDER_PAID:
    case PROVIDER_RELEASED:
    case PROVIDER_PROCESSING:
    case PROVIDER_NOT_FOUND:
    case PROVIDER_NOT_SENT:
    case PROVIDER_UNKNOWN:
        break;
    }
    return TOP_UP_PROCESSING;
}

/* ---- the table ---- */

/* PENDING without the provider's id: a process ended between sending and keeping the answer. */
#define UNANSWERED (TOP_UP_RETURNED + 1)

#define SEARCH                                                                              \
    {                                                                                       \
        .act = ATTEMPT_ASKS, .ask = top_up_find_out, .meaning = top_up_charge_means,        \
        .patience_us = TOP_UP_MANUAL_US, .otherwise = TOP_UP_TIMED_OUT, .waits_on = ALWAYS, \
    }

/* By state; in the others a top-up rests. */
static const struct attempt_rule rules[] = {
    [TOP_UP_CREATED] = {.act = ATTEMPT_SENDS,
                        .sending = TOP_UP_SENDING,
                        .request = "CHARGE",
                        .ask = top_up_charge,
                        .meaning = top_up_charge_means,
                        .patience_us = TOP_UP_UNSENT_US,
                        .otherwise = TOP_UP_TIMED_OUT,
                        .waits_on = ALWAYS,
                        .stops = {"top-up-created", "top-up-pending", "top-up-answered",
                                  "top-up-kept"}},
    [TOP_UP_PENDING] = SEARCH,
    [TOP_UP_UNKNOWN] = SEARCH,
    [TOP_UP_REFUNDING] = {.act = ATTEMPT_SENDS,
                          .sending = TOP_UP_REFUND_SENDING,
                          .request = "REFUND",
                          .ask = top_up_refund,
                          .meaning = top_up_refund_means,
                          .waits_on = ALWAYS,
                          .stops = {"top-up-refunding", "top-up-refund-kept", "top-up-refunded"}},
    [UNANSWERED] = {.act = ATTEMPT_ASSUMES, .otherwise = TOP_UP_ANSWER_LOST},
};

static enum failure top_up_find(struct reader reader, struct subject_key key, void **row)
{
    struct top_up *top_up = NULL;
    enum failure failure = top_up_store_find(reader, key, &top_up);
    *row = top_up;
    return failure;
}

static struct subject top_up_subject_of(const void *row)
{
    const struct top_up *top_up = row;
    bool unanswered = top_up->state == TOP_UP_PENDING && top_up->provider_id == NULL;
    return (struct subject){{top_up->account_id, top_up->top_up_id},
                            unanswered ? UNANSWERED : top_up->state,
                            top_up->tries,
                            top_up->created_us};
}

static void top_up_advance(void *row, int event)
{
    struct top_up *top_up = row;
    bool applies = top_up_transition(top_up->state, (enum top_up_event)event, &top_up->state);
    assert(applies);
    (void)applies;
}

static bool top_up_is_by_card(const void *row)
{
    return ((const struct top_up *)row)->rail == TOP_UP_CARD;
}

const struct attempt_kind top_up_attempts = {
    .name = "top_up",
    .rules = rules,
    .rule_count = sizeof rules / sizeof rules[0],
    .row_size = sizeof(struct top_up),
    .steps_max = STEPS_MAX,
    .find = top_up_find,
    .subject_of = top_up_subject_of,
    .advance = top_up_advance,
    .move = top_up_move,
    .pause_ms = top_up_poll_ms,
    .claim = top_up_store_claim,
    .observed = {.concerns = top_up_is_by_card,
                 .inquire = top_up_inquire,
                 .meaning = top_up_charge_means,
                 .unsure = ON(PROVIDER_DONE) | ON(PROVIDER_HELD) | ON(PROVIDER_REFUNDED) |
                           ON(PROVIDER_NOT_FOUND) | ON(PROVIDER_UNKNOWN) | ON(PROVIDER_NOT_SENT),
                 .idle = ON(TOP_UP_ANSWER_LOST) | ON(TOP_UP_NOT_SENT) | ON(TOP_UP_PROCESSING)},
};
