#include "gateway/peers/event_subject.h"

#include <string.h>

#include "identity/v1/event.pb-c.h"
#include "ledger/v1/event.pb-c.h"
#include "payments/v1/account.pb-c.h"
#include "payments/v1/top_up.pb-c.h"
#include "runtime/rpc/message.h"

static const ProtobufCMessageDescriptor *const events[] = {
    &identity__v1__billing_address_added__descriptor,
    &identity__v1__account_converted__descriptor,
    &identity__v1__company_verified__descriptor,
    &identity__v1__company_revoked__descriptor,
    &identity__v1__promotion_activated__descriptor,
    &identity__v1__member_left__descriptor,
    &identity__v1__relation_began__descriptor,
    &identity__v1__relation_changed__descriptor,
    &identity__v1__relation_ended__descriptor,
    &identity__v1__upstream_at_risk__descriptor,
    &identity__v1__upstream_recovered__descriptor,
    &payments__v1__currency_set__descriptor,
    &payments__v1__top_up_succeeded__descriptor,
    &payments__v1__top_up_return_decided__descriptor,
    &payments__v1__top_up_returned__descriptor,
    &payments__v1__top_up_failed__descriptor,
    &ledger__v1__credit_limit_pending__descriptor,
    &ledger__v1__credit_limit_activated__descriptor,
    &ledger__v1__credit_limit_changed__descriptor,
    &ledger__v1__funding_requested__descriptor,
    &ledger__v1__funding_granted__descriptor,
    &ledger__v1__funding_declined__descriptor,
    &ledger__v1__money_sent__descriptor,
};

static const char *text_of(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (field == NULL || field->type != PROTOBUF_C_TYPE_STRING)
        return "";
    return *(char *const *)(const void *)((const char *)message + field->offset);
}

struct event_subject event_subject_read(struct arena *arena, const char *event_type,
                                        struct bytes payload)
{
    const ProtobufCMessage *event = NULL;
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        if (strcmp(events[i]->name, event_type) == 0)
            event = message_unpack(arena, events[i], payload);
    if (event == NULL)
        return (struct event_subject){"", ""};
    const char *account_id = text_of(event, "account_id");
    return (struct event_subject){text_is_empty(account_id) ? text_of(event, "customer_account_id")
                                                            : account_id,
                                  text_of(event, "top_up_id")};
}
