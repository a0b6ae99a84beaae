#include "identity/service/new_password.h"

#include <string.h>

#include "identity/domain/password.h"

void field_new_password(struct call *call, const char *password, const char *confirmation,
                        const char *email)
{
    if (text_is_empty(password)) {
        call_add_field_violation(call, "password", FAULT_REQUIRED, "The password is missing.");
        return;
    }
    enum password_verdict verdict = password_judge(password, email);
    if (verdict != PASSWORD_ACCEPTED)
        call_add_field_violation(call, "password", FAULT_WEAK_PASSWORD,
                                 password_refusal(verdict)->sentence);
    if (!text_equal(password, confirmation))
        call_add_field_violation(call, "password_confirmation", FAULT_MISMATCH,
                                 "The confirmation is not the password.");
}

static uint64_t lane_of_source(struct call *call)
{
    uint8_t index[KEYED_HASH_SIZE];
    uint64_t lane;
    (void)source_index(call, index);
    memcpy(&lane, index, sizeof lane);
    return lane;
}

int new_password_hash(struct call *call, const char **password)
{
    char *hash = arena_alloc(call_arena(call), PASSWORD_HASH_SIZE);
    enum failure failure = password_hash(call_task(call), &identity_of(call)->hasher,
                                         lane_of_source(call), *password, hash);
    if (failure != FAILURE_NONE)
        return hashing_failed(call, failure);
    *password = hash;
    return 0;
}
