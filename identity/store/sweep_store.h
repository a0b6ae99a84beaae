/* The sweep: deletes rows that count for no rule any more, so that strangers cannot fill the
 * tables. */
#ifndef IDENTITY_STORE_SWEEP_STORE_H
#define IDENTITY_STORE_SWEEP_STORE_H

#include "runtime/database/database.h"

/* Sign-ups, codes and failed log-ins after two days, sessions after a month. */
enum failure sweep_store_run(struct reader reader, int64_t now_us) must_check;

#endif
