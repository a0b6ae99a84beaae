/* The verifier of companies and real names, by machine: an HTTP POST of what was submitted, in the
 * body alone, to whoever looks it up in registers. */
#ifndef IDENTITY_PEERS_VERIFIER_H
#define IDENTITY_PEERS_VERIFIER_H

#include "identity/domain/verification.h"
#include "runtime/base/id.h"
#include "runtime/http/http_client.h"

#define VERIFIER_REASON_BYTES_MAX 512

struct verifier {
    const char *url;         /* "" for none: operators decide */
    const char *secret_file; /* the bearer token (bearer_file.h) */
    int64_t timeout_ms;
    struct http_client *client;
};

struct verifier_question {
    struct id submission_id; /* the Idempotency-Key, too: it may be asked twice */
    const char *of;          /* "COMPANY" or "REAL_NAME" */
    const char *country;
    const char *kind; /* the register, or the document: "LEI", "RESIDENT_CARD" */
    const char *number;
    const char *name;
};

struct verifier_answer {
    enum verification_answer answer;
    const char *reason; /* of VERIFICATION_NO; lent by the task's arena */
};

/* An answer whatever happens to the network; a failure is the task's own. Awaits. */
enum failure verifier_ask(struct task *task, const struct verifier *verifier,
                          const struct verifier_question *question,
                          struct verifier_answer *answer) must_check;

#endif
