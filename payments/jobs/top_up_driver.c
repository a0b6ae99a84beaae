#include "payments/jobs/top_up_driver.h"

#include "payments/domain/decline.h"
#include "payments/jobs/driver.h"
#include "payments/top_up_message.h"
#include "payments/store/attempt_store.h"
#include "payments/store/tried_store.h"
#include "payments/store/payment_method_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/timestamp.h"

#define STEPS_MAX 4 /* of one run */

static struct metric top_ups_decided = {.name = "payments_top_up_decided_total",
                                        .help = "Top-ups by the state they came to.",
                                        .kind = METRIC_COUNTER,
                                        .label = "state"};

/* One step of one top-up: what is sent, or what came back. */
struct top_up_step {
    const struct top_up *top_up;
    enum top_up_event event;
    struct attempt attempt; /* attempt_id nil: no request belongs to it */
    struct provider_answer answer;
    int64_t next_us;
    int64_t now_us;
    bool changed;
};

/* ---- what a step leaves in the database, in one transaction ---- */

enum failure top_up_tell_succeeded(struct transaction *transaction, const struct top_up *top_up,
                                   int64_t now_us)
{
    Payments__V1__TopUpSucceeded event = PAYMENTS__V1__TOP_UP_SUCCEEDED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.top_up_id = id_to_message(arena, top_up->top_up_id);
    event.account_id = id_to_message(arena, top_up->account_id);
    event.target_account_id = id_to_message(arena, top_up->target_account_id);
    event.amount_micros = top_up->amount_micros;
    event.currency = arena_strdup(arena, top_up->currency->code);
    event.rail = top_up_rail_to_message(top_up->rail);
    event.remark = arena_strdup(arena, top_up->remark);
    event.succeeded_time = timestamp_from_us(arena, now_us);
    if (event.top_up_id == NULL || event.account_id == NULL || event.target_account_id == NULL ||
        event.currency == NULL || event.remark == NULL || event.succeeded_time == NULL)
        return FAILURE_EXHAUSTED;
    return payments_tell(transaction, top_up->account_id, &event.base, now_us);
}

static enum failure tell_failed(struct transaction *transaction, const struct top_up *top_up,
                                const char *reason, int64_t now_us)
{
    Payments__V1__TopUpFailed event = PAYMENTS__V1__TOP_UP_FAILED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.top_up_id = id_to_message(arena, top_up->top_up_id);
    event.account_id = id_to_message(arena, top_up->account_id);
    event.target_account_id = id_to_message(arena, top_up->target_account_id);
    event.failure_reason = arena_strdup(arena, reason);
    event.failed_time = timestamp_from_us(arena, now_us);
    event.amount_micros = top_up->amount_micros;
    event.currency = arena_strdup(arena, top_up->currency->code);
    if (event.top_up_id == NULL || event.account_id == NULL || event.target_account_id == NULL ||
        event.failure_reason == NULL || event.failed_time == NULL || event.currency == NULL)
        return FAILURE_EXHAUSTED;
    return payments_tell(transaction, top_up->account_id, &event.base, now_us);
}

enum failure top_up_tell_returned(struct transaction *transaction, const struct top_up *top_up,
                                  int64_t now_us)
{
    Payments__V1__TopUpReturned event = PAYMENTS__V1__TOP_UP_RETURNED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.top_up_id = id_to_message(arena, top_up->top_up_id);
    event.account_id = id_to_message(arena, top_up->account_id);
    event.target_account_id = id_to_message(arena, top_up->target_account_id);
    event.amount_micros = top_up->amount_micros;
    event.currency = arena_strdup(arena, top_up->currency->code);
    event.was_in_suspense = top_up->suspense_us != 0;
    event.returned_time = timestamp_from_us(arena, now_us);
    if (event.top_up_id == NULL || event.account_id == NULL || event.target_account_id == NULL ||
        event.currency == NULL || event.returned_time == NULL)
        return FAILURE_EXHAUSTED;
    return payments_tell(transaction, top_up->account_id, &event.base, now_us);
}

