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

static int check_permissions(struct exchange *exchange, const struct check_permissions *request,
                             Gateway__V1__CheckPermissionsResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    size_t count;
    (void)route_list(&count);
    const struct route **found = arena_alloc_array(arena, count + PERMISSIONS_MAX, sizeof *found);
    int no = read_routes(exchange, request, found, &count);
    if (no != 0)
        return no;
    response->n_checks = count;
    response->checks = arena_alloc_array(arena, count, sizeof *response->checks);
    for (size_t i = 0; i < count; i++)
        response->checks[i] = permission_check(exchange, found[i]);
    return 0;
}
