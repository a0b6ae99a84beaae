#include "ledger/domain/order_check.h"

#include <assert.h>

#include "ledger/domain/order_kind.h"
#include "runtime/base/amount.h"
#include "runtime/base/plain_text.h"
#include "runtime/base/text.h"

static bool amount_keeps(enum amount_rule rule, int64_t micros)
{
    return rule == AMOUNT_NOT_ZERO       ? micros != 0
           : rule == AMOUNT_NOT_NEGATIVE ? micros >= 0
                                         : micros > 0;
}

static enum order_mistake check_amount(const struct order *order)
{
    static const enum order_mistake broken[] = {[AMOUNT_POSITIVE] = ORDER_AMOUNT_NOT_POSITIVE,
                                                [AMOUNT_NOT_NEGATIVE] = ORDER_AMOUNT_NEGATIVE,
                                                [AMOUNT_NOT_ZERO] = ORDER_AMOUNT_ZERO};
    enum amount_rule rule = order_rule(order->kind)->amount;
    if (rule == AMOUNT_NONE)
        return ORDER_WELL_FORMED;
    const struct currency *currency = currency_find(order->currency);
    if (currency == NULL)
        return ORDER_CURRENCY_UNKNOWN;
    if (!amount_keeps(rule, order->amount_micros))
        return broken[rule];
    if (!order_has(order, MAY_BE_FINE) &&
        !amount_is_whole(order->amount_micros, currency)) /* E18 */
        return ORDER_AMOUNT_NOT_WHOLE;
    return ORDER_WELL_FORMED;
}

static enum order_mistake check_remark(const struct order *order)
{
    if (plain_text_judge(order->remark, ORDER_REMARK_SIZE_MAX) != TEXT_PLAIN)
        return ORDER_REMARK_NOT_PLAIN;
    return order_has(order, MUST_SAY_WHY) && text_is_empty(order->remark) ? ORDER_REMARK_MISSING
                                                                          : ORDER_WELL_FORMED;
}

/* Whether it names an account that is the acting one; one that is not named is no account. */
static bool names_itself(const struct order *order, struct id other)
{
    return !id_is_nil(other) && id_equal(order->account_id, other);
}

size_t order_check(const struct order *order,
                   enum order_mistake mistakes[ORDER_MISTAKES_MAX]) /* E35 */
{
    const struct {
        bool is_made;
        enum order_mistake mistake;
    } asked[] = {
        {order->by_customer && order->effective_us != 0,
         ORDER_DATED}, /* LED-27: what was when is not a customer's to say */
        {names_itself(order, order->counterparty_id), ORDER_TO_ITSELF},
        {names_itself(order, order->sub_account_id), ORDER_FOR_ITSELF},
        {plain_text_judge(order->tag, ORDER_TAG_SIZE_MAX) != TEXT_PLAIN, ORDER_TAG_NOT_PLAIN},
        {order_has(order, MUST_NAME_TOP_UP) && id_is_nil(order->top_up_id), ORDER_TOP_UP_MISSING},
        {order->minimum_left_micros < 0, ORDER_MINIMUM_NEGATIVE},
        {order->expected_version < 0, ORDER_VERSION_NEGATIVE},
    };
    enum order_mistake of_texts[] = {check_amount(order), check_remark(order)};
    size_t count = 0;
    for (size_t i = 0; i < sizeof of_texts / sizeof of_texts[0]; i++)
        if (of_texts[i] != ORDER_WELL_FORMED)
            mistakes[count++] = of_texts[i];
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        if (asked[i].is_made && count < ORDER_MISTAKES_MAX)
            mistakes[count++] = asked[i].mistake;
    assert(count <= ORDER_MISTAKES_MAX);
    return count;
}

static const struct {
    enum fault fault;
    const char *field;
    const char *sentence;
} mistakes[] = {
#define ORDER_MISTAKE_ROW(mistake, fault, field, sentence) {(fault), (field), (sentence)},
    ORDER_MISTAKES(ORDER_MISTAKE_ROW)
#undef ORDER_MISTAKE_ROW
};

const char *order_mistake_field(enum order_mistake mistake)
{
    assert(mistake != ORDER_WELL_FORMED);
    return mistakes[mistake - 1].field;
}

enum fault order_mistake_fault(const struct order *order, enum order_mistake mistake)
{
    assert(mistake != ORDER_WELL_FORMED);
    if (mistake == ORDER_REMARK_NOT_PLAIN)
        return text_fault_reason(plain_text_judge(order->remark, ORDER_REMARK_SIZE_MAX));
    if (mistake == ORDER_TAG_NOT_PLAIN)
        return text_fault_reason(plain_text_judge(order->tag, ORDER_TAG_SIZE_MAX));
    return mistakes[mistake - 1].fault;
}

const char *order_mistake_sentence(enum order_mistake mistake)
{
    assert(mistake != ORDER_WELL_FORMED);
    return mistakes[mistake - 1].sentence;
}
