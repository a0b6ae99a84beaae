/* Roles of an account's own (GW-01): who writes one may do what it opens, and answers tell what
 * roles open, the built-in ones among them. */
#include <assert.h>
#include <string.h>

#include "gateway/domain/role_making.h"
#include "gateway/service/filter.h"
#include "identity/v1/custom_role.pb-c.h"
#include "runtime/rpc/message_field.h"

#define PATTERNS_MAX 32 /* identity refuses more */
#define PATTERN_BYTES_MAX 64

typedef Identity__V1__RoleDefinition Definition;

/* ---- what is written ---- */

/* Lends those of the message; false: it has none. */
static bool written(const ProtobufCMessage *message, struct role_patterns *patterns)
{
    if (message->descriptor == &identity__v1__create_role_request__descriptor) {
        const Identity__V1__CreateRoleRequest *request = (const void *)message;
        *patterns = (struct role_patterns){
            (const char *const *)request->permissions, request->n_permissions,
            (const char *const *)request->denied_permissions, request->n_denied_permissions};
        return true;
    }
    if (message->descriptor == &identity__v1__update_role_request__descriptor) {
        const Identity__V1__UpdateRoleRequest *request = (const void *)message;
        *patterns = (struct role_patterns){
            (const char *const *)request->permissions, request->n_permissions,
            (const char *const *)request->denied_permissions, request->n_denied_permissions};
        return true;
    }
    return false;
}

static int demand_clean(struct exchange *exchange, const char *field, const char *const *patterns,
                        size_t count)
{
    if (count > PATTERNS_MAX)
        return call_invalid(exchange->call, field, FAULT_TOO_MANY, "must hold at most 32");
    for (size_t i = 0; i < count; i++)
        if (!text_is_clean(patterns[i], PATTERN_BYTES_MAX))
            return call_invalid(exchange->call, field, FAULT_MALFORMED,
                                "must hold permissions such as ledger.balance.get");
    return 0;
}

static int before(struct exchange *exchange)
{
    struct role_patterns patterns;
    struct role_making_fault fault;
    if (!written(exchange->request, &patterns))
        return 0;
    int no = demand_clean(exchange, "permissions", patterns.allows, patterns.allow_count);
    if (no == 0)
        no = demand_clean(exchange, "denied_permissions", patterns.denies, patterns.deny_count);
    if (no != 0)
        return no;
    const struct access_holder writer = exchange_holder(exchange);
    enum role_making_verdict verdict = role_making_decide(&patterns, &writer, &fault);
    if (verdict == ROLE_MAKING_ACCEPTED)
        return 0;
    return call_refuse(exchange->call, role_making_refusal(verdict),
                       REFUSAL_TERMS({"field", fault.denies ? "denied_permissions" : "permissions"},
                                     {"pattern", fault.pattern}, {"permission", fault.permission}));
}

/* ---- what is told ---- */

/* "FINANCE" of a built-in role that an account has; NULL: it is none. */
static const char *built_in_name(Identity__V1__Role wire)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&identity__v1__role__descriptor, (int)wire);
    const char *name = value == NULL ? "" : value->name + strlen("ROLE_");
    return (role_named(name) & ACCESS_ROLES_OF_ACCOUNTS) != 0 ? name : NULL;
}

static bool opens(const Definition *role, const struct route *route)
{
    const struct role_patterns patterns = {
        (const char *const *)role->permissions, role->n_permissions,
        (const char *const *)role->denied_permissions, role->n_denied_permissions};
    const char *name = built_in_name(role->built_in);
    if (name == NULL)
        return custom_role_holds(&patterns, route);
    const struct access_holder holder = {.roles = role_named(name)};
    return route->caller > ROUTE_SESSION && access_decide(route, &holder) == ACCESS_GRANTED;
}

