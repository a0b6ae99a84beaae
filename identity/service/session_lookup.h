/* The gateway's questions, looked up at one moment, and whether each session or key opens
 * anything: by itself, and by the session policy of the account (ID-43). */
#ifndef IDENTITY_SERVICE_SESSION_LOOKUP_H
#define IDENTITY_SERVICE_SESSION_LOOKUP_H

#include "identity/service/key.h"
#include "identity/v1/session.pb-c.h"

/* One call's, and how its session or key was judged. */
struct question {
    const char *address;      /* where the call comes from; "": nobody can say */
    bool without_policy;      /* the account's session policy does not reach it (ID-43) */
    struct key_question key;  /* address NULL: it does not come with one */
    const struct refusal *no; /* NULL: it opens something */
    enum session_policy_verdict verdict;
};

/* The things to look up: of each question what it says of itself, then of each its others. */
struct lookup {
    struct session_asked *asked;
    struct session_found *found;
    size_t count;
    size_t question_count;
    uint8_t (*hashes)[TOKEN_HASH_SIZE]; /* of the questions' tokens */
    struct question *questions;
    int64_t now_us;
};

struct lookup lookup_new(struct call *call, size_t questions, size_t others);

/* A token that cannot be one is not looked up, and so not found. */
void lookup_ask(struct lookup *lookup, size_t place, const char *token, struct id account_id);
void lookup_ask_key(struct call *call, struct lookup *lookup, size_t place,
                    const Identity__V1__SessionQuestion *question, struct id account_id);

/* Looks everything up, judges, and notes that sessions and keys were used. found[i].exists is false
 * of a question that opens nothing. */
enum failure lookup_run(struct call *call, struct lookup *lookup) must_check;

/* Of a session or key that opens something. */
int64_t lookup_expires_us(const struct lookup *lookup, size_t place);

/* Refuses the call for the reason of a question that opens nothing. */
int lookup_refuse(struct call *call, const struct lookup *lookup, size_t place);

#endif
