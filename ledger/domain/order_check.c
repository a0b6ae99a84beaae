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

enum order_mistake order_check(const struct order *order) /* E35 */
{
    enum order_mistake mistake = check_amount(order);
    if (mistake != ORDER_WELL_FORMED)
        return mistake;
    if (order->by_customer &&
        order->effective_us != 0) /* LED-27: what was when is not a customer's to say */
        return ORDER_DATED;
    if (!id_is_nil(order->counterparty_id) && id_equal(order->account_id, order->counterparty_id))
        return ORDER_TO_ITSELF;
    if (id_equal(order->account_id, order->sub_account_id))
        return ORDER_FOR_ITSELF;
    if (plain_text_judge(order->remark, ORDER_REMARK_SIZE_MAX) != TEXT_PLAIN)
        return ORDER_REMARK_NOT_PLAIN;
    if (plain_text_judge(order->tag, ORDER_TAG_SIZE_MAX) != TEXT_PLAIN)
        return ORDER_TAG_NOT_PLAIN;
    if (order_has(order, MUST_SAY_WHY) && text_is_empty(order->remark))
        return ORDER_REMARK_MISSING;
    if (order_has(order, MUST_NAME_TOP_UP) && id_is_nil(order->top_up_id))
        return ORDER_TOP_UP_MISSING;
    if (order->minimum_left_micros < 0)
        return ORDER_MINIMUM_NEGATIVE;
    return order->expected_version < 0 ? ORDER_VERSION_NEGATIVE : ORDER_WELL_FORMED;
}

static const struct {
    const char *field;
    const char *sentence;
} mistakes[] = {
#define ORDER_MISTAKE_ROW(mistake, field, sentence) {(field), (sentence)},
    ORDER_MISTAKES(ORDER_MISTAKE_ROW)
#undef ORDER_MISTAKE_ROW
};

const char *order_mistake_field(enum order_mistake mistake)
{
    assert(mistake != ORDER_WELL_FORMED);
    return mistakes[mistake - 1].field;
}

const char *order_mistake_sentence(enum order_mistake mistake)
{
    assert(mistake != ORDER_WELL_FORMED);
    return mistakes[mistake - 1].sentence;
}
