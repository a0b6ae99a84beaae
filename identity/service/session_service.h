/* The session service's files: log-ins have one of their own. */
#ifndef IDENTITY_SERVICE_SESSION_SERVICE_H
#define IDENTITY_SERVICE_SESSION_SERVICE_H

#include "identity/service/identity_service.h"
#include "identity/service/token.h"
#include "identity/store/session_store.h"
#include "identity/v1/session.pb-c.h"

/* log_in.c */
int session_service_log_in_call(struct call *call, const Identity__V1__LogInRequest *request,
                                Identity__V1__LogInResponse *response);
int session_service_send_log_in_code_call(struct call *call,
                                          const Identity__V1__SendLogInCodeRequest *request,
                                          Identity__V1__SendLogInCodeResponse *response);

#endif
