#include "gateway/domain/access.h"

#include <assert.h>
#include <string.h>

static const struct refusal refusals[] = {ACCESS_REFUSALS(REFUSAL_ROW)};

const struct refusal *access_refusal(enum access_verdict verdict)
{
    assert(verdict > ACCESS_GRANTED && verdict <= ACCESS_OUT_OF_SCOPE);
    return &refusals[verdict - 1];
}

/* Which roles open a route for its kind of caller. An administrator may do what a member may. */
static unsigned roles_wanted(enum route_caller caller)
{
    switch (caller) {
    case ROUTE_MEMBER:
    case ROUTE_MEMBER_OR_OPERATOR:
        return ACCESS_ROLE_MEMBER | ACCESS_ROLE_ADMINISTRATOR;
    case ROUTE_ADMINISTRATOR:
    case ROUTE_ADMINISTRATOR_OR_OPERATOR:
        return ACCESS_ROLE_ADMINISTRATOR;
    case ROUTE_OPERATOR:
    case ROUTE_ROLE:
    case ROUTE_PUBLIC:
    case ROUTE_SESSION:
        break;
    }
    return 0;
}

static unsigned lowest(unsigned roles)
{
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    return roles & (~roles + 1);
}

/* Whose patterns count: no role of an account opens a route of the provider's, and whoever operates
 * is no member of the customer's account. */
static unsigned roles_asked(enum route_caller caller, unsigned roles)
{
    if (caller == ROUTE_OPERATOR)
        return roles & ACCESS_ROLES_OF_OPERATORS;
    bool is_theirs_too =
        caller == ROUTE_MEMBER_OR_OPERATOR || caller == ROUTE_ADMINISTRATOR_OR_OPERATOR;
    return is_theirs_too ? roles : roles & ~(unsigned)ACCESS_ROLES_OF_OPERATORS;
}

/* A masked one opens reads alone: the refusals of a write tell amounts. */
static unsigned role_for(const struct route *route, unsigned roles)
{
    assert(route->caller != ROUTE_PUBLIC && route->caller != ROUTE_SESSION);
    unsigned wanted = roles & roles_wanted(route->caller);
    if (wanted != 0)
        return lowest(wanted);
    unsigned role = role_that_allows(roles_asked(route->caller, roles), route->permission);
    return role_is_masked(role) && route->kind != ROUTE_READ ? 0 : role;
}

/* ---- programs ---- */

bool access_is_about_oneself(const struct route *route)
{
    return route->caller == ROUTE_SESSION &&
           strcmp(route->permission, "gateway.permission.check") != 0;
}

static bool any_names(const char *const *patterns, size_t count, const char *permission)
{
    size_t i = 0;
    assert(permission != NULL && (count == 0 || patterns != NULL));
    while (i < count && !role_pattern_names(patterns[i], permission))
        i++;
    return i < count;
}

/* Money moves only by a permission that is named in full: a program proves no factor (ID-32). */
static bool opens(const struct access_scope *scope, const struct route *route)
{
    size_t i = 0;
    assert(scope != NULL);
    if (route->kind != ROUTE_MONEY)
        return any_names(scope->allows, scope->allow_count, route->permission);
    while (i < scope->allow_count && strcmp(scope->allows[i], route->permission) != 0)
        i++;
    return i < scope->allow_count;
}

/* Asked once the roles allow it. */
static enum access_verdict scope_decide(const struct route *route, const struct access_scope *scope)
{
    if (scope == NULL)
        return ACCESS_GRANTED;
    if (access_is_about_oneself(route) || route_decides_who_may_what(route))
        return ACCESS_PERSON_REQUIRED;
    if (route->caller == ROUTE_SESSION)
        return ACCESS_GRANTED;
    if (any_names(scope->denies, scope->deny_count, route->permission))
        return ACCESS_OUT_OF_SCOPE;
    return opens(scope, route) ? ACCESS_GRANTED : ACCESS_OUT_OF_SCOPE;
}

/* ---- the decision ---- */

static bool roles_allow(const struct route *route, unsigned roles)
{
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    if ((roles & ~(unsigned)ACCESS_ROLES_OF_CALLERS) == 0)
        return (roles & roles_wanted(route->caller)) != 0;
    return role_that_denies(roles, route->permission) == 0 && role_for(route, roles) != 0;
}

enum access_verdict access_decide(const struct route *route, const struct access_holder *holder)
{
    assert(route != NULL && route->caller <= ROUTE_ROLE);
    if (route->caller == ROUTE_PUBLIC)
        return ACCESS_GRANTED;
    if (holder == NULL)
        return ACCESS_SESSION_REQUIRED;
    if (route->caller != ROUTE_SESSION && !roles_allow(route, holder->roles))
        return ACCESS_DENIED;
    return scope_decide(route, holder->scope);
}

bool access_is_masked(const struct route *route, const struct access_holder *holder)
{
    bool is_everybodys = route->caller == ROUTE_PUBLIC || route->caller == ROUTE_SESSION;
    assert(is_everybodys || holder != NULL);
    return !is_everybodys && role_is_masked(role_for(route, holder->roles));
}

/* ---- the same, explained ---- */

/* Whether some other permission of the same thing is allowed: "ledger.transfer." of
 * "ledger.transfer.create". */
static bool sees_thing(const struct route *route, const struct access_holder *holder)
{
    size_t count;
    const struct route *all = route_list(&count);
    assert(count > 0 && all != NULL);
    const char *verb = strrchr(route->permission, '.');
    size_t thing = verb == NULL ? 0 : (size_t)(verb - route->permission) + 1;
    for (size_t i = 0; i < count; i++)
        if (all[i].caller > ROUTE_SESSION &&
            strncmp(all[i].permission, route->permission, thing) == 0 &&
            access_decide(&all[i], holder) == ACCESS_GRANTED)
            return true;
    return false;
}

static struct access_answer answer_no(const struct route *route, const struct access_holder *holder,
                                      struct access_answer answer)
{
    assert(answer.outcome == ACCESS_ALLOW); /* not said yet */
    answer.outcome = sees_thing(route, holder) ? ACCESS_DENY : ACCESS_HIDDEN;
    return answer;
}

struct access_answer access_explain(const struct route *route, const struct access_holder *holder)
{
    assert(route->permission != NULL && holder != NULL);
    bool is_everybodys = route->caller == ROUTE_PUBLIC || route->caller == ROUTE_SESSION;
    unsigned denies = is_everybodys ? 0 : role_that_denies(holder->roles, route->permission);
    unsigned allows = is_everybodys ? 0 : role_for(route, holder->roles);
    if (denies != 0)
        return answer_no(route, holder, (struct access_answer){.role = denies, .denies = true});
    if (allows == 0 && !is_everybodys)
        return answer_no(route, holder, (struct access_answer){.role = 0});
    if (access_decide(route, holder) != ACCESS_GRANTED)
        return answer_no(route, holder, (struct access_answer){.role = allows, .by_key = true});
    return (struct access_answer){
        .outcome = ACCESS_ALLOW, .role = allows, .is_masked = role_is_masked(allows)};
}
