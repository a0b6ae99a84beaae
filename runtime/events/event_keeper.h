/* Keeps an outbox: numbers what nobody asked for yet, removes what all registered consumers have
 * gone past and what is old enough, and shows how far each of them is behind (events_unread,
 * events_oldest_unread_seconds). */
#ifndef RUNTIME_EVENTS_EVENT_KEEPER_H
#define RUNTIME_EVENTS_EVENT_KEEPER_H

#include "runtime/database/outbox.h"

struct event_keeper {
    struct database *database;
    struct outbox_consumers consumers;
    int64_t keep_us;
};

#define EVENT_KEEPER_INTERVAL_MS 5000

/* "gateway, mirror" gives two; names are copied and live for ever. False: more than
 * OUTBOX_CONSUMERS_MAX, or one of no letters. */
bool event_keeper_read_consumers(struct outbox_consumers *consumers, const char *names);

/* One turn of the job. */
enum failure event_keeper_turn(struct task *task, void *keeper) must_check;

#endif
