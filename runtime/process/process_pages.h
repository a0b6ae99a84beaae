/* The pages of a process's admin port: /metrics, /health/live, /health/ready, /build and
 * /database (what each connection does and who waits). */
#ifndef RUNTIME_PROCESS_PROCESS_PAGES_H
#define RUNTIME_PROCESS_PROCESS_PAGES_H

#include <stdint.h>

#include "runtime/process/admin.h"
#include "runtime/process/process.h"

/* The sources of the pages; kept by the process. */
struct process_facts {
    const struct process *process;
    const char *name;
    int64_t started_time_us; /* of the wall clock */
    bool serving;
};

/* For admin_new, whose context is a struct process_facts. */
extern const struct admin_page process_pages[];

/* Whether a request would be served now: serving, and nothing that the pulse complains of. */
bool process_is_ready(const struct process_facts *facts);

#endif
