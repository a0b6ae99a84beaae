/* The code by which the first operator comes in, put in force by who installs (issue 11). */
#ifndef IDENTITY_JOBS_FIRST_OPERATOR_H
#define IDENTITY_JOBS_FIRST_OPERATOR_H

#include "runtime/process/process.h"

/* After a migration, as setting first-operator says. While somebody administers operators nothing
 * is done. */
enum failure first_operator_put(struct task *task, struct process *process) must_check;

#endif
