#include "runtime/base/zone.h"

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/base/text.h"

#define FILE_SIZE_MAX 65536 /* the largest has 4 KB */
#define LINE_SIZE 256
#define HEADER_SIZE 44
#define HOUR_S 3600
#define DAY_S (24 * HOUR_S)
#define OFFSET_S_MAX (26 * HOUR_S) /* RFC 9636 section 3.2 recommends less than that */
#define CHANGE_HOURS_MAX 167       /* section 3.3.2: a rule's time may lie in another week */

enum day_form { MONTH_DAY, JULIAN_DAY, YEAR_DAY }; /* M10.5.0; J60, never 29 February; 59 */

struct yearly {
    enum day_form form;
    int month, week, day;
    int32_t time_s; /* of the wall before the change */
};

/* The footer: what holds after the last change of the list, for ever (POSIX's TZ). */
struct rule {
    bool has_daylight;
    int32_t standard_s, daylight_s; /* ahead of UTC */
    struct yearly begins, ends;
};

struct zone {
    int32_t first_s; /* before the first change */
    size_t count;
    int64_t *changes; /* ascending */
    int32_t *offsets; /* from each change on */
    bool has_rule;
    struct rule rule;
};

/* ---- the footer ---- */

static bool take(const char **text, char mark)
{
    if (**text != mark)
        return false;
    (*text)++;
    return true;
}

static bool take_number(const char **text, int least, int most, int *number)
{
    assert(least <= most);
    size_t digits = strspn(*text, "0123456789");
    if (digits == 0 || digits > 3)
        return false;
    *number = 0;
    for (size_t i = 0; i < digits; i++)
        *number = *number * 10 + (*text)[i] - '0';
    *text += digits;
    return *number >= least && *number <= most;
}

