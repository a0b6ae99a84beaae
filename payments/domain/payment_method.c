#include "payments/domain/payment_method.h"

#include <assert.h>
#include <stddef.h>

#include "runtime/base/text.h"

#define PAYMENT_METHOD_NAME(member, text) text,
static const char *const kind_names[] = {PAYMENT_METHOD_KINDS(PAYMENT_METHOD_NAME)};
static const char *const state_names[] = {PAYMENT_METHOD_STATES(PAYMENT_METHOD_NAME)};
static const size_t kind_count = sizeof(kind_names) / sizeof(kind_names[0]);
static const size_t state_count = sizeof(state_names) / sizeof(state_names[0]);

static const struct refusal wallet_refusals[] = {WALLET_REFUSALS(REFUSAL_ROW)};
static const struct refusal remove_refusals[] = {REMOVE_REFUSALS(REFUSAL_ROW)};

#define PAYMENT_METHOD_TRANSITION_ROW(state, event, next) {state, event, next},
static const struct {
    enum payment_method_state state;
    enum payment_method_event event;
    enum payment_method_state next;
} transitions[] = {PAYMENT_METHOD_TRANSITIONS(PAYMENT_METHOD_TRANSITION_ROW)};

bool payment_method_transition(enum payment_method_state state, enum payment_method_event event,
                               enum payment_method_state *next)
{
    assert((size_t)state < state_count);
    for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
        if (transitions[i].state == state && transitions[i].event == event) {
            *next = transitions[i].next;
            return true;
        }
    }
    return false;
}

const struct refusal *wallet_refusal(enum wallet_verdict verdict)
{
    assert(verdict > WALLET_ACCEPTED &&
           (size_t)verdict <= sizeof(wallet_refusals) / sizeof(wallet_refusals[0]));
    return &wallet_refusals[verdict - 1];
}

enum wallet_verdict wallet_decide(enum payment_method_kind kind, const char *country,
                                  bool connected)
{
    assert((size_t)kind < kind_count);
    if (country == NULL)
        return WALLET_BILLING_ADDRESS_MISSING;
    if (kind == PAYMENT_METHOD_PAYTM && !text_equal(country, "IN")) /* PAY-02 (a) */
        return WALLET_NOT_AVAILABLE_IN_COUNTRY;
    if (!connected) /* PAY-01, PAY-08 */
        return WALLET_NOT_CONFIGURED;
    return WALLET_ACCEPTED;
}

const struct refusal *remove_refusal(enum remove_verdict verdict)
{
    assert(verdict > REMOVE_ACCEPTED &&
           (size_t)verdict <= sizeof(remove_refusals) / sizeof(remove_refusals[0]));
    return &remove_refusals[verdict - 1];
}

enum remove_verdict remove_decide(bool found, enum payment_method_state state, bool in_use)
{
    enum payment_method_state next;
    assert((size_t)state < state_count && (found || !in_use));
    if (!found)
        return REMOVE_NOT_FOUND;
    if (in_use)
        return REMOVE_IN_USE;
    if (!payment_method_transition(state, PAYMENT_METHOD_TAKEN_OFF, &next))
        return REMOVE_NOT_REMOVABLE;
    return REMOVE_ACCEPTED;
}

const char *payment_method_kind_name(enum payment_method_kind kind)
{
    assert((size_t)kind < kind_count);
    return kind_names[kind];
}

const char *payment_method_state_name(enum payment_method_state state)
{
    assert((size_t)state < state_count);
    return state_names[state];
}

bool payment_method_kind_find(const char *name, enum payment_method_kind *kind)
{
    assert(name != NULL);
    for (size_t i = 0; i < kind_count; i++) {
        if (text_equal(kind_names[i], name)) {
            *kind = (enum payment_method_kind)i;
            return true;
        }
    }
    return false;
}

bool payment_method_state_find(const char *name, enum payment_method_state *state)
{
    assert(name != NULL);
    for (size_t i = 0; i < state_count; i++) {
        if (text_equal(state_names[i], name)) {
            *state = (enum payment_method_state)i;
            return true;
        }
    }
    return false;
}
