/* Keys of programs: made, rotated, revoked, listed. */
#include <string.h>

#include "identity/domain/refusals.h"
#include "identity/service/fields.h"
#include "identity/service/key.h"
#include "identity/service/start.h"
#include "identity/service/words.h"
#include "identity/store/program_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/secret.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define create_key_by_hand /* both make a secret that is not kept with the answer */
#define rotate_key_by_hand
#define revoke_key_admit(call) caller_admit(call)
#define list_keys_admit(call) caller_admit(call)
#include "identity/service/key_rpc.h"

#define NAME_BYTES_MAX 64

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

/* A key reaches as far as its program (GW-13). */
static int decide_reach(struct mutation *mutation, struct id account_id, struct id program_id,
                        const struct role_giver *caller)
{
    struct program program;
    bool exists = false;
    int no = program_store_read(mutation->transaction, account_id, program_id, &program, &exists);
    if (no != 0)
        return no;
    return exists ? role_give(mutation->call, caller, program.subtree)
                  : call_refuse(mutation->call, &program_not_found, NO_TERMS);
}

/* *key has its scope, names and end; the rest follows. */
static int insert_key(struct mutation *mutation, struct id account_id, struct key *key,
                      const struct new_key *made, enum security_event_kind event)
{
    struct call *call = mutation->call;
    struct key_making making = {.expire_us = key->expire_us};
    bool inserted = false;
    int no = key_store_count(mutation->transaction, key->program_id, mutation->now_us, &making);
    if (no != 0)
        return no;
    enum key_making_verdict verdict = key_make_decide(&making, mutation->now_us);
    if (verdict != KEY_MADE)
        return call_refuse(call, key_making_refusal(verdict), NO_TERMS);
    key->key_id = made->key_id;
    key->kind = KEY_SECRET;
    key->prefix = made->prefix;
    key->made_by = caller_id(call);
    key->created_us = mutation->now_us;
    no = key_store_insert(mutation->transaction, key, made->hash, &inserted);
    if (no == 0 && !inserted)
        return FAILURE_INTERNAL; /* 256 bits came twice */
    const struct key_act act = {event, account_id, key->program_id, key->key_id};
    return no != 0 ? no : key_note(mutation, &act);
}

/* ---- CreateKey ---- */

static void field_words(struct call *call, const char *field, char *const *words, size_t count,
                        size_t count_max)
{
    if (count > count_max)
        call_add_field_violation(call, field, FAULT_OUT_OF_RANGE, "There are too many.");
    for (size_t i = 0; i < count && i < count_max; i++)
        if (!key_pattern_is_one(words[i]))
            call_add_field_violation(call, field, FAULT_MALFORMED,
                                     "Must be permissions such as ledger.balance.get, or patterns "
                                     "such as ledger.*.");
}

static void create_key_read(struct call *call, const Identity__V1__CreateKeyRequest *message,
                            struct create_key *request)
{
    create_key_fields(call, message, request);
    field_text(call, "name", request->name, 0, NAME_BYTES_MAX);
    if (request->scope == NULL || request->scope->n_permissions == 0)
        call_add_field_violation(call, "scope", FAULT_REQUIRED, "Must name a permission.");
    if (!request->has_expire_time)
        call_add_field_violation(call, "expire_time", FAULT_REQUIRED, "A key has an end.");
    if (request->scope == NULL)
        return;
    field_words(call, "scope.permissions", request->scope->permissions,
                request->scope->n_permissions, KEY_PATTERNS_MAX);
    field_words(call, "scope.denied_permissions", request->scope->denied_permissions,
                request->scope->n_denied_permissions, KEY_PATTERNS_MAX);
    field_networks(call, "scope.addresses", words_of(request->scope->addresses),
                   request->scope->n_addresses, KEY_ADDRESSES_MAX);
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
    const Identity__V1__KeyScope *scope = request->scope;
    struct call *call = mutation->call;
    struct role_giver caller;
    int no = key_account_lock(mutation, request->account_id, &caller);
    if (no == 0)
        no = decide_reach(mutation, request->account_id, request->program_id, &caller);
    if (no != 0)
        return no;
    struct key key = {
        .program_id = request->program_id,
        .name = request->name,
        .allows = words_join(call, words_of(scope->permissions), scope->n_permissions),
        .denies =
            words_join(call, words_of(scope->denied_permissions), scope->n_denied_permissions),
        .addresses = words_join(call, words_of(scope->addresses), scope->n_addresses),
        .expire_us = request->expire_us};
    no = insert_key(mutation, request->account_id, &key, &creation->made, SECURITY_KEY_MADE);
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
    if (request->overlap_hours < 0 || request->overlap_hours > KEY_OVERLAP_HOURS_MAX)
        call_add_field_violation(call, "overlap_hours", FAULT_OUT_OF_RANGE,
                                 "must be at most 168, which is 7 days");
}

/* A secret that counts; what ended is followed by none. */
static int find_key(struct mutation *mutation, struct id account_id, struct id key_id,
                    struct key *key)
{
    bool exists = false;
    int no = key_store_read(mutation->transaction, account_id, key_id, key, &exists);
    return no != 0 || exists ? no : call_refuse(mutation->call, &key_not_found, NO_TERMS);
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
        no = find_key(mutation, request->account_id, request->key_id, &key);
    if (no != 0)
        return no;
    if (key.kind != KEY_SECRET || key.revoked_us != 0 || key.expire_us <= mutation->now_us)
        return call_refuse(call, &key_not_found, NO_TERMS);
    no = decide_reach(mutation, request->account_id, key.program_id, &caller);
    if (no != 0)
        return no;
    int64_t end_us = key_overlap_end_us(key.expire_us, request->overlap_hours, mutation->now_us);
    key.expire_us = request->expire_us;
    key.used_us = 0;
    no = insert_key(mutation, request->account_id, &key, &rotation->made, SECURITY_KEY_ROTATED);
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
        no = find_key(mutation, request->account_id, request->key_id, &key);
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
