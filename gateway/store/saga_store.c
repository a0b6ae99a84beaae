#include "gateway/store/saga_store.h"

#include <assert.h>

#include "gateway/store/queries.h"

enum failure saga_store_cursor(struct reader reader, const char *peer, const char **cursor)
{
    struct rows rows;
    enum failure failure = gateway_event_cursor_read_alone(
        reader, &(struct gateway_event_cursor_read){.peer = peer}, &rows);
    if (failure == FAILURE_NONE)
        *cursor = rows.count == 1 ? gateway_event_cursor_read_row(&rows, 0).cursor : "";
    return failure;
}

static enum failure keep(struct transaction *transaction, const struct saga_page *page,
                         int64_t now_us)
{
    struct rows rows;
    enum failure failure = gateway_event_cursor_start(
        transaction, &(struct gateway_event_cursor_start){.peer = page->peer}, NULL);
    if (failure != FAILURE_NONE)
        return failure;
    failure = gateway_event_cursor_advance(
        transaction,
        &(struct gateway_event_cursor_advance){
            .peer = page->peer, .cursor_read = page->cursor_read, .cursor = page->cursor_advanced},
        &rows);
    if (failure != FAILURE_NONE || rows.affected == 0 || page->count == 0)
        return failure;
    return gateway_saga_insert(
        transaction,
        &(struct gateway_saga_insert){.saga_ids = {page->saga_ids, page->count},
                                      .event_types = {page->event_types, page->count},
                                      .payloads = {page->payloads, page->count},
                                      .now_us = now_us},
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

enum failure saga_store_add(struct transaction *transaction, struct id saga_id,
                            const char *event_type, struct id approval_id, int64_t now_us)
{
    const struct bytes payload = {approval_id.bytes, sizeof approval_id.bytes};
    return gateway_saga_insert(transaction,
                               &(struct gateway_saga_insert){.saga_ids = {&saga_id, 1},
                                                             .event_types = {&event_type, 1},
                                                             .payloads = {&payload, 1},
                                                             .now_us = now_us},
                               NULL);
}

enum failure saga_store_claim(struct reader reader, const struct saga_claim *claim,
                              struct saga **sagas, size_t *count)
{
    struct rows rows;
    enum failure failure =
        gateway_saga_claim_alone(reader,
                                 &(struct gateway_saga_claim){.now_us = claim->now_us,
                                                              .lease_us = claim->lease_until_us,
                                                              .limit = (int64_t)claim->count_max},
                                 &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *sagas = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(struct saga));
    for (size_t i = 0; i < rows.count; i++) {
        struct gateway_saga_claim_row row = gateway_saga_claim_row(&rows, i);
        (*sagas)[i] = (struct saga){row.saga_id, row.event_type, row.payload, row.tries};
    }
    return FAILURE_NONE;
}

enum failure saga_store_finish(struct reader reader, struct id saga_id, const char *outcome,
                               int64_t now_us)
{
    assert(outcome[0] != '\0');
    return gateway_saga_finish_alone(
        reader,
        &(struct gateway_saga_finish){.saga_id = saga_id, .finish_us = now_us, .outcome = outcome},
        NULL);
}

enum failure saga_store_postpone(struct reader reader, struct id saga_id, int64_t due_us)
{
    return gateway_saga_postpone_alone(
        reader, &(struct gateway_saga_postpone){.saga_id = saga_id, .due_us = due_us}, NULL);
}

enum failure saga_store_trim(struct reader reader, int64_t before_us, int64_t count_max,
                             int64_t *removed)
{
    struct rows rows;
    enum failure failure = gateway_saga_trim_alone(
        reader, &(struct gateway_saga_trim){.before_us = before_us, .limit = count_max}, &rows);
    *removed = failure == FAILURE_NONE ? rows.affected : 0;
    return failure;
}

enum failure saga_store_backlog(struct reader reader, int64_t now_us, struct saga_backlog *backlog)
{
    struct rows rows;
    enum failure failure =
        gateway_saga_count_alone(reader, &(struct gateway_saga_count){.now_us = now_us}, &rows);
    if (failure == FAILURE_NONE) {
        struct gateway_saga_count_row row = gateway_saga_count_row(&rows, 0);
        *backlog = (struct saga_backlog){row.under_way, row.tries_max, row.due, row.oldest_us};
    }
    return failure;
}

enum failure saga_store_list(struct reader reader, struct id below_id, int64_t tries_min,
                             size_t count_max, struct saga_list *list)
{
    struct rows rows;
    enum failure failure = gateway_saga_list_alone(
        reader,
        &(struct gateway_saga_list){
            .below_id = below_id, .tries_min = tries_min, .limit = (int64_t)count_max},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->count = rows.count;
    list->sagas = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(*list->sagas));
    for (size_t i = 0; i < rows.count; i++) {
        struct gateway_saga_list_row row = gateway_saga_list_row(&rows, i);
        list->sagas[i] = (struct open_saga){
            {row.saga_id, row.event_type, row.payload, row.tries}, row.due_us, row.create_us};
    }
    return FAILURE_NONE;
}

enum failure saga_store_redrive(struct transaction *transaction, struct id saga_id,
                                const char *principal_id, int64_t now_us, bool *found)
{
    struct rows rows;
    enum failure failure = gateway_saga_redrive(
        transaction, &(struct gateway_saga_redrive){.saga_id = saga_id, .now_us = now_us}, &rows);
    *found = failure == FAILURE_NONE && rows.affected == 1;
    if (!*found)
        return failure;
    return gateway_saga_note(
        transaction,
        &(struct gateway_saga_note){
            .saga_id = saga_id, .act_us = now_us, .act = "REDRIVE", .principal_id = principal_id},
        NULL);
}
