/* An operator of the provider, who opens accounts for a test: logged in, and with a factor that is
 * proved again before its proof ends (ID-32). */
#ifndef BENCH_LOAD_DESK_H
#define BENCH_LOAD_DESK_H

#include "bench/load/opening.h"

struct desk {
    struct customer operator;
    struct secret app; /* the secret of the app, in base 32 */
    int64_t proved_us; /* 0: never; by the monotonic clock */
};

/* Logs in. false: one line was printed. */
bool desk_open(struct task *task, struct door *door, const char *email, struct secret password,
               struct desk *desk) must_check;

/* Proves the factor unless that was done within four minutes; the operator's token is another one
 * afterwards. */
bool desk_prove(struct task *task, struct door *door, struct desk *desk) must_check;

#endif
