#include "runtime/database/act_log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/database/queries.h"

#define LOOKED_AT_MAX 1000 /* for a page of what has no index of its own */
#define LOOKED_AT_OF_EACH \
    200 /* of several accounts: the newest of all are among the newest of each */
#define SLACK_US (INT64_C(3600) * 1000 * 1000) /* no transaction is under way for as long */
#define ROUNDS_MAX 20
#define POSITION_DIGITS_MAX 18

/* ---- writing ---- */

static struct runtime_append_to_act_log row_of(const struct act *act)
{
    const struct actor *actor = act->actor;
    assert(actor != NULL && !text_is_empty(act->action));
    return (struct runtime_append_to_act_log){.act_id = id_new(act->act_us),
                                              .act_us = act->act_us,
                                              .action = act->action,
                                              .reason = act->reason,
                                              .account_id = act->account_id,
                                              .object_id = act->object_id,
                                              .request_id = act->request_id,
                                              .tag = act->tag,
                                              .actor_id = actor->reference,
                                              .principal_id = actor->principal_id,
                                              .acting_id = actor->account_id,
                                              .credential = actor->credential,
                                              .credential_id = actor->credential_id,
                                              .approval_id = actor->approval_id,
                                              .roles = actor->roles,
                                              .step = actor->step};
}

enum failure act_append(struct transaction *transaction, const struct act *act)
{
    struct runtime_append_to_act_log row = row_of(act);
    return runtime_append_to_act_log_send_silently(transaction, &row);
}

enum failure act_append_alone(struct reader reader, const struct act *act)
{
    struct runtime_append_to_act_log row = row_of(act);
    return runtime_append_to_act_log_alone(reader, &row, NULL);
}

enum failure act_append_of_step(struct transaction *transaction, const char *step,
                                const struct act *act)
{
    struct actor actor;
    struct act done = *act;
    bool is_somebody = actor_read(&(const struct actor_said){.step = step}, &actor);
    assert(is_somebody);
    (void)is_somebody;
    done.actor = &actor;
    return act_append(transaction, &done);
}

/* ---- numbering ---- */

