/* Trouble of partners (B.3): a job brings their customers to risk, tells them at each moment of the
 * grace, and that the trouble is over. Each step is a transaction of its own, so it goes on where
 * it was, and tells each once. */
#ifndef IDENTITY_JOBS_UPSTREAM_H
#define IDENTITY_JOBS_UPSTREAM_H

#include "identity/jobs/courier.h"
#include "runtime/loop/loop.h"

void upstream_job_start(struct courier *courier, int64_t grace_us, struct loop *loop);

#endif
