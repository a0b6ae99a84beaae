#include "ledger/domain/order.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

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
    assert(order->kind > 0 && order->kind < ORDER_KIND_COUNT);
    struct writer writer = {.size = 0};
    write_int64(&writer, order->kind);
    write_bytes(&writer, order->scope_id.bytes, 16);
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
    write_int64(&writer, (order->suspension_acknowledged ? 1 : 0) | (order->final ? 2 : 0) |
                             (order->accept_read_only ? 4 : 0) | (order->by_sub_account ? 8 : 0));
    if (!id_is_nil(
            order->sub_account_id)) /* hashes kept before there were quotas stay what they are */
        write_bytes(&writer, order->sub_account_id.bytes, 16);
    if (order->contract_hash != NULL)
        write_text(&writer, order->contract_hash);
    sha256(writer.bytes, writer.size, hash);
}

struct id order_request_key(struct id scope_id, struct id origin_id, struct id request_id)
{
    assert(!id_is_nil(request_id));
    struct id parts[] = {scope_id, origin_id, request_id}, key;
    uint8_t hash[32];
    sha256(parts, sizeof parts, hash);
    memcpy(key.bytes, hash, sizeof key.bytes);
    return key;
}

struct id order_actor_reference(const struct order *order)
{
    return order->actor != NULL ? order->actor->reference : (struct id){{0}};
}

struct id order_reference(const struct order *order)
{
    assert(id_is_nil(order->top_up_id) || id_is_nil(order->reference_id));
    return !id_is_nil(order->top_up_id) ? order->top_up_id : order->reference_id;
}
