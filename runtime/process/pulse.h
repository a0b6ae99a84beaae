/* The pulse: asks every second, with a bound, whether the databases answer and what time it is
 * there, and every few seconds whether the process's own port still answers. Readiness and health
 * say what it finds; liveness never depends on it.
 *
 * A clock that differs from the database's is alarmed: no call is served and no job runs until they
 * agree again (clock_is_right). */
#ifndef RUNTIME_PROCESS_PULSE_H
#define RUNTIME_PROCESS_PULSE_H

#include "runtime/process/process.h"

#define PULSE_EVERY_MS 1000
#define PULSE_ANSWER_MS_MAX 2000 /* a database that takes longer counts as gone */
#define PULSE_DIALS_EVERY 5      /* beats */

/* Begins to beat. One per process. */
void pulse_start(struct process *process);

/* To be called when serving ends: it leaves health alone from then on, and its task ends. */
void pulse_stop(void);

/* NULL when a call would be served as far as the pulse can tell; else why not, a literal line. */
const char *pulse_complaint(void);

#endif
