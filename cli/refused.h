/* A no for people: the sentence, the reason for programs, the terms it was decided by, and what to
 * do next. */
#ifndef CLI_REFUSED_H
#define CLI_REFUSED_H

#include "cli/command.h"
#include "runtime/rpc/client.h"

/* The request that is refused. */
struct asked {
    const struct command *command;
    const char *request_id;
};

/* Prints to stderr, or as {"error": …} to stdout, and returns the exit code. People read of the
 * command's options where the refusal names fields of its request. The request id is "" when the
 * request cannot be repeated. */
enum exit_code refused_print(struct arena *arena, const struct rpc_status *status,
                             const struct asked *asked, bool as_json);

/* When no answer came: EXIT_UNAVAILABLE when it is certain that nothing was done, else
 * EXIT_INDEFINITE. */
struct lost_answer {
    const char *gateway;
    const char *request_id; /* "" when the request cannot be repeated */
    bool only_reads;        /* nothing is ever done by it */
    const char *seen;       /* what the runtime or the gateway said; "" for nothing */
};
enum exit_code refused_print_failure(enum failure failure, const struct lost_answer *lost,
                                     bool as_json);

#endif
