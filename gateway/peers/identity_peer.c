#include "gateway/peers/identity_peer.h"

#include <assert.h>
#include <string.h>

#include "gateway/peers/own_call.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/event.pb-c.h"
#include "identity/v1/notification.pb-c.h"
#include "identity/v1/relation.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

static const char *principal_name(const Identity__V1__GetAccountResponse *response)
{
    switch (response->billing_address_case) {
    case IDENTITY__V1__GET_ACCOUNT_RESPONSE__BILLING_ADDRESS_INDIVIDUAL:
        return response->individual->name;
    case IDENTITY__V1__GET_ACCOUNT_RESPONSE__BILLING_ADDRESS_CORPORATE:
        return response->corporate->contact != NULL ? response->corporate->contact->name : "";
    default:
        return "";
    }
}

/* The one of the sign-up is verified whenever there is an account. */
static bool both_channels_verified(const Identity__V1__Account *account)
{
    return account->email_verified && account->phone_verified;
}

/* An identity of the last release tells of companies alone. */
static bool is_registered(const Identity__V1__Account *account)
{
    return account->real_name_registered ||
           (account->type == IDENTITY__V1__ACCOUNT_TYPE__ACCOUNT_TYPE_CORPORATE &&
            !text_is_empty(account->company_id));
}

/* ID-42: bits of a number that this release does not know are passed over. */
static unsigned steps_of(const Identity__V1__PolicyStep *steps, size_t count)
{
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++)
        if ((unsigned)steps[i] < 32)
            bits |= 1U << (unsigned)steps[i];
    return bits;
}

static void read_policy(const Identity__V1__ChannelPolicy *policy, struct identity_account *account)
{
    if (policy == NULL) /* of an identity of the last release */
        return;
    account->feature_steps = steps_of(policy->feature_steps, policy->n_feature_steps);
    account->provisioning_steps =
        steps_of(policy->provisioning_steps, policy->n_provisioning_steps);
}

enum failure identity_account_get(struct peer_call call, const char *account_id,
                                  struct identity_account *account)
{
    Identity__V1__GetAccountRequest request = IDENTITY__V1__GET_ACCOUNT_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    Identity__V1__GetAccountResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, identity__v1__account_service,
                                    get_account, &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    if (response->account == NULL)
        return FAILURE_INTERNAL;
    *account = (struct identity_account){
        .corporate = response->account->type == IDENTITY__V1__ACCOUNT_TYPE__ACCOUNT_TYPE_CORPORATE,
        .billing_address_present = response->account->billing_address_present,
        .country = response->account->country,
        .company_id = response->account->company_id,
        .merged_company_ids = response->account->merged_company_ids,
        .merged_company_count = response->account->n_merged_company_ids,
        .principal_name = principal_name(response),
        .second_channel_verified = both_channels_verified(response->account),
        .sign_up_by_phone =
            response->account->sign_up_channel == IDENTITY__V1__CHANNEL__CHANNEL_PHONE,
        .company_in_review = response->account->company_in_review,
        .real_name_registered = is_registered(response->account),
        .real_name_in_review = response->account->real_name_in_review,
        .region = response->account->region,
        .confirmed_regions = response->account->confirmed_regions,
        .confirmed_region_count = response->account->n_confirmed_regions,
    };
    read_policy(response->channel_policy, account);
    return FAILURE_NONE;
}

bool identity_account_is_of(const struct identity_account *account, const char *company_id)
{
    bool is_of = text_equal(account->company_id, company_id);
    for (size_t i = 0; i < account->merged_company_count && !is_of; i++)
        is_of = text_equal(account->merged_company_ids[i], company_id);
    return is_of;
}

/* The events have their account in the same place. */
static const ProtobufCMessageDescriptor *const account_events[] = {
    &identity__v1__billing_address_added__descriptor, &identity__v1__account_converted__descriptor,
    &identity__v1__company_verified__descriptor,      &identity__v1__company_revoked__descriptor,
    &identity__v1__promotion_activated__descriptor,
};

bool identity_event_account(struct arena *arena, const char *type, struct bytes payload,
                            struct id *account_id)
{
    for (size_t i = 0; i < sizeof(account_events) / sizeof(account_events[0]); i++) {
        if (strcmp(account_events[i]->name, type) != 0)
            continue;
        const ProtobufCMessage *event = message_unpack(arena, account_events[i], payload);
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(account_events[i], "account_id");
        assert(field != NULL && field->type == PROTOBUF_C_TYPE_STRING);
        return event != NULL &&
               id_parse(*(char *const *)(const void *)((const char *)event + field->offset),
                        account_id);
    }
    return false;
}

static void read_terms(const Identity__V1__RelationTerms *terms, struct identity_relation *relation)
{
    relation->settlement_mode = (int)terms->settlement_mode;
    relation->agent_purchases = terms->agent_purchases_allowed;
    relation->price_book_id = terms->price_book;
    for (size_t i = 0; i < terms->n_permissions; i++) {
        Identity__V1__RelationPermission permission = terms->permissions[i];
        relation->pay_on_behalf |=
            permission == IDENTITY__V1__RELATION_PERMISSION__RELATION_PERMISSION_PAY_ON_BEHALF;
        relation->allocates |=
            permission == IDENTITY__V1__RELATION_PERMISSION__RELATION_PERMISSION_ALLOCATE;
        relation->shares_discount |=
            permission == IDENTITY__V1__RELATION_PERMISSION__RELATION_PERMISSION_SHARE_DISCOUNT;
        relation->resells |=
            permission == IDENTITY__V1__RELATION_PERMISSION__RELATION_PERMISSION_RESELL;
    }
}

