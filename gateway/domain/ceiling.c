#include "gateway/domain/ceiling.h"

#include <assert.h>
#include <string.h>

static const struct refusal refusals[] = {CEILING_REFUSALS(REFUSAL_ROW)};

#define MONEY_ACTION_NAME(action, name) [action] = (name),
static const char *const names[] = {MONEY_ACTIONS(MONEY_ACTION_NAME)};

static const struct money_request requests[] = {
    {"identity.v1.MergeCompaniesRequest", MONEY_MERGE, NULL, "MERGE_UNAPPROVED", "ID-18"},
    {"ledger.v1.AllocateToSubAccountRequest", MONEY_ALLOCATE, "amount_micros", NULL, NULL},
    {"ledger.v1.CreateTransferRequest", MONEY_TRANSFER, "amount_micros", NULL, NULL},
    {"ledger.v1.GrantOverrideRequest", MONEY_OVERRIDE, NULL, "OVERRIDE_UNAPPROVED", "LED-19"},
    {"ledger.v1.OffsetQuotaRequest", MONEY_ALLOCATE, "amount_micros", NULL, NULL},
    {"ledger.v1.ReclaimFromSubAccountRequest", MONEY_REVOKE, "amount_micros", NULL, NULL},
    {"ledger.v1.RevokeTransferRequest", MONEY_REVOKE, "amount_micros", NULL, NULL},
    {"ledger.v1.SetQuotaRequest", MONEY_ALLOCATE, "line_micros", NULL, NULL},
    {"payments.v1.CreateTopUpRequest", MONEY_TOP_UP, "amount_micros", NULL, NULL},
};

const char *money_action_name(enum money_action action)
{
    assert(action > MONEY_NOTHING && action < MONEY_ACTION_COUNT);
    return names[action];
}

enum money_action money_action_named(const char *name)
{
    int action = MONEY_NOTHING + 1;
    assert(name != NULL);
    while (action < MONEY_ACTION_COUNT && strcmp(names[action], name) != 0)
        action++;
    return action < MONEY_ACTION_COUNT ? (enum money_action)action : MONEY_NOTHING;
}

const struct money_request *money_request_find(const char *name)
{
    assert(name != NULL);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (strcmp(requests[i].name, name) == 0)
            return &requests[i];
    return NULL;
}

/* NULL: no ceiling bounds such an rpc. */
static const struct money_request *request_of(const struct route *route)
{
    assert(route != NULL);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (route_find_request(requests[i].name) == route)
            return &requests[i];
    return NULL;
}

enum money_action money_action_of(const struct route *route)
{
    const struct money_request *request = request_of(route);
    return request != NULL ? request->action : MONEY_NOTHING;
}

static const struct ceiling *ceiling_for(const struct ceilings *ceilings, unsigned role,
                                         enum money_action action)
{
    assert(action > MONEY_NOTHING && action < MONEY_ACTION_COUNT);
    for (size_t i = 0; i < ceilings->count; i++)
        if (ceilings->rows[i].role == role && ceilings->rows[i].action == action)
            return &ceilings->rows[i];
    return NULL;
}

static int64_t less_of(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

/* Of a role of the account's own: the lowest of any role's, so that no such role is a way past
 * them. */
static struct ceiling_bound bound_of_custom(const struct ceilings *ceilings,
                                            const struct money_act *act)
{
    struct ceiling_bound bound = {.is_bounded = false};
    for (size_t i = 0; i < ceilings->count; i++) {
        const struct ceiling *row = &ceilings->rows[i];
        if (row->action != act->action)
            continue;
        if (strcmp(ceilings->currency, act->currency) != 0)
            return (struct ceiling_bound){.is_bounded = true};
        if (!bound.is_bounded)
            bound = (struct ceiling_bound){true, INT64_MAX, INT64_MAX};
        bound.transaction_micros = less_of(bound.transaction_micros, row->transaction_micros);
        bound.day_micros = less_of(bound.day_micros, row->day_micros);
    }
    return bound;
}

struct ceiling_bound ceiling_of(const struct ceilings *ceilings, const struct route *route,
                                const struct money_act *act, const struct access_holder *holder)
{
    struct ceiling_bound bound = {.is_bounded = true};
    unsigned roles = holder->roles;
    assert(roles < 1u << ACCESS_ROLE_COUNT && ceilings->count <= CEILINGS_MAX);
    if (custom_role_that_allows(&holder->custom, route) != NULL)
        bound = bound_of_custom(ceilings, act);
    for (unsigned role = 1; role < 1u << ACCESS_ROLE_COUNT && bound.is_bounded; role <<= 1) {
        if ((roles & role) == 0 ||
            access_decide(route, &(const struct access_holder){.roles = role}) != ACCESS_GRANTED)
            continue;
        const struct ceiling *row = ceiling_for(ceilings, role, act->action);
        if (row == NULL)
            return (struct ceiling_bound){.is_bounded = false};
        if (strcmp(ceilings->currency, act->currency) != 0)
            continue;
        if (row->transaction_micros > bound.transaction_micros)
            bound.transaction_micros = row->transaction_micros;
        if (row->day_micros > bound.day_micros)
            bound.day_micros = row->day_micros;
    }
    return bound;
}

enum ceiling_verdict ceiling_decide(const struct ceiling_bound *bound, int64_t used_micros,
                                    int64_t asked_micros)
{
    assert(used_micros >= 0 && asked_micros >= 0);
    if (!bound->is_bounded)
        return CEILING_KEPT;
    if (asked_micros > bound->transaction_micros)
        return CEILING_TRANSACTION;
    return asked_micros > bound->day_micros - used_micros ? CEILING_DAY : CEILING_KEPT;
}

enum ceiling_verdict ceiling_decide_act(const struct money_act *act,
                                        const struct ceiling_bound *bound, int64_t used_micros)
{
    assert(act->action > MONEY_NOTHING && act->action < MONEY_ACTION_COUNT);
    return act->two_by_rule != NULL ? CEILING_TAKES_TWO
                                    : ceiling_decide(bound, used_micros, act->amount_micros);
}

bool ceiling_takes_two(const struct route *route)
{
    const struct money_request *request = request_of(route);
    return request != NULL && request->rule != NULL;
}

bool ceiling_may_ask(const struct money_act *act, bool is_appointed)
{
    assert(act->action > MONEY_NOTHING && act->action < MONEY_ACTION_COUNT);
    return act->two_by_rule == NULL || !is_appointed;
}

int64_t ceiling_approvers(const struct money_act *act, int64_t asked_for)
{
    assert(asked_for >= 0);
    return act->two_by_rule != NULL && asked_for == 0 ? 1 : asked_for;
}

int64_t ceiling_left(const struct ceiling_bound *bound, int64_t used_micros)
{
    assert(bound->is_bounded && used_micros >= 0);
    int64_t left = used_micros < bound->day_micros ? bound->day_micros - used_micros : 0;
    return left < bound->transaction_micros ? left : bound->transaction_micros;
}

const struct refusal *ceiling_refusal(enum ceiling_verdict verdict)
{
    assert(verdict > CEILING_KEPT && verdict <= CEILING_TAKES_TWO);
    return &refusals[verdict - 1];
}

bool ceiling_is_given_back(int code)
{
    switch (code) {
    case CODE_INVALID_ARGUMENT:
    case CODE_NOT_FOUND:
    case CODE_ALREADY_EXISTS:
    case CODE_PERMISSION_DENIED:
    case CODE_FAILED_PRECONDITION:
    case CODE_ABORTED:
    case CODE_OUT_OF_RANGE:
        return true;
    default:
        return false;
    }
}
