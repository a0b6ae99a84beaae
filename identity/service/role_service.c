#include "identity/domain/refusals.h"
#include "identity/v1/role.pb-c.h"

#include "identity/service/fields.h"
#include "identity/service/start.h"
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
    identity__v1__member__init(message);
    message->principal_id = id_to_message(call, member->principal_id);
    message->roles = arena_alloc_array(call_arena(call), 2, sizeof *message->roles);
    message->owner = member->owns;
    message->join_time = timestamp_from_us(call_arena(call), member->joined_us);
    if (member->roles & ROLE_ACCOUNT_ADMINISTRATOR)
        message->roles[message->n_roles++] = IDENTITY__V1__ROLE__ROLE_ACCOUNT_ADMINISTRATOR;
    if (member->roles & ROLE_MEMBER)
        message->roles[message->n_roles++] = IDENTITY__V1__ROLE__ROLE_MEMBER;
    return message;
}

static int read_request(struct call *call, const char *account_id, const char *principal_id,
                        Identity__V1__Role role, struct role_call *request)
{
    request->identity = call_context(call);
    if (!caller_read(call, &request->caller_id))
        return call_refuse(call, &caller_missing, NO_TERMS);
    request->account_id = field_id(call, "account_id", account_id);
    request->principal_id = field_id(call, "principal_id", principal_id);
    request->role = field_role(call, "role", role);
    return call_has_violations(call) ? call_refuse_violations(call) : 0;
}

static int refuse_role(struct call *call, enum role_verdict verdict)
{
    return call_refuse(call, role_refusal(verdict),
                       verdict == ROLE_NOT_ADMINISTRATOR
                           ? REFUSAL_TERMS({"role", role_name(ROLE_ACCOUNT_ADMINISTRATOR)})
                           : NO_TERMS);
}

/* Locks, decides, gives the role and answers with the member as it is then. */
static int give_role(struct mutation *mutation, const struct role_call *request,
                     enum role_verdict (*decide)(unsigned caller_roles, unsigned member_roles),
                     Identity__V1__Member **member)
{
    struct call *call = mutation->call;
    struct account_roles roles;
    int64_t now_us = clock_now_us();
    int no = role_store_lock(mutation->transaction, request->account_id, request->caller_id,
                             request->principal_id, &roles);
    if (no != 0)
        return no;
    enum role_verdict verdict = decide(roles.caller_roles, roles.member_roles);
    if (verdict != ROLE_ACCEPTED)
        return refuse_role(call, verdict);
    if (!roles.member_exists)
        return call_refuse(call, &principal_not_found, NO_TERMS);
    no = role_store_insert(mutation->transaction, request->account_id, request->principal_id,
                           request->role, now_us);
    if (no != 0)
        return no;
    *member = member_to_message(call, &(struct member){request->principal_id,
                                                       roles.member_roles | request->role,
                                                       roles.member_owns, now_us});
    return 0;
}

static int add_member(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    return give_role(mutation, argument, role_add_member_decide,
                     &((Identity__V1__AddMemberResponse *)response)->member);
}

static int role_service_add_member_call(struct call *call,
                                        const Identity__V1__AddMemberRequest *request,
                                        Identity__V1__AddMemberResponse *response)
{
    struct role_call add;
    int no = read_request(call, request->account_id, request->principal_id, request->role, &add);
    if (no != 0)
        return no;
    return CALL_ONCE(call, add.identity->database, add.account_id, request, response, add_member,
                     &add);
}
RPC_UNARY(role_service_add_member, Identity__V1__RoleService, Identity__V1__AddMemberRequest,
          Identity__V1__AddMemberResponse)

static int grant_role(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    return give_role(mutation, argument, role_grant_decide,
                     &((Identity__V1__GrantRoleResponse *)response)->member);
}

static int role_service_grant_role_call(struct call *call,
                                        const Identity__V1__GrantRoleRequest *request,
                                        Identity__V1__GrantRoleResponse *response)
{
    struct role_call grant;
    int no = read_request(call, request->account_id, request->principal_id, request->role, &grant);
    if (no != 0)
        return no;
    return CALL_ONCE(call, grant.identity->database, grant.account_id, request, response,
                     grant_role, &grant);
}
RPC_UNARY(role_service_grant_role, Identity__V1__RoleService, Identity__V1__GrantRoleRequest,
          Identity__V1__GrantRoleResponse)

static int revoke_role(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    const struct role_call *revoke = argument;
    struct account_roles roles;
    (void)response;
    int no = role_store_lock(mutation->transaction, revoke->account_id, revoke->caller_id,
                             revoke->principal_id, &roles);
    if (no != 0)
        return no;
    enum role_verdict verdict = role_revoke_decide(roles.caller_roles, roles.member_roles,
                                                   revoke->role, roles.administrators);
    if (verdict != ROLE_ACCEPTED)
        return refuse_role(mutation->call, verdict);
    return role_store_delete(mutation->transaction, revoke->account_id, revoke->principal_id,
                             revoke->role);
}

static int role_service_revoke_role_call(struct call *call,
                                         const Identity__V1__RevokeRoleRequest *request,
                                         Identity__V1__RevokeRoleResponse *response)
{
    struct role_call revoke;
    int no = read_request(call, request->account_id, request->principal_id, request->role, &revoke);
    if (no != 0)
        return no;
    return CALL_ONCE(call, revoke.identity->database, revoke.account_id, request, response,
                     revoke_role, &revoke);
}
RPC_UNARY(role_service_revoke_role, Identity__V1__RoleService, Identity__V1__RevokeRoleRequest,
          Identity__V1__RevokeRoleResponse)

static int role_service_list_members_call(struct call *call,
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
    int no = role_store_list(reader_of(call_task(call), identity->database), account_id, after_id,
                             (int64_t)page_size + 1, &members);
    if (no != 0)
        return no;
    size_t count = members.count < page_size ? members.count : page_size;
    response->members = arena_alloc_array(call_arena(call), count + 1, sizeof *response->members);
    for (size_t i = 0; i < count; i++) {
        response->members[i] = member_to_message(call, &members.items[i]);
    }
    response->n_members = count;
    if (members.count > count)
        response->next_page_token = id_to_message(call, members.items[count - 1].principal_id);
    return 0;
}
RPC_UNARY(role_service_list_members, Identity__V1__RoleService, Identity__V1__ListMembersRequest,
          Identity__V1__ListMembersResponse)

void role_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__RoleService_Service service =
        IDENTITY__V1__ROLE_SERVICE__INIT(role_service_);
    rpc_server_mount(server, &service.base, identity);
}
