#include "ledger/store/pipeline.h"

#include <assert.h>

static void note(struct pipeline *pipeline, enum failure failure)
{
    if (pipeline->failure == FAILURE_NONE)
        pipeline->failure = failure;
}

void pipeline_send(struct pipeline *pipeline, const struct query *query, const struct param *params,
                   size_t param_count)
{
    if (pipeline->failure != FAILURE_NONE)
        return;
    enum failure failure = transaction_send(pipeline->transaction, query, params, param_count);
    note(pipeline, failure);
    if (failure == FAILURE_NONE)
        pipeline->in_flight++;
}

void pipeline_send_silently(struct pipeline *pipeline, const struct query *query,
                            const struct param *params, size_t param_count)
{
    if (pipeline->failure == FAILURE_NONE)
        note(pipeline,
             transaction_send_silently(pipeline->transaction, query, params, param_count));
}

bool pipeline_begin_columns(struct pipeline *pipeline, struct columns *columns, size_t count,
                            size_t wide, size_t narrow)
{
    if (count > 0)
        note(pipeline,
             columns_init(columns, transaction_arena(pipeline->transaction), count, wide, narrow));
    return count > 0 && pipeline->failure == FAILURE_NONE;
}

void pipeline_receive(struct pipeline *pipeline, struct rows *rows)
{
    if (rows != NULL)
        *rows = (struct rows){0};
    if (pipeline->in_flight == 0) {
        assert(pipeline->failure !=
               FAILURE_NONE); /* asked for an answer that nothing was sent for */
        return;
    }
    pipeline->in_flight--;
    note(pipeline, transaction_receive(pipeline->transaction, rows));
}