static const char *reason_of(enum top_up_event event, enum top_up_state next)
{
    if (event == TOP_UP_OTHER_AMOUNT)
        return AMOUNT_MISMATCH;
    if (event == TOP_UP_REFUND_REFUSED)
        return REFUND_DECLINED;
    if (event == TOP_UP_DECLINED)
        return "CARD_DECLINED";
    if (event == TOP_UP_TIMED_OUT)
        return next == TOP_UP_FAILED ? "PROVIDER_UNAVAILABLE" : "PROVIDER_SILENT";
    return "";
}

static enum failure tell_decided(struct transaction *transaction, const struct top_up_step *step,
                                 enum top_up_state next)
{
    const char *reason = reason_of(step->event, next);
    if (top_up_is_open(next) || next == step->top_up->state)
        return FAILURE_NONE;
    metric_add(&top_ups_decided, top_up_state_name(next), 1);
    if (next == TOP_UP_MANUAL)
        log_write(LOG_ERROR, "top_up_needs_people", log_id("top_up_id", step->top_up->top_up_id),
                  log_text("reason", reason));
    if (next == TOP_UP_SUCCEEDED) {
        enum failure failure = tried_store_accept(transaction, step->top_up->top_up_id); /* S5 */
        return failure == FAILURE_NONE
                   ? top_up_tell_succeeded(transaction, step->top_up, step->now_us)
                   : failure;
    }
    if (next == TOP_UP_RETURNED)
        return top_up_tell_returned(transaction, step->top_up, step->now_us);
    return next == TOP_UP_FAILED ? tell_failed(transaction, step->top_up, reason, step->now_us)
                                 : FAILURE_NONE;
}

static enum failure change_top_up(struct transaction *transaction, struct top_up_step *step)
{
    enum top_up_state next;
    if (!top_up_transition(step->top_up->state, step->event, &next))
        return FAILURE_NONE;
    const struct top_up_change change = {
        .next = next,
        .provider_id = step->top_up->state == TOP_UP_REFUNDING
                           ? NULL
                           : step->answer.provider_id, /* a refund has one of its own */
        .failure_reason = reason_of(step->event, next),
        .failure_advice = step->event == TOP_UP_DECLINED
                              ? decline_advice_name(decline_advise(step->answer.code))
                              : "",
        .tries = step->top_up->tries +
                 (step->event == TOP_UP_SENDING || step->event == TOP_UP_REFUND_SENDING ? 0 : 1),
        .next_us = step->next_us,
        .now_us = step->now_us,
    };
    enum failure failure = top_up_store_change(transaction, step->top_up, &change, &step->changed);
    return failure != FAILURE_NONE || !step->changed ? failure
                                                     : tell_decided(transaction, step, next);
}

static enum failure keep_sending(struct transaction *transaction, void *argument)
{
    struct top_up_step *step = argument;
    enum failure failure = change_top_up(transaction, step);
    return failure != FAILURE_NONE || !step->changed
               ? failure
               : attempt_store_insert(transaction, &step->attempt);
}

static enum failure keep_answer(struct transaction *transaction, void *argument)
{
    struct top_up_step *step = argument;
    const struct attempt_answer answer = {
        .outcome = provider_outcome_name(step->answer.outcome),
        .provider_id = step->answer.provider_id,
        .provider_code = step->answer.code,
        .answered_us = step->now_us,
    };
    enum failure failure = id_is_nil(step->attempt.attempt_id)
                               ? FAILURE_NONE
                               : attempt_store_answer(transaction, &step->attempt, &answer);
    return failure != FAILURE_NONE ? failure : change_top_up(transaction, step);
}

static enum failure keep(struct task *task, struct payments *payments, struct top_up_step *step,
                         enum failure (*body)(struct transaction *, void *))
{
    step->now_us = clock_of_us(step->top_up->account_id);
    step->changed = false;
    return database_transact(task, payments->database, ISOLATION_READ_COMMITTED, body, step);
}

/* ---- what an answer means ---- */

