#include "runtime/base/actor.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/text.h"

#define ROLES_MAX 64
#define LABEL "kontor actor 1\n"

static const char *const credential_names[ACTOR_CREDENTIAL_COUNT] = {"", "SESSION", "KEY",
                                                                     "CERTIFICATE"};

const char *actor_credential_name(enum actor_credential credential)
{
    assert(credential >= 0 && credential < ACTOR_CREDENTIAL_COUNT);
    return credential_names[credential];
}

/* ---- the canonical form ---- */

struct writer {
    uint8_t bytes[sizeof(struct actor) + 64];
    size_t size;
};

static void write_field(struct writer *writer, uint8_t tag, const void *value, size_t size)
{
    assert(writer->size + 3 + size <= sizeof writer->bytes);
    uint8_t *place = writer->bytes + writer->size;
    place[0] = tag;
    place[1] = (uint8_t)(size >> 8);
    place[2] = (uint8_t)size;
    memcpy(place + 3, value, size);
    writer->size += 3 + size;
}

static void write_id(struct writer *writer, uint8_t tag, struct id id)
{
    if (!id_is_nil(id))
        write_field(writer, tag, id.bytes, sizeof id.bytes);
}

static void write_text(struct writer *writer, uint8_t tag, const char *text)
{
    if (!text_is_empty(text))
        write_field(writer, tag, text, strlen(text));
}

struct id actor_reference(const struct actor *actor)
{
    struct writer writer = {.size = sizeof LABEL - 1};
    uint8_t hash[32], kind = (uint8_t)actor->credential;
    struct id reference;
    memcpy(writer.bytes, LABEL, sizeof LABEL - 1);
    write_id(&writer, 1, actor->principal_id);
    write_id(&writer, 2, actor->account_id);
    if (kind != ACTOR_NO_CREDENTIAL)
        write_field(&writer, 3, &kind, 1);
    write_id(&writer, 4, actor->credential_id);
    write_text(&writer, 5, actor->roles);
    write_id(&writer, 6, actor->approval_id);
    write_text(&writer, 7, actor->step);
    sha256(writer.bytes, writer.size, hash);
    memcpy(reference.bytes, hash, sizeof reference.bytes);
    return reference;
}

/* ---- as it was said ---- */

static void keep_hash(const char *text, char *kept)
{
    uint8_t hash[32];
    sha256(text, strlen(text), hash);
    bytes_to_hex(hash, sizeof hash, kept);
}

struct role {
    const char *name;
    size_t size;
};

static int role_compare(const void *a, const void *b)
{
    const struct role *left = a, *right = b;
    size_t size = left->size < right->size ? left->size : right->size;
    int by_bytes = memcmp(left->name, right->name, size);
    return by_bytes != 0 ? by_bytes : (left->size > right->size) - (left->size < right->size);
}

/* How many there are; more than ROLES_MAX: too many. */
static size_t split(const char *text, struct role roles[ROLES_MAX])
{
    size_t count = 0;
    for (const char *name = text; count <= ROLES_MAX && name != NULL;) {
        const char *comma = strchr(name, ',');
        size_t size = comma != NULL ? (size_t)(comma - name) : strlen(name);
        if (size > 0 && count < ROLES_MAX)
            roles[count] = (struct role){name, size};
        count += size > 0;
        name = comma != NULL ? comma + 1 : NULL;
    }
    return count;
}

static void keep_roles(const char *text, char kept[ACTOR_ROLES_SIZE])
{
    struct role roles[ROLES_MAX];
    size_t count = split(text, roles), length = 0;
    if (count > ROLES_MAX || strlen(text) >= ACTOR_ROLES_SIZE) {
        keep_hash(text, kept);
        return;
    }
    qsort(roles, count, sizeof *roles, role_compare);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && role_compare(&roles[i - 1], &roles[i]) == 0)
            continue;
        if (length > 0)
            kept[length++] = ',';
        memcpy(kept + length, roles[i].name, roles[i].size);
        length += roles[i].size;
    }
    kept[length] = '\0';
}

static struct id id_said(const char *text)
{
    struct id id = {{0}};
    bool is_one = text != NULL && id_parse(text, &id);
    return is_one ? id : (struct id){{0}};
}

static enum actor_credential credential_said(const char *name, struct id credential_id)
{
    for (int i = ACTOR_SESSION; i < ACTOR_CREDENTIAL_COUNT; i++)
        if (text_equal(name, credential_names[i]))
            return (enum actor_credential)i;
    return id_is_nil(credential_id) ? ACTOR_NO_CREDENTIAL : ACTOR_SESSION;
}

bool actor_read(const struct actor_said *said, struct actor *actor)
{
    *actor = (struct actor){.principal_id = id_said(said->principal_id)};
    if (id_is_nil(actor->principal_id)) {
        if (text_is_empty(said->step))
            return false;
        if (strlen(said->step) < sizeof actor->step)
            memcpy(actor->step, said->step, strlen(said->step) + 1);
        else
            keep_hash(said->step, actor->step);
    } else {
        actor->account_id = id_said(said->account_id);
        actor->credential_id = id_said(said->credential_id);
        actor->credential = credential_said(said->credential, actor->credential_id);
        actor->approval_id = id_said(said->approval_id);
        keep_roles(said->roles != NULL ? said->roles : "", actor->roles);
    }
    actor->reference = actor_reference(actor);
    return true;
}

bool actor_roles_hold(const char *roles, const char *role)
{
    size_t size = strlen(role);
    while (roles != NULL &&
           (strncmp(roles, role, size) != 0 || (roles[size] != '\0' && roles[size] != ','))) {
        roles = strchr(roles, ',');
        roles = roles == NULL ? NULL : roles + 1;
    }
    return roles != NULL;
}
