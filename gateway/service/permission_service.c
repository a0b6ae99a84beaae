#include "gateway/domain/access.h"
#include "gateway/domain/refusals.h"
#include "gateway/service/permission.h"
#include "gateway/service/permission_rpc.h"

#define PERMISSIONS_MAX 100
#define PERMISSION_BYTES_MAX 64

static int read_routes(struct exchange *exchange, const struct check_permissions *request,
                       const struct route **found, size_t *count)
{
    struct call *call = exchange->call;
    if (request->n_permissions > PERMISSIONS_MAX)
        return call_invalid(call, "permissions", FAULT_OUT_OF_RANGE, "must hold at most 100");
    for (size_t i = 0; i < request->n_permissions; i++) {
        if (!text_is_clean(request->permissions[i], PERMISSION_BYTES_MAX))
            return call_invalid(call, "permissions", FAULT_MALFORMED,
                                "must be permissions such as ledger.balance.get");
        found[i] = route_find_permission(request->permissions[i]);
        if (found[i] == NULL)
            return call_refuse(call, &unknown_permission,
                               REFUSAL_TERMS({"permission", request->permissions[i]}));
    }
    *count = request->n_permissions > 0 ? request->n_permissions : route_permissions(found);
    return 0;
}

static int demand_administrator(struct exchange *exchange)
{
    const struct route *row =
        route_find("/gateway.v1.PermissionService/CheckPermissions?principal_id");
    const struct access_holder holder = exchange_holder(exchange);
    enum access_verdict verdict = access_decide(row, &holder);
    return verdict == ACCESS_GRANTED ? 0
                                     : call_refuse(exchange->call, access_refusal(verdict),
                                                   REFUSAL_TERMS({"permission", row->permission},
                                                                 {"field", "principal_id"}));
}

/* Roles of the provider are not the account's to know; strangers, and those whom nobody knows, are
 * told alike. */
static int read_other(struct exchange *exchange, struct id principal_id,
                      struct identity_session *other)
{
    const struct identity_question question = {.token = "",
                                               .source_address = "",
                                               .principal_id = principal_id,
                                               .account_id = exchange->session.account_id};
    struct rpc_status status;
    int no = demand_administrator(exchange);
    if (no != 0)
        return no;
    enum failure failure = identity_session_resolve(
        call_task(exchange->call), &exchange->gateway->questions, &question, other, &status);
    if (failure == FAILURE_NONE && status.code == CODE_UNAUTHENTICATED)
        return call_refuse(exchange->call, &not_a_member, NO_TERMS);
    no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    other->roles &= ACCESS_ROLES_OF_ACCOUNTS;
    return other->roles != 0 || other->custom.count > 0
               ? 0
               : call_refuse(exchange->call, &not_a_member, NO_TERMS);
}

static int check_permissions(struct exchange *exchange, const struct check_permissions *request,
                             Gateway__V1__CheckPermissionsResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    size_t count;
    (void)route_list(&count);
    const struct route **found = arena_alloc_array(arena, count + PERMISSIONS_MAX, sizeof *found);
    struct identity_session checked = exchange->session;
    int no = read_routes(exchange, request, found, &count);
    if (no == 0 && !id_is_nil(request->principal_id))
        no = read_other(exchange, request->principal_id, &checked);
    if (no != 0)
        return no;
    response->n_checks = count;
    response->checks = arena_alloc_array(arena, count, sizeof *response->checks);
    for (size_t i = 0; i < count; i++)
        response->checks[i] = permission_check(exchange->call, &checked, found[i]);
    return 0;
}
