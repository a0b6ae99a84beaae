/* Time zones by their names, each read once by a process and remembered for as long as it lives:
 * at most as many as there are, and after an update of the database by the next start. */
#ifndef RUNTIME_PROCESS_TIME_ZONE_H
#define RUNTIME_PROCESS_TIME_ZONE_H

#include "runtime/base/zone.h"
#include "runtime/loop/task.h"

#define TIME_ZONES_MAX 1024 /* the database has 600 */

/* The zone is lent. FAILURE_INVALID: there is none of that name. FAILURE_UNAVAILABLE: there is no
 * database. */
enum failure time_zone_find(struct task *task, const char *name,
                            const struct zone **zone) must_check;

/* Tells by the metric tzdata_version which database this machine has; without one, by an error. */
void time_zone_tell_version(void);

#endif