static bool read_ended(struct arena *arena, struct bytes payload,
                       struct identity_relation *relation)
{
    const Identity__V1__RelationEnded *ended =
        (const void *)message_unpack(arena, &identity__v1__relation_ended__descriptor, payload);
    if (ended == NULL)
        return false;
    *relation = (struct identity_relation){
        .agent_id = ended->agent_account_id,
        .customer_id = ended->customer_account_id,
        .version = ended->version,
        .previous_version = ended->version,
        .settlement_mode = IDENTITY__V1__SETTLEMENT_MODE__SETTLEMENT_MODE_OWN_ACCOUNT,
        .ended = true};
    return id_parse(ended->relation_id, &relation->relation_id) &&
           timestamp_to_us(ended->end_time, &relation->since_us);
}

/* Both have the same fields in the same places. */
_Static_assert(sizeof(Identity__V1__RelationBegan) == sizeof(Identity__V1__RelationChanged),
               "other terms are told as the first ones are");

static bool read_began(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                       struct bytes payload, struct identity_relation *relation)
{
    const Identity__V1__RelationBegan *began =
        (const void *)message_unpack(arena, descriptor, payload);
    if (began == NULL || began->terms == NULL)
        return false;
    *relation = (struct identity_relation){.agent_id = began->agent_account_id,
                                           .customer_id = began->customer_account_id,
                                           .version = began->version,
                                           .previous_version = began->previous_version};
    read_terms(began->terms, relation);
    return id_parse(began->relation_id, &relation->relation_id) &&
           timestamp_to_us(began->begin_time, &relation->since_us);
}

bool identity_event_relation(struct arena *arena, const char *type, struct bytes payload,
                             struct identity_relation *relation)
{
    if (strcmp(type, identity__v1__relation_ended__descriptor.name) == 0)
        return read_ended(arena, payload, relation);
    bool changed = strcmp(type, identity__v1__relation_changed__descriptor.name) == 0;
    return read_began(arena,
                      changed ? &identity__v1__relation_changed__descriptor
                              : &identity__v1__relation_began__descriptor,
                      payload, relation);
}

enum failure identity_relation_of(struct peer_call call, const struct rpc_header *headers,
                                  const char *customer_id, struct identity_relation *relation)
{
    Identity__V1__GetBillingControlRequest request =
        IDENTITY__V1__GET_BILLING_CONTROL_REQUEST__INIT;
    Identity__V1__GetBillingControlResponse *response = NULL;
    struct rpc_call_options options = {.headers = headers};
    request.account_id = arena_strdup(task_arena(call.task), customer_id);
    *relation = (struct identity_relation){.agent_id = "", .customer_id = customer_id};
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, &options, identity__v1__relation_service,
                      get_billing_control, &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK || response->n_agents == 0)
        return failure;
    const Identity__V1__ControllingAgent *agent = response->agents[0];
    if (agent->terms == NULL || !id_parse(agent->relation_id, &relation->relation_id) ||
        !timestamp_to_us(agent->terms_begin_time, &relation->since_us))
        return FAILURE_INTERNAL;
    relation->agent_id = agent->account_id;
    relation->version = agent->version;
    relation->previous_version = agent->previous_version;
    read_terms(agent->terms, relation);
    return FAILURE_NONE;
}

bool identity_event_leaver(struct arena *arena, struct bytes payload, struct id *principal_id)
{
    const Identity__V1__MemberLeft *left =
        (const void *)message_unpack(arena, &identity__v1__member_left__descriptor, payload);
    return left != NULL && id_parse(left->principal_id, principal_id);
}

enum failure identity_notice_send(struct peer_call call, const struct identity_notice *notice,
                                  const char **notification_id)
{
    char request_id[ID_TEXT_SIZE];
    Identity__V1__SendNotificationRequest request = IDENTITY__V1__SEND_NOTIFICATION_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), notice->account_id);
    request.request_id = id_format(notice->request_id, request_id);
    request.delivery = notice->delivery == IDENTITY_DELIVERY_SMS
                           ? IDENTITY__V1__DELIVERY__DELIVERY_SMS
                           : IDENTITY__V1__DELIVERY__DELIVERY_EMAIL;
    request.kind = (Identity__V1__NoticeKind)notice->kind;
    request.owed = notice->is_owed;
    request.subject = arena_strdup(task_arena(call.task), notice->subject);
    request.text = arena_strdup(task_arena(call.task), notice->text);
    Identity__V1__SendNotificationResponse *response = NULL;
    *notification_id = "";
    enum failure failure = RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.send_notice"),
                                         identity__v1__notification_service, send_notification,
                                         &request, &response, call.status);
    if (failure == FAILURE_NONE && call.status->code == CODE_OK)
        *notification_id = response->notification_id;
    return failure;
}

enum failure identity_notice_follow(struct peer_call call, const char *notification_id,
                                    struct identity_delivered *delivered)
{
    Identity__V1__GetNotificationRequest request = IDENTITY__V1__GET_NOTIFICATION_REQUEST__INIT;
    Identity__V1__GetNotificationResponse *response = NULL;
    request.notification_id = arena_strdup(task_arena(call.task), notification_id);
    *delivered = (struct identity_delivered){.ended = false};
    enum failure failure = RPC_CALL(call.task, call.peer, identity__v1__notification_service,
                                    get_notification, &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    delivered->ended =
        response->state != IDENTITY__V1__NOTIFICATION_STATE__NOTIFICATION_STATE_QUEUED;
    return timestamp_to_us(response->deliver_time, &delivered->delivered_us) ? FAILURE_NONE
                                                                             : FAILURE_INVALID;
}
