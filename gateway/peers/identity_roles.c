#include "gateway/peers/identity_roles.h"

#include "gateway/domain/access.h"
#include "gateway/domain/partner.h"

unsigned identity_role_bits(const Identity__V1__Role *roles, size_t count)
{
    static const unsigned bits_of[] = {
        [IDENTITY__V1__ROLE__ROLE_ACCOUNT_ADMINISTRATOR] = ACCESS_ROLE_ADMINISTRATOR,
        [IDENTITY__V1__ROLE__ROLE_MEMBER] = ACCESS_ROLE_MEMBER,
        [IDENTITY__V1__ROLE__ROLE_OPERATOR] = ACCESS_ROLE_OPERATOR,
        [IDENTITY__V1__ROLE__ROLE_FINANCE] = ACCESS_ROLE_FINANCE,
        [IDENTITY__V1__ROLE__ROLE_TECHNOLOGY] = ACCESS_ROLE_TECHNOLOGY,
        [IDENTITY__V1__ROLE__ROLE_AGENCY_BILLING_VIEWER] = ACCESS_ROLE_AGENCY_BILLING_VIEWER,
        [IDENTITY__V1__ROLE__ROLE_CLIENT_SUCCESS] = ACCESS_ROLE_CLIENT_SUCCESS,
        [IDENTITY__V1__ROLE__ROLE_BILLING_FREEZER] = ACCESS_ROLE_BILLING_FREEZER,
        [IDENTITY__V1__ROLE__ROLE_ISOLATED_SPEND] = ACCESS_ROLE_ISOLATED_SPEND,
        [IDENTITY__V1__ROLE__ROLE_OPERATOR_ADMINISTRATOR] = ACCESS_ROLE_OPERATOR_ADMINISTRATOR,
        [IDENTITY__V1__ROLE__ROLE_OPERATOR_REVIEW] = ACCESS_ROLE_OPERATOR_REVIEW,
        [IDENTITY__V1__ROLE__ROLE_OPERATOR_FINANCE] = ACCESS_ROLE_OPERATOR_FINANCE,
        [IDENTITY__V1__ROLE__ROLE_OPERATOR_SUPPORT] = ACCESS_ROLE_OPERATOR_SUPPORT,
        [IDENTITY__V1__ROLE__ROLE_OPERATOR_LOOK] = ACCESS_ROLE_OPERATOR_LOOK,
    };
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++)
        if ((size_t)roles[i] < sizeof(bits_of) / sizeof(bits_of[0]))
            bits |= bits_of[roles[i]];
    return bits;
}

static const char *const *copy_patterns(struct arena *arena, char *const *patterns, size_t count)
{
    const char **copies = arena_alloc_array(arena, count, sizeof(*copies));
    for (size_t i = 0; i < count; i++)
        copies[i] = arena_strdup(arena, patterns[i]);
    return copies;
}

/* A list of them on the wire. */
struct wire_patterns {
    char *const *items;
    size_t count;
};

static struct role_patterns patterns_of(struct arena *arena, struct wire_patterns allows,
                                        struct wire_patterns denies)
{
    return (struct role_patterns){.allows = copy_patterns(arena, allows.items, allows.count),
                                  .allow_count = allows.count,
                                  .denies = copy_patterns(arena, denies.items, denies.count),
                                  .deny_count = denies.count};
}

const struct role_patterns *identity_scope_of(struct arena *arena,
                                              const Identity__V1__KeyScope *wire)
{
    if (wire == NULL)
        return NULL;
    struct role_patterns *scope = arena_alloc(arena, sizeof(*scope));
    *scope =
        patterns_of(arena, (struct wire_patterns){wire->permissions, wire->n_permissions},
                    (struct wire_patterns){wire->denied_permissions, wire->n_denied_permissions});
    return scope;
}

struct custom_roles identity_custom_of(struct arena *arena,
                                       Identity__V1__HeldCustomRole *const *wire, size_t count)
{
    struct custom_role *items = arena_alloc_array(arena, count, sizeof(*items));
    for (size_t i = 0; i < count; i++)
        items[i] = (struct custom_role){
            .role_id = arena_strdup(arena, wire[i]->role_id),
            .name = arena_strdup(arena, wire[i]->name),
            .patterns = patterns_of(
                arena, (struct wire_patterns){wire[i]->permissions, wire[i]->n_permissions},
                (struct wire_patterns){wire[i]->denied_permissions, wire[i]->n_denied_permissions}),
            .inherited = wire[i]->inherited};
    return (struct custom_roles){items, count};
}

const struct identity_partner *identity_held_partner(struct arena *arena,
                                                     const Identity__V1__HeldPartner *wire)
{
    if (wire == NULL)
        return NULL;
    struct identity_partner *partner = arena_alloc(arena, sizeof(*partner));
    *partner = (struct identity_partner){
        .account_id = arena_strdup(arena, wire->account_id),
        .relation_id = arena_strdup(arena, wire->relation_id),
        .roles = {.roles = identity_role_bits(wire->roles, wire->n_roles),
                  .inherited = identity_role_bits(wire->inherited_roles, wire->n_inherited_roles),
                  .given = identity_role_bits(wire->given_roles, wire->n_given_roles),
                  .custom = identity_custom_of(arena, wire->custom_roles, wire->n_custom_roles)}};
    for (size_t i = 0; i < wire->n_permissions; i++)
        if ((unsigned)wire->permissions[i] <= PARTNER_PERMISSIONS_MAX)
            partner->terms |= 1u << wire->permissions[i];
    return partner;
}

struct access_holder identity_session_holder(const struct identity_session *session)
{
    const struct identity_partner *partner = session->partner;
    struct access_holder holder = {.roles = session->roles,
                                   .inherited = session->inherited,
                                   .given = session->given,
                                   .owns = session->owns,
                                   .custom = session->custom};
    if (partner != NULL) {
        holder = partner->roles;
        holder.is_partners = true;
        holder.terms = partner->terms;
    }
    holder.scope = session->scope;
    return holder;
}
