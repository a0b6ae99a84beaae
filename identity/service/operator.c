#include "identity/service/operator.h"

#include "identity/jobs/operator_notice.h"
#include "identity/store/names.h"

struct bytes operator_code_mac(struct call *call, const struct operator_invitation *invitation,
                               const char *normal)
{
    uint8_t *mac = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    keys_code(&identity_of(call)->keys, invitation->invitation_id, invitation->email_index, normal,
              mac);
    return (struct bytes){mac, KEYED_HASH_SIZE};
}

static const char *names_of(struct call *call, unsigned roles)
{
    return roles == ROLE_NONE ? "none" : roles_names(call_arena(call), roles);
}

static int tell_administrators(struct mutation *mutation, struct id principal_id,
                               struct id actor_id, unsigned before, unsigned after)
{
    struct call *call = mutation->call;
    const char *text = arena_printf(
        call_arena(call),
        "The roles of the operator %s are from now on: %s; before: %s. It was decided by %s. If "
        "you know nothing of it, ask them at once; kontor operator list tells who they are.",
        id_to_message(call, principal_id), names_of(call, after), names_of(call, before),
        id_is_nil(actor_id) ? "whoever owns the installation" : id_to_message(call, actor_id));
    return operator_notice_take(mutation->transaction, &identity_of(call)->courier, text,
                                mutation->now_us);
}

int operator_note_roles(struct mutation *mutation, struct id principal_id, struct id actor_id,
                        unsigned before, unsigned after)
{
    int no =
        before == after ? 0 : tell_administrators(mutation, principal_id, actor_id, before, after);
    for (unsigned bit = 1; bit < 1u << ROLE_COUNT && no == 0; bit <<= 1) {
        if (((before ^ after) & bit) == 0)
            continue;
        const struct security_event event = {.principal_id = principal_id,
                                             .actor_id = actor_id,
                                             .kind = (after & bit) != 0 ? SECURITY_ROLE_GIVEN
                                                                        : SECURITY_ROLE_TAKEN,
                                             .detail = role_name((enum role)bit),
                                             .noted_us = mutation->now_us};
        no = security_note(mutation->call, mutation->transaction, &event);
    }
    return no;
}
