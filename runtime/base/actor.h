/* The actor of an act: which principal, in which account, by which session, key or certificate,
 * with which roles, upon which approval; or which step of our own. Every context keeps an actor by
 * its reference, the first half of SHA-256 over its canonical form, which must never change:
 *
 *   "kontor actor 1\n", then of each field that is there, in this order, one byte of tag, two bytes
 *   of size (big endian) and the value:
 *   1 principal id, 2 account id (16 bytes each), 3 kind of the credential (1 byte), 4 credential
 *   id (16 bytes), 5 roles (sorted by bytes, each once, with commas between), 6 approval id (16
 *   bytes), 7 step (text) */
#ifndef RUNTIME_BASE_ACTOR_H
#define RUNTIME_BASE_ACTOR_H

#include "runtime/base/id.h"

#define ACTOR_ROLES_SIZE 512
#define ACTOR_STEP_SIZE 96

enum actor_credential {
    ACTOR_NO_CREDENTIAL,
    ACTOR_SESSION,
    ACTOR_KEY,
    ACTOR_CERTIFICATE,
    ACTOR_CREDENTIAL_COUNT
};

/* Ids are nil and texts empty where there is none. */
struct actor {
    struct id principal_id;
    struct id account_id; /* acted in */
    enum actor_credential credential;
    struct id credential_id; /* not a secret */
    struct id approval_id;
    char roles[ACTOR_ROLES_SIZE];
    char step[ACTOR_STEP_SIZE];
    struct id reference;
};

/* As headers say it; NULL and "" say nothing. */
struct actor_said {
    const char *principal_id;
    const char *account_id;
    const char *credential; /* "SESSION", "KEY", "CERTIFICATE"; of an id without one: a session */
    const char *credential_id;
    const char *roles; /* in any order, with commas between */
    const char *approval_id;
    const char *step;
};

/* false: neither a principal nor a step, so nobody. A text that is no id counts as none. Roles or a
 * step too long for their room count by their SHA-256. */
bool actor_read(const struct actor_said *said, struct actor *actor) must_check;

/* Of the fields beside it, whoever wrote them. */
struct id actor_reference(const struct actor *actor);

/* Whether a list such as "MEMBER,FINANCE" has that role; NULL has none. */
bool actor_roles_hold(const char *roles, const char *role);

/* "SESSION"; "" of none. */
const char *actor_credential_name(enum actor_credential credential);

#endif
