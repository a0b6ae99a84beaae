#include "payments/store/webhook_store.h"

#include "payments/store/queries.h"

static const char *const state_names[] = {
    [WEBHOOK_RECEIVED] = "RECEIVED", [WEBHOOK_APPLIED] = "APPLIED", [WEBHOOK_IGNORED] = "IGNORED"};

static struct param id_or_null(struct id id)
{
    return id_is_nil(id) ? param_null() : param_id(id);
}

enum failure webhook_store_insert(struct reader reader, const struct webhook *webhook,
                                  int64_t now_us)
{
    return database_query(reader, &payments_query_webhook_insert,
                          PARAMS(param_text(webhook->provider), param_text(webhook->event_id),
                                 param_text(webhook->type), id_or_null(webhook->account_id),
                                 id_or_null(webhook->subject_id),
                                 param_text(state_names[WEBHOOK_RECEIVED]), param_time(now_us),
                                 param_time(now_us)),
                          NULL);
}

enum failure webhook_store_claim(struct reader reader, int64_t now_us, int64_t lease_us,
                                 size_t limit, struct webhook **webhooks, size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &payments_query_webhook_claim,
        PARAMS(param_time(now_us), param_time(lease_us), param_int64((int64_t)limit)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *webhooks = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**webhooks));
    if (*webhooks == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        (*webhooks)[i] =
            (struct webhook){row_text(&rows, i, 0), row_text(&rows, i, 1), row_text(&rows, i, 2),
                             row_id(&rows, i, 3),   row_id(&rows, i, 4),   row_int64(&rows, i, 5)};
    }
    return FAILURE_NONE;
}

enum failure webhook_store_settle(struct reader reader, const struct webhook *webhook,
                                  enum webhook_state state, int64_t next_us)
{
    return database_query(reader, &payments_query_webhook_settle,
                          PARAMS(param_text(webhook->provider), param_text(webhook->event_id),
                                 param_text(state_names[state]),
                                 state == WEBHOOK_RECEIVED ? param_time(next_us) : param_null()),
                          NULL);
}

enum failure webhook_store_forget(struct reader reader, int64_t before_us, int64_t count_max,
                                  int64_t *removed)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_webhook_forget,
                       PARAMS(param_time(before_us), param_int64(count_max)), &rows);
    *removed = failure == FAILURE_NONE ? rows.affected : 0;
    return failure;
}
