#include "identity/service/invitation.h"

struct bytes invitation_code_mac(struct call *call, const struct invitation *invitation,
                                 const char *normal)
{
    uint8_t *mac = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    keys_code(&identity_of(call)->keys, invitation->invitation_id, invitation->email_index, normal,
              mac);
    return (struct bytes){mac, KEYED_HASH_SIZE};
}

enum failure invitation_note(struct mutation *mutation, enum security_event_kind kind,
                             const struct invitation *invitation, struct id principal_id)
{
    const struct security_event event = {
        .principal_id = principal_id,
        .account_id = invitation->account_id,
        .kind = kind,
        .detail = id_to_message(mutation->call, invitation->invitation_id),
        .noted_us = mutation->now_us};
    return security_note(mutation->call, mutation->transaction, &event);
}
