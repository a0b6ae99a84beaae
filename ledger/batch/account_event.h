/* Events about one account: their payloads, made in the arena. */
#ifndef LEDGER_BATCH_ACCOUNT_EVENT_H
#define LEDGER_BATCH_ACCOUNT_EVENT_H

#include "ledger/domain/suspension.h"
#include "runtime/base/arena.h"
#include "runtime/base/text.h"

/* data of the payload is NULL when the arena's maximum was reached. */
struct account_event {
    const char *type;
    struct bytes payload;
};

#define ACCOUNT_EVENTS_MAX 6

/* Of what an evaluation found; how many they are. */
size_t account_events_of(struct arena *arena, const struct account *account,
                         struct evaluation evaluation,
                         struct account_event events[ACCOUNT_EVENTS_MAX]);

#endif
