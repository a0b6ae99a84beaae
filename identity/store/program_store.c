#include "identity/store/program_store.h"

#include "identity/domain/key.h"
#include "identity/domain/role.h"
#include "identity/store/names.h"
#include "identity/store/queries.h"

/* The names of a set of roles, one each. */
static struct text_array names_of(struct arena *arena, unsigned roles)
{
    const char **names = arena_alloc_array(arena, ROLE_COUNT, sizeof *names);
    struct text_array array = {.items = names};
    for (unsigned role = 1; role < 1u << ROLE_COUNT; role <<= 1)
        if (roles & role)
            names[array.count++] = role_name((enum role)role);
    return array;
}

enum failure program_store_count(struct transaction *transaction, struct id account_id,
                                 int64_t now_us, struct program_counts *counts)
{
    struct rows rows;
    enum failure failure =
        identity_program_count(transaction,
                               &(struct identity_program_count){
                                   .account_id = account_id, .since_us = now_us - PROGRAMS_DAY_US},
                               &rows);
    if (failure == FAILURE_NONE) {
        struct identity_program_count_row row = identity_program_count_row(&rows, 0);
        *counts = (struct program_counts){row.count, row.made};
    }
    return failure;
}

enum failure program_store_insert(struct transaction *transaction, const struct program *program)
{
    struct arena *arena = task_arena(transaction_task(transaction));
    return identity_program_insert(
        transaction,
        &(struct identity_program_insert){.program_id = program->program_id,
                                          .account_id = program->account_id,
                                          .name = program->name,
                                          .made_by = program->made_by,
                                          .create_us = program->created_us,
                                          .roles = names_of(arena, program->roles),
                                          .custom_role_ids = program->custom_role_ids,
                                          .subtree = program->subtree},
        NULL);
}

enum failure program_store_read(struct transaction *transaction, struct id account_id,
                                struct id program_id, struct program *program, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_program_read(
        transaction,
        &(struct identity_program_read){.account_id = account_id, .program_id = program_id}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (*exists) {
        struct identity_program_read_row row = identity_program_read_row(&rows, 0);
        *program = (struct program){.program_id = program_id,
                                    .account_id = account_id,
                                    .name = row.name,
                                    .subtree = row.subtree,
                                    .made_by = row.made_by,
                                    .created_us = row.create_us};
    }
    return FAILURE_NONE;
}

enum failure program_store_set_roles(struct transaction *transaction, const struct program *program,
                                     struct id granted_by, int64_t now_us)
{
    struct arena *arena = task_arena(transaction_task(transaction));
    return identity_program_set_roles(
        transaction,
        &(struct identity_program_set_roles){.account_id = program->account_id,
                                             .program_id = program->program_id,
                                             .roles = names_of(arena, program->roles),
                                             .custom_role_ids = program->custom_role_ids,
                                             .subtree = program->subtree,
                                             .granted_by = granted_by,
                                             .now_us = now_us},
        NULL);
}

enum failure program_store_remove(struct transaction *transaction, struct id account_id,
                                  struct id program_id, int64_t now_us)
{
    return identity_program_remove(transaction,
                                   &(struct identity_program_remove){.account_id = account_id,
                                                                     .program_id = program_id,
                                                                     .now_us = now_us},
                                   NULL);
}

enum failure program_store_list(struct reader reader, struct id account_id, struct id after_id,
                                size_t limit, struct programs *programs)
{
    struct rows rows;
    enum failure failure = identity_program_list_alone(
        reader,
        &(struct identity_program_list){
            .account_id = account_id, .after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    programs->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *programs->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_program_list_row row = identity_program_list_row(&rows, i);
        programs->items[i] = (struct program){
            .program_id = row.program_id,
            .account_id = account_id,
            .name = row.name,
            .roles = roles_named(row.roles),
            .custom_role_ids = custom_role_ids_named(reader_arena(reader), row.roles),
            .subtree = row.subtree,
            .made_by = row.made_by,
            .created_us = row.create_us};
    }
    programs->count = rows.count;
    return FAILURE_NONE;
}
