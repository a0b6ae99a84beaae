#include "gateway/store/saga_store.h"

#include <assert.h>

#include "gateway/store/queries.h"

enum failure saga_store_cursor(struct reader reader, const char *peer, const char **cursor)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &gateway_query_follower_read, PARAMS(param_text(peer)), &rows);
    if (failure == FAILURE_NONE)
        *cursor = rows.count == 1 ? row_text(&rows, 0, 0) : "";
    return failure;
}

static enum failure keep(struct transaction *transaction, const struct saga_page *page,
                         int64_t now_us)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &gateway_query_follower_start,
                                             PARAMS(param_text(page->peer)), NULL);
    if (failure != FAILURE_NONE)
        return failure;
    failure = transaction_query(transaction, &gateway_query_follower_advance,
                                PARAMS(param_text(page->peer), param_text(page->cursor_read),
                                       param_text(page->cursor_advanced)),
                                &rows);
    if (failure != FAILURE_NONE || rows.affected == 0 || page->count == 0)
        return failure;
    return transaction_query(transaction, &gateway_query_saga_insert,
                             PARAMS(param_id_array(page->saga_ids, page->count),
                                    param_text_array(page->event_types, page->count),
                                    param_bytes_array(page->payloads, page->count),
                                    param_time(now_us)),
                             NULL);
}

struct keep_argument {
    const struct saga_page *page;
    int64_t now_us;
};

static enum failure keep_body(struct transaction *transaction, void *argument)
{
    const struct keep_argument *kept = argument;
    return keep(transaction, kept->page, kept->now_us);
}

enum failure saga_store_keep(struct reader reader, const struct saga_page *page, int64_t now_us)
{
    struct keep_argument argument = {page, now_us};
    return database_transact(reader.task, reader.database, ISOLATION_READ_COMMITTED, keep_body,
                             &argument);
}

enum failure saga_store_claim(struct reader reader, int64_t now_us, int64_t lease_until_us,
                              size_t count_max, struct saga **sagas, size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &gateway_query_saga_claim,
        PARAMS(param_time(now_us), param_time(lease_until_us), param_int64((int64_t)count_max)),
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *sagas = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(struct saga));
    if (*sagas == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count; i++)
        (*sagas)[i] = (struct saga){row_id(&rows, i, 0), row_text(&rows, i, 1),
                                    row_bytes(&rows, i, 2), row_int64(&rows, i, 3)};
    return FAILURE_NONE;
}

enum failure saga_store_finish(struct reader reader, struct id saga_id, const char *outcome,
                               int64_t now_us)
{
    assert(outcome[0] != '\0');
    return database_query(reader, &gateway_query_saga_finish,
                          PARAMS(param_id(saga_id), param_time(now_us), param_text(outcome)), NULL);
}

enum failure saga_store_postpone(struct reader reader, struct id saga_id, int64_t due_us)
{
    return database_query(reader, &gateway_query_saga_postpone,
                          PARAMS(param_id(saga_id), param_time(due_us)), NULL);
}

enum failure saga_store_trim(struct reader reader, int64_t before_us, int64_t count_max,
                             int64_t *removed)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &gateway_query_saga_trim,
                       PARAMS(param_time(before_us), param_int64(count_max)), &rows);
    *removed = failure == FAILURE_NONE ? rows.affected : 0;
    return failure;
}

enum failure saga_store_backlog(struct reader reader, int64_t now_us, struct saga_backlog *backlog)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &gateway_query_saga_count, PARAMS(param_time(now_us)), &rows);
    if (failure == FAILURE_NONE)
        *backlog = (struct saga_backlog){row_int64(&rows, 0, 0), row_int64(&rows, 0, 1),
                                         row_int64(&rows, 0, 2)};
    return failure;
}

enum failure saga_store_list(struct reader reader, struct id below_id, int64_t tries_min,
                             size_t count_max, struct open_saga **sagas, size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &gateway_query_saga_list,
        PARAMS(param_id(below_id), param_int64(tries_min), param_int64((int64_t)count_max)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *sagas = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(struct open_saga));
    if (*sagas == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count; i++)
        (*sagas)[i] = (struct open_saga){{row_id(&rows, i, 0), row_text(&rows, i, 1),
                                          row_bytes(&rows, i, 2), row_int64(&rows, i, 3)},
                                         row_time_us(&rows, i, 4),
                                         row_time_us(&rows, i, 5)};
    return FAILURE_NONE;
}

enum failure saga_store_redrive(struct transaction *transaction, struct id saga_id,
                                const char *principal_id, int64_t now_us, bool *found)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &gateway_query_saga_redrive,
                                             PARAMS(param_id(saga_id), param_time(now_us)), &rows);
    *found = failure == FAILURE_NONE && rows.affected == 1;
    if (!*found)
        return failure;
    return transaction_query(transaction, &gateway_query_saga_note,
                             PARAMS(param_id(saga_id), param_time(now_us), param_text("REDRIVE"),
                                    param_text(principal_id)),
                             NULL);
}
