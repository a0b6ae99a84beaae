#include "payments/jobs/card_adder.h"

#include "payments/domain/decline.h"
#include "payments/jobs/hold_driver.h"
#include "payments/store/account_store.h"
#include "payments/store/tried_store.h"
#include "runtime/base/clock.h"

#define WAIT_MS_MAX 12000 /* for a provider that has not answered */
#define WAIT_EVERY_MS 200
#define WAIT_LEAVES_MS 2000 /* of the call's time, for the answer */
#define ABANDONED_US (INT64_C(10) * 60 * 1000000)
#define ABANDONED_MAX 100
#define TRIED_KEEP_US (2 * ATTEMPT_DAY_US)
#define TRIES_MAX 5
#define TRY_AGAIN_MS 50 /* doubled each time */

/* ---- giving a card up ---- */

struct give_up {
    const struct payment_method *method;
    enum card_verdict verdict;
    const char *advice;
};

static enum failure give_up_body(struct transaction *transaction, void *argument)
{
    const struct give_up *give_up = argument;
    enum payment_method_state next;
    bool changed;
    if (!payment_method_transition(give_up->method->state, PAYMENT_METHOD_REFUSED, &next))
        return FAILURE_NONE;
    return payment_method_store_change(transaction, give_up->method, next,
                                       card_refusal(give_up->verdict)->reason, give_up->advice,
                                       &changed);
}

static enum failure give_up(struct task *task, struct payments *payments,
                            const struct payment_method *method, enum card_verdict verdict,
                            const char *advice)
{
    struct give_up order = {method, verdict, advice};
    return database_transact(task, payments->database, ISOLATION_READ_COMMITTED, give_up_body,
                             &order);
}

/* Making a customer or a token does no harm when it is done twice under one key, so a lost answer
 * is asked for again at once: also while the same request, sent twice, is still being answered. */
static bool try_again(struct task *task, const struct provider_answer *answer, int tries)
{
    bool lost = answer->outcome == PROVIDER_UNKNOWN || answer->outcome == PROVIDER_NOT_SENT;
    return lost && tries < TRIES_MAX &&
           task_sleep_ms(task, (int64_t)TRY_AGAIN_MS << tries) == FAILURE_NONE;
}

/* ---- the provider's customer, made once for an account ---- */

struct customer_order {
    struct id account_id;
    const char *customer;
};

static enum failure keep_customer(struct transaction *transaction, void *argument)
{
    const struct customer_order *order = argument;
    return account_store_set_customer(transaction, order->account_id, order->customer);
}

static enum failure ensure_customer(struct task *task, struct payments *payments,
                                    const struct account *account, struct id reference, bool *ready)
{
    *ready = account->provider_customer != NULL;
    if (*ready)
        return FAILURE_NONE;
    struct provider_answer answer;
    int tries = 0;
    do
        answer = payments_heard(payments->provider->create_customer(
            task, payments->provider, account->account_id, reference));
    while (try_again(task, &answer, tries++));
    *ready = answer.outcome == PROVIDER_DONE;
    struct customer_order order = {account->account_id, answer.provider_id};
    return *ready ? database_transact(task, payments->database, ISOLATION_READ_COMMITTED,
                                      keep_customer, &order)
                  : FAILURE_NONE;
}

/* ---- the token, and with it the hold ---- */

struct token_order {
    const struct payment_method *method;
    struct provider_answer answer;
    int64_t lease_us;
};

/* The hold is recorded with the token: from here on the driver brings it to its end, whoever is
 * killed. */
static enum failure keep_token(struct transaction *transaction, void *argument)
{
    const struct token_order *order = argument;
    bool changed;
    enum failure failure = payment_method_store_tokenise(
        transaction, order->method, order->answer.provider_id,
        order->answer.card_country != NULL ? order->answer.card_country : "", &changed);
    if (failure != FAILURE_NONE || !changed)
        return failure;
    const struct hold hold = {
        .account_id = order->method->account_id,
        .hold_id = id_derive(order->method->payment_method_id, "hold"),
        .payment_method_id = order->method->payment_method_id,
        .created_us = clock_of_us(order->method->account_id),
    };
    return hold_store_insert(transaction, &hold, clock_work_us() + order->lease_us);
}

static enum failure ask_for_token(struct task *task, struct payments *payments,
                                  const struct card *card, struct token_order *order)
{
    const struct provider_card shown = {card->number, card->security_code, card->expiry,
                                        order->method->holder_name};
    int tries = 0;
    do
        order->answer = payments_heard(payments->provider->tokenise(
            task, payments->provider, order->method->payment_method_id, &shown));
    while (try_again(task, &order->answer, tries++));
    payments_step(payments, "card-tokenised");
    return FAILURE_NONE;
}

