#include "bench/load/rules/objective.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/text.h"

static bool read_name(struct objective *objective)
{
    static const struct {
        const char *name;
        enum objective_kind kind;
    } names[] = {{"errors", OBJECTIVE_ERRORS},
                 {"refused", OBJECTIVE_REFUSED},
                 {"limited", OBJECTIVE_LIMITED},
                 {"rate", OBJECTIVE_RATE}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(objective->name, names[i].name) == 0) {
            objective->kind = names[i].kind;
            return true;
        }
    }
    char *end = objective->name + 1;
    objective->kind = OBJECTIVE_LATENCY;
    objective->quantile = 1;
    if (strcmp(objective->name, "max") == 0)
        return true;
    if (objective->name[0] != 'p' || objective->name[1] < '0' || objective->name[1] > '9')
        return false;
    objective->quantile = strtod(objective->name + 1, &end) / 100;
    return *end == '\0' && objective->quantile > 0 && objective->quantile < 1;
}

static bool read_unit(struct objective *objective, const char *unit)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    if (objective->kind == OBJECTIVE_RATE)
        return *unit == '\0' || strcmp(unit, "/s") == 0;
    if (objective->kind != OBJECTIVE_LATENCY) {
        objective->bound /= 100;
        return strcmp(unit, "%") == 0 && objective->bound <= 1;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit, units[i].name) != 0)
            continue;
        objective->bound *= units[i].ns;
        return true;
    }
    return false;
}

const char *objective_read(const char *text, struct objective *objective)
{
    char bound[24], *unit;
    size_t length = strcspn(text, ","), name = strcspn(text, "=,");
    *objective = (struct objective){.kind = OBJECTIVE_LATENCY};
    if (text[name] != '=' || name == 0 || name >= sizeof objective->name ||
        length - name - 1 >= sizeof bound)
        return NULL;
    memcpy(objective->name, text, name);
    memcpy(bound, text + name + 1, length - name - 1);
    bound[length - name - 1] = '\0';
    objective->bound = strtod(bound, &unit);
    bool is_number = unit != bound && isfinite(objective->bound) && objective->bound >= 0;
    if (!is_number || !read_name(objective) || !read_unit(objective, unit))
        return NULL;
    return text[length] == ',' ? text + length + 1 : text + length;
}

static double look(const struct objective *objective, const struct measured *measured, int64_t all)
{
    double calls = (double)all;
    switch (objective->kind) {
    case OBJECTIVE_LATENCY:
        return (double)histogram_quantile(measured->latency, objective->quantile);
    case OBJECTIVE_ERRORS:
        return (double)measured->failed / calls;
    case OBJECTIVE_REFUSED:
        return (double)measured->refused / calls;
    case OBJECTIVE_LIMITED:
        return (double)measured->limited / calls;
    case OBJECTIVE_RATE:
        return measured->seconds > 0 ? (double)measured->succeeded / measured->seconds : 0;
    }
    assert(false);
    return 0;
}

void objective_judge(struct objective *objective, const struct measured *measured)
{
    int64_t all = measured->succeeded + measured->refused + measured->limited + measured->failed;
    bool is_latency = objective->kind == OBJECTIVE_LATENCY;
    objective->seen = 0;
    objective->is_met = false;
    if (all == 0 || (is_latency && measured->latency->total == 0))
        return;
    objective->seen = look(objective, measured, all);
    objective->is_met = objective->kind == OBJECTIVE_RATE ? objective->seen >= objective->bound
                                                          : objective->seen <= objective->bound;
}
