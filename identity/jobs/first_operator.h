/* The code by which the first operator comes in, put in force by who installs, or one more
 * administrator, by whoever owns the installation of a provider that is locked out (issue 11). */
#ifndef IDENTITY_JOBS_FIRST_OPERATOR_H
#define IDENTITY_JOBS_FIRST_OPERATOR_H

#include "runtime/process/process.h"

/* After a migration, as setting first-operator says. While somebody administers operators nothing
 * is done, unless flag operator-recovery says why; then each of them has a security event of it. */
enum failure first_operator_put(struct task *task, struct process *process) must_check;

/* A recovery is an act, which no file and no environment repeats. false: one line was logged. */
bool first_operator_is_safe(const struct settings *settings);

#endif
