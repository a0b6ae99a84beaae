#include "identity/domain/refusals.h"
#include "identity/v1/role.pb-c.h"

#include "identity/service/fields.h"
#include "identity/service/identity_service.h"
#include "identity/store/names.h"
#include "identity/store/role_store.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

struct role_call {
    struct identity *identity;
    struct id caller_id;
    struct id account_id;
    struct id principal_id;
    enum role role;
};

static Identity__V1__Member *member_to_message(struct call *call, const struct member *member)
{
    Identity__V1__Member *message = arena_alloc(call_arena(call), sizeof *message);
    if (message == NULL)
        return NULL;
    identity__v1__member__init(message);
    message->principal_id = id_to_message(call, member->principal_id);
    message->roles = arena_alloc_array(call_arena(call), 2, sizeof *message->roles);
    message->owner = member->owns;
    message->join_time = timestamp_from_us(call_arena(call), member->joined_us);
    if (message->principal_id == NULL || message->roles == NULL || message->join_time == NULL)
        return NULL;
    if (member->roles & ROLE_ACCOUNT_ADMINISTRATOR)
        message->roles[message->n_roles++] = IDENTITY__V1__ROLE__ROLE_ACCOUNT_ADMINISTRATOR;
    if (member->roles & ROLE_MEMBER)
        message->roles[message->n_roles++] = IDENTITY__V1__ROLE__ROLE_MEMBER;
    return message;
}

