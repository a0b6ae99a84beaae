#include "gateway/domain/role_making.h"

#include <assert.h>

static const struct refusal refusals[] = {ROLE_MAKING_REFUSALS(REFUSAL_ROW)};

const struct refusal *role_making_refusal(enum role_making_verdict verdict)
{
    assert(verdict > ROLE_MAKING_ACCEPTED && verdict <= ROLE_MAKING_NOT_YOURS);
    return &refusals[verdict - 1];
}

/* The first of what the pattern would open and its writer may not do; NULL: nothing. */
static const struct route *lacked(const struct role_patterns *patterns, const char *pattern,
                                  const struct access_holder *writer)
{
    size_t count;
    const struct route *all = route_list(&count);
    assert(count > 0 && all != NULL);
    for (size_t i = 0; i < count; i++)
        if (role_pattern_names(pattern, all[i].permission) &&
            custom_role_holds(patterns, &all[i]) &&
            access_decide(&all[i], writer) != ACCESS_GRANTED)
            return &all[i];
    return NULL;
}

static bool names_what_is_held(const char *pattern)
{
    size_t count, i = 0;
    const struct route *all = route_list(&count);
    assert(count > 0 && all != NULL);
    while (i < count &&
           !(role_pattern_names(pattern, all[i].permission) && custom_role_may_hold(&all[i])))
        i++;
    return i < count;
}

static enum role_making_verdict allow_decide(const struct role_patterns *patterns,
                                             const char *pattern,
                                             const struct access_holder *writer,
                                             struct role_making_fault *fault)
{
    assert(pattern != NULL);
    *fault = (struct role_making_fault){.pattern = pattern, .permission = pattern};
    if (!route_any_permission(pattern))
        return ROLE_MAKING_UNKNOWN;
    if (!names_what_is_held(pattern))
        return ROLE_MAKING_RESERVED;
    const struct route *route = lacked(patterns, pattern, writer);
    if (route == NULL)
        return ROLE_MAKING_ACCEPTED;
    fault->permission = route->permission;
    return ROLE_MAKING_NOT_YOURS;
}

enum role_making_verdict role_making_decide(const struct role_patterns *patterns,
                                            const struct access_holder *writer,
                                            struct role_making_fault *fault)
{
    assert(writer != NULL && fault != NULL);
    for (size_t i = 0; i < patterns->allow_count; i++) {
        enum role_making_verdict verdict =
            allow_decide(patterns, patterns->allows[i], writer, fault);
        if (verdict != ROLE_MAKING_ACCEPTED)
            return verdict;
    }
    for (size_t i = 0; i < patterns->deny_count; i++)
        if (!names_what_is_held(patterns->denies[i])) {
            *fault = (struct role_making_fault){patterns->denies[i], patterns->denies[i], true};
            return route_any_permission(patterns->denies[i]) ? ROLE_MAKING_RESERVED
                                                             : ROLE_MAKING_UNKNOWN;
        }
    return ROLE_MAKING_ACCEPTED;
}
