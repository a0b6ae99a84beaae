/* Events about one account: their payloads, made in the arena. */
#ifndef LEDGER_BATCH_ACCOUNT_EVENT_H
#define LEDGER_BATCH_ACCOUNT_EVENT_H

#include "ledger/domain/account.h"
#include "runtime/base/arena.h"
#include "runtime/base/text.h"

/* data of the payload is NULL when the arena's maximum was reached. */
struct account_event {
    const char *type;
    struct bytes payload;
};

struct account_event account_event_suspended(struct arena *arena, const struct account *account);
struct account_event account_event_resumed(struct arena *arena, const struct account *account);
struct account_event account_event_overdue(struct arena *arena, const struct account *account);

#endif
