#include "identity/domain/role.h"

#include <assert.h>

#include "runtime/base/text.h"

#define ALL_ROLES (ROLE_ACCOUNT_ADMINISTRATOR | ROLE_MEMBER | ROLE_OPERATOR)

static const struct refusal refusals[] = {ROLE_REFUSALS(REFUSAL_ROW)};

enum role_verdict role_add_member_decide(unsigned caller_roles, unsigned member_roles)
{
    assert(caller_roles <= ALL_ROLES && member_roles <= ALL_ROLES);
    if ((caller_roles & ROLE_ACCOUNT_ADMINISTRATOR) == 0)
        return ROLE_NOT_ADMINISTRATOR;
    return member_roles != 0 ? ROLE_IS_A_MEMBER : ROLE_ACCEPTED;
}

enum role_verdict role_grant_decide(unsigned caller_roles, unsigned member_roles)
{
    assert(caller_roles <= ALL_ROLES && member_roles <= ALL_ROLES);
    if ((caller_roles & ROLE_ACCOUNT_ADMINISTRATOR) == 0)
        return ROLE_NOT_ADMINISTRATOR;
    return member_roles == 0 ? ROLE_NOT_A_MEMBER : ROLE_ACCEPTED;
}

enum role_verdict role_revoke_decide(unsigned caller_roles, unsigned member_roles, enum role role,
                                     int64_t administrators)
{
    assert(caller_roles <= ALL_ROLES && member_roles <= ALL_ROLES);
    assert(administrators >= 0 && role != ROLE_NONE);
    if ((caller_roles & ROLE_ACCOUNT_ADMINISTRATOR) == 0)
        return ROLE_NOT_ADMINISTRATOR;
    if ((member_roles & role) == 0)
        return ROLE_NOT_A_MEMBER;
    if (role == ROLE_ACCOUNT_ADMINISTRATOR && administrators <= 1)
        return ROLE_LAST_ADMINISTRATOR;
    return ROLE_ACCEPTED;
}

enum role_verdict role_operate_decide(unsigned caller_roles)
{
    assert(caller_roles <= ALL_ROLES);
    return (caller_roles & ROLE_OPERATOR) != 0 ? ROLE_ACCEPTED : ROLE_NOT_OPERATOR;
}

enum role_verdict role_list_decide(unsigned caller_roles, bool of_one_account)
{
    assert(caller_roles <= ALL_ROLES);
    return of_one_account && caller_roles != ROLE_NONE ? ROLE_ACCEPTED
                                                       : role_operate_decide(caller_roles);
}

const char *role_name(enum role role)
{
    switch (role) {
    case ROLE_ACCOUNT_ADMINISTRATOR:
        return "ACCOUNT_ADMINISTRATOR";
    case ROLE_MEMBER:
        return "MEMBER";
    case ROLE_OPERATOR:
        return "OPERATOR";
    case ROLE_NONE:
        break;
    }
    assert(false);
    return "";
}

enum role role_find(const char *name)
{
    assert(name != NULL);
    static const enum role roles[] = {ROLE_ACCOUNT_ADMINISTRATOR, ROLE_MEMBER, ROLE_OPERATOR};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (text_equal(role_name(roles[i]), name))
            return roles[i];
    return ROLE_NONE;
}

const struct refusal *role_refusal(enum role_verdict verdict)
{
    assert(verdict > ROLE_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
