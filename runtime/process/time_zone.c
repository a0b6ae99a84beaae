#include "runtime/process/time_zone.h"

#include <string.h>

#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/base/text.h"

static struct metric tzdata_version = {.name = "tzdata_version",
                                       .help = "The version of the database of time zones.",
                                       .kind = METRIC_GAUGE,
                                       .labels = {"version"}};

static struct {
    char name[ZONE_NAME_SIZE];
    struct zone *zone;
} known[TIME_ZONES_MAX];
static size_t known_count;

static const struct zone *find_known(const char *name)
{
    for (size_t i = 0; i < known_count; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].zone;
    return NULL;
}

struct reading {
    const char *name;
    struct zone *zone;
    enum failure failure;
};

static void read_one(void *argument)
{
    struct reading *reading = argument;
    reading->failure = zone_read(reading->name, &reading->zone);
}

static enum failure remember(const char *name, struct zone *zone)
{
    if (known_count == TIME_ZONES_MAX ||
        !text_print(known[known_count].name, ZONE_NAME_SIZE, "%s", name))
        return FAILURE_EXHAUSTED;
    known[known_count++].zone = zone;
    return FAILURE_NONE;
}

enum failure time_zone_find(struct task *task, const char *name, const struct zone **zone)
{
    *zone = find_known(name);
    if (*zone != NULL)
        return FAILURE_NONE;
    struct reading reading = {.name = name};
    enum failure failure = task_offload(task, read_one, &reading);
    if (failure == FAILURE_NONE)
        failure = reading.failure;
    *zone = find_known(name); /* another task may have read it meanwhile */
    if (failure == FAILURE_NONE && *zone == NULL) {
        failure = remember(name, reading.zone);
        *zone = find_known(name);
    }
    if (*zone != reading.zone)
        zone_free(reading.zone);
    return failure;
}

void time_zone_tell_version(void)
{
    static char version[ZONE_VERSION_SIZE];
    if (zone_version(version) == FAILURE_NONE)
        metric_set(&tzdata_version, version, 1);
    else
        log_write(LOG_ERROR, "time_zones_missing", log_text("folder", ZONE_DIRECTORY));
}
