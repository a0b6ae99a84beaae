/* The session service's files: log-ins have one of their own, and the gateway's questions. */
#ifndef IDENTITY_SERVICE_SESSION_SERVICE_H
#define IDENTITY_SERVICE_SESSION_SERVICE_H

#include "identity/service/identity_service.h"
#include "identity/service/session_request.h"
#include "identity/service/token.h"
#include "identity/store/session_store.h"

/* log_in.c */
void log_in_read(struct call *call, const Identity__V1__LogInRequest *message,
                 struct log_in *request);
int log_in(struct call *call, const struct log_in *request, Identity__V1__LogInResponse *response);
/* Counts a password as wrong before it is looked at, for unknown addresses too; refuses while the
 * lane has to wait (S9). */
int log_in_throttle(struct call *call, const struct log_in_by *by, int64_t now_us) must_check;
void send_log_in_code_read(struct call *call, const Identity__V1__SendLogInCodeRequest *message,
                           struct send_log_in_code *request);
void send_log_in_code_kept(struct call *call, Identity__V1__SendLogInCodeRequest *message);
int send_log_in_code(struct mutation *mutation, const struct send_log_in_code *request,
                     Identity__V1__SendLogInCodeResponse *response);

/* factor_proof.c */
void prove_factor_read(struct call *call, const Identity__V1__ProveFactorRequest *message,
                       struct prove_factor *request);
int prove_factor(struct call *call, const struct prove_factor *request,
                 Identity__V1__ProveFactorResponse *response);

/* webauthn.c */
void begin_webauthn_proof_read(struct call *call,
                               const Identity__V1__BeginWebauthnProofRequest *message,
                               struct begin_webauthn_proof *request);
int begin_webauthn_proof(struct mutation *mutation, const struct begin_webauthn_proof *request,
                         Identity__V1__BeginWebauthnProofResponse *response);

/* session_question.c */
int resolve_session(struct call *call, const struct resolve_session *request,
                    Identity__V1__ResolveSessionResponse *response);
void resolve_sessions_read(struct call *call, const Identity__V1__ResolveSessionsRequest *message,
                           struct resolve_sessions *request);
int resolve_sessions(struct call *call, const struct resolve_sessions *request,
                     Identity__V1__ResolveSessionsResponse *response);

#endif
