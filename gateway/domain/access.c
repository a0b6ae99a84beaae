#include "gateway/domain/access.h"

#include <assert.h>
#include <string.h>

#include "gateway/domain/partner.h"

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
    case ROUTE_ABOVE:
    case ROUTE_ABOVE_OR_OPERATOR:
        return ACCESS_ROLE_ADMINISTRATOR;
    case ROUTE_OPERATOR:
    case ROUTE_ROLE:
    case ROUTE_PUBLIC:
    case ROUTE_SESSION:
        break;
    }
    return 0;
}

/* PAY-16: by what is decided above an account its own roles open nothing. */
static unsigned roles_of(const struct route *route, const struct access_holder *holder)
{
    assert((holder->inherited & ~holder->roles) == 0);
    if (route->caller == ROUTE_ABOVE_OR_OPERATOR)
        return holder->inherited | (holder->roles & ACCESS_ROLES_OF_OPERATORS);
    return route->caller == ROUTE_ABOVE ? holder->inherited : holder->roles;
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
    bool is_theirs_too = caller == ROUTE_MEMBER_OR_OPERATOR ||
                         caller == ROUTE_ADMINISTRATOR_OR_OPERATOR ||
                         caller == ROUTE_ABOVE_OR_OPERATOR;
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

/* The role that opens it: a built-in one, else one of the account's own, which shows what a masked
 * one does not. */
static struct access_answer allowing(const struct route *route, const struct access_holder *holder)
{
    assert(holder != NULL);
    unsigned role = role_for(route, roles_of(route, holder));
    bool is_masked = role_is_masked(role);
    const struct custom_role *custom =
        role == 0 || is_masked ? custom_role_that_allows(&holder->custom, route) : NULL;
    return custom != NULL ? (struct access_answer){.custom = custom}
                          : (struct access_answer){.role = role, .is_masked = is_masked};
}

/* ---- programs ---- */

bool access_is_about_oneself(const struct route *route)
{
    return route->caller == ROUTE_SESSION &&
           strcmp(route->permission, "gateway.permission.check") != 0;
}

/* Money moves only by a permission that is named in full: a program proves no factor (ID-32). */
static bool opens(const struct role_patterns *scope, const struct route *route)
{
    size_t i = 0;
    assert(scope != NULL);
    if (route->kind != ROUTE_MONEY)
        return role_patterns_allow(scope, route->permission);
    while (i < scope->allow_count && strcmp(scope->allows[i], route->permission) != 0)
        i++;
    return i < scope->allow_count;
}

/* Asked once the roles allow it. */
static enum access_verdict scope_decide(const struct route *route,
                                        const struct role_patterns *scope)
{
    if (scope == NULL)
        return ACCESS_GRANTED;
    if (access_is_about_oneself(route) || route_decides_who_may_what(route))
        return ACCESS_PERSON_REQUIRED;
    if (route->caller == ROUTE_SESSION)
        return ACCESS_GRANTED;
    if (role_patterns_deny(scope, route->permission))
        return ACCESS_OUT_OF_SCOPE;
    return opens(scope, route) ? ACCESS_GRANTED : ACCESS_OUT_OF_SCOPE;
}

/* ---- the decision ---- */

/* ID-20, GW-13: above is master over an account's members, but its owner is bound there by nothing
 * that was given above; what has to stop all of an account is a freeze (GW-03). */
static bool is_bound_from_above(const struct access_holder *holder)
{
    return !holder->owns;
}

/* The role that denies it whatever others allow: a built-in one, else one of an account's own. */
static struct access_answer denying(const struct route *route, const struct access_holder *holder)
{
    bool above = is_bound_from_above(holder);
    unsigned binding = above ? holder->roles : holder->given;
    unsigned role = role_that_denies(binding, route->permission);
    const struct custom_role *custom =
        role == 0 ? custom_role_that_denies(&holder->custom, route, above) : NULL;
    return (struct access_answer){
        .role = role, .custom = custom, .denies = role != 0 || custom != NULL};
}

/* B.5: a partner's people do in its customer's account what they may at the partner's, within what
 * the relation permits. */
static bool is_within_terms(const struct route *route, const struct access_holder *holder)
{
    return !holder->is_partners || partner_is_permitted(holder->terms, route->permission);
}

static bool roles_allow(const struct route *route, const struct access_holder *holder)
{
    unsigned roles = roles_of(route, holder);
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    if (!is_within_terms(route, holder))
        return false;
    if ((roles & ~(unsigned)ACCESS_ROLES_OF_CALLERS) == 0 && holder->custom.count == 0)
        return (roles & roles_wanted(route->caller)) != 0;
    if (denying(route, holder).denies)
        return false;
    const struct access_answer answer = allowing(route, holder);
    return answer.role != 0 || answer.custom != NULL;
}

enum access_verdict access_decide(const struct route *route, const struct access_holder *holder)
{
    assert(route != NULL && route->caller <= ROUTE_ROLE);
    if (route->caller == ROUTE_PUBLIC)
        return ACCESS_GRANTED;
    if (holder == NULL)
        return ACCESS_SESSION_REQUIRED;
    if (route->caller != ROUTE_SESSION && !roles_allow(route, holder))
        return ACCESS_DENIED;
    return scope_decide(route, holder->scope);
}

bool access_is_masked(const struct route *route, const struct access_holder *holder)
{
    bool is_everybodys = route->caller == ROUTE_PUBLIC || route->caller == ROUTE_SESSION;
    assert(is_everybodys || holder != NULL);
    return !is_everybodys && allowing(route, holder).is_masked;
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
    answer.is_masked = false;
    answer.outcome = sees_thing(route, holder) ? ACCESS_DENY : ACCESS_HIDDEN;
    return answer;
}

/* The role that denies it, else the one that allows it. */
static struct access_answer deciding(const struct route *route, const struct access_holder *holder)
{
    assert(route->caller != ROUTE_PUBLIC && route->caller != ROUTE_SESSION);
    const struct access_answer denies = denying(route, holder);
    return denies.denies ? denies : allowing(route, holder);
}

struct access_answer access_explain(const struct route *route, const struct access_holder *holder)
{
    assert(route->permission != NULL && holder != NULL);
    bool is_everybodys = route->caller == ROUTE_PUBLIC || route->caller == ROUTE_SESSION;
    struct access_answer answer = {.outcome = ACCESS_ALLOW};
    if (!is_everybodys && is_within_terms(route, holder))
        answer = deciding(route, holder);
    bool is_allowed = is_everybodys || answer.role != 0 || answer.custom != NULL;
    if (answer.denies || !is_allowed)
        return answer_no(route, holder, answer);
    if (access_decide(route, holder) == ACCESS_GRANTED)
        return answer;
    answer.by_key = true;
    return answer_no(route, holder, answer);
}
