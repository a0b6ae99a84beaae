/* Keys of programs: made, rotated, revoked, listed. */
#include <string.h>

#include "identity/domain/refusals.h"
#include "identity/service/fields.h"
#include "identity/service/key.h"
#include "identity/service/start.h"
#include "runtime/base/clock.h"
#include "runtime/base/secret.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define create_key_by_hand /* both make a secret that is not kept with the answer */
#define rotate_key_by_hand
#define register_certificate_admit(call) caller_admit(call)
#define register_certificate_linkage extern
#define register_certificate_read register_certificate_read
#define rotate_certificate_admit(call) caller_admit(call)
#define rotate_certificate_linkage extern
#define rotate_certificate_read rotate_certificate_read
#define revoke_key_admit(call) caller_admit(call)
#define list_keys_admit(call) caller_admit(call)
#include "identity/service/key_rpc.h"

/* ---- a new key ---- */

/* Its secret is made before the transaction, which may run more than once, and is shown if this
 * very key came of it. */
struct new_key {
    struct id key_id;
    char secret[KEY_TEXT_SIZE];
    char prefix[KEY_PREFIX_SIZE];
    uint8_t hash[KEY_HASH_SIZE];
};

static void new_key_make(struct new_key *made)
{
    uint8_t random[KEY_SECRET_BYTES];
    made->key_id = id_new(clock_now_us());
    random_bytes(random, sizeof random);
    key_print(random, made->secret);
    secret_wipe(random, sizeof random);
    memcpy(made->prefix, made->secret, sizeof made->prefix - 1);
    made->prefix[sizeof made->prefix - 1] = '\0';
    sha256(made->secret, KEY_TEXT_SIZE - 1, made->hash);
}

static char *new_key_show(struct call *call, struct new_key *made, const Identity__V1__Key *key)
{
    bool is_this = text_equal(key->key_id, id_to_message(call, made->key_id));
    char *shown = arena_strdup(call_arena(call), is_this ? made->secret : "");
    secret_wipe(made->secret, sizeof made->secret);
    return shown;
}

static int add_secret(struct mutation *mutation, struct id account_id, struct key *key,
                      const struct new_key *made, enum security_event_kind event)
{
    bool added = false;
    key->key_id = made->key_id;
    key->kind = KEY_SECRET;
    key->prefix = made->prefix;
    int no = key_add(mutation, &(struct key_addition){account_id, key, made->hash, event}, &added);
    return no != 0 || added ? no : FAILURE_INTERNAL; /* 256 bits came twice */
}

/* ---- CreateKey ---- */

static void create_key_read(struct call *call, const Identity__V1__CreateKeyRequest *message,
                            struct create_key *request)
{
    create_key_fields(call, message, request);
    field_key_name(call, request->name);
    field_key_scope(call, request->scope);
    if (!request->has_expire_time)
        call_add_field_violation(call, "expire_time", FAULT_REQUIRED, "A key has an end.");
}

struct key_creation {
    struct create_key request;
    struct new_key made;
};

static int create_key_body(struct mutation *mutation, const void *argument,
                           ProtobufCMessage *response)
{
    const struct key_creation *creation = argument;
    const struct create_key *request = &creation->request;
    struct call *call = mutation->call;
    struct role_giver caller;
    int no = key_account_lock(mutation, request->account_id, &caller);
    if (no == 0)
        no = key_program_admit(mutation, request->account_id, request->program_id, &caller);
    if (no != 0)
        return no;
    struct key key = key_of_scope(call, request->scope);
    key.program_id = request->program_id;
    key.name = request->name;
    key.expire_us = request->expire_us;
    no = add_secret(mutation, request->account_id, &key, &creation->made, SECURITY_KEY_MADE);
    if (no != 0)
        return no;
    ((Identity__V1__CreateKeyResponse *)response)->key = key_to_message(call, &key);
    return 0;
}

static int key_service_create_key_call(struct call *call,
                                       const Identity__V1__CreateKeyRequest *message,
                                       Identity__V1__CreateKeyResponse *response)
{
    struct key_creation creation;
    int no = caller_admit(call);
    if (no != 0)
        return no;
    create_key_read(call, message, &creation.request);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    new_key_make(&creation.made);
    no = CALL_ONCE(call, identity_of(call)->database, creation.request.account_id, message,
                   response, create_key_body, &creation, create_key_act);
    if (no == 0)
        response->secret = new_key_show(call, &creation.made, response->key);
    return no;
}
RPC_UNARY(key_service_create_key, Identity__V1__KeyService, Identity__V1__CreateKeyRequest,
          Identity__V1__CreateKeyResponse)