static void tell_what_it_holds(struct exchange *exchange, Definition *role)
{
    struct arena *arena = call_arena(exchange->call);
    size_t count;
    (void)route_list(&count);
    const struct route **routes = arena_alloc_array(arena, count, sizeof *routes);
    count = route_permissions(routes);
    role->n_holds = 0;
    role->holds = arena_alloc_array(arena, count, sizeof *role->holds);
    for (size_t i = 0; i < count; i++)
        if (opens(role, routes[i]))
            role->holds[role->n_holds++] = arena_strdup(arena, routes[i]->permission);
}

static char **copy(struct arena *arena, const char *const *patterns, size_t count)
{
    char **copies = arena_alloc_array(arena, count, sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = arena_strdup(arena, patterns[i]);
    return copies;
}

/* As domain/role.c has it. */
static Definition *built_in_role(struct arena *arena, Identity__V1__Role wire)
{
    const char *name = built_in_name(wire);
    assert(name != NULL);
    const struct role_patterns patterns = role_patterns_of((enum access_role)role_named(name));
    Definition *role = arena_alloc(arena, sizeof *role);
    identity__v1__role_definition__init(role);
    role->built_in = wire;
    role->name = arena_strdup(arena, name);
    role->permissions = copy(arena, patterns.allows, patterns.allow_count);
    role->n_permissions = patterns.allow_count;
    role->denied_permissions = copy(arena, patterns.denies, patterns.deny_count);
    role->n_denied_permissions = patterns.deny_count;
    return role;
}

static void list_built_in(struct arena *arena, Identity__V1__ListRolesResponse *response)
{
    size_t all = identity__v1__role__descriptor.n_values, count = 0;
    Definition **roles = arena_alloc_array(arena, all + response->n_roles, sizeof(*roles));
    for (size_t i = 0; i < all; i++) {
        Identity__V1__Role wire =
            (Identity__V1__Role)identity__v1__role__descriptor.values[i].value;
        if (built_in_name(wire) != NULL)
            roles[count++] = built_in_role(arena, wire);
    }
    for (size_t i = 0; i < response->n_roles; i++)
        roles[count++] = response->roles[i];
    response->roles = roles;
    response->n_roles = count;
}

/* A built-in role needs no question to identity. */
static int get_role(struct exchange *exchange, const Identity__V1__GetRoleRequest *request)
{
    Identity__V1__GetRoleResponse *response = (void *)exchange->response;
    if (request->built_in == IDENTITY__V1__ROLE__ROLE_UNSPECIFIED)
        return exchange_forward(exchange);
    if (!text_is_empty(request->role_id))
        return call_invalid(exchange->call, "built_in", FAULT_NOT_ALLOWED,
                            "stands in the place of role_id");
    if (built_in_name(request->built_in) == NULL)
        return call_invalid(exchange->call, "built_in", FAULT_UNKNOWN_VALUE,
                            "must be a role that an account has");
    response->role = built_in_role(call_arena(exchange->call), request->built_in);
    return 0;
}

static int instead(struct exchange *exchange)
{
    const ProtobufCMessage *request = exchange->request;
    return request->descriptor == &identity__v1__get_role_request__descriptor
               ? get_role(exchange, (const void *)request)
               : exchange_forward(exchange);
}

static Definition *told(ProtobufCMessage *response)
{
    if (response->descriptor == &identity__v1__create_role_response__descriptor)
        return ((Identity__V1__CreateRoleResponse *)(void *)response)->role;
    if (response->descriptor == &identity__v1__update_role_response__descriptor)
        return ((Identity__V1__UpdateRoleResponse *)(void *)response)->role;
    assert(response->descriptor == &identity__v1__get_role_response__descriptor);
    return ((Identity__V1__GetRoleResponse *)(void *)response)->role;
}

static void after(struct exchange *exchange)
{
    if (exchange->request->descriptor == &identity__v1__list_roles_request__descriptor) {
        if (text_is_empty(message_field_text(exchange->request, "page_token")))
            list_built_in(call_arena(exchange->call), (void *)exchange->response);
        return;
    }
    Definition *role = told(exchange->response);
    if (role != NULL)
        tell_what_it_holds(exchange, role);
}

const struct filter filter_custom_role = {.before = before, .instead = instead, .after = after};
