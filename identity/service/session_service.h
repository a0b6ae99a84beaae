/* The session service's files: log-ins have one of their own. */
#ifndef IDENTITY_SERVICE_SESSION_SERVICE_H
#define IDENTITY_SERVICE_SESSION_SERVICE_H

#include "identity/service/identity_service.h"
#include "identity/store/session_store.h"
#include "identity/v1/session.pb-c.h"

#define TOKEN_BYTES 32
#define TOKEN_SIZE (2 * TOKEN_BYTES + 1)

/* The hash by which a token of a session or a device is kept; false: not a token of ours. */
bool token_hash(const char *token, uint8_t hash[TOKEN_HASH_SIZE]);

/* log_in.c */
int session_service_log_in_call(struct call *call, const Identity__V1__LogInRequest *request,
                                Identity__V1__LogInResponse *response);
int session_service_send_log_in_code_call(struct call *call,
                                          const Identity__V1__SendLogInCodeRequest *request,
                                          Identity__V1__SendLogInCodeResponse *response);

#endif
