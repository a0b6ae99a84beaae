#include "identity/service/operator.h"

struct bytes operator_code_mac(struct call *call, const struct operator_invitation *invitation,
                               const char *normal)
{
    uint8_t *mac = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    keys_code(&identity_of(call)->keys, invitation->invitation_id, invitation->email_index, normal,
              mac);
    return (struct bytes){mac, KEYED_HASH_SIZE};
}

int operator_note_roles(struct mutation *mutation, struct id principal_id, struct id actor_id,
                        unsigned before, unsigned after)
{
    int no = 0;
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
