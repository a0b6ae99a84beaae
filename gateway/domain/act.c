#include "gateway/domain/act.h"

#include <assert.h>
#include <string.h>

bool act_keeps_refusal(const struct route *route, enum code code)
{
    assert(code != CODE_OK);
    if (route->kind == ROUTE_READ || route->caller == ROUTE_PUBLIC)
        return false;
    return code == CODE_PERMISSION_DENIED || code == CODE_FAILED_PRECONDITION ||
           code == CODE_NOT_FOUND || code == CODE_ALREADY_EXISTS;
}

/* Open at the end it goes on for a day: clocks differ. */
bool act_span_complete(struct act_span *span, int64_t now_us)
{
    assert(now_us > ACT_SPAN_MAX_US);
    int64_t last_us = span->until_us != 0 ? span->until_us : now_us;
    if (span->from_us == 0)
        span->from_us = last_us > ACT_SPAN_DEFAULT_US ? last_us - ACT_SPAN_DEFAULT_US : 0;
    if (span->until_us == 0)
        span->until_us = now_us + ACT_DAY_US;
    return span->from_us < last_us && last_us - span->from_us <= ACT_SPAN_MAX_US;
}

/* "CreateTransfer" of "/ledger.v1.TransferService/CreateTransfer" as "create_transfer". */
static void name_rpc(const struct route *route, char rpc[ACT_RPC_SIZE])
{
    size_t size = 0;
    for (const char *letter = strrchr(route->rpc, '/') + 1; *letter != '\0' && *letter != '?';
         letter++) {
        bool is_capital = *letter >= 'A' && *letter <= 'Z';
        assert(size + 3 < ACT_RPC_SIZE);
        if (is_capital && size > 0)
            rpc[size++] = '_';
        rpc[size++] = is_capital ? (char)(*letter - 'A' + 'a') : *letter;
    }
    rpc[size] = '\0';
}

static bool is_of_ledger(const struct route *route)
{
    assert(route->permission != NULL);
    return route->kind != ROUTE_READ && strncmp(route->permission, "ledger.", 7) == 0;
}

const char *act_permission(const char *rpc)
{
    assert(rpc != NULL);
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++) {
        char name[ACT_RPC_SIZE];
        name_rpc(&routes[i], name);
        if (is_of_ledger(&routes[i]) && strcmp(name, rpc) == 0)
            return routes[i].permission;
    }
    return NULL;
}

bool act_rpc_of_ledger(const char *permission, char rpc[ACT_RPC_SIZE])
{
    assert(permission != NULL && rpc != NULL);
    size_t count;
    const struct route *routes = route_list(&count);
    for (size_t i = 0; i < count; i++)
        if (is_of_ledger(&routes[i]) && strcmp(routes[i].permission, permission) == 0) {
            name_rpc(&routes[i], rpc);
            return true;
        }
    return false;
}
