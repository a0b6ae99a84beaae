/* Evidence is deleted when it has been kept for as long as it may be. */
#ifndef IDENTITY_JOBS_EVIDENCE_H
#define IDENTITY_JOBS_EVIDENCE_H

#include "runtime/database/database.h"
#include "runtime/loop/loop.h"

void evidence_start(struct loop *loop, struct database *database);

#endif
