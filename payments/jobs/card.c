#include "payments/jobs/card.h"

#include <assert.h>

#include "payments/domain/decline.h"
#include "payments/jobs/attempt.h"
#include "payments/jobs/hold.h"
#include "payments/store/account_store.h"
#include "payments/store/hold_store.h"
#include "payments/store/tried_store.h"
#include "runtime/base/clock.h"

#define WAIT_MS_MAX 12000 /* for a provider that has not answered */
#define WAIT_EVERY_MS 200
#define WAIT_LEAVES_MS 2000 /* of the call's time, for the answer */
#define ABANDONED_US (INT64_C(10) * 60 * 1000000)
#define ABANDONED_MAX 100
#define TRIED_KEEP_US (2 * ATTEMPT_DAY_US)
#define TRIES_AT_ONCE 5
#define STEPS_MAX 3

/* A new card and the account it is added to. Its events are card_verdicts: CARD_ACCEPTED says that
 * the provider made what it was asked for. */
struct new_card {
    const struct payment_method *method;
    const struct account *account;
};

/* ---- what is kept ---- */

static enum failure card_refuse(struct transaction *transaction,
                                const struct payment_method *method, enum card_verdict verdict)
{
    struct payment_method_change change = {
        .failure_reason = card_refusal(verdict)->reason,
        .failure_advice = verdict == CARD_DECLINED ? decline_advice_name(DECLINE_UNVERIFIED) : "",
    };
    bool changed;
    if (!payment_method_transition(method->state, PAYMENT_METHOD_REFUSED, &change.next))
        return FAILURE_NONE;
    return payment_method_store_change(transaction, method, &change, &changed);
}

/* The hold is recorded with the token: from here on its job brings it to its end, even if this
 * process is killed. */
static enum failure card_keep_token(struct transaction *transaction, struct attempt_step *step)
{
    const struct payment_method *method = ((const struct new_card *)step->row)->method;
    const char *country = step->answer.card_country;
    assert(step->answer.outcome == PROVIDER_DONE && step->answer.provider_id != NULL);
    enum failure failure =
        payment_method_store_tokenise(transaction, method, step->answer.provider_id,
                                      country != NULL ? country : "", &step->changed);
    if (failure != FAILURE_NONE || !step->changed)
        return failure;
    const struct card_hold hold = {
        .account_id = method->account_id,
        .hold_id = id_derive(method->payment_method_id, "hold"),
        .payment_method_id = method->payment_method_id,
        .created_us = step->now_us,
    };
    return hold_store_insert(transaction, &hold, step->next_us);
}

static enum failure card_move(struct transaction *transaction, struct attempt_step *step)
{
    const struct new_card *card = step->row;
    if (step->event != CARD_ACCEPTED)
        return card_refuse(transaction, card->method, (enum card_verdict)step->event);
    if (card->account->provider_customer != NULL)
        return card_keep_token(transaction, step);
    return account_store_set_customer(transaction, card->account->account_id,
                                      step->answer.provider_id);
}

/* ---- what is asked ----
 *
 * Making a customer or a token does no harm when it is done twice under one key, so a lost answer
 * is asked for again at once: also while the same request, sent twice, is still being answered. A
 * token that nobody keeps does no harm either. */

static enum failure card_ask_for_customer(struct attempt_step *step)
{
    const struct new_card *card = step->row;
    const struct provider *provider = step->payments->provider;
    step->answer = payments_heard(provider->create_customer(
        step->task, provider, card->account->account_id, card->method->payment_method_id));
    return FAILURE_NONE;
}

static enum failure card_ask_for_token(struct attempt_step *step)
{
    const struct payment_method *method = ((const struct new_card *)step->row)->method;
    const struct card *card = step->context;
    const struct provider *provider = step->payments->provider;
    const struct provider_card shown = {card->number, card->security_code, card->expiry,
                                        method->holder_name};
    step->answer =
        payments_heard(provider->tokenise(step->task, provider, method->payment_method_id, &shown));
    return FAILURE_NONE;
}

static int card_customer_means(const struct attempt_step *step)
{
    return step->answer.outcome == PROVIDER_DONE ? CARD_ACCEPTED : CARD_PROVIDER_UNAVAILABLE;
}

static int card_token_means(const struct attempt_step *step)
{
    const struct new_card *card = step->row;
    if (step->answer.outcome == PROVIDER_DECLINED)
        return CARD_DECLINED;
    if (step->answer.outcome != PROVIDER_DONE)
        return CARD_PROVIDER_UNAVAILABLE;
    return (int)card_country_decide(step->answer.card_country, card->account->country); /* ID-03 */
}

/* ---- the table ---- */

enum { WITHOUT_CUSTOMER, WITHOUT_TOKEN, WITH_TOKEN };

static const struct attempt_rule rules[] = {
    [WITHOUT_CUSTOMER] = {.act = ATTEMPT_ASKS,
                          .ask = card_ask_for_customer,
                          .meaning = card_customer_means,
                          .tries_at_once = TRIES_AT_ONCE,
                          .waits_on = ~ON(CARD_ACCEPTED)},
    [WITHOUT_TOKEN] = {.act = ATTEMPT_ASKS,
                       .ask = card_ask_for_token,
                       .meaning = card_token_means,
                       .tries_at_once = TRIES_AT_ONCE,
                       .waits_on = ~ON(CARD_ACCEPTED),
                       .stops = {[STOP_ANSWERED] = "card-tokenised"}},
    [WITH_TOKEN] = {.act = ATTEMPT_RESTS},
};