static enum code read_request(struct call *call, const char *account_id, const char *principal_id,
                              Identity__V1__Role role, struct role_call *request)
{
    request->identity = call_context(call);
    if (!caller_read(call, &request->caller_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    request->account_id = field_id(call, "account_id", account_id);
    request->principal_id = field_id(call, "principal_id", principal_id);
    request->role = field_role(call, "role", role);
    return call_has_violations(call) ? call_refuse_violations(call) : CODE_OK;
}

static enum code refuse_role(struct call *call, enum role_verdict verdict)
{
    return call_refuse(call, role_refusal(verdict),
                       verdict == ROLE_NOT_ADMINISTRATOR
                           ? REFUSAL_TERMS({"role", role_name(ROLE_ACCOUNT_ADMINISTRATOR)})
                           : NO_TERMS);
}

/* Locks, decides, gives the role and answers with the member as it is then. */
static enum code
give_role(struct call *call, struct transaction *transaction, const struct role_call *request,
          enum role_verdict (*decide)(unsigned caller_roles, unsigned member_roles),
          Identity__V1__Member **member, enum failure *failure)
{
    struct account_roles roles;
    int64_t now_us = clock_now_us();
    *failure = role_store_lock(transaction, request->account_id, request->caller_id,
                               request->principal_id, &roles);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    enum role_verdict verdict = decide(roles.caller_roles, roles.member_roles);
    if (verdict != ROLE_ACCEPTED)
        return refuse_role(call, verdict);
    if (!roles.member_exists)
        return call_refuse(call, &principal_not_found, NO_TERMS);
    *failure = role_store_insert(transaction, request->account_id, request->principal_id,
                                 request->role, now_us);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    *member = member_to_message(call, &(struct member){request->principal_id,
                                                       roles.member_roles | request->role,
                                                       roles.member_owns, now_us});
    return *member != NULL ? CODE_OK : give_up(call, FAILURE_EXHAUSTED, failure);
}

static enum code add_member(struct call *call, struct transaction *transaction,
                            ProtobufCMessage *response, void *argument, enum failure *failure)
{
    return give_role(call, transaction, argument, role_add_member_decide,
                     &((Identity__V1__AddMemberResponse *)response)->member, failure);
}

static enum code role_service_add_member_call(struct call *call,
                                              const Identity__V1__AddMemberRequest *request,
                                              Identity__V1__AddMemberResponse *response)
{
    struct role_call add;
    enum code code =
        read_request(call, request->account_id, request->principal_id, request->role, &add);
    if (code != CODE_OK)
        return code;
    return call_once(call, add.identity->database, add.account_id, request->request_id,
                     &request->base, &response->base, (struct once_body){add_member}, &add);
}
RPC_UNARY(role_service_add_member, Identity__V1__RoleService, Identity__V1__AddMemberRequest,
          Identity__V1__AddMemberResponse)

static enum code grant_role(struct call *call, struct transaction *transaction,
                            ProtobufCMessage *response, void *argument, enum failure *failure)
{
    return give_role(call, transaction, argument, role_grant_decide,
                     &((Identity__V1__GrantRoleResponse *)response)->member, failure);
}

static enum code role_service_grant_role_call(struct call *call,
                                              const Identity__V1__GrantRoleRequest *request,
                                              Identity__V1__GrantRoleResponse *response)
{
    struct role_call grant;
    enum code code =
        read_request(call, request->account_id, request->principal_id, request->role, &grant);
    if (code != CODE_OK)
        return code;
    return call_once(call, grant.identity->database, grant.account_id, request->request_id,
                     &request->base, &response->base, (struct once_body){grant_role}, &grant);
}
RPC_UNARY(role_service_grant_role, Identity__V1__RoleService, Identity__V1__GrantRoleRequest,
          Identity__V1__GrantRoleResponse)

static enum code revoke_role(struct call *call, struct transaction *transaction,
                             ProtobufCMessage *response, void *argument, enum failure *failure)
{
    const struct role_call *revoke = argument;
    struct account_roles roles;
    (void)response;
    *failure = role_store_lock(transaction, revoke->account_id, revoke->caller_id,
                               revoke->principal_id, &roles);
    if (*failure != FAILURE_NONE)
        return call_fail(call, *failure);
    enum role_verdict verdict = role_revoke_decide(roles.caller_roles, roles.member_roles,
                                                   revoke->role, roles.administrators);
    if (verdict != ROLE_ACCEPTED)
        return refuse_role(call, verdict);
    *failure =
        role_store_delete(transaction, revoke->account_id, revoke->principal_id, revoke->role);
    return *failure == FAILURE_NONE ? CODE_OK : call_fail(call, *failure);
}

static enum code role_service_revoke_role_call(struct call *call,
                                               const Identity__V1__RevokeRoleRequest *request,
                                               Identity__V1__RevokeRoleResponse *response)
{
    struct role_call revoke;
    enum code code =
        read_request(call, request->account_id, request->principal_id, request->role, &revoke);
    if (code != CODE_OK)
        return code;
    return call_once(call, revoke.identity->database, revoke.account_id, request->request_id,
                     &request->base, &response->base, (struct once_body){revoke_role}, &revoke);
}
RPC_UNARY(role_service_revoke_role, Identity__V1__RoleService, Identity__V1__RevokeRoleRequest,
          Identity__V1__RevokeRoleResponse)

static enum code role_service_list_members_call(struct call *call,
                                                const Identity__V1__ListMembersRequest *request,
                                                Identity__V1__ListMembersResponse *response)
{
    struct identity *identity = call_context(call);
    struct members members;
    struct id account_id = field_id(call, "account_id", request->account_id),
              after_id = field_id_or_none(call, "page_token", request->page_token);
    size_t page_size = field_page_size(call, request->page_size);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    enum failure failure = role_store_list(reader_of(call_task(call), identity->database),
                                           account_id, after_id, (int64_t)page_size + 1, &members);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    size_t count = members.count < page_size ? members.count : page_size;
    response->members = arena_alloc_array(call_arena(call), count + 1, sizeof *response->members);
    for (size_t i = 0; response->members != NULL && i < count; i++) {
        response->members[i] = member_to_message(call, &members.items[i]);
        if (response->members[i] == NULL)
            return call_fail(call, FAILURE_EXHAUSTED);
    }
    response->n_members = count;
    if (members.count > count)
        response->next_page_token = id_to_message(call, members.items[count - 1].principal_id);
    return response->members != NULL && response->next_page_token != NULL
               ? CODE_OK
               : call_fail(call, FAILURE_EXHAUSTED);
}
RPC_UNARY(role_service_list_members, Identity__V1__RoleService, Identity__V1__ListMembersRequest,
          Identity__V1__ListMembersResponse)

void role_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__RoleService_Service service =
        IDENTITY__V1__ROLE_SERVICE__INIT(role_service_);
    rpc_server_mount(server, &service.base, identity);
}
