/* The chooser of a request id is part of its key in every context. Two who choose the same UUID
 * made two requests, so nobody can take, guess or burn an id of another's: not of another member,
 * not of another account, not of an internal step (rules, settled 2). */
#ifndef RUNTIME_BASE_ORIGIN_H
#define RUNTIME_BASE_ORIGIN_H

#include "runtime/base/id.h"

/* Origins are compared by id, and kept for ever: what they are made of must not change. */
struct origin {
    struct id id;
    bool is_step; /* what was kept before there were origins is none of a step's, but what was moved
                     to it by a migration */
};

/* Which principal acting in which account, by the text of their ids. */
struct origin origin_of_principal(const char *principal_id, const char *account_id);

/* An internal step by its name, such as "gateway.credit_top_up". */
struct origin origin_of_step(const char *name);

/* Anybody who called the gateway without a session. */
struct origin origin_of_public(void);

/* A service that calls for itself, by the name in its certificate; "" where there are none. */
struct origin origin_of_peer(const char *identity);

#endif
