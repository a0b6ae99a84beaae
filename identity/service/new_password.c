#include "identity/service/new_password.h"

#include <string.h>

#include "identity/domain/password.h"
#include "runtime/base/text.h"

static void add_mistake(struct call *call, const char *field, struct password_mistake mistake)
{
    if (mistake.fault != FAULT_NONE)
        call_add_field_violation(call, field, mistake.fault, mistake.sentence);
}

void field_new_password(struct call *call, const struct new_password *password, const char *email)
{
    const char *confirmation = arena_printf(call_arena(call), "%s_confirmation", password->field);
    if (password->text == NULL || password->confirmation == NULL) {
        call_add_field_violation(call, password->field, FAULT_NOT_UTF8,
                                 "The password is not clean UTF-8 of at most 1024 bytes.");
        return;
    }
    add_mistake(call, password->field, password_mistake(password->text, email));
    add_mistake(call, confirmation, password_repeated(password->text, password->confirmation));
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

/* Hashed in either case, so that time tells nothing. */
int new_password_hash_unlike(struct call *call, const char **password, const char *email)
{
    bool is_like = password_mistake(*password, email).fault != FAULT_NONE;
    int no = new_password_hash(call, password);
    if (is_like)
        *password = "";
    return no;
}

int new_password_refuse_like(struct call *call, const char *field, const char *hash)
{
    return text_is_empty(hash)
               ? call_invalid(call, field, FAULT_WEAK_PASSWORD,
                              "The password is like the address that was invited; choose another.")
               : 0;
}
