#include "ledger/domain/order.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/amount.h"
#include "runtime/base/plain_text.h"
#include "runtime/base/text.h"

static bool amount_may_be_fine(
    const struct order *order) /* settled 7: metered usage and its like may use all six decimals */
{
    switch (order->kind) {
    case ORDER_TRANSFER:
    case ORDER_REVOKE:
    case ORDER_TOP_UP:
    case ORDER_TOP_UP_RELEASE:
    case ORDER_ADJUSTMENT:
    case ORDER_LIMIT_SET:
    case ORDER_QUOTA_SET:
        return false;
    case ORDER_PURCHASE:
    case ORDER_REFUND:
    case ORDER_USAGE:
    case ORDER_SETTLEMENT:
    case ORDER_BILL_PAYMENT:
    case ORDER_HOLD_PLACE:
    case ORDER_HOLD_CAPTURE:
    case ORDER_HOLD_VOID:
    case ORDER_HOLD_EXPIRE:
    case ORDER_LIMIT_CONFIRM:
    case ORDER_QUOTA_OFFSET:
        return true;
    }
    return false;
}

static bool names_an_amount(const struct order *order)
{
    return order->kind != ORDER_SETTLEMENT && order->kind != ORDER_HOLD_VOID &&
           order->kind != ORDER_HOLD_EXPIRE && order->kind != ORDER_LIMIT_CONFIRM;
}

static enum order_mistake check_amount(const struct order *order)
{
    const struct currency *currency = currency_find(order->currency);
    if (currency == NULL)
        return ORDER_CURRENCY_UNKNOWN;
    bool zero_allowed = order->kind == ORDER_LIMIT_SET || order->kind == ORDER_QUOTA_SET ||
                        order->kind == ORDER_BILL_PAYMENT;
    if (order->kind == ORDER_ADJUSTMENT && order->amount_micros == 0)
        return ORDER_AMOUNT_ZERO;
    if (zero_allowed && order->amount_micros < 0)
        return ORDER_AMOUNT_NEGATIVE;
    if (order->kind != ORDER_ADJUSTMENT && !zero_allowed && order->amount_micros <= 0)
        return ORDER_AMOUNT_NOT_POSITIVE;
    if (!amount_may_be_fine(order) && !amount_is_whole(order->amount_micros, currency)) /* E18 */
        return ORDER_AMOUNT_NOT_WHOLE;
    return ORDER_WELL_FORMED;
}

enum order_mistake order_check(const struct order *order) /* E35 */
{
    enum order_mistake mistake = names_an_amount(order) ? check_amount(order) : ORDER_WELL_FORMED;
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
    if (order->kind == ORDER_ADJUSTMENT && text_is_empty(order->remark))
        return ORDER_REMARK_MISSING;
    if (order->kind == ORDER_TOP_UP_RELEASE && id_is_nil(order->top_up_id))
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

struct writer {
    uint8_t bytes[1024];
    size_t size;
};

static void write_bytes(struct writer *writer, const void *data, size_t size)
{
    assert(writer->size + size <= sizeof writer->bytes);
    memcpy(writer->bytes + writer->size, data, size);
    writer->size += size;
}

static void write_int64(struct writer *writer, int64_t value)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
    write_bytes(writer, bytes, sizeof bytes);
}

static void write_text(struct writer *writer, const char *text)
{
    write_int64(writer, (int64_t)strlen(text));
    write_bytes(writer, text, strlen(text));
}

void order_hash(const struct order *order, uint8_t hash[32]) /* E32 */
{
    struct writer writer = {.size = 0};
    write_int64(&writer, order->kind);
    write_bytes(&writer, order->company_id.bytes, 16);
    write_bytes(&writer, order->account_id.bytes, 16);
    write_bytes(&writer, order->counterparty_id.bytes, 16);
    write_bytes(&writer, order->top_up_id.bytes, 16);
    write_bytes(&writer, order->reference_id.bytes, 16);
    write_int64(&writer, order->amount_micros);
    write_text(&writer, order->currency);
    write_text(&writer, order->remark);
    write_text(&writer, order->tag);
    write_int64(&writer, order->effective_us);
    write_int64(&writer, order->due_us);
    write_int64(&writer, order->expire_us);
    write_int64(&writer, order->minimum_left_micros);
    write_int64(&writer, order->expected_version);
    write_int64(&writer, (order->suspension_acknowledged ? 1 : 0) | (order->final ? 2 : 0));
    if (!id_is_nil(
            order->sub_account_id)) /* hashes kept before there were quotas stay what they are */
        write_bytes(&writer, order->sub_account_id.bytes, 16);
    sha256(writer.bytes, writer.size, hash);
}

struct id order_reference(const struct order *order)
{
    return order->kind == ORDER_TOP_UP || order->kind == ORDER_TOP_UP_RELEASE ? order->top_up_id
                                                                              : order->reference_id;
}

bool order_spends(const struct order *order)
{
    return order->kind == ORDER_PURCHASE || order->kind == ORDER_USAGE ||
           order->kind == ORDER_SETTLEMENT || order->kind == ORDER_BILL_PAYMENT ||
           order->kind == ORDER_HOLD_CAPTURE;
}
