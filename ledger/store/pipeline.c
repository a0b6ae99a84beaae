#include "ledger/store/pipeline.h"

#include <assert.h>

void pipeline_note(struct pipeline *pipeline, enum failure failure)
{
    if (pipeline->failure == FAILURE_NONE)
        pipeline->failure = failure;
}

void pipeline_sent(struct pipeline *pipeline, enum failure failure)
{
    pipeline_note(pipeline, failure);
    if (failure == FAILURE_NONE)
        pipeline->in_flight++;
}

bool pipeline_begin_columns(struct pipeline *pipeline, struct columns *columns, size_t count,
                            size_t wide, size_t narrow)
{
    if (count > 0)
        pipeline_note(pipeline, columns_init(columns, transaction_arena(pipeline->transaction),
                                             count, wide, narrow));
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
    pipeline_note(pipeline, transaction_receive(pipeline->transaction, rows));
}
