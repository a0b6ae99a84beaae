/* People are asked before something is sent that nothing takes back. */
#ifndef CLI_CONFIRM_H
#define CLI_CONFIRM_H

#include "cli/invocation.h"

/* Whether the command may be sent: it can be undone, --yes was given, or somebody at the terminal
 * said yes. */
bool confirm_irreversible(const struct invocation *invocation) must_check;

#endif
