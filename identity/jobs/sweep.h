/* The sweep: deletes rows that no rule asks for any more. */
#ifndef IDENTITY_JOBS_SWEEP_H
#define IDENTITY_JOBS_SWEEP_H

#include "runtime/database/database.h"

void sweep_start(struct loop *loop, struct database *database);

#endif
