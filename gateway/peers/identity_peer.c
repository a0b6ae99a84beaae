#include "gateway/peers/identity_peer.h"

#include <assert.h>
#include <string.h>

#include "gateway/domain/access.h"
#include "gateway/peers/own_call.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/company.pb-c.h"
#include "identity/v1/event.pb-c.h"
#include "identity/v1/notification.pb-c.h"
#include "identity/v1/session.pb-c.h"
#include "runtime/rpc/message.h"

static unsigned role_bits(const Identity__V1__Role *roles, size_t count)
{
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++) {
        if (roles[i] == IDENTITY__V1__ROLE__ROLE_MEMBER)
            bits |= ACCESS_ROLE_MEMBER;
        else if (roles[i] == IDENTITY__V1__ROLE__ROLE_ACCOUNT_ADMINISTRATOR)
            bits |= ACCESS_ROLE_ADMINISTRATOR;
        else if (roles[i] == IDENTITY__V1__ROLE__ROLE_OPERATOR)
            bits |= ACCESS_ROLE_OPERATOR;
    }
    return bits;
}

enum failure identity_session_resolve(struct peer_call call, const char *token,
                                      const char *account_id, struct identity_session *session)
{
    Identity__V1__ResolveSessionRequest request = IDENTITY__V1__RESOLVE_SESSION_REQUEST__INIT;
    char *token_copy = arena_strdup(task_arena(call.task), token);
    char *account_copy = arena_strdup(task_arena(call.task), account_id);
    request.session_token = token_copy;
    request.account_id = account_copy;
    Identity__V1__ResolveSessionResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, identity__v1__session_service,
                                    resolve_session, &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    *session = (struct identity_session){
        .principal_id = response->principal_id,
        .account_id = response->account_id,
        .company_id = response->company_id,
        .corporate = response->corporate,
        .roles = role_bits(response->roles, response->n_roles),
    };
    return FAILURE_NONE;
}

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
        .principal_name = principal_name(response),
    };
    return FAILURE_NONE;
}

static bool read_verdict(Identity__V1__SameCompanyVerdict wire, enum company_verdict *verdict)
{
    switch (wire) {
    case IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_SAME:
        *verdict = COMPANY_SAME;
        return true;
    case IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_NOT_CORPORATE:
        *verdict = COMPANY_NOT_CORPORATE;
        return true;
    case IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_NOT_VERIFIED:
        *verdict = COMPANY_NOT_VERIFIED;
        return true;
    case IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_DIFFERENT_COMPANY:
        *verdict = COMPANY_DIFFERENT;
        return true;
    default:
        return false;
    }
}

enum failure identity_company_compare(struct peer_call call, const char *account_id,
                                      const char *other_account_id,
                                      struct identity_comparison *comparison)
{
    Identity__V1__CheckSameCompanyRequest request = IDENTITY__V1__CHECK_SAME_COMPANY_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    request.other_account_id = arena_strdup(task_arena(call.task), other_account_id);
    Identity__V1__CheckSameCompanyResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, identity__v1__company_service,
                                    check_same_company, &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    comparison->failing_account_id = response->failing_account_id;
    return read_verdict(response->verdict, &comparison->verdict) ? FAILURE_NONE : FAILURE_INTERNAL;
}

enum failure identity_companies_compare(struct peer_call call, const char *account_id,
                                        char **others, size_t count, bool *same)
{
    Identity__V1__CheckSameCompaniesRequest request =
        IDENTITY__V1__CHECK_SAME_COMPANIES_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    request.other_account_ids = others;
    request.n_other_account_ids = count;
    Identity__V1__CheckSameCompaniesResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, identity__v1__company_service,
                                    check_same_companies, &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    for (size_t i = 0; i < count && i < response->n_verdicts; i++)
        same[i] =
            response->verdicts[i] == IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_SAME;
    return response->n_verdicts == count ? FAILURE_NONE : FAILURE_INTERNAL;
}

/* The events have their account in the same place. */
static const ProtobufCMessageDescriptor *const account_events[] = {
    &identity__v1__billing_address_added__descriptor,
    &identity__v1__company_verified__descriptor,
    &identity__v1__company_revoked__descriptor,
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

enum failure identity_notice_send(struct peer_call call, const struct identity_notice *notice)
{
    char request_id[ID_TEXT_SIZE];
    Identity__V1__SendNotificationRequest request = IDENTITY__V1__SEND_NOTIFICATION_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), notice->account_id);
    request.request_id = id_format(notice->request_id, request_id);
    request.delivery = notice->delivery == IDENTITY_DELIVERY_SMS
                           ? IDENTITY__V1__DELIVERY__DELIVERY_SMS
                           : IDENTITY__V1__DELIVERY__DELIVERY_EMAIL;
    request.subject = arena_strdup(task_arena(call.task), notice->subject);
    request.text = arena_strdup(task_arena(call.task), notice->text);
    Identity__V1__SendNotificationResponse *response = NULL;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.send_notice"),
                         identity__v1__notification_service, send_notification, &request, &response,
                         call.status);
}
