#include "runtime/rpc/completion_source.h"

#include <assert.h>

void completion_run(struct completion *completion, bool success)
{
    assert(completion->begun && completion->queue->pending > 0);
    completion->begun = false;
    completion->queue->pending--;
    completion->function(completion, success);
}
