/* Seats: who has streams open. A stream lasts as long as its caller likes, so each principal may
 * have only so many, and all of them together leave places for calls that end. Plain data; zeros
 * are seats that nobody took. */
#ifndef GATEWAY_DOMAIN_SEATS_H
#define GATEWAY_DOMAIN_SEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/id.h"

#define SEATS 400

struct seats {
    int64_t per_principal_max;
    struct id taken[SEATS]; /* by whom; nil: free */
};

/* false: the principal has as many as it may, or there is none left. */
bool seats_take(struct seats *seats, struct id principal_id);

/* Gives one of the principal's seats back. */
void seats_leave(struct seats *seats, struct id principal_id);

#endif
