/* Proving a factor (ID-32): the session's token becomes another, which the profile keeps. */
#ifndef CLI_STEP_UP_H
#define CLI_STEP_UP_H

#include "cli/invocation.h"

/* When a call heard MFA_REQUIRED or DEVICE_NOT_TRUSTED and somebody sits at the terminal: asks for
 * a code and proves it. true: the profile has a session that is stepped up, and the same request
 * may be sent again. */
bool step_up_offer(struct invocation *invocation, const struct rpc_status *status);

#endif
