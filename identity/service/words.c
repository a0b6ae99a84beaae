#include "identity/service/words.h"

#include <string.h>

#include "identity/domain/key.h"
#include "runtime/base/cidr.h"
#include "runtime/base/text.h"
#include "runtime/rpc/field.h"

#define NETWORK_BYTES_MAX 64

const char *words_join(struct call *call, const char *const *words, size_t count)
{
    const char *joined = "";
    for (size_t i = 0; i < count; i++)
        joined = arena_printf(call_arena(call), "%s%s%s", joined, i == 0 ? "" : " ", words[i]);
    return joined;
}

size_t words_to_message(struct call *call, const char *words, char ***messages)
{
    struct arena *arena = call_arena(call);
    size_t count = 0, room = 1;
    for (const char *at = words; *at != '\0'; at++)
        room += *at == ' ';
    *messages = arena_alloc_array(arena, room, sizeof **messages);
    for (const char *at = words; *at != '\0';) {
        size_t length = strcspn(at, " ");
        (*messages)[count++] = arena_strndup(arena, at, length);
        at += length + strspn(at + length, " ");
    }
    return count;
}

void field_patterns(struct call *call, const char *field, const char *const *patterns, size_t count,
                    size_t count_max)
{
    if (count > count_max)
        call_add_field_violation(call, field, FAULT_OUT_OF_RANGE, "There are too many.");
    for (size_t i = 0; i < count && i < count_max; i++)
        if (!key_pattern_is_one(patterns[i]))
            call_add_field_violation(call, field, FAULT_MALFORMED,
                                     "Must be permissions such as ledger.balance.get, or patterns "
                                     "such as ledger.*.");
}

void field_networks(struct call *call, const char *field, const char *const *networks, size_t count,
                    size_t count_max)
{
    if (count > count_max)
        call_add_field_violation(call, field, FAULT_OUT_OF_RANGE, "There are too many.");
    for (size_t i = 0; i < count && i < count_max; i++)
        if (!text_is_clean(networks[i], NETWORK_BYTES_MAX) || !cidr_is_one(networks[i]))
            call_add_field_violation(call, field, FAULT_MALFORMED,
                                     "Must be networks such as 203.0.113.0/24 or 2001:db8::/32, "
                                     "without a bit behind the prefix.");
}
