#include "identity/service/identity_service.h"

#include <assert.h>

#include "identity/jobs/world.h"
#include "identity/store/role_store.h"
#include "runtime/base/source.h"

#define HASHING_RETRY_MS 1000

static bool caller_read(struct call *call, struct id *principal_id)
{
    const char *text = call_header(call, "kontor-principal-id");
    return text != NULL && id_parse(text, principal_id) && !id_is_nil(*principal_id);
}

int caller_admit(struct call *call)
{
    struct id principal_id;
    return caller_read(call, &principal_id) ? 0 : call_refuse(call, &caller_missing, NO_TERMS);
}

struct id caller_id(struct call *call)
{
    struct id principal_id = {{0}};
    bool admitted = caller_read(call, &principal_id);
    assert(admitted);
    return principal_id;
}

struct id caller_partner_id(struct call *call)
{
    const char *text = call_header(call, "kontor-partner-account-id");
    struct id partner_id;
    return text != NULL && id_parse(text, &partner_id) ? partner_id : (struct id){{0}};
}

/* At sign-up nobody has logged in: the actor is whoever opens the account. */
enum failure trail_note(struct mutation *mutation, struct id account_id, const char *kind,
                        const char *detail)
{
    struct trail_line line = {
        .account_id = account_id, .kind = kind, .detail = detail, .noted_us = mutation->now_us};
    if (!caller_read(mutation->call, &line.actor_id))
        line.actor_id = (struct id){{0}};
    return account_store_record(mutation->transaction, &line);
}

struct id caller_session_id(struct call *call)
{
    struct id session_id = {{0}};
    const char *text = call_header(call, "kontor-credential-id");
    return text != NULL && id_parse(text, &session_id) ? session_id : (struct id){{0}};
}

enum failure caller_roles(struct call *call, struct id account_id, unsigned *roles)
{
    struct id principal_id = caller_id(call);
    struct account_roles found = {.caller = {.roles = ROLE_NONE}};
    enum failure failure =
        role_store_read(identity_reader(call), account_id, principal_id, principal_id, &found);
    *roles = found.caller.roles;
    return failure;
}

int operator_admit(struct call *call, enum role role)
{
    unsigned roles;
    int no = caller_admit(call);
    if (no == 0)
        no = caller_roles(call, (struct id){{0}}, &roles);
    if (no != 0)
        return no;
    return role_operate_decide(roles, role) == ROLE_ACCEPTED
               ? 0
               : call_refuse(call, role_refusal(ROLE_NOT_OPERATOR),
                             REFUSAL_TERMS({"role", role_name(role)}));
}

bool source_index(struct call *call, uint8_t index[KEYED_HASH_SIZE])
{
    char source[SOURCE_SIZE], name[SOURCE_SIZE + 8];
    const char *address = call_header(call, "kontor-source-address");
    bool fits = text_print(name, sizeof name, "source %s",
                           source_of_address(address != NULL ? address : "", source));
    assert(fits);
    keys_index(&identity_of(call)->keys, name, index);
    return fits && source[0] != '\0';
}

struct bytes text_index(struct call *call, const char *text)
{
    uint8_t *index = arena_alloc(call_arena(call), KEYED_HASH_SIZE);
    keys_index(&identity_of(call)->keys, text, index);
    return (struct bytes){index, KEYED_HASH_SIZE};
}

struct bytes text_seal(struct call *call, const char *label, const char *text)
{
    return keys_seal_text(&identity_of(call)->keys, call_arena(call), label, text);
}

char *text_open(struct call *call, const char *label, struct bytes sealed)
{
    const char *text = keys_open_text(&identity_of(call)->keys, call_arena(call), label, sealed);
    return text != NULL ? arena_strdup(call_arena(call), text) : NULL;
}

char *text_digest(struct call *call, const char *text)
{
    return keys_digest(&identity_of(call)->keys, call_arena(call), text);
}

int hashing_failed(struct call *call, enum failure failure)
{
    assert(failure != FAILURE_NONE);
    return failure == FAILURE_EXHAUSTED
               ? call_refuse_retry(call, &hasher_busy, NO_TERMS, HASHING_RETRY_MS)
               : failure;
}

enum failure event_append(struct mutation *mutation, struct id account_id,
                          const ProtobufCMessage *event)
{
    return world_tell(mutation->transaction, account_id, event, mutation->now_us);
}

int verification_ask_now(struct call *call)
{
    verification_wake(&identity_of(call)->verification);
    return 0;
}

int messages_deliver(struct call *call)
{
    courier_wake(&identity_of(call)->courier);
    return 0;
}

char *id_to_message(struct call *call, struct id id)
{
    char text[ID_TEXT_SIZE];
    return arena_strdup(call_arena(call), id_format(id, text));
}
