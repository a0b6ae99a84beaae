/* Where those who act on a hand-over stand (ID-27, B.3). The caller has locked the account. */
#ifndef IDENTITY_SERVICE_HAND_OVER_SIDE_H
#define IDENTITY_SERVICE_HAND_OVER_SIDE_H

#include "identity/domain/hand_over.h"
#include "runtime/idempotency/call_once.h"

/* The caller's: in the account, or at the partner for which it acts. */
int hand_over_side_read(struct mutation *mutation, struct id account_id,
                        struct hand_over_side *side) must_check;

/* How the caller, act->caller_id, stands to who began it. */
int hand_over_beginner_read(struct mutation *mutation, const struct hand_over *hand_over,
                            struct hand_over_act *act, struct hand_over_side *side) must_check;

#endif
