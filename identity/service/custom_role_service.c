/* Roles that an account makes itself (GW-01): made, written anew, deleted, shown. Their meaning is
 * the gateway's (gateway/domain/custom_role.c). */
#include <inttypes.h>
#include <string.h>

#include "identity/service/custom_role.h"
#include "identity/service/fields.h"
#include "identity/service/key.h"
#include "identity/service/words.h"
#include "identity/service/security.h"
#include "identity/service/start.h"
#include "identity/v1/custom_role.pb-c.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define create_role_admit(call) caller_admit(call)
#define create_role_read create_role_read
#define update_role_admit(call) caller_admit(call)
#define update_role_read update_role_read
#define delete_role_admit(call) caller_admit(call)
#define get_role_read get_role_read
#include "identity/service/custom_role_rpc.h"

int custom_role_refuse(struct call *call, enum custom_role_verdict verdict)
{
    return call_refuse(call, custom_role_refusal(verdict), NO_TERMS);
}

size_t ids_to_message(struct call *call, struct id_array ids, char ***messages)
{
    *messages = arena_alloc_array(call_arena(call), ids.count, sizeof **messages);
    for (size_t i = 0; i < ids.count; i++)
        (*messages)[i] = id_to_message(call, ids.items[i]);
    return ids.count;
}

int custom_roles_admit(struct mutation *mutation, const struct custom_roles_asked *asked)
{
    int64_t known = 0, others = 0;
    int no = custom_role_store_held(mutation->transaction, asked, &known, &others);
    if (no != 0)
        return no;
    enum custom_role_verdict verdict =
        custom_role_give_decide((int64_t)asked->role_ids.count, known, others);
    return verdict == CUSTOM_ROLE_ACCEPTED ? 0 : custom_role_refuse(mutation->call, verdict);
}

static Identity__V1__RoleDefinition *definition_to_message(struct call *call,
                                                           const struct custom_role *role)
{
    struct arena *arena = call_arena(call);
    Identity__V1__RoleDefinition *message = arena_alloc(arena, sizeof *message);
    identity__v1__role_definition__init(message);
    message->role_id = id_to_message(call, role->role_id);
    message->name = arena_strdup(arena, role->name);
    message->n_permissions = words_to_message(call, role->allows, &message->permissions);
    message->n_denied_permissions =
        words_to_message(call, role->denies, &message->denied_permissions);
    message->holder_count = (int32_t)role->holders;
    message->create_time = timestamp_from_us(arena, role->created_us);
    message->update_time = timestamp_from_us(arena, role->written_us);
    message->written_by = id_to_message(call, role->written_by);
    return message;
}

static enum failure note(struct mutation *mutation, enum security_event_kind kind,
                         const struct custom_role *role)
{
    struct call *call = mutation->call;
    return security_note(call, mutation->transaction,
                         &(struct security_event){.principal_id = caller_id(call),
                                                  .account_id = role->account_id,
                                                  .kind = kind,
                                                  .detail = id_to_message(call, role->role_id),
                                                  .noted_us = mutation->now_us});
}

/* A role as a request writes it. */
struct written_role {
    const char *name;
    const char *const *allows;
    size_t allow_count;
    const char *const *denies;
    size_t deny_count;
};

static size_t bytes_of(const char *const *words, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += strlen(words[i]) + 1;
    return bytes;
}

static void field_written(struct call *call, const struct written_role *role)
{
    field_text(call, "name", role->name, 1, CUSTOM_ROLE_NAME_BYTES_MAX);
    if (role->allow_count == 0)
        call_add_field_violation(call, "permissions", FAULT_REQUIRED, "Must name a permission.");
    field_patterns(call, "permissions", role->allows, role->allow_count, CUSTOM_ROLE_PATTERNS_MAX);
    field_patterns(call, "denied_permissions", role->denies, role->deny_count,
                   CUSTOM_ROLE_PATTERNS_MAX);
    if (bytes_of(role->allows, role->allow_count) + bytes_of(role->denies, role->deny_count) >
        CUSTOM_ROLE_BYTES_MAX)
        call_add_field_violation(call, "permissions", FAULT_TOO_LONG,
                                 "Must be at most 768 bytes with denied_permissions.");
}

/* ---- CreateRole ---- */

static void create_role_read(struct call *call, const Identity__V1__CreateRoleRequest *message,
                             struct create_role *request)
{
    create_role_fields(call, message, request);
    field_written(call, &(struct written_role){request->name, request->permissions,
                                               request->n_permissions, request->denied_permissions,
                                               request->n_denied_permissions});
}

static int create_role(struct mutation *mutation, const struct create_role *request,
                       Identity__V1__CreateRoleResponse *response)
{
    struct call *call = mutation->call;
    struct role_giver caller;
    int64_t count = 0;
    bool kept = false;
    int no = key_account_lock(mutation, request->account_id, &caller);
    if (no == 0)
        no = custom_role_store_count(mutation->transaction, request->account_id, &count);
    if (no != 0)
        return no;
    enum custom_role_verdict verdict = custom_role_make_decide(count, request->name);
    if (verdict != CUSTOM_ROLE_ACCEPTED)
        return custom_role_refuse(call, verdict);
    const struct custom_role role = {
        .role_id = id_new(mutation->now_us),
        .account_id = request->account_id,
        .name = request->name,
        .allows = words_join(call, request->permissions, request->n_permissions),
        .denies = words_join(call, request->denied_permissions, request->n_denied_permissions),
        .written_by = caller_id(call),
        .created_us = mutation->now_us,
        .written_us = mutation->now_us};
    no = custom_role_store_insert(mutation->transaction, &role, &kept);
    if (no == 0 && !kept)
        return custom_role_refuse(call, CUSTOM_ROLE_NAME_TAKEN);
    response->role = definition_to_message(call, &role);
    return no != 0 ? no : note(mutation, SECURITY_CUSTOM_ROLE_MADE, &role);
}

