/* Seats: who has streams open. A stream lasts as long as its caller likes, so each principal may
 * have only so many, and all of them together leave places for calls that end. Plain data; zeros
 * are stream_limit that nobody took. */
#ifndef GATEWAY_DOMAIN_STREAM_LIMIT_H
#define GATEWAY_DOMAIN_STREAM_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/id.h"

#define STREAM_LIMIT_MAX 400

struct stream_limit {
    int64_t per_principal_max;
    struct id taken[STREAM_LIMIT_MAX]; /* by whom; nil: free */
};

/* false: the principal has as many as it may, or there is none left. */
bool stream_limit_acquire(struct stream_limit *stream_limit, struct id principal_id);

/* Gives one of the principal's stream_limit back. */
void stream_limit_release(struct stream_limit *stream_limit, struct id principal_id);

#endif