static enum failure card_find(struct reader reader, struct subject_key key, void **row)
{
    struct payment_method *method = NULL;
    struct account *account = NULL;
    *row = NULL;
    enum failure failure = payment_method_store_find(reader, key, &method);
    if (failure == FAILURE_NONE)
        failure = account_store_find(reader, key.account_id, &account);
    if (failure != FAILURE_NONE || method == NULL || account == NULL)
        return failure;
    const struct new_card card = {method, account};
    *row = arena_memdup(task_arena(reader.task), &card, sizeof card);
    return FAILURE_NONE;
}

static struct subject card_subject_of(const void *row)
{
    const struct new_card *card = row;
    size_t rule = card->method->state != PAYMENT_METHOD_NEW  ? WITH_TOKEN
                  : card->account->provider_customer == NULL ? WITHOUT_CUSTOMER
                                                             : WITHOUT_TOKEN;
    return (struct subject){{card->method->account_id, card->method->payment_method_id},
                            rule,
                            0,
                            card->method->created_us};
}

static const struct attempt_kind card_attempts = {
    .name = "card",
    .rules = rules,
    .rule_count = sizeof rules / sizeof rules[0],
    .row_size = sizeof(struct new_card),
    .steps_max = STEPS_MAX,
    .find = card_find,
    .subject_of = card_subject_of,
    .move = card_move,
};

/* ---- giving a card up ---- */

struct refused_card {
    const struct payment_method *method;
    enum card_verdict verdict;
};

static enum failure card_give_up_body(struct transaction *transaction, void *argument)
{
    const struct refused_card *refused = argument;
    return card_refuse(transaction, refused->method, refused->verdict);
}

static enum failure card_give_up(struct task *task, struct payments *payments,
                                 const struct payment_method *method, enum card_verdict verdict)
{
    struct refused_card refused = {method, verdict};
    return database_transact(task, payments->database, ISOLATION_READ_COMMITTED, card_give_up_body,
                             &refused);
}

/* ---- all of it ---- */

static enum failure card_look_again(struct task *task, struct payments *payments,
                                    struct payment_method **method)
{
    const struct subject_key key = {(*method)->account_id, (*method)->payment_method_id};
    return payment_method_store_find(reader_of(task, payments->database), key, method);
}

/* The provider's answer was lost, and the job is finding out: worth a short wait. */
static enum failure card_await_job(struct task *task, struct payments *payments,
                                   struct payment_method **method)
{
    enum failure failure = card_look_again(task, payments, method);
    for (int64_t waited_ms = 0;
         failure == FAILURE_NONE && (*method)->state == PAYMENT_METHOD_VERIFYING;
         waited_ms += WAIT_EVERY_MS) {
        if (waited_ms >= WAIT_MS_MAX || task_remaining_ms(task) <= WAIT_LEAVES_MS)
            break;
        failure = task_sleep_ms(task, WAIT_EVERY_MS);
        if (failure == FAILURE_NONE)
            failure = card_look_again(task, payments, method);
    }
    return failure;
}

static enum failure card_verify(struct task *task, struct payments *payments,
                                struct payment_method **method)
{
    const struct subject_key key = {(*method)->account_id,
                                    id_derive((*method)->payment_method_id, "hold")};
    enum failure failure = (*method)->has_hold && (*method)->hold_state == HOLD_RECORDED
                               ? attempt_run(task, payments, &hold_attempts, key, NULL)
                               : FAILURE_NONE;
    return failure == FAILURE_NONE ? card_await_job(task, payments, method) : failure;
}

static enum failure card_tokenise(struct task *task, struct payments *payments,
                                  const struct card *card, const struct payment_method *method)
{
    const struct subject_key key = {method->account_id, method->payment_method_id};
    enum failure failure = attempt_run(task, payments, &card_attempts, key, card);
    /* the same card, added at the same time under another request */
    return failure == FAILURE_CONSTRAINT ? card_give_up(task, payments, method, CARD_ALREADY_ADDED)
                                         : failure;
}

enum failure card_add(struct task *task, struct payments *payments, const struct card *card,
                      struct payment_method **method)
{
    enum failure failure = FAILURE_NONE;
    if ((*method)->state == PAYMENT_METHOD_NEW)
        failure = card_tokenise(task, payments, card, *method);
    if (failure == FAILURE_NONE)
        failure = card_look_again(task, payments, method);
    if (failure == FAILURE_NONE && (*method)->state == PAYMENT_METHOD_VERIFYING)
        failure = card_verify(task, payments, method);
    return failure;
}

/* ---- the job ---- */

enum failure card_clean(struct task *task, void *argument)
{
    struct payments *payments = argument;
    struct subject_keys abandoned = {NULL, 0};
    int64_t expired, past_us = clock_hindmost_us();
    enum failure failure = payment_method_store_abandoned(
        reader_of(task, payments->database), past_us - ABANDONED_US, ABANDONED_MAX, &abandoned);
    for (size_t i = 0; failure == FAILURE_NONE && i < abandoned.count; i++) {
        const struct payment_method method = {.account_id = abandoned.keys[i].account_id,
                                              .payment_method_id = abandoned.keys[i].subject_id,
                                              .state = PAYMENT_METHOD_NEW};
        failure = card_give_up(task, payments, &method, CARD_ABANDONED);
    }
    if (failure == FAILURE_NONE)
        failure = payment_method_store_expire(reader_of(task, payments->database),
                                              card_month_valid(past_us), &expired);
    return failure == FAILURE_NONE
               ? tried_store_sweep(reader_of(task, payments->database), past_us - TRIED_KEEP_US)
               : failure;
}
