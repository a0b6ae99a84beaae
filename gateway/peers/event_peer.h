/* The events of any other context: read by cursor from its outbox. */
#ifndef GATEWAY_PEERS_EVENT_PEER_H
#define GATEWAY_PEERS_EVENT_PEER_H

#include "gateway/peers/peer_call.h"
#include "runtime/base/id.h"

struct peer_event {
    struct id event_id;
    const char *type; /* "payments.v1.TopUpSucceeded" */
    struct bytes payload;
    const char *cursor; /* goes on after this event */
    int64_t recorded_us;
};

struct peer_event_page {
    struct peer_event *events;
    size_t count;
    int64_t unread;   /* after the last of these */
    bool began_again; /* the peer knows no event of that cursor: these begin with the oldest that it
                         keeps */
};

/* Everything up to the cursor was kept: the peer may remove it some day. */
enum failure event_list(struct peer_call call, const char *cursor,
                        struct peer_event_page *page) must_check;

#endif
