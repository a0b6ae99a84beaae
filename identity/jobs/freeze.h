/* Telling of a freeze, in the transaction that changes it; and the job that notes those that
 * ended by themselves. They hold nothing from their very time on, noted or not. */
#ifndef IDENTITY_JOBS_FREEZE_H
#define IDENTITY_JOBS_FREEZE_H

#include "identity/domain/freeze.h"
#include "identity/store/security_event_store.h"
#include "runtime/database/database.h"
#include "runtime/loop/loop.h"

/* A security event, and an event for the world (identity.v1.FreezeBegan and its like). by: who did
 * it, in which session, from where. */
enum failure freeze_tell(struct transaction *transaction, const struct freeze *freeze,
                         const struct security_event *by, int64_t now_us) must_check;

void freeze_start(struct loop *loop, struct database *database);

#endif