static enum failure number(struct transaction *transaction, void *argument)
{
    int64_t *numbered = argument;
    struct rows rows;
    *numbered = 0;
    enum failure failure = runtime_lock_act_log_head(transaction, &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    /* A statement of its own, so that it sees whatever was numbered before the lock was given. */
    failure = runtime_number_act_log(
        transaction, &(struct runtime_number_act_log){.limit = ACTS_NUMBERED_AT_ONCE}, &rows);
    if (failure == FAILURE_NONE)
        *numbered = runtime_number_act_log_row(&rows, 0).numbered;
    assert(*numbered >= 0 && *numbered <= ACTS_NUMBERED_AT_ONCE);
    return failure;
}

enum failure act_number(struct reader reader, int64_t *numbered)
{
    return database_transact(reader.task, reader.database, ISOLATION_READ_COMMITTED, number,
                             numbered);
}

/* ---- the cursor: "p<position>.<act id>" ---- */

struct cursor {
    int64_t position; /* 0: none */
    struct id act_id;
};

static bool cursor_parse(struct cursor *cursor, const char *text)
{
    *cursor = (struct cursor){0};
    if (text[0] == '\0')
        return true;
    size_t digits = text[0] == 'p' ? strspn(text + 1, "0123456789") : 0;
    if (digits == 0 || digits > POSITION_DIGITS_MAX || text[1 + digits] != '.')
        return false;
    cursor->position = strtoll(text + 1, NULL, 10);
    return cursor->position > 0 && id_parse(text + digits + 2, &cursor->act_id);
}

static const char *cursor_format(struct arena *arena, int64_t position, struct id act_id)
{
    char text[ID_TEXT_SIZE];
    assert(position > 0);
    return arena_printf(arena, "p%" PRId64 ".%s", position, id_format(act_id, text));
}

/* ---- reading ---- */

static enum failure look(struct reader reader, const struct act_reading *reading,
                         const struct cursor *cursor, struct runtime_look_at_act_log_row *state)
{
    struct rows rows;
    const struct act_filter *filter = &reading->filter;
    const struct runtime_look_at_act_log asked = {.position = cursor->position,
                                                  .act_id = cursor->act_id,
                                                  .early_us = filter->from_us - SLACK_US,
                                                  .late_us = filter->until_us + SLACK_US};
    enum failure failure = runtime_look_at_act_log_alone(reader, &asked, &rows);
    if (failure == FAILURE_NONE)
        *state = runtime_look_at_act_log_row(&rows, 0);
    return failure;
}

/* Numbers what waits, so that whatever was committed before the reader came is seen. */
static enum failure look_at_all(struct reader reader, const struct act_reading *reading,
                                const struct cursor *cursor,
                                struct runtime_look_at_act_log_row *state)
{
    enum failure failure = look(reader, reading, cursor, state);
    int64_t numbered = 1;
    for (int round = 0;
         failure == FAILURE_NONE && state->waiting && numbered > 0 && round < ROUNDS_MAX; round++) {
        failure = act_number(reader, &numbered);
        if (failure == FAILURE_NONE)
            failure = look(reader, reading, cursor, state);
    }
    return failure;
}

static const char *lead_of(const struct act_filter *filter)
{
    return !id_is_nil(filter->object_id)      ? "object"
           : filter->accounts.count > 0       ? "account"
           : !id_is_nil(filter->principal_id) ? "principal"
           : !text_is_empty(filter->action)   ? "action"
                                              : "none";
}

static int64_t looked_at_max(const struct act_filter *filter)
{
    return filter->accounts.count > 1 ? LOOKED_AT_OF_EACH : LOOKED_AT_MAX;
}

static struct runtime_list_act_log question(const struct act_reading *reading,
                                            const struct cursor *cursor,
                                            const struct runtime_look_at_act_log_row *state)
{
    const struct act_filter *filter = &reading->filter;
    int64_t below = state->below;
    if (cursor->position != 0 && state->known && cursor->position < below)
        below = cursor->position;
    return (struct runtime_list_act_log){.lead = lead_of(filter),
                                         .above = state->above,
                                         .below = below,
                                         .scan = looked_at_max(filter),
                                         .account_ids = filter->accounts,
                                         .principal_id = filter->principal_id,
                                         .object_id = filter->object_id,
                                         .action = filter->action,
                                         .tag = filter->tag,
                                         .from_us = filter->from_us,
                                         .until_us = filter->until_us,
                                         .limit = (int64_t)reading->limit};
}

static struct act act_of(struct arena *arena, const struct runtime_list_act_log_row *row)
{
    struct actor *actor = arena_alloc(arena, sizeof *actor);
    *actor = (struct actor){.principal_id = row->principal_id,
                            .account_id = row->acting_id,
                            .credential = (enum actor_credential)row->credential,
                            .credential_id = row->credential_id,
                            .approval_id = row->approval_id,
                            .reference = row->actor_id};
    bool fits = text_print(actor->roles, sizeof actor->roles, "%s", row->roles) &&
                text_print(actor->step, sizeof actor->step, "%s", row->step);
    assert(fits);
    (void)fits;
    return (struct act){.act_id = row->act_id,
                        .actor = actor,
                        .account_id = row->account_id,
                        .object_id = row->object_id,
                        .request_id = row->request_id,
                        .action = row->action,
                        .tag = row->tag,
                        .reason = row->reason,
                        .act_us = row->act_us,
                        .cursor = cursor_format(arena, row->position, row->act_id)};
}

/* Behind the last act of a full page; else behind the last that was looked at. */
static void take_page(struct reader reader, const struct act_reading *reading,
                      const struct rows *rows, struct act_page *page)
{
    struct arena *arena = reader_arena(reader);
    assert(rows->count > 0); /* one row says how far it went */
    struct runtime_list_act_log_row first = runtime_list_act_log_row(rows, 0);
    page->count = first.has_position ? rows->count : 0;
    page->acts = arena_alloc_array(arena, page->count + 1, sizeof *page->acts);
    for (size_t i = 0; i < page->count; i++) {
        struct runtime_list_act_log_row row = runtime_list_act_log_row(rows, i);
        page->acts[i] = act_of(arena, &row);
    }
    page->is_last =
        page->count < reading->limit && first.looked_at < looked_at_max(&reading->filter);
    if (page->count == reading->limit)
        page->cursor = page->acts[page->count - 1].cursor;
    else if (first.has_last_position)
        page->cursor = cursor_format(arena, first.last_position, first.last_act_id);
}

enum failure act_read(struct reader reader, const struct act_reading *reading,
                      struct act_page *page)
{
    struct cursor cursor;
    struct runtime_look_at_act_log_row state;
    struct rows rows;
    assert(reading->cursor != NULL && reading->limit > 0 && reading->limit < LOOKED_AT_OF_EACH);
    assert(reading->filter.accounts.count <= ACT_ACCOUNTS_MAX);
    assert(reading->filter.from_us >= 0 && reading->filter.until_us <= ACT_LATEST_US);
    *page = (struct act_page){.cursor = reading->cursor};
    if (!cursor_parse(&cursor, reading->cursor))
        return FAILURE_INVALID;
    enum failure failure = look_at_all(reader, reading, &cursor, &state);
    if (failure != FAILURE_NONE)
        return failure;
    page->began_again = !state.known;
    struct runtime_list_act_log asked = question(reading, &cursor, &state);
    failure = runtime_list_act_log_alone(reader, &asked, &rows);
    if (failure == FAILURE_NONE)
        take_page(reader, reading, &rows, page);
    return failure;
}
