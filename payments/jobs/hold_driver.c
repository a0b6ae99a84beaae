#include "payments/jobs/hold_driver.h"

#include <assert.h>

#include "payments/domain/decline.h"
#include "payments/jobs/driver.h"
#include "payments/store/attempt_store.h"
#include "payments/store/tried_store.h"
#include "payments/v1/payment_method.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/timestamp.h"

#define STEPS_MAX 8                                     /* of one run; a hold needs three */
#define KEY_FORGOTTEN_US (INT64_C(23) * 3600 * 1000000) /* the provider keeps our key for 24 h */

static struct metric holds_ended = {.name = "payments_hold_ended_total",
                                    .help = "Holds by the state they ended in.",
                                    .kind = METRIC_COUNTER,
                                    .label = "state"};

/* One step of one hold: what is sent, or what came back. */
struct hold_step {
    const struct hold *hold;
    enum hold_event event;
    struct attempt attempt; /* attempt_id nil: no request belongs to it */
    struct provider_answer answer;
    int64_t next_us;
    int64_t now_us;
    bool changed;
};

/* ---- what a step leaves in the database, in one transaction ---- */

static enum failure tell_method_added(struct transaction *transaction,
                                      const struct payment_method *method, int64_t now_us)
{
    Payments__V1__PaymentMethodAdded event = PAYMENTS__V1__PAYMENT_METHOD_ADDED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.account_id = id_to_message(arena, method->account_id);
    event.payment_method_id = id_to_message(arena, method->payment_method_id);
    event.kind = PAYMENTS__V1__PAYMENT_METHOD_KIND__PAYMENT_METHOD_KIND_BANK_CARD;
    event.added_time = timestamp_from_us(arena, now_us);
    if (event.account_id == NULL || event.payment_method_id == NULL || event.added_time == NULL)
        return FAILURE_EXHAUSTED;
    return payments_tell(transaction, method->account_id, &event.base, now_us);
}

/* PAY-06: the card is saved with the authorisation, in the transaction that queues the void;
 * declined, it is not saved. A card that was given up already stays so: a late approval is only
 * voided. */