/* "<+0330>", "EST". */
static bool take_name(const char **text)
{
    bool quoted = take(text, '<');
    size_t length = strspn(*text, quoted ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789+-"
                                         : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    *text += length;
    return length >= 3 && (!quoted || take(text, '>'));
}

/* "-5", "3:30", "+02:00:00". */
static bool take_time(const char **text, int hours_max, int32_t *time_s)
{
    assert(hours_max <= CHANGE_HOURS_MAX);
    int hours, minutes = 0, seconds = 0;
    int sign = take(text, '-') ? -1 : 1;
    if (sign > 0)
        (void)take(text, '+');
    if (!take_number(text, 0, hours_max, &hours) ||
        (take(text, ':') && (!take_number(text, 0, 59, &minutes) ||
                             (take(text, ':') && !take_number(text, 0, 59, &seconds)))))
        return false;
    *time_s = sign * (hours * HOUR_S + minutes * 60 + seconds);
    return true;
}

static bool take_yearly(const char **text, struct yearly *yearly)
{
    *yearly = (struct yearly){.form = YEAR_DAY, .time_s = 2 * HOUR_S};
    bool ok = take(text, ',');
    if (ok && take(text, 'M')) {
        yearly->form = MONTH_DAY;
        ok = take_number(text, 1, 12, &yearly->month) && take(text, '.') &&
             take_number(text, 1, 5, &yearly->week) && take(text, '.') &&
             take_number(text, 0, 6, &yearly->day);
    } else if (ok && take(text, 'J')) {
        yearly->form = JULIAN_DAY;
        ok = take_number(text, 1, 365, &yearly->day);
    } else if (ok) {
        ok = take_number(text, 0, 365, &yearly->day);
    }
    return ok && (!take(text, '/') || take_time(text, CHANGE_HOURS_MAX, &yearly->time_s));
}

/* POSIX writes how far UTC is ahead of the wall. */
static bool read_rule(const char *text, struct rule *rule)
{
    *rule = (struct rule){.has_daylight = false};
    if (!take_name(&text) || !take_time(&text, 24, &rule->standard_s))
        return false;
    rule->standard_s = -rule->standard_s;
    if (*text == '\0')
        return true;
    rule->has_daylight = true;
    rule->daylight_s = rule->standard_s + HOUR_S;
    if (!take_name(&text))
        return false;
    if (*text != ',') {
        if (!take_time(&text, 24, &rule->daylight_s))
            return false;
        rule->daylight_s = -rule->daylight_s;
    }
    return take_yearly(&text, &rule->begins) && take_yearly(&text, &rule->ends) && *text == '\0';
}

/* ---- the list of changes ---- */

struct counts {
    uint32_t utc_marks, standard_marks, leaps, changes, types, letters;
};

static bool read_header(const uint8_t *bytes, size_t size, struct counts *counts)
{
    uint32_t read[6];
    if (size < HEADER_SIZE || memcmp(bytes, "TZif", 4) != 0 || bytes[4] < '2')
        return false;
    memcpy(read, bytes + HEADER_SIZE - sizeof read, sizeof read);
    for (size_t i = 0; i < 6; i++)
        if ((read[i] = ntohl(read[i])) > FILE_SIZE_MAX)
            return false;
    *counts = (struct counts){read[0], read[1], read[2], read[3], read[4], read[5]};
    return counts->types > 0;
}

static size_t block_size(const struct counts *counts, size_t time_size)
{
    assert(time_size == sizeof(int32_t) || time_size == sizeof(int64_t));
    return counts->changes * (time_size + 1) + counts->types * 6 + counts->letters +
           counts->leaps * (time_size + 4) + counts->standard_marks + counts->utc_marks;
}

static bool read_type(const uint8_t *type, int32_t *offset_s)
{
    uint32_t big;
    memcpy(&big, type, sizeof big);
    *offset_s = (int32_t)ntohl(big);
    return *offset_s > -OFFSET_S_MAX && *offset_s < OFFSET_S_MAX;
}

static bool read_changes(const uint8_t *block, const struct counts *counts, struct zone *zone)
{
    const uint8_t *indexes = block + counts->changes * sizeof(int64_t);
    const uint8_t *types = indexes + counts->changes;
    assert(zone->count == 0 && counts->types > 0);
    bool ok = read_type(types, &zone->first_s);
    zone->changes = malloc((counts->changes + 1) * sizeof *zone->changes);
    zone->offsets = malloc((counts->changes + 1) * sizeof *zone->offsets);
    ok = ok && zone->changes && zone->offsets;
    for (; ok && zone->count < counts->changes; zone->count++) {
        uint64_t big;
        memcpy(&big, block + zone->count * sizeof big, sizeof big);
        int64_t change = (int64_t)be64toh(big);
        ok = (zone->count == 0 || change > zone->changes[zone->count - 1]) &&
             indexes[zone->count] < counts->types &&
             read_type(types + indexes[zone->count] * 6, &zone->offsets[zone->count]);
        zone->changes[zone->count] = change;
    }
    return ok;
}

/* The second block has times of 64 bits; the footer stands behind it, between two newlines. */
static bool read_zone(const uint8_t *bytes, size_t size, struct zone *zone)
{
    struct counts counts;
    if (!read_header(bytes, size, &counts))
        return false;
    size_t start = HEADER_SIZE + block_size(&counts, sizeof(int32_t));
    if (start > size || !read_header(bytes + start, size - start, &counts))
        return false;
    start += HEADER_SIZE;
    assert(start <= size);
    size_t end = start + block_size(&counts, sizeof(int64_t));
    if (end + 2 > size || bytes[end] != '\n' || bytes[size - 1] != '\n' ||
        !read_changes(bytes + start, &counts, zone))
        return false;
    char footer[LINE_SIZE];
    if (!text_print(footer, sizeof footer, "%.*s", (int)(size - end - 2),
                    (const char *)bytes + end + 1))
        return false;
    zone->has_rule = footer[0] != '\0';
    return !zone->has_rule || read_rule(footer, &zone->rule);
}

/* ---- the database ---- */

static FILE *open_list(void)
{
    return fopen(ZONE_DIRECTORY "/tzdata.zi", "re");
}

enum failure zone_version(char version[ZONE_VERSION_SIZE])
{
    char line[LINE_SIZE];
    FILE *list = open_list();
    if (!list)
        return FAILURE_UNAVAILABLE;
    bool ok = fgets(line, sizeof line, list) && sscanf(line, "# version %15s", version) == 1;
    fclose(list);
    return ok ? FAILURE_NONE : FAILURE_UNAVAILABLE;
}

/* "Z Asia/Shanghai 8:5:43 …", "L Asia/Shanghai PRC". */
static bool names_zone(const char *line, const char *name)
{
    char first[ZONE_NAME_SIZE], second[ZONE_NAME_SIZE];
    if (sscanf(line, "L %47s %47s", first, second) == 2)
        return strcmp(second, name) == 0;
    return sscanf(line, "Z %47s", first) == 1 && strcmp(first, name) == 0;
}

static enum failure find_in_list(const char *name)
{
    char line[LINE_SIZE];
    bool found = false;
    FILE *list = open_list();
    if (!list)
        return FAILURE_UNAVAILABLE;
    while (!found && fgets(line, sizeof line, list))
        found = names_zone(line, name);
    fclose(list);
    return found && strcmp(name, "Factory") != 0 ? FAILURE_NONE : FAILURE_INVALID;
}

enum failure zone_read(const char *name, struct zone **zone)
{
    char path[sizeof ZONE_DIRECTORY + ZONE_NAME_SIZE];
    *zone = NULL;
    enum failure failure = find_in_list(name);
    if (failure != FAILURE_NONE)
        return failure;
    FILE *file =
        text_print(path, sizeof path, "%s/%s", ZONE_DIRECTORY, name) ? fopen(path, "re") : NULL;
    if (!file)
        return FAILURE_UNAVAILABLE;
    uint8_t *bytes = malloc(FILE_SIZE_MAX);
    size_t size = bytes ? fread(bytes, 1, FILE_SIZE_MAX, file) : 0;
    fclose(file);
    struct zone *read = calloc(1, sizeof *read);
    if (read && size < FILE_SIZE_MAX && read_zone(bytes, size, read)) {
        *zone = read;
    } else {
        zone_free(read);
        failure = FAILURE_UNAVAILABLE;
    }
    free(bytes);
    return failure;
}

void zone_free(struct zone *zone)
{
    if (!zone)
        return;
    free(zone->changes);
    free(zone->offsets);
    free(zone);
}

/* ---- which time it is ---- */

static int weekday_of(int64_t day_s)
{
    assert(day_s % DAY_S == 0);
    return (int)(((day_s / DAY_S + 4) % 7 + 7) % 7); /* 1970 began on a Thursday */
}

/* When the rule's change comes in a year, by the wall. */
static int64_t yearly_wall_s(const struct yearly *yearly, int year)
{
    assert(yearly->form == MONTH_DAY || yearly->day <= 365);
    struct tm date = {.tm_year = year - 1900, .tm_mday = 1};
    int64_t day_s;
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (yearly->form == MONTH_DAY) {
        date.tm_mon = yearly->month - 1;
        day_s = timegm(&date);
        day_s += (yearly->day - weekday_of(day_s) + 7) % 7 * DAY_S + (yearly->week - 1) * 7 * DAY_S;
        date = (struct tm){.tm_year = year - 1900, .tm_mon = yearly->month, .tm_mday = 1};
        while (day_s >= timegm(&date)) /* the fifth is the last */
            day_s -= 7 * DAY_S;
    } else {
        int day = yearly->form == YEAR_DAY ? yearly->day
                                           : yearly->day - 1 + (is_leap && yearly->day >= 60);
        day_s = timegm(&date) + day * (int64_t)DAY_S;
    }
    return day_s + yearly->time_s;
}

static int year_of(int64_t wall_s)
{
    struct tm date;
    time_t seconds = wall_s;
    bool has_date = gmtime_r(&seconds, &date) != NULL;
    assert(has_date);
    return date.tm_year + 1900;
}

static int32_t rule_offset_s(const struct rule *rule, int64_t instant_s)
{
    if (!rule->has_daylight)
        return rule->standard_s;
    assert(rule->standard_s < OFFSET_S_MAX && rule->daylight_s < OFFSET_S_MAX);
    int year = year_of(instant_s + rule->standard_s);
    int64_t begins = yearly_wall_s(&rule->begins, year) - rule->standard_s;
    int64_t ends = yearly_wall_s(&rule->ends, year) - rule->daylight_s;
    bool is_daylight = begins < ends ? instant_s >= begins && instant_s < ends
                                     : instant_s >= begins || instant_s < ends;
    return is_daylight ? rule->daylight_s : rule->standard_s;
}

/* How many changes have come by then. */
static size_t changes_until(const struct zone *zone, int64_t instant_s)
{
    size_t low = 0, high = zone->count;
    while (low < high) {
        assert(high <= zone->count);
        size_t middle = low + (high - low) / 2;
        if (zone->changes[middle] <= instant_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int32_t zone_offset_s(const struct zone *zone, int64_t instant_s)
{
    size_t come = changes_until(zone, instant_s);
    assert(come <= zone->count);
    if (come == zone->count && zone->has_rule)
        return rule_offset_s(&zone->rule, instant_s);
    return come > 0 ? zone->offsets[come - 1] : zone->first_s;
}

/* The next change by the rule. */
static int64_t rule_change_s(const struct rule *rule, int64_t after_s)
{
    int64_t next = INT64_MAX;
    int year = year_of(after_s);
    for (int i = year - 1; rule->has_daylight && i <= year + 1; i++) {
        int64_t begins = yearly_wall_s(&rule->begins, i) - rule->standard_s;
        int64_t ends = yearly_wall_s(&rule->ends, i) - rule->daylight_s;
        if (begins > after_s && begins < next)
            next = begins;
        if (ends > after_s && ends < next)
            next = ends;
    }
    return next;
}

static int64_t next_change_s(const struct zone *zone, int64_t after_s)
{
    size_t come = changes_until(zone, after_s);
    if (come < zone->count)
        return zone->changes[come];
    return zone->has_rule ? rule_change_s(&zone->rule, after_s) : INT64_MAX;
}

int64_t zone_instant_s(const struct zone *zone, int64_t wall_s)
{
    int64_t from_s = wall_s - OFFSET_S_MAX; /* when no wall showed that time yet */
    for (;;) {
        int64_t reached_s = wall_s - zone_offset_s(zone, from_s);
        int64_t change_s = next_change_s(zone, from_s);
        assert(change_s > from_s);
        if (reached_s < change_s)
            return reached_s > from_s ? reached_s : from_s;
        from_s = change_s;
    }
}
