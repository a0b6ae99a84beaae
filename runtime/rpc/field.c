#include "runtime/rpc/field.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/amount.h"
#include "runtime/base/plain_text.h"
#include "runtime/base/text.h"
#include "runtime/rpc/timestamp.h"

struct id field_id(struct call *call, const char *field, const char *text)
{
    assert(field != NULL && text != NULL);
    struct id id = {{0}};
    if (!id_parse(text, &id))
        call_add_field_violation(call, field, FAULT_NOT_A_UUID, "Must be a UUID.");
    return id;
}

struct id field_optional_id(struct call *call, const char *field, const char *text)
{
    assert(field != NULL && text != NULL);
    return text_is_empty(text) ? (struct id){{0}} : field_id(call, field, text);
}

void field_another(struct call *call, const char *field, struct id id, struct id account_id)
{
    if (!id_is_nil(id) && id_equal(id, account_id))
        call_add_field_violation(call, field, FAULT_SAME_AS_ACTING, "Must differ from account_id.");
}

static bool contains(const struct id *ids, size_t count, struct id id)
{
    for (size_t i = 0; i < count; i++) {
        if (id_equal(ids[i], id))
            return true;
    }
    return false;
}

const struct id *field_ids(struct call *call, const char *field, char *const *texts, size_t count,
                           size_t count_max, bool none_allowed)
{
    assert(count == 0 || texts != NULL);
    if (count > count_max || (count == 0 && !none_allowed)) {
        call_add_field_violation(call, field, count == 0 ? FAULT_REQUIRED : FAULT_TOO_MANY,
                                 count == 0 ? "Must name at least one." : "Names too many.");
        return NULL;
    }
    struct id *ids = arena_alloc_array(call_arena(call), count + 1, sizeof(*ids));
    for (size_t i = 0; i < count; i++) {
        bool is_id = id_parse(texts[i], &ids[i]);
        if (!is_id || contains(ids, i, ids[i])) {
            call_add_field_violation(call, field, is_id ? FAULT_NOT_DISTINCT : FAULT_NOT_A_UUID,
                                     "Must be distinct UUIDs.");
            return NULL;
        }
    }
    return ids;
}

void field_text(struct call *call, const char *field, const char *text, size_t size_min,
                size_t size_max)
{
    assert(size_min <= size_max && text != NULL);
    enum text_fault fault = plain_text_judge(text, size_max);
    if (fault != TEXT_PLAIN)
        call_add_field_violation(call, field, text_fault_reason(fault), text_fault_sentence(fault));
    else if (strlen(text) < size_min || (size_min > 0 && plain_text_is_blank(text)))
        call_add_field_violation(call, field, FAULT_REQUIRED, "Must not be empty.");
}

void field_secret(struct call *call, const char *field, const char *text, size_t size_min,
                  size_t size_max)
{
    assert(size_min <= size_max && text != NULL);
    if (!text_is_clean(text, size_max))
        call_add_field_violation(call, field,
                                 strlen(text) > size_max ? FAULT_TOO_LONG : FAULT_NOT_UTF8,
                                 "Is too long, or has control characters.");
    else if (strlen(text) < size_min)
        call_add_field_violation(call, field, FAULT_REQUIRED, "Must not be empty.");
}

int64_t field_time(struct call *call, const char *field,
                   const Google__Protobuf__Timestamp *timestamp)
{
    int64_t time_us = 0;
    if (timestamp == NULL || !timestamp_to_us(timestamp, &time_us))
        call_add_field_violation(call, field, FAULT_NOT_A_TIME, "Must be a time.");
    return time_us;
}

const struct currency *field_currency(struct call *call, const char *field, const char *code)
{
    assert(code != NULL);
    const struct currency *currency = currency_find(code);
    if (currency == NULL)
        call_add_field_violation(call, field, FAULT_NOT_A_CURRENCY,
                                 "Must be an ISO 4217 code in capitals.");
    return currency;
}

void field_amount(struct call *call, const char *field, int64_t amount_micros,
                  const struct currency *currency)
{
    if (amount_micros <= 0)
        call_add_field_violation(call, field, FAULT_NOT_POSITIVE, "Must be above zero.");
    else if (currency != NULL && !amount_is_whole(amount_micros, currency))
        call_add_field_violation(call, field, FAULT_NOT_WHOLE,
                                 "Must be whole in the currency's minor unit.");
}

void field_enum(struct call *call, const char *field, const ProtobufCEnumDescriptor *values,
                int value)
{
    assert(field != NULL && values != NULL);
    if (protobuf_c_enum_descriptor_get_value(values, value) == NULL)
        call_add_field_violation(call, field, FAULT_UNKNOWN_VALUE, "Is no value of this field.");
}
