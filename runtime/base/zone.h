/* Time zones of the IANA database, by their files (RFC 9636, Debian's package tzdata). The C
 * library knows one zone for a process, and takes an unknown name for UTC in silence. Read once, a
 * zone never changes: store names, never offsets, and read anew after an update of the package.
 *
 * A wall time is in seconds since 1970-01-01T00:00:00 by the wall's own clock and calendar, so
 * gmtime_r and timegm take it apart and put it together. No time is later than MOMENT_MAX_US. */
#ifndef RUNTIME_BASE_ZONE_H
#define RUNTIME_BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/failure.h"

#define ZONE_DIRECTORY "/usr/share/zoneinfo"
#define ZONE_NAME_SIZE 48
#define ZONE_VERSION_SIZE 16

struct zone;

/* Whether the database's list (its tzdata.zi) has a zone or link of that name: "Asia/Shanghai".
 * Names tell capital letters from small ones; Factory, the zone of whoever chose none, is none.
 * FAILURE_INVALID: it has not. FAILURE_UNAVAILABLE: there is no database. */
enum failure zone_read(const char *name, struct zone **zone) must_check;
void zone_free(struct zone *zone);

/* "2025b". FAILURE_UNAVAILABLE: there is no database. */
enum failure zone_version(char version[ZONE_VERSION_SIZE]) must_check;

/* Seconds that the wall is ahead of UTC at an instant. */
int32_t zone_offset_s(const struct zone *zone, int64_t instant_s);

/* The first instant at which the wall shows that time or a later one: each wall time happens once,
 * in a gap at the first instant after it, in an overlap at the first of the two (PAY-22). */
int64_t zone_instant_s(const struct zone *zone, int64_t wall_s);

#endif
