/* Logging in, with what the profile keeps of it. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/invocation.h"
#include "identity/v1/session.pb-c.h"

/* Sends the profile's device token along, so that a stranger's failures do not count for this
 * device (S9). The profile keeps the session and the device token of the answer once
 * invocation_keep is called. */
enum exit_code session_log_in(struct invocation *invocation, Identity__V1__LogInRequest *request,
                              Identity__V1__LogInResponse **response);

/* The profile remembers by which one logs in: the number when there is one, else the e-mail
 * address. */
void session_remember_address(struct invocation *invocation, const char *email, const char *phone);

/* The address of a request, the command line before the profile; false after a complaint. */
bool session_choose_address(const struct invocation *invocation, char **email, char **phone);

#endif
