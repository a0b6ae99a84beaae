#include "identity/service/factor.h"

#include <assert.h>

#include "identity/store/security_event_store.h"
#include "runtime/rpc/timestamp.h"

static Identity__V1__FactorKind kind_to_message(enum factor_kind kind)
{
    return kind == FACTOR_TOTP ? IDENTITY__V1__FACTOR_KIND__FACTOR_KIND_TOTP
                               : IDENTITY__V1__FACTOR_KIND__FACTOR_KIND_WEBAUTHN;
}

Identity__V1__Factor *factor_to_message(struct call *call, const struct factor *factor)
{
    struct arena *arena = call_arena(call);
    Identity__V1__Factor *message = arena_alloc(arena, sizeof *message);
    identity__v1__factor__init(message);
    message->factor_id = id_to_message(call, factor->factor_id);
    message->kind = kind_to_message(factor->kind);
    message->name = arena_strdup(arena, factor->name);
    message->create_time = timestamp_from_us(arena, factor->created_us);
    if (factor->used_us != 0)
        message->last_use_time = timestamp_from_us(arena, factor->used_us);
    if (factor->removed_us != 0)
        message->remove_time = timestamp_from_us(arena, factor->removed_us);
    return message;
}

/* ---- recovery codes ---- */

struct bytes recovery_code_mac(struct call *call, const char *normal)
{
    uint8_t *mac = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    keys_code(&identity_of(call)->keys, caller_id(call), text_index(call, "recovery code"), normal,
              mac);
    return (struct bytes){mac, KEYED_HASH_SIZE};
}

void recovery_codes_make(struct call *call, struct recovery_codes *codes)
{
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        char normal[RECOVERY_CODE_DIGITS + 1];
        uint64_t bits;
        codes->texts[i] = arena_alloc(call_arena(call), RECOVERY_CODE_SIZE);
        random_bytes(&bits, sizeof bits);
        recovery_code_print(bits, codes->texts[i]);
        bool read = recovery_code_normalise(codes->texts[i], normal);
        assert(read);
        (void)read;
        codes->macs[i] = recovery_code_mac(call, normal);
    }
}

size_t recovery_codes_to_message(struct call *call, const struct recovery_codes *codes,
                                 char ***texts)
{
    *texts = arena_memdup(call_arena(call), codes->texts, sizeof codes->texts);
    return RECOVERY_CODES;
}
