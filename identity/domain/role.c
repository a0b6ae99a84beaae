#include "identity/domain/role.h"

#include <assert.h>

#include "runtime/base/text.h"

static const struct refusal refusals[] = {ROLE_REFUSALS(REFUSAL_ROW)};

enum role_verdict role_member_decide(unsigned caller_roles, unsigned member_roles,
                                     bool owner_is_another)
{
    assert(caller_roles <= ROLES_ALL && member_roles <= ROLES_ALL);
    if ((caller_roles & ROLE_ACCOUNT_ADMINISTRATOR) == 0)
        return ROLE_NOT_ADMINISTRATOR;
    if (member_roles == 0)
        return ROLE_NOT_A_MEMBER;
    return owner_is_another ? ROLE_OF_OWNER : ROLE_ACCEPTED;
}

enum role_verdict role_give_decide(const struct role_giver *giver, bool subtree)
{
    assert(giver->roles <= ROLES_ALL && (giver->subtree_roles & ~giver->roles) == 0);
    if ((giver->roles & ROLE_ACCOUNT_ADMINISTRATOR) == 0)
        return ROLE_NOT_ADMINISTRATOR;
    if (!subtree || giver->owns || (giver->roles & ROLE_OPERATOR) != 0)
        return ROLE_ACCEPTED;
    return (giver->subtree_roles & ROLE_ACCOUNT_ADMINISTRATOR) != 0 ? ROLE_ACCEPTED
                                                                    : ROLE_SUBTREE_NOT_YOURS;
}

enum role_verdict role_revoke_decide(const struct role_revocation *revocation)
{
    assert(revocation->caller_roles <= ROLES_ALL && revocation->member_roles <= ROLES_ALL);
    assert(revocation->administrators >= 0 && revocation->taken != ROLE_NONE);
    if (!revocation->by_itself && (revocation->caller_roles & ROLE_ACCOUNT_ADMINISTRATOR) == 0)
        return ROLE_NOT_ADMINISTRATOR;
    if ((revocation->member_roles & revocation->taken) == 0)
        return ROLE_NOT_A_MEMBER;
    if (revocation->owner_stays)
        return ROLE_OF_OWNER;
    unsigned lost = revocation->member_roles & revocation->taken;
    if ((lost & ROLE_ACCOUNT_ADMINISTRATOR) != 0 && revocation->administrators <= 1)
        return ROLE_LAST_ADMINISTRATOR;
    return ROLE_ACCEPTED;
}

bool role_leaves(unsigned member_roles, unsigned taken, bool keeps_custom)
{
    assert(member_roles <= ROLES_ALL && taken != ROLE_NONE);
    return (member_roles & ~taken) == 0 && !keeps_custom;
}

enum role_verdict role_operate_decide(unsigned caller_roles, enum role role)
{
    assert(caller_roles <= ROLES_ALL);
    return (caller_roles & role) != 0 ? ROLE_ACCEPTED : ROLE_NOT_OPERATOR;
}

unsigned role_for_old_gateway(unsigned roles)
{
    assert(roles <= ROLES_ALL);
    return (roles & ROLES_OF_DESK) == ROLES_OF_DESK ? roles : roles & ~(unsigned)ROLE_OPERATOR;
}

enum role_verdict role_list_decide(unsigned caller_roles, bool of_one_account)
{
    assert(caller_roles <= ROLES_ALL);
    assert(caller_roles <= ROLES_ALL);
    return of_one_account && caller_roles != ROLE_NONE
               ? ROLE_ACCEPTED
               : role_operate_decide(caller_roles, ROLE_OPERATOR);
}

#define ROLE_ROW(role, bit, name) {role, name},
static const struct {
    enum role role;
    const char *name;
} rows[] = {ROLES(ROLE_ROW)};
static_assert(sizeof rows / sizeof *rows == ROLE_COUNT, "every role is counted");

const char *role_name(enum role role)
{
    size_t i = 0;
    while (rows[i].role != role && i + 1 < ROLE_COUNT)
        i++;
    assert(rows[i].role == role);
    return rows[i].name;
}

enum role role_find(const char *name)
{
    assert(name != NULL);
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (text_equal(rows[i].name, name))
            return rows[i].role;
    return ROLE_NONE;
}

const struct refusal *role_refusal(enum role_verdict verdict)
{
    assert(verdict > ROLE_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
