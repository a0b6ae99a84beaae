/* The admin port: pages for operators and probes on the HTTP server (http/http_server.h). GET only.
 * It has no authentication and tells no secrets: bind it where operators are. */
#ifndef RUNTIME_PROCESS_ADMIN_H
#define RUNTIME_PROCESS_ADMIN_H

#include "runtime/base/arena.h"
#include "runtime/loop/loop.h"

struct admin;

struct admin_answer {
    int status;
    const char *type;
    const char *body; /* NULL: the arena was exhausted; answered as 503 */
};

/* One path. Runs on the loop outside of any task: it may not await. body is taken from the arena or
 * lives for ever. */
struct admin_page {
    const char *path;
    struct admin_answer (*answer)(void *context, struct arena *arena);
};

/* Serves the pages (ended by a NULL path; kept). NULL: one line was logged, for example that the
 * port is taken. */
struct admin *admin_new(struct loop *loop, const char *address, const struct admin_page *pages,
                        void *context);

/* The port that is bound, for address "127.0.0.1:0". */
int admin_port(const struct admin *admin);

/* Closes the port and what is open on it. The memory is gone once the loop has turned. */
void admin_free(struct admin *admin);

#endif