/* ---- RotateKey ---- */

struct key_rotation {
    struct rotate_key request;
    struct new_key made;
};

static void rotate_key_read(struct call *call, const Identity__V1__RotateKeyRequest *message,
                            struct rotate_key *request)
{
    rotate_key_fields(call, message, request);
    if (!request->has_expire_time)
        call_add_field_violation(call, "expire_time", FAULT_REQUIRED, "A key has an end.");
    field_key_overlap(call, request->overlap_hours);
}

static int rotate_key_body(struct mutation *mutation, const void *argument,
                           ProtobufCMessage *message)
{
    const struct key_rotation *rotation = argument;
    const struct rotate_key *request = &rotation->request;
    Identity__V1__RotateKeyResponse *response = (Identity__V1__RotateKeyResponse *)message;
    struct call *call = mutation->call;
    struct role_giver caller;
    struct key key;
    int no = key_account_lock(mutation, request->account_id, &caller);
    if (no == 0)
        no = key_find_to_follow(mutation, request->account_id, request->key_id, KEY_SECRET, &key);
    if (no == 0)
        no = key_program_admit(mutation, request->account_id, key.program_id, &caller);
    if (no != 0)
        return no;
    int64_t end_us = key_overlap_end_us(key.expire_us, request->overlap_hours, mutation->now_us);
    key.expire_us = request->expire_us;
    key.used_us = 0;
    no = add_secret(mutation, request->account_id, &key, &rotation->made, SECURITY_KEY_ROTATED);
    if (no == 0)
        no = key_store_end(mutation->transaction, request->key_id, end_us);
    if (no != 0)
        return no;
    response->key = key_to_message(call, &key);
    response->old_expire_time = timestamp_from_us(call_arena(call), end_us);
    return 0;
}

static int key_service_rotate_key_call(struct call *call,
                                       const Identity__V1__RotateKeyRequest *message,
                                       Identity__V1__RotateKeyResponse *response)
{
    struct key_rotation rotation;
    int no = caller_admit(call);
    if (no != 0)
        return no;
    rotate_key_read(call, message, &rotation.request);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    new_key_make(&rotation.made);
    no = CALL_ONCE(call, identity_of(call)->database, rotation.request.account_id, message,
                   response, rotate_key_body, &rotation, rotate_key_act);
    if (no == 0)
        response->secret = new_key_show(call, &rotation.made, response->key);
    return no;
}
RPC_UNARY(key_service_rotate_key, Identity__V1__KeyService, Identity__V1__RotateKeyRequest,
          Identity__V1__RotateKeyResponse)

/* ---- RevokeKey and ListKeys ---- */

static int revoke_key(struct mutation *mutation, const struct revoke_key *request,
                      Identity__V1__RevokeKeyResponse *response)
{
    struct role_giver caller;
    struct key key;
    (void)response;
    int no = key_account_lock(mutation, request->account_id, &caller);
    if (no == 0)
        no = key_find(mutation, request->account_id, request->key_id, &key);
    if (no != 0 || key.revoked_us != 0)
        return no;
    no = key_store_revoke(mutation->transaction, request->key_id, mutation->now_us);
    const struct key_act act = {SECURITY_KEY_REVOKED, request->account_id, key.program_id,
                                request->key_id};
    return no != 0 ? no : key_note(mutation, &act);
}

static ProtobufCMessage *key_message(struct call *call, const void *key)
{
    return &key_to_message(call, key)->base;
}

static int list_keys(struct call *call, const struct list_keys *request,
                     Identity__V1__ListKeysResponse *response)
{
    struct keys_found found;
    const struct key_page page = {request->account_id, request->program_id, request->after_id,
                                  page_limit(request->page_size)};
    int no = key_store_list(identity_reader(call), &page, &found);
    return no != 0
               ? no
               : page_answer(
                     call, PAGE(request->page_size, found.items, found.count, key_id, key_message),
                     &response->base);
}
