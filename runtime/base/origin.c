#include "runtime/base/origin.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

#define PART_SIZE 65 /* a longer one counts by its SHA-256, in hex */

static const char *part(const char *text, char hex[PART_SIZE])
{
    size_t size = strlen(text);
    if (size < PART_SIZE)
        return text;
    uint8_t hash[32];
    sha256(text, size, hash);
    bytes_to_hex(hash, sizeof hash, hex);
    return hex;
}

/* The parts are apart: no part has a line break, a header cannot. */
static struct origin make(const char *kind, const char *first, const char *second, bool is_step)
{
    char label[16 + 2 * PART_SIZE], first_hex[PART_SIZE], second_hex[PART_SIZE];
    bool fits = text_print(label, sizeof label, "%s\n%s\n%s", kind, part(first, first_hex),
                           part(second, second_hex));
    assert(fits);
    return (struct origin){id_derive((struct id){{0}}, label), is_step};
}

struct origin origin_of_principal(const char *principal_id, const char *account_id)
{
    return make("principal", principal_id, account_id, false);
}

struct origin origin_of_step(const char *name)
{
    assert(name != NULL);
    return make("step", name, "", true);
}

struct origin origin_of_public(void)
{
    return make("public", "", "", false);
}

struct origin origin_of_peer(const char *identity)
{
    return make("peer", identity, "", false);
}
