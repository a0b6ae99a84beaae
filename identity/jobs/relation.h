/* The end of relations (B.2): at once, or by a job when the agreed moment has come. */
#ifndef IDENTITY_JOBS_RELATION_H
#define IDENTITY_JOBS_RELATION_H

#include "identity/store/relation_store.h"
#include "runtime/database/database.h"
#include "runtime/loop/loop.h"

/* Ends a relation that was locked, as of its effective time, and tells the world. */
enum failure relation_end(struct transaction *transaction, struct relation_row *row,
                          int64_t now_us) must_check;

void relation_job_start(struct loop *loop, struct database *database);

#endif
