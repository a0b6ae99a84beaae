#include "gateway/domain/route.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/domain/role.h"

/* An rpc's request by its full name, and where its row is. */
struct route_request {
    const char *name;
    size_t route;
};

/* Made from the protos: routes and requests, both in strcmp's order, and internal. */
#include "gateway/domain/routes.h"

static int compare_rpc(const void *rpc, const void *route)
{
    return strcmp(rpc, ((const struct route *)route)->rpc);
}

const struct route *route_find(const char *rpc)
{
    return bsearch(rpc, routes, sizeof(routes) / sizeof(routes[0]), sizeof(routes[0]), compare_rpc);
}

bool route_is_shown(const char *rpc)
{
    assert(rpc[0] == '/');
    return strncmp(rpc, "/grpc.", 6) == 0 || route_find(rpc) != NULL;
}

static int compare_request(const void *name, const void *request)
{
    return strcmp(name, ((const struct route_request *)request)->name);
}

const struct route *route_find_request(const char *request)
{
    const struct route_request *found =
        bsearch(request, requests, sizeof(requests) / sizeof(requests[0]), sizeof(requests[0]),
                compare_request);
    return found != NULL ? &routes[found->route] : NULL;
}

const struct route *route_find_permission(const char *permission)
{
    size_t count = sizeof(routes) / sizeof(routes[0]), i = 0;
    assert(permission != NULL);
    while (i < count && strcmp(routes[i].permission, permission) != 0)
        i++;
    return i < count ? &routes[i] : NULL;
}

bool route_any_permission(const char *pattern)
{
    size_t count = sizeof(routes) / sizeof(routes[0]), i = 0;
    while (i < count && !role_pattern_names(pattern, routes[i].permission))
        i++;
    return i < count;
}

/* Beginnings of the permissions by which one decides who may do what. */
static const char *const who_may_what[] = {
    "gateway.ceiling.",     "identity.account.convert",
    "identity.contact.",    "identity.custom_role.",
    "identity.factor.",     "identity.freeze.confirm",
    "identity.freeze.undo", "identity.hand_over.",
    "identity.invitation.", "identity.key.",
    "identity.member.",     "identity.mfa_policy.",
    "identity.operator.",   "identity.password.",
    "identity.program.",    "identity.relation.",
    "identity.role.",       "identity.session_policy.",
    "identity.upstream.",   "ledger.credit_limit.confirm",
};

bool route_decides_who_may_what(const struct route *route)
{
    size_t count = sizeof(who_may_what) / sizeof(who_may_what[0]), i = 0;
    assert(route->permission != NULL);
    if (route->caller == ROUTE_PUBLIC || route->kind == ROUTE_READ)
        return false;
    while (i < count && strncmp(route->permission, who_may_what[i], strlen(who_may_what[i])) != 0)
        i++;
    return i < count;
}

static int compare_permission(const void *one, const void *other)
{
    const struct route *const *left = one, *const *right = other;
    return strcmp((*left)->permission, (*right)->permission);
}

size_t route_permissions(const struct route **rows)
{
    size_t count = sizeof(routes) / sizeof(routes[0]), kept = 0;
    assert(rows != NULL);
    for (size_t i = 0; i < count; i++)
        rows[i] = &routes[i];
    qsort(rows, count, sizeof(*rows), compare_permission);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(rows[kept - 1]->permission, rows[i]->permission) != 0)
            rows[kept++] = rows[i];
    return kept;
}

const struct route *route_list(size_t *count)
{
    *count = sizeof(routes) / sizeof(routes[0]);
    assert(*count > 0);
    return routes;
}

const char *const *route_internal_list(size_t *count)
{
    *count = sizeof(internal) / sizeof(internal[0]);
    return internal;
}
