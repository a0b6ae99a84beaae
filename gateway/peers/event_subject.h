/* The subject of an event of another context, for people who look at its saga. */
#ifndef GATEWAY_PEERS_EVENT_SUBJECT_H
#define GATEWAY_PEERS_EVENT_SUBJECT_H

#include "runtime/base/arena.h"
#include "runtime/base/text.h"

struct event_subject {
    const char *account_id; /* "" when it names none */
    const char *top_up_id;
};

/* In the arena; empty texts for an event that is not known or not readable. */
struct event_subject event_subject_read(struct arena *arena, const char *event_type,
                                        struct bytes payload);

#endif
