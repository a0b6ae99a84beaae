#include "identity/domain/custom_role.h"

#include <assert.h>

#include "identity/domain/role.h"
#include "runtime/base/plain_text.h"

static const struct refusal refusals[] = {CUSTOM_ROLE_REFUSALS(REFUSAL_ROW)};

const struct refusal *custom_role_refusal(enum custom_role_verdict verdict)
{
    assert(verdict > CUSTOM_ROLE_ACCEPTED && verdict <= CUSTOM_ROLE_HELD_TOO_MANY);
    return &refusals[verdict - 1];
}

/* As roles are called, and as the wire calls them. */
#define ROLE_CALLED(role, bit, name) name, "ROLE_" name,
static const char *const built_in[] = {ROLES(ROLE_CALLED)};

enum custom_role_verdict custom_role_name_decide(const char *name)
{
    assert(name != NULL);
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
        if (plain_text_is_like(name, built_in[i]))
            return CUSTOM_ROLE_NAME_TAKEN;
    return CUSTOM_ROLE_ACCEPTED;
}

enum custom_role_verdict custom_role_make_decide(int64_t count, const char *name)
{
    assert(count >= 0);
    return count < CUSTOM_ROLES_MAX ? custom_role_name_decide(name) : CUSTOM_ROLE_TOO_MANY;
}

enum custom_role_verdict custom_role_delete_decide(int64_t holders)
{
    assert(holders >= 0);
    return holders == 0 ? CUSTOM_ROLE_ACCEPTED : CUSTOM_ROLE_IN_USE;
}

enum custom_role_verdict custom_role_give_decide(int64_t asked, int64_t known, int64_t others)
{
    assert(asked >= 0 && known >= 0 && known <= asked && others >= 0);
    if (known < asked)
        return CUSTOM_ROLE_UNKNOWN;
    return asked + others > CUSTOM_ROLES_HELD_MAX ? CUSTOM_ROLE_HELD_TOO_MANY
                                                  : CUSTOM_ROLE_ACCEPTED;
}