static enum failure judge_token(struct task *task, struct payments *payments,
                                const struct account *account, struct token_order *order)
{
    if (order->answer.outcome == PROVIDER_DECLINED)
        return give_up(task, payments, order->method, CARD_DECLINED,
                       decline_advice_name(DECLINE_UNVERIFIED));
    if (order->answer.outcome != PROVIDER_DONE) /* a token that nobody keeps does no harm */
        return give_up(task, payments, order->method, CARD_PROVIDER_UNAVAILABLE, "");
    if (card_country_decide(order->answer.card_country, account->country) ==
        CARD_COUNTRY_MISMATCH) /* ID-03 */
        return give_up(task, payments, order->method, CARD_COUNTRY_MISMATCH, "");
    enum failure failure =
        database_transact(task, payments->database, ISOLATION_READ_COMMITTED, keep_token, order);
    if (failure ==
        FAILURE_CONSTRAINT) /* the same card, added at the same time under another request */
        return give_up(task, payments, order->method, CARD_ALREADY_ADDED, "");
    return failure;
}

static enum failure tokenise(struct task *task, struct payments *payments, const struct card *card,
                             const struct payment_method *method)
{
    struct token_order order = {.method = method, .lease_us = payments->lease_us};
    struct account *account;
    bool ready;
    enum failure failure =
        account_store_find(reader_of(task, payments->database), method->account_id, &account);
    if (failure != FAILURE_NONE || account == NULL)
        return failure;
    failure = ensure_customer(task, payments, account, method->payment_method_id, &ready);
    if (failure == FAILURE_NONE && !ready)
        return give_up(task, payments, method, CARD_PROVIDER_UNAVAILABLE, "");
    if (failure == FAILURE_NONE)
        failure = ask_for_token(task, payments, card, &order);
    return failure == FAILURE_NONE ? judge_token(task, payments, account, &order) : failure;
}

/* ---- all of it ---- */

static enum failure look_again(struct task *task, struct payments *payments,
                               struct payment_method **method)
{
    return payment_method_store_find(reader_of(task, payments->database), (*method)->account_id,
                                     (*method)->payment_method_id, method);
}

/* The provider's answer was lost, and the driver is finding out: worth a short wait. */
static enum failure wait_for_driver(struct task *task, struct payments *payments,
                                    struct payment_method **method)
{
    enum failure failure = look_again(task, payments, method);
    for (int64_t waited_ms = 0;
         failure == FAILURE_NONE && (*method)->state == PAYMENT_METHOD_VERIFYING;
         waited_ms += WAIT_EVERY_MS) {
        if (waited_ms >= WAIT_MS_MAX || task_remaining_ms(task) <= WAIT_LEAVES_MS)
            break;
        failure = task_sleep_ms(task, WAIT_EVERY_MS);
        if (failure == FAILURE_NONE)
            failure = look_again(task, payments, method);
    }
    return failure;
}

static enum failure verify(struct task *task, struct payments *payments,
                           struct payment_method **method)
{
    const struct hold_key key = {(*method)->account_id,
                                 id_derive((*method)->payment_method_id, "hold")};
    enum failure failure = (*method)->has_hold && (*method)->hold_state == HOLD_RECORDED
                               ? hold_driver_run(task, payments, key)
                               : FAILURE_NONE;
    return failure == FAILURE_NONE ? wait_for_driver(task, payments, method) : failure;
}

enum failure card_adder_run(struct task *task, struct payments *payments, const struct card *card,
                            struct payment_method **method)
{
    enum failure failure = FAILURE_NONE;
    if ((*method)->state == PAYMENT_METHOD_NEW)
        failure = tokenise(task, payments, card, *method);
    if (failure == FAILURE_NONE)
        failure = look_again(task, payments, method);
    if (failure == FAILURE_NONE && (*method)->state == PAYMENT_METHOD_VERIFYING)
        failure = verify(task, payments, method);
    return failure;
}

/* ---- the job ---- */

enum failure card_adder_clean(struct task *task, void *argument)
{
    struct payments *payments = argument;
    struct payment_method_key *keys;
    size_t count = 0;
    int64_t expired, past_us = clock_hindmost_us();
    enum failure failure = payment_method_store_abandoned(
        reader_of(task, payments->database), past_us - ABANDONED_US, ABANDONED_MAX, &keys, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        const struct payment_method method = {.account_id = keys[i].account_id,
                                              .payment_method_id = keys[i].payment_method_id,
                                              .state = PAYMENT_METHOD_NEW};
        failure = give_up(task, payments, &method, CARD_ABANDONED, "");
    }
    if (failure == FAILURE_NONE)
        failure = payment_method_store_expire(reader_of(task, payments->database),
                                              card_month_valid(past_us), &expired);
    return failure == FAILURE_NONE
               ? tried_store_sweep(reader_of(task, payments->database), past_us - TRIED_KEEP_US)
               : failure;
}
