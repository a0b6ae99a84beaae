#include "gateway/domain/stream_limit.h"

#include <assert.h>
#include <stddef.h>

bool stream_limit_acquire(struct stream_limit *stream_limit, struct id principal_id)
{
    assert(!id_is_nil(principal_id));
    struct id *free_slot = NULL;
    int64_t taken = 0;
    for (size_t i = 0; i < STREAM_LIMIT_MAX; i++) {
        if (id_is_nil(stream_limit->taken[i]))
            free_slot = &stream_limit->taken[i];
        else
            taken += id_equal(stream_limit->taken[i], principal_id) ? 1 : 0;
    }
    assert(taken <= STREAM_LIMIT_MAX);
    if (free_slot == NULL || taken >= stream_limit->per_principal_max)
        return false;
    *free_slot = principal_id;
    return true;
}

void stream_limit_release(struct stream_limit *stream_limit, struct id principal_id)
{
    for (size_t i = 0; i < STREAM_LIMIT_MAX; i++) {
        if (id_equal(stream_limit->taken[i], principal_id)) {
            stream_limit->taken[i] = (struct id){{0}};
            return;
        }
    }
    assert(!"a stream is released that was not acquired");
}
