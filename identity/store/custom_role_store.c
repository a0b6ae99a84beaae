#include "identity/store/custom_role_store.h"

#include <assert.h>
#include <string.h>

#include "identity/store/queries.h"
#include "runtime/base/text.h"

static struct custom_role role_of(struct id account_id, struct identity_custom_role_read_row row)
{
    return (struct custom_role){.role_id = row.role_id,
                                .account_id = account_id,
                                .name = row.name,
                                .allows = row.allows,
                                .denies = row.denies,
                                .written_by = row.written_by,
                                .created_us = row.create_us,
                                .written_us = row.update_us,
                                .holders = row.holders,
                                .reaches_below = row.reaches_below,
                                .owner_has = row.owner_has};
}

enum failure custom_role_store_count(struct transaction *transaction, struct id account_id,
                                     int64_t *count)
{
    struct rows rows;
    enum failure failure = identity_custom_role_count(
        transaction, &(struct identity_custom_role_count){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *count = identity_custom_role_count_row(&rows, 0).count;
    return failure;
}

enum failure custom_role_store_insert(struct transaction *transaction,
                                      const struct custom_role *role, bool *kept)
{
    struct rows rows;
    enum failure failure = identity_custom_role_insert(
        transaction,
        &(struct identity_custom_role_insert){.role_id = role->role_id,
                                              .account_id = role->account_id,
                                              .name = role->name,
                                              .allows = role->allows,
                                              .denies = role->denies,
                                              .written_by = role->written_by,
                                              .now_us = role->written_us},
        &rows);
    *kept = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure custom_role_store_write(struct transaction *transaction,
                                     const struct custom_role *role, bool *kept)
{
    struct rows rows;
    enum failure failure = identity_custom_role_write(
        transaction,
        &(struct identity_custom_role_write){.role_id = role->role_id,
                                             .account_id = role->account_id,
                                             .name = role->name,
                                             .allows = role->allows,
                                             .denies = role->denies,
                                             .written_by = role->written_by,
                                             .now_us = role->written_us},
        &rows);
    *kept = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure custom_role_store_delete(struct transaction *transaction, struct id role_id)
{
    return identity_custom_role_delete(
        transaction, &(struct identity_custom_role_delete){.role_id = role_id}, NULL);
}

enum failure custom_role_store_held(struct transaction *transaction,
                                    const struct custom_roles_asked *asked, int64_t *known,
                                    int64_t *others)
{
    struct rows rows;
    enum failure failure = identity_custom_role_held(
        transaction,
        &(struct identity_custom_role_held){.account_id = asked->account_id,
                                            .principal_id = asked->principal_id,
                                            .role_ids = asked->role_ids},
        &rows);
    if (failure == FAILURE_NONE) {
        *known = identity_custom_role_held_row(&rows, 0).known;
        *others = identity_custom_role_held_row(&rows, 0).others;
    }
    return failure;
}

enum failure custom_role_store_read(struct transaction *transaction, struct id account_id,
                                    struct id role_id, struct custom_role *role, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_custom_role_read(
        transaction,
        &(struct identity_custom_role_read){.account_id = account_id, .role_id = role_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        *role = role_of(account_id, identity_custom_role_read_row(&rows, 0));
    return failure;
}

enum failure custom_role_store_find(struct reader reader, struct id account_id, struct id role_id,
                                    struct custom_role *role, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_custom_role_read_alone(
        reader, &(struct identity_custom_role_read){.account_id = account_id, .role_id = role_id},
        &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        *role = role_of(account_id, identity_custom_role_read_row(&rows, 0));
    return failure;
}

enum failure custom_role_store_list(struct reader reader, struct id account_id, struct id after_id,
                                    size_t limit, struct custom_roles_found *found)
{
    struct rows rows;
    enum failure failure = identity_custom_role_list_alone(
        reader,
        &(struct identity_custom_role_list){
            .account_id = account_id, .after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++)
        found->items[i] = role_of(account_id, identity_custom_role_read_row(&rows, i));
    found->count = rows.count;
    return FAILURE_NONE;
}

/* ---- as a session has them ---- */

/* Up to the byte, which is passed over. */
static const char *take(struct arena *arena, const char **rest, char end)
{
    const char *stop = strchrnul(*rest, end);
    const char *taken = arena_strndup(arena, *rest, (size_t)(stop - *rest));
    *rest = *stop == '\0' ? stop : stop + 1;
    return taken;
}

struct held_custom_roles custom_roles_told(struct arena *arena, const char *lines)
{
    struct held_custom_roles held = {.count = 0};
    size_t count = 0;
    for (const char *at = lines; *at != '\0'; at++)
        count += *at == '\n';
    held.items = arena_alloc_array(arena, count, sizeof *held.items);
    for (const char *rest = lines; *rest != '\0';) {
        assert(held.count < count);
        struct held_custom_role *role = &held.items[held.count++];
        role->role_id = take(arena, &rest, '\t');
        role->name = take(arena, &rest, '\t');
        role->inherited = text_equal(take(arena, &rest, '\t'), "t");
        role->allows = take(arena, &rest, '\t');
        role->denies = take(arena, &rest, '\n');
    }
    return held;
}
