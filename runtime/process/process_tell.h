/* Starts what a service tells others of itself: its events and its acts, and who keeps them. */
#ifndef RUNTIME_PROCESS_PROCESS_TELL_H
#define RUNTIME_PROCESS_PROCESS_TELL_H

#include "runtime/process/process.h"

/* Once, with the database and the server there; logs why not. */
enum failure process_tell(struct process *process, const struct process_plan *plan) must_check;

#endif