static enum top_up_event event_of_charge(const struct top_up *top_up,
                                         const struct provider_answer *answer)
{
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

/* ---- the steps; *wait says that the top-up has to wait for its next time ---- */

static enum failure ask_to_charge(struct task *task, struct payments *payments,
                                  const struct top_up *top_up, struct provider_answer *answer)
{
    struct payment_method_token token;
    enum failure failure = payment_method_store_token(
        reader_of(task, payments->database), top_up->account_id, top_up->payment_method_id, &token);
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
    *answer = payments_heard(payments->provider->charge(task, payments->provider, &order));
    return FAILURE_NONE;
}

static enum failure keep_decision(struct task *task, struct payments *payments,
                                  struct top_up_step *step, bool *wait)
{
    *wait = true;
    step->next_us = clock_work_us() + top_up_poll_ms(step->top_up->tries) * 1000;
    return keep(task, payments, step, keep_answer);
}

static enum failure give_up(struct task *task, struct payments *payments,
                            const struct top_up *top_up, bool *wait)
{
    struct top_up_step step = {
        .top_up = top_up, .event = TOP_UP_TIMED_OUT, .answer = {.outcome = PROVIDER_UNKNOWN}};
    return keep_decision(task, payments, &step, wait);
}

static enum failure charge(struct task *task, struct payments *payments,
                           const struct top_up *top_up, bool *wait)
{
    int64_t now_us = clock_work_us();
    struct top_up_step step = {
        .top_up = top_up, .event = TOP_UP_SENDING, .next_us = now_us + payments->lease_us};
    if (clock_of_us(top_up->account_id) - top_up->created_us > TOP_UP_UNSENT_US)
        return give_up(task, payments, top_up, wait);
    step.attempt =
        (struct attempt){top_up->account_id, id_new(now_us), top_up->top_up_id, "CHARGE", now_us};
    payments_step(payments, "top-up-created");
    enum failure failure = keep(task, payments, &step, keep_sending);
    if (failure != FAILURE_NONE || !step.changed)
        return failure;
    payments_step(payments, "top-up-pending");
    struct top_up sent = *top_up;
    sent.state = TOP_UP_PENDING;
    failure = ask_to_charge(task, payments, &sent, &step.answer);
    if (failure != FAILURE_NONE)
        return failure;
    payments_step(payments, "top-up-answered");
    step.top_up = &sent;
    step.event = event_of_charge(&sent, &step.answer);
    failure = keep_decision(task, payments, &step, wait);
    payments_step(payments, "top-up-kept");
    return failure;
}

/* A process ended between sending and keeping the answer: what became of it is not known. */
static enum failure admit_lost_answer(struct task *task, struct payments *payments,
                                      const struct top_up *top_up)
{
    struct top_up_step step = {
        .top_up = top_up, .event = TOP_UP_ANSWER_LOST, .answer = {.outcome = PROVIDER_UNKNOWN}};
    step.next_us = clock_work_us() + payments->lease_us;
    return keep(task, payments, &step, keep_answer);
}

/* Asks what became of it. When the provider does not know our reference, charging again under the
 * same key is safe while it remembers the key: whatever was under way answers with its own outcome.
 */
static enum failure find_out(struct task *task, struct payments *payments,
                             const struct top_up *top_up, bool *wait)
{
    struct top_up_step step = {.top_up = top_up};
    if (clock_of_us(top_up->account_id) - top_up->created_us > TOP_UP_MANUAL_US)
        return give_up(task, payments, top_up, wait);
    step.answer = payments_heard(payments->provider->inquire(
        task, payments->provider, top_up->top_up_id, top_up->provider_id));
    if (step.answer.outcome == PROVIDER_NOT_FOUND) {
        enum failure failure = ask_to_charge(task, payments, top_up, &step.answer);
        if (failure != FAILURE_NONE)
            return failure;
    }
    step.event = event_of_charge(top_up, &step.answer);
    return keep_decision(task, payments, &step, wait);
}

/* What a refund's answer means; NOT_SENT and UNKNOWN: ask again, for a payment is refunded once
 * however often it is asked for. */
static enum top_up_event event_of_refund(const struct provider_answer *answer)
{
    switch (answer->outcome) {
    case PROVIDER_REFUNDED:
        return TOP_UP_PAID_BACK;
    case PROVIDER_DECLINED:
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

static enum failure refund(struct task *task, struct payments *payments,
                           const struct top_up *top_up, bool *wait)
{
    int64_t now_us = clock_work_us();
    struct top_up_step step = {
        .top_up = top_up, .event = TOP_UP_REFUND_SENDING, .next_us = now_us + payments->lease_us};
    step.attempt =
        (struct attempt){top_up->account_id, id_new(now_us), top_up->top_up_id, "REFUND", now_us};
    payments_step(payments, "top-up-refunding");
    enum failure failure = keep(task, payments, &step, keep_sending);
    if (failure != FAILURE_NONE || !step.changed)
        return failure;
    payments_step(payments, "top-up-refund-kept");
    step.answer = payments_heard(payments->provider->refund(
        task, payments->provider, top_up->top_up_id, top_up->provider_id));
    payments_step(payments, "top-up-refunded");
    step.event = event_of_refund(&step.answer);
    if (step.event == TOP_UP_REFUND_REFUSED)
        log_write(LOG_ERROR, "top_up_refund_refused", log_id("top_up_id", top_up->top_up_id),
                  log_text("code", step.answer.code));
    return keep_decision(task, payments, &step, wait);
}

static enum failure step_once(struct task *task, struct payments *payments,
                              const struct top_up *top_up, bool *wait)
{
    switch (top_up->state) {
    case TOP_UP_CREATED:
        return charge(task, payments, top_up, wait);
    case TOP_UP_PENDING:
        return top_up->provider_id == NULL ? admit_lost_answer(task, payments, top_up)
                                           : find_out(task, payments, top_up, wait);
    case TOP_UP_UNKNOWN:
        return find_out(task, payments, top_up, wait);
    case TOP_UP_REFUNDING:
        return refund(task, payments, top_up, wait);
    case TOP_UP_IN_SUSPENSE:
    case TOP_UP_RETURNING:
    case TOP_UP_RETURNED:
    case TOP_UP_SUCCEEDED:
    case TOP_UP_CREDITED:
    case TOP_UP_FAILED:
    case TOP_UP_AWAITING_FUNDS:
    case TOP_UP_MANUAL:
        *wait = true;
        return FAILURE_NONE;
    }
    return FAILURE_INTERNAL;
}

enum failure top_up_driver_run(struct task *task, struct payments *payments, struct top_up_key key)
{
    bool wait = false;
    enum failure failure = FAILURE_NONE;
    for (int steps = 0; steps < STEPS_MAX && !wait && failure == FAILURE_NONE; steps++) {
        struct top_up *top_up;
        failure = top_up_store_find(reader_of(task, payments->database), key, &top_up);
        if (failure != FAILURE_NONE || top_up == NULL)
            return failure;
        failure = step_once(task, payments, top_up, &wait);
    }
    return failure;
}

/* ---- webhooks ---- */

enum failure top_up_driver_observe(struct task *task, struct payments *payments,
                                   struct top_up_key key, bool *known, bool *certain)
{
    struct top_up *top_up;
    enum failure failure = top_up_store_find(reader_of(task, payments->database), key, &top_up);
    *known = failure == FAILURE_NONE && top_up != NULL && top_up->rail == TOP_UP_CARD;
    *certain = true;
    if (!*known)
        return failure;
    struct top_up_step step = {.top_up = top_up};
    step.answer = payments_heard(payments->provider->inquire(
        task, payments->provider, top_up->top_up_id, top_up->provider_id));
    step.event = event_of_charge(top_up, &step.answer);
    *certain = step.event != TOP_UP_ANSWER_LOST && step.event != TOP_UP_NOT_SENT;
    if (!*certain || step.event == TOP_UP_PROCESSING)
        return FAILURE_NONE; /* nothing that the driver does not find out by itself */
    step.next_us = clock_work_us();
    return keep(task, payments, &step, keep_answer);
}

/* ---- the job ---- */

static enum failure drive(struct task *task, struct payments *payments, struct id account_id,
                          struct id subject_id)
{
    return top_up_driver_run(task, payments, (struct top_up_key){account_id, subject_id});
}

enum failure top_up_driver_tick(struct task *task, void *argument)
{
    struct payments *payments = argument;
    struct top_up_key *keys;
    size_t count, limit = driver_room(payments);
    int64_t now_us = clock_work_us();
    if (limit == 0)
        return FAILURE_NONE;
    enum failure failure = top_up_store_claim(reader_of(task, payments->database), now_us,
                                              now_us + payments->lease_us, limit, &keys, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++)
        failure = driver_spawn(payments, "top_up", drive, keys[i].account_id, keys[i].top_up_id);
    return failure;
}
