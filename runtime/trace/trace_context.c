#include "runtime/trace/trace_context.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

#define IDS_BYTES 24 /* 16 of a trace, 8 of a span */
#define IDS_DRAWN 32
#define TRACE_AT 3
#define SPAN_AT 36
#define FLAGS_AT 53
#define TRACE_PARENT_LENGTH (TRACE_PARENT_SIZE - 1)

/* ---- traceparent ---- */

static bool is_hex(const char *text, size_t size)
{
    return strspn(text, "0123456789abcdef") >= size;
}

static bool is_id(const char *text, size_t size)
{
    return is_hex(text, size) && strspn(text, "0") < size;
}

/* Version 00 ends behind its flags; a later one may go on behind a dash. */
static bool version_fits(const char *text)
{
    char behind = text[TRACE_PARENT_LENGTH];
    if (!is_hex(text, 2) || memcmp(text, "ff", 2) == 0)
        return false;
    return behind == '\0' || (behind == '-' && memcmp(text, "00", 2) != 0);
}

bool trace_context_read(const char *text, struct trace_context *context)
{
    if (text == NULL || strnlen(text, TRACE_PARENT_LENGTH) < TRACE_PARENT_LENGTH ||
        !version_fits(text) || text[2] != '-' || text[35] != '-' || text[52] != '-' ||
        !is_id(text + TRACE_AT, 32) || !is_id(text + SPAN_AT, 16) || !is_hex(text + FLAGS_AT, 2))
        return false;
    memcpy(context->trace_id, text + TRACE_AT, 32);
    context->trace_id[32] = '\0';
    memcpy(context->span_id, text + SPAN_AT, 16);
    context->span_id[16] = '\0';
    context->flags = (uint8_t)(byte_from_hex(text + FLAGS_AT) & (TRACE_SAMPLED | TRACE_RANDOM));
    return true;
}

void trace_context_write(const struct trace_context *context, char text[TRACE_PARENT_SIZE])
{
    assert((context->flags & ~(TRACE_SAMPLED | TRACE_RANDOM)) == 0);
    memcpy(text, "00-", 3);
    memcpy(text + TRACE_AT, context->trace_id, 32);
    text[35] = '-';
    memcpy(text + SPAN_AT, context->span_id, 16);
    text[52] = '-';
    text[53] = '0';
    text[54] = (char)('0' + context->flags);
    text[55] = '\0';
}

/* ---- ids ---- */

/* They are no secrets, so many are drawn at once. */
static const uint8_t *draw_ids(void)
{
    static _Thread_local uint8_t drawn[IDS_DRAWN][IDS_BYTES];
    static _Thread_local size_t left;
    if (left == 0) {
        random_bytes(drawn, sizeof drawn);
        for (size_t i = 0; i < IDS_DRAWN; i++) {
            drawn[i][0] |= 1; /* neither is all zeros */
            drawn[i][16] |= 1;
        }
        left = IDS_DRAWN;
    }
    return drawn[--left];
}

void trace_context_begin(struct trace_context *context)
{
    const uint8_t *ids = draw_ids();
    assert((ids[0] & 1) != 0 && (ids[16] & 1) != 0);
    bytes_to_hex(ids, 16, context->trace_id);
    bytes_to_hex(ids + 16, 8, context->span_id);
    context->flags = TRACE_RANDOM;
}

void trace_context_renew_span(struct trace_context *context)
{
    assert(context != NULL);
    bytes_to_hex(draw_ids() + 16, 8, context->span_id);
}

/* ---- tracestate ---- */

static bool key_is_valid(const char *key, size_t length)
{
    if (length == 0 || length > 256 ||
        strchr("abcdefghijklmnopqrstuvwxyz0123456789", key[0]) == NULL)
        return false;
    return strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_-*/@") >= length;
}

static bool value_is_valid(const char *value, size_t length)
{
    if (length == 0 || length > 256 || value[length - 1] == ' ')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (value[i] < ' ' || value[i] > '~' || value[i] == '=')
            return false;
    }
    return true;
}

static bool member_is_valid(const char *member, size_t length)
{
    const char *equals = memchr(member, '=', length);
    size_t key_length = equals == NULL ? 0 : (size_t)(equals - member);
    return equals != NULL && key_is_valid(member, key_length) &&
           value_is_valid(equals + 1, length - key_length - 1);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

bool trace_state_is_valid(const char *text)
{
    size_t count = 0;
    if (text == NULL || strnlen(text, TRACE_STATE_BYTES_MAX + 1) > TRACE_STATE_BYTES_MAX)
        return false;
    for (const char *member = text; *member != '\0';) {
        size_t length = strcspn(member, ",");
        const char *next = member + length + (member[length] == ',');
        for (; length > 0 && is_blank(*member); member++)
            length--;
        while (length > 0 && is_blank(member[length - 1]))
            length--;
        if (length > 0 && (++count > TRACE_STATE_MEMBERS_MAX || !member_is_valid(member, length)))
            return false; /* empty members are allowed */
        member = next;
    }
    return true;
}

/* ---- shares ---- */

bool trace_ratio_read(const char *text, uint32_t *billionths)
{
    uint32_t value = 0, unit = 1000000000;
    if (text == NULL || (text[0] != '0' && text[0] != '1'))
        return false;
    value = (uint32_t)(text[0] - '0') * unit;
    if (text[1] != '\0' && (text[1] != '.' || text[2] == '\0'))
        return false;
    for (const char *digit = text[1] == '\0' ? text + 1 : text + 2; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9' || unit == 1)
            return false;
        unit /= 10;
        value += (uint32_t)(*digit - '0') * unit;
    }
    *billionths = value;
    return value <= 1000000000;
}

bool trace_is_of_share(const struct trace_context *context, uint32_t billionths)
{
    uint64_t drawn = 0;
    assert(billionths <= 1000000000);
    for (size_t i = 24; i < 32; i += 2) {
        int byte = byte_from_hex(context->trace_id + i);
        assert(byte >= 0);
        drawn = drawn << 8 | (uint64_t)byte;
    }
    return drawn * 1000000000 < (uint64_t)billionths << 32;
}