/* ---- UpdateRole and DeleteRole ---- */

static int find_role(struct mutation *mutation, struct id account_id, struct id role_id,
                     struct role_giver *caller, struct custom_role *role)
{
    bool exists = false;
    int no = key_account_lock(mutation, account_id, caller);
    if (no == 0)
        no = custom_role_store_read(mutation->transaction, account_id, role_id, role, &exists);
    return no != 0 || exists ? no : custom_role_refuse(mutation->call, CUSTOM_ROLE_UNKNOWN);
}

static void update_role_read(struct call *call, const Identity__V1__UpdateRoleRequest *message,
                             struct update_role *request)
{
    update_role_fields(call, message, request);
    field_written(call, &(struct written_role){request->name, request->permissions,
                                               request->n_permissions, request->denied_permissions,
                                               request->n_denied_permissions});
}

/* S14: a role that the owner has is written by nobody else, as it is given and taken by nobody
 * else. GW-13: one that somebody has below the account is written by who could give it there. */
static int admit_writing(struct call *call, const struct role_giver *caller,
                         const struct custom_role *role)
{
    return role->owner_has && !caller->owns ? role_refuse(call, ROLE_OF_OWNER)
                                            : role_give(call, caller, role->reaches_below);
}

static int update_role(struct mutation *mutation, const struct update_role *request,
                       Identity__V1__UpdateRoleResponse *response)
{
    struct call *call = mutation->call;
    struct role_giver caller;
    struct custom_role role;
    bool kept = false;
    int no = find_role(mutation, request->account_id, request->role_id, &caller, &role);
    if (no == 0)
        no = admit_writing(call, &caller, &role);
    if (no != 0)
        return no;
    if (custom_role_name_decide(request->name) != CUSTOM_ROLE_ACCEPTED)
        return custom_role_refuse(call, CUSTOM_ROLE_NAME_TAKEN);
    role.name = request->name;
    role.allows = words_join(call, request->permissions, request->n_permissions);
    role.denies = words_join(call, request->denied_permissions, request->n_denied_permissions);
    role.written_by = caller_id(call);
    role.written_us = mutation->now_us;
    no = custom_role_store_write(mutation->transaction, &role, &kept);
    if (no == 0 && !kept)
        return custom_role_refuse(call, CUSTOM_ROLE_NAME_TAKEN);
    response->role = definition_to_message(call, &role);
    return no != 0 ? no : note(mutation, SECURITY_CUSTOM_ROLE_WRITTEN, &role);
}

static int delete_role(struct mutation *mutation, const struct delete_role *request,
                       Identity__V1__DeleteRoleResponse *response)
{
    struct role_giver caller;
    struct custom_role role;
    (void)response;
    int no = find_role(mutation, request->account_id, request->role_id, &caller, &role);
    if (no != 0)
        return no;
    enum custom_role_verdict verdict = custom_role_delete_decide(role.holders);
    if (verdict != CUSTOM_ROLE_ACCEPTED)
        return call_refuse(mutation->call, custom_role_refusal(verdict),
                           REFUSAL_TERMS({"holders", arena_printf(call_arena(mutation->call),
                                                                  "%" PRId64, role.holders)}));
    no = custom_role_store_delete(mutation->transaction, role.role_id);
    return no != 0 ? no : note(mutation, SECURITY_CUSTOM_ROLE_DELETED, &role);
}

/* ---- GetRole and ListRoles: the gateway answers for the built-in ones ---- */

static void get_role_read(struct call *call, const Identity__V1__GetRoleRequest *message,
                          struct get_role *request)
{
    get_role_fields(call, message, request);
    if (id_is_nil(request->role_id))
        call_add_field_violation(call, "role_id", FAULT_REQUIRED, "Must name a role.");
}

static int get_role(struct call *call, const struct get_role *request,
                    Identity__V1__GetRoleResponse *response)
{
    struct custom_role role;
    bool exists = false;
    int no = custom_role_store_find(identity_reader(call), request->account_id, request->role_id,
                                    &role, &exists);
    if (no == 0 && !exists)
        return custom_role_refuse(call, CUSTOM_ROLE_UNKNOWN);
    if (no == 0)
        response->role = definition_to_message(call, &role);
    return no;
}

static ProtobufCMessage *role_message(struct call *call, const void *role)
{
    return &definition_to_message(call, role)->base;
}

static int list_roles(struct call *call, const struct list_roles *request,
                      Identity__V1__ListRolesResponse *response)
{
    struct custom_roles_found found;
    int no = custom_role_store_list(identity_reader(call), request->account_id, request->after_id,
                                    page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, found.items, found.count, role_id, role_message),
                         &response->base);
}
