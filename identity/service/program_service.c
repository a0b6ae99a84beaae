/* Programs of an account: made, given roles, removed, listed. */
#include "identity/domain/key.h"
#include "identity/domain/refusals.h"
#include "identity/domain/role.h"
#include "identity/service/custom_role.h"
#include "identity/service/fields.h"
#include "identity/service/key.h"
#include "identity/service/leaver.h"
#include "identity/service/start.h"
#include "identity/store/program_store.h"
#include "identity/v1/program.pb-c.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define create_program_admit(call) caller_admit(call)
#define create_program_read create_program_read
#define set_program_roles_admit(call) caller_admit(call)
#define set_program_roles_read set_program_roles_read
#define remove_program_admit(call) caller_admit(call)
#define list_programs_admit(call) caller_admit(call)
#include "identity/service/program_rpc.h"

#define NAME_BYTES_MAX 64
#define ROLES_MAX 8

static void field_roles(struct call *call, const Identity__V1__Role *roles, size_t count,
                        size_t custom_count)
{
    if (count > ROLES_MAX || count + custom_count == 0)
        call_add_field_violation(call, "roles", FAULT_OUT_OF_RANGE,
                                 "must hold 1 to 8, or none beside custom_role_ids");
    for (size_t i = 0; i < count && i < ROLES_MAX; i++)
        if (((unsigned)role_of_message(roles[i]) & ROLES_OF_PROGRAMS) == 0)
            call_add_field_violation(call, "roles", FAULT_UNKNOWN_VALUE,
                                     "A role is none that a program has.");
}

static unsigned roles_read(const Identity__V1__Role *messages, size_t count)
{
    unsigned roles = ROLE_NONE;
    for (size_t i = 0; i < count; i++)
        roles |= (unsigned)role_of_message(messages[i]);
    return roles;
}

static Identity__V1__Program *program_to_message(struct call *call, const struct program *program)
{
    struct arena *arena = call_arena(call);
    Identity__V1__Program *message = arena_alloc(arena, sizeof *message);
    identity__v1__program__init(message);
    message->program_id = id_to_message(call, program->program_id);
    message->name = arena_strdup(arena, program->name);
    message->n_roles = roles_to_message(call, program->roles, &message->roles);
    message->n_custom_role_ids =
        ids_to_message(call, program->custom_role_ids, &message->custom_role_ids);
    message->subtree = program->subtree;
    message->create_time = timestamp_from_us(arena, program->created_us);
    message->made_by = id_to_message(call, program->made_by);
    return message;
}

/* ---- CreateProgram ---- */

static void create_program_read(struct call *call,
                                const Identity__V1__CreateProgramRequest *message,
                                struct create_program *request)
{
    create_program_fields(call, message, request);
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
    field_roles(call, request->roles, request->n_roles, request->n_custom_role_ids);
}

static int create_program(struct mutation *mutation, const struct create_program *request,
                          Identity__V1__CreateProgramResponse *response)
{
    struct call *call = mutation->call;
    const struct custom_roles_asked asked = {
        .account_id = request->account_id,
        .role_ids = id_array(request->custom_role_ids, request->n_custom_role_ids)};
    struct role_giver caller;
    struct program_counts counts = {0, 0};
    int no = key_account_lock(mutation, request->account_id, &caller);
    if (no == 0)
        no = role_give(call, &caller, request->subtree);
    if (no == 0)
        no = custom_roles_admit(mutation, &asked);
    if (no == 0)
        no = program_store_count(mutation->transaction, request->account_id, mutation->now_us,
                                 &counts);
    if (no != 0)
        return no;
    enum program_verdict verdict = program_make_decide(counts.count, counts.made);
    if (verdict != PROGRAM_MADE)
        return call_refuse(call, program_refusal(verdict), NO_TERMS);
    const struct program program = {.program_id = id_new(mutation->now_us),
                                    .account_id = request->account_id,
                                    .name = request->name,
                                    .roles = roles_read(request->roles, request->n_roles),
                                    .custom_role_ids = asked.role_ids,
                                    .subtree = request->subtree,
                                    .made_by = caller_id(call),
                                    .created_us = mutation->now_us};
    response->program = program_to_message(call, &program);
    no = program_store_insert(mutation->transaction, &program);
    return no != 0 ? no
                   : key_note(mutation, &(struct key_act){.kind = SECURITY_PROGRAM_MADE,
                                                          .account_id = request->account_id,
                                                          .program_id = program.program_id});
}

/* ---- SetProgramRoles and RemoveProgram ---- */

static int find_program(struct mutation *mutation, struct id account_id, struct id program_id,
                        struct role_giver *caller, struct program *program)
{
    bool exists = false;
    int no = key_account_lock(mutation, account_id, caller);
    if (no == 0)
        no = program_store_read(mutation->transaction, account_id, program_id, program, &exists);
    return no != 0 || exists ? no : call_refuse(mutation->call, &program_not_found, NO_TERMS);
}

static void set_program_roles_read(struct call *call,
                                   const Identity__V1__SetProgramRolesRequest *message,
                                   struct set_program_roles *request)
{
    set_program_roles_fields(call, message, request);
    field_roles(call, request->roles, request->n_roles, request->n_custom_role_ids);
}

static int set_program_roles(struct mutation *mutation, const struct set_program_roles *request,
                             Identity__V1__SetProgramRolesResponse *response)
{
    struct call *call = mutation->call;
    const struct custom_roles_asked asked = {
        .account_id = request->account_id,
        .role_ids = id_array(request->custom_role_ids, request->n_custom_role_ids)};
    struct role_giver caller;
    struct program program;
    int no = find_program(mutation, request->account_id, request->program_id, &caller, &program);
    if (no == 0)
        no = role_give(call, &caller, request->subtree);
    if (no == 0)
        no = custom_roles_admit(mutation, &asked);
    if (no != 0)
        return no;
    program.roles = roles_read(request->roles, request->n_roles);
    program.custom_role_ids = asked.role_ids;
    program.subtree = request->subtree;
    response->program = program_to_message(call, &program);
    no =
        program_store_set_roles(mutation->transaction, &program, caller_id(call), mutation->now_us);
    return no != 0 ? no
                   : key_note(mutation, &(struct key_act){.kind = SECURITY_PROGRAM_ROLES_SET,
                                                          .account_id = request->account_id,
                                                          .program_id = program.program_id});
}

static int remove_program(struct mutation *mutation, const struct remove_program *request,
                          Identity__V1__RemoveProgramResponse *response)
{
    struct role_giver caller;
    struct program program;
    (void)response;
    int no = find_program(mutation, request->account_id, request->program_id, &caller, &program);
    if (no == 0)
        no = program_store_remove(mutation->transaction, request->account_id, request->program_id,
                                  mutation->now_us);
    if (no == 0)
        no = leaver_tell(mutation, request->account_id, request->program_id);
    return no != 0 ? no
                   : key_note(mutation, &(struct key_act){.kind = SECURITY_PROGRAM_REMOVED,
                                                          .account_id = request->account_id,
                                                          .program_id = request->program_id});
}

/* ---- ListPrograms ---- */

static ProtobufCMessage *program_message(struct call *call, const void *program)
{
    return &program_to_message(call, program)->base;
}

static int list_programs(struct call *call, const struct list_programs *request,
                         Identity__V1__ListProgramsResponse *response)
{
    struct programs found;
    int no = program_store_list(identity_reader(call), request->account_id, request->after_id,
                                page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, program_id,
                                      program_message),
                                 &response->base);
}
