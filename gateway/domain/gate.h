/* A gate before one peer: how many may be with it at once, so that a peer that stands still keeps
 * its own places and nobody else's. Plain data; time is an argument. */
#ifndef GATEWAY_DOMAIN_GATE_H
#define GATEWAY_DOMAIN_GATE_H

#include <stdbool.h>
#include <stdint.h>

#define GATE_SILENCE_US \
    INT64_C(2000000) /* nothing heard for so long while somebody waits: the peer stands still */

struct gate {
    int64_t places; /* at once */
    int64_t
        silent_places; /* and when the peer stands still; further ones are not let wait for it */
    int64_t inside;
    int64_t heard_us; /* when the peer answered last, or when the first of those inside entered */
};

/* now_us never jumps. false: not now; nothing was sent. */
bool gate_enter(struct gate *gate, int64_t now_us);

/* heard: the peer answered, whatever it said. */
void gate_leave(struct gate *gate, bool heard, int64_t now_us);

#endif
