#include "gateway/domain/route.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "gateway/domain/routes.h" /* made from the protos: the arrays routes and internal */

#define REQUEST "Request"

const struct route *route_find(const char *rpc)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].rpc, rpc) == 0)
            return &routes[i];
    }
    return NULL;
}

bool route_is_shown(const char *rpc)
{
    assert(rpc[0] == '/');
    return strncmp(rpc, "/grpc.", 6) == 0 || route_find(rpc) != NULL;
}

/* Request is the method's name and "Request" (buf's STANDARD), and within a package no two methods
 * have the same. */
static bool takes(const char *rpc, const char *request, size_t package_length, size_t method_length)
{
    assert(rpc[0] == '/' && strrchr(rpc, '/') != rpc);
    const char *method = strrchr(rpc, '/') + 1;
    return strncmp(rpc + 1, request, package_length) == 0 &&
           strncmp(method, request + package_length, method_length) == 0 &&
           method[method_length] == '\0';
}

const struct route *route_find_request(const char *request)
{
    const char *last_dot = strrchr(request, '.');
    size_t package_length = last_dot == NULL ? 0 : (size_t)(last_dot + 1 - request);
    size_t length = strlen(request) - package_length, end = strlen(REQUEST);
    if (last_dot == NULL || length <= end ||
        strcmp(request + package_length + length - end, REQUEST) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (takes(routes[i].rpc, request, package_length, length - end))
            return &routes[i];
    }
    return NULL;
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
