/* Times as people write them, in UTC where they name no zone. */
#ifndef CLI_MOMENT_H
#define CLI_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#define MOMENT_FORMS                                                                            \
    "\"2030-01-31\", \"2030-01-31T12:00:00Z\" (or +08:00), \"now\", \"today\", \"yesterday\", " \
    "\"tomorrow\", or so long before or after now: \"-7d\", \"+2h\""

/* A day is its beginning. After now, today, yesterday, tomorrow or a day may stand a duration, as
 * in "now+2h" and "yesterday+8h30m" (s m h d w). false: it is none of these, or no such day is. */
bool moment_read(const char *text, int64_t now_us, int64_t *time_us);

#endif