static enum failure settle_method(struct transaction *transaction, const struct hold_step *step,
                                  enum hold_state next)
{
    struct payment_method *method;
    enum payment_method_event event =
        next == HOLD_AUTHORIZED ? PAYMENT_METHOD_VERIFIED : PAYMENT_METHOD_REFUSED;
    enum payment_method_state method_next;
    bool changed = false;
    if (next != HOLD_AUTHORIZED && next != HOLD_DECLINED && next != HOLD_FAILED)
        return FAILURE_NONE;
    enum failure failure = payment_method_store_look(transaction, step->hold->account_id,
                                                     step->hold->payment_method_id, &method);
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

static enum failure change_hold(struct transaction *transaction, struct hold_step *step)
{
    enum hold_state next;
    if (!hold_transition(step->hold->state, step->event, &next))
        return FAILURE_NONE;
    struct hold_change change = {
        .next = next,
        .provider_id = step->answer.provider_id,
        .tries = next == step->hold->state ? step->hold->tries + 1 : 0,
        .next_us = step->next_us,
        .now_us = step->now_us,
    };
    enum failure failure = hold_store_change(transaction, step->hold, &change, &step->changed);
    if (failure == FAILURE_NONE && step->changed)
        failure = settle_method(transaction, step, next);
    if (failure == FAILURE_NONE && step->changed && !hold_is_open(next))
        metric_add(&holds_ended, hold_state_name(next), 1);
    return failure;
}

static enum failure keep_sending(struct transaction *transaction, void *argument)
{
    struct hold_step *step = argument;
    enum failure failure = change_hold(transaction, step);
    return failure != FAILURE_NONE || !step->changed
               ? failure
               : attempt_store_insert(transaction, &step->attempt);
}

static enum failure keep_answer(struct transaction *transaction, void *argument)
{
    struct hold_step *step = argument;
    const struct attempt_answer answer = {
        .outcome = provider_outcome_name(step->answer.outcome),
        .provider_id = step->answer.provider_id,
        .provider_code = step->answer.code,
        .answered_us = step->now_us,
    };
    enum failure failure = id_is_nil(step->attempt.attempt_id)
                               ? FAILURE_NONE
                               : attempt_store_answer(transaction, &step->attempt, &answer);
    return failure != FAILURE_NONE ? failure : change_hold(transaction, step);
}

static enum failure keep(struct task *task, struct payments *payments, struct hold_step *step,
                         enum failure (*body)(struct transaction *, void *))
{
    step->now_us = clock_of_us(step->hold->account_id);
    step->changed = false;
    return database_transact(task, payments->database, ISOLATION_READ_COMMITTED, body, step);
}

static enum failure keep_before_sending(struct task *task, struct payments *payments,
                                        struct hold_step *step, const char *name)
{
    int64_t now_us = clock_work_us();
    step->attempt =
        (struct attempt){step->hold->account_id, id_new(now_us), step->hold->hold_id, name, now_us};
    step->next_us = now_us + payments->lease_us;
    return keep(task, payments, step, keep_sending);
}

/* ---- what an answer means ---- */

/* Of an authorisation or a question about one. Held or released again: it was approved. Captured is
 * impossible and a matter for people: the hold stays open until somebody looks. */
static enum hold_event event_of_authorization(const struct hold *hold,
                                              const struct provider_answer *answer)
{
    switch (answer->outcome) {
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

static enum hold_event event_of_void(const struct hold *hold, const struct provider_answer *answer,
                                     int64_t now_us)
{
    if (answer->outcome == PROVIDER_RELEASED)
        return HOLD_VOID_CONFIRMED;
    if (answer->outcome == PROVIDER_PAID)
        log_write(LOG_ERROR, "hold_captured", log_id("hold_id", hold->hold_id));
    if (hold->authorized_us != 0 && now_us - hold->authorized_us > HOLD_LAPSE_US)
        return HOLD_RELEASED;
    return answer->outcome == PROVIDER_NOT_SENT ? HOLD_NOT_SENT : HOLD_ANSWER_LOST;
}

/* ---- the steps; *wait says that the hold has to wait for its next time ---- */

static enum failure ask_to_authorize(struct task *task, struct payments *payments,
                                     const struct hold *hold, struct provider_answer *answer)
{
    struct payment_method_token token;
    enum failure failure = payment_method_store_token(
        reader_of(task, payments->database), hold->account_id, hold->payment_method_id, &token);
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
    *answer = payments_heard(payments->provider->authorize(task, payments->provider, &order));
    return FAILURE_NONE;
}

static enum failure authorize(struct task *task, struct payments *payments, const struct hold *hold,
                              bool *wait)
{
    struct hold_step step = {.hold = hold, .event = HOLD_AUTHORIZE_SENDING};
    payments_step(payments, "hold-recorded");
    enum failure failure = keep_before_sending(task, payments, &step, "AUTHORIZE");
    if (failure != FAILURE_NONE || !step.changed)
        return failure;
    payments_step(payments, "hold-authorizing");
    struct hold sent = *hold;
    sent.state = HOLD_AUTHORIZING;
    failure = ask_to_authorize(task, payments, &sent, &step.answer);
    if (failure != FAILURE_NONE)
        return failure;
    payments_step(payments, "hold-answered");
    step.hold = &sent;
    step.event = event_of_authorization(&sent, &step.answer);
    *wait = step.event == HOLD_ANSWER_LOST;
    step.next_us = clock_work_us() + (*wait ? hold_retry_ms(0) * 1000 : payments->lease_us);
    failure = keep(task, payments, &step, keep_answer);
    payments_step(payments, "hold-authorized");
    return failure;
}

/* A process ended between sending and keeping the answer: what became of it is not known. */
static enum failure admit_lost_answer(struct task *task, struct payments *payments,
                                      const struct hold *hold)
{
    struct hold_step step = {
        .hold = hold, .event = HOLD_ANSWER_LOST, .answer = {.outcome = PROVIDER_UNKNOWN}};
    step.next_us = clock_work_us() + payments->lease_us;
    return keep(task, payments, &step, keep_answer);
}

/* The provider does not know our reference. While it remembers our key, asking again under the same
 * key is safe: whatever was under way answers with its own outcome. Later only silence is safe. */
static enum failure authorize_again(struct task *task, struct payments *payments,
                                    const struct hold *hold, struct hold_step *step)
{
    int64_t sent_us;
    enum failure failure =
        attempt_store_first_sent(reader_of(task, payments->database), hold->account_id,
                                 hold->hold_id, "AUTHORIZE", &sent_us);
    if (failure != FAILURE_NONE)
        return failure;
    if (sent_us != 0 && clock_work_us() - sent_us > KEY_FORGOTTEN_US) {
        step->event = HOLD_NEVER_EXISTED;
        return FAILURE_NONE;
    }
    failure = ask_to_authorize(task, payments, hold, &step->answer);
    step->event = event_of_authorization(hold, &step->answer);
    return failure;
}

static enum failure find_out(struct task *task, struct payments *payments, const struct hold *hold,
                             bool *wait)
{
    struct hold_step step = {.hold = hold};
    step.answer = payments_heard(
        payments->provider->inquire(task, payments->provider, hold->hold_id, hold->provider_id));
    step.event = event_of_authorization(hold, &step.answer);
    if (step.answer.outcome == PROVIDER_NOT_FOUND) {
        enum failure failure = authorize_again(task, payments, hold, &step);
        if (failure != FAILURE_NONE)
            return failure;
    }
    *wait = step.event == HOLD_ANSWER_LOST || step.event == HOLD_NOT_SENT;
    step.next_us =
        clock_work_us() + (*wait ? hold_retry_ms(hold->tries) * 1000 : payments->lease_us);
    return keep(task, payments, &step, keep_answer);
}

static enum failure give_back(struct task *task, struct payments *payments, const struct hold *hold,
                              bool *wait)
{
    struct hold_step step = {.hold = hold, .event = HOLD_VOID_SENDING};
    enum failure failure = keep_before_sending(task, payments, &step, "VOID");
    if (failure != FAILURE_NONE || !step.changed)
        return failure;
    payments_step(payments, "hold-voiding");
    step.answer = payments_heard(
        payments->provider->void_hold(task, payments->provider, hold->hold_id, hold->provider_id));
    payments_step(payments, "hold-void-answered");
    struct hold sent = *hold;
    sent.tries = hold->state == HOLD_VOIDING ? hold->tries : 0;
    sent.state = HOLD_VOIDING;
    step.hold = &sent;
    step.event = event_of_void(&sent, &step.answer, clock_of_us(sent.account_id));
    step.next_us = clock_work_us() + hold_retry_ms(sent.tries) * 1000;
    *wait = true;
    failure = keep(task, payments, &step, keep_answer);
    payments_step(payments, "hold-voided");
    return failure;
}

static enum failure step_once(struct task *task, struct payments *payments, const struct hold *hold,
                              bool *wait)
{
    switch (hold->state) {
    case HOLD_RECORDED:
        return authorize(task, payments, hold, wait);
    case HOLD_AUTHORIZING:
        return admit_lost_answer(task, payments, hold);
    case HOLD_UNKNOWN:
        return find_out(task, payments, hold, wait);
    case HOLD_AUTHORIZED:
    case HOLD_VOIDING:
        return give_back(task, payments, hold, wait);
    case HOLD_VOIDED:
    case HOLD_DECLINED:
    case HOLD_FAILED:
    case HOLD_LAPSED:
        *wait = true;
        return FAILURE_NONE;
    }
    return FAILURE_INTERNAL;
}

enum failure hold_driver_run(struct task *task, struct payments *payments, struct hold_key key)
{
    bool wait = false;
    enum failure failure = FAILURE_NONE;
    for (int steps = 0; steps < STEPS_MAX && !wait && failure == FAILURE_NONE; steps++) {
        struct hold *hold;
        failure = hold_store_find(reader_of(task, payments->database), key, &hold);
        if (failure != FAILURE_NONE || hold == NULL)
            return failure;
        failure = step_once(task, payments, hold, &wait);
    }
    return failure;
}

/* ---- webhooks ---- */

static enum hold_event event_seen(const struct hold *hold, const struct provider_answer *answer)
{
    bool voids = hold->state == HOLD_AUTHORIZED || hold->state == HOLD_VOIDING;
    return voids ? event_of_void(hold, answer, clock_of_us(hold->account_id))
                 : event_of_authorization(hold, answer);
}

enum failure hold_driver_observe(struct task *task, struct payments *payments, struct hold_key key,
                                 bool *known, bool *certain)
{
    struct hold *hold;
    enum failure failure = hold_store_find(reader_of(task, payments->database), key, &hold);
    *known = failure == FAILURE_NONE && hold != NULL;
    *certain = true;
    if (!*known)
        return failure;
    struct hold_step step = {.hold = hold};
    step.answer = payments_heard(
        payments->provider->inquire(task, payments->provider, hold->hold_id, hold->provider_id));
    step.event = event_seen(hold, &step.answer);
    *certain = step.answer.outcome != PROVIDER_UNKNOWN &&
               step.answer.outcome != PROVIDER_NOT_SENT &&
               step.answer.outcome != PROVIDER_NOT_FOUND;
    if (step.event == HOLD_ANSWER_LOST || step.event == HOLD_NOT_SENT)
        return FAILURE_NONE; /* nothing that the driver does not find out by itself */
    step.next_us = clock_work_us();
    failure = keep(task, payments, &step, keep_answer);
    loop_job_wake(payments->hold_job);
    return failure;
}

/* ---- the job ---- */

static enum failure drive(struct task *task, struct payments *payments, struct id account_id,
                          struct id subject_id)
{
    return hold_driver_run(task, payments, (struct hold_key){account_id, subject_id});
}

enum failure hold_driver_tick(struct task *task, void *argument)
{
    struct payments *payments = argument;
    struct hold_key *keys;
    size_t count, limit = driver_room(payments);
    int64_t now_us = clock_work_us();
    if (limit == 0)
        return FAILURE_NONE;
    enum failure failure = hold_store_claim(reader_of(task, payments->database), now_us,
                                            now_us + payments->lease_us, limit, &keys, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++)
        failure = driver_spawn(payments, "hold", drive, keys[i].account_id, keys[i].hold_id);
    return failure;
}
