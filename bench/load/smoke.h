/* The smoke test: a minute that says whether an installation works. */
#ifndef BENCH_LOAD_SMOKE_H
#define BENCH_LOAD_SMOKE_H

#include "bench/load/door.h"
#include "runtime/base/secret.h"

struct smoke {
    struct door *door;
    const char *email;
    struct secret password;
    const char *receiver;    /* an account of the same company */
    const char *health_urls; /* of the services, commas between them; "" for none */
    const char *currency;
    struct id seed;      /* the request ids follow from it */
    int64_t patience_ms; /* for what says that it passes */
};

/* Prints a line for each step to stderr. VERDICT_NOT_BEGUN: there was no session; VERDICT_MISSED: a
 * step was not done; VERDICT_MONEY: the same request was answered otherwise the second time, the
 * balance is not what it was, or the audit found something. */
enum verdict smoke_run(struct task *task, const struct smoke *smoke);

#endif
