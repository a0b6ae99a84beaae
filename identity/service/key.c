#include "identity/service/key.h"

#include <assert.h>
#include <string.h>

#include "identity/service/fields.h"
#include "identity/service/security.h"
#include "identity/service/words.h"
#include "identity/store/program_store.h"
#include "identity/store/role_store.h"
#include "runtime/base/source.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define NAME_BYTES_MAX 64

/* ---- who changes them, and what is noted of it ---- */

int key_account_lock(struct mutation *mutation, struct id account_id, struct role_giver *caller)
{
    struct account_roles roles;
    struct id id = caller_id(mutation->call);
    int no = role_store_hold(mutation->transaction, account_id, id); /* ID-27 */
    if (no == 0)
        no = role_store_lock(mutation->transaction, account_id, id, id, &roles);
    if (no != 0)
        return no;
    *caller = roles.caller;
    return role_give(mutation->call, caller, false);
}

enum failure key_note(struct mutation *mutation, const struct key_act *act)
{
    struct call *call = mutation->call;
    const struct security_event event = {
        .principal_id = act->program_id,
        .account_id = act->account_id,
        .actor_id = caller_id(call),
        .kind = act->kind,
        .detail = id_is_nil(act->key_id) ? "" : id_to_message(call, act->key_id),
        .noted_us = mutation->now_us};
    return security_note(call, mutation->transaction, &event);
}

bool key_hash(const char *text, uint8_t hash[KEY_HASH_SIZE])
{
    if (!key_is_whole(text))
        return false;
    sha256(text, KEY_TEXT_SIZE - 1, hash);
    return true;
}

void key_hash_of_certificate(struct id program_id, const uint8_t certificate[KEY_HASH_SIZE],
                             uint8_t hash[KEY_HASH_SIZE])
{
    static const char label[] = "certificate of a program";
    uint8_t whole[sizeof label + sizeof program_id.bytes + KEY_HASH_SIZE];
    memcpy(whole, label, sizeof label);
    memcpy(whole + sizeof label, program_id.bytes, sizeof program_id.bytes);
    memcpy(whole + sizeof label + sizeof program_id.bytes, certificate, KEY_HASH_SIZE);
    sha256(whole, sizeof whole, hash);
}

/* ---- as one is made ---- */

void field_key_name(struct call *call, const char *name)
{
    field_text(call, "name", name, 0, NAME_BYTES_MAX);
}

void field_key_scope(struct call *call, const Identity__V1__KeyScope *scope)
{
    if (scope == NULL || scope->n_permissions == 0)
        call_add_field_violation(call, "scope", FAULT_REQUIRED, "Must name a permission.");
    if (scope == NULL)
        return;
    field_patterns(call, "scope.permissions", words_of(scope->permissions), scope->n_permissions,
                   KEY_PATTERNS_MAX);
    field_patterns(call, "scope.denied_permissions", words_of(scope->denied_permissions),
                   scope->n_denied_permissions, KEY_PATTERNS_MAX);
    field_networks(call, "scope.addresses", words_of(scope->addresses), scope->n_addresses,
                   KEY_ADDRESSES_MAX);
}

void field_key_overlap(struct call *call, int64_t overlap_hours)
{
    if (overlap_hours < 0 || overlap_hours > KEY_OVERLAP_HOURS_MAX)
        call_add_field_violation(call, "overlap_hours", FAULT_OUT_OF_RANGE,
                                 "must be at most 168, which is 7 days");
}

struct key key_of_scope(struct call *call, const Identity__V1__KeyScope *scope)
{
    return (struct key){
        .allows = words_join(call, words_of(scope->permissions), scope->n_permissions),
        .denies =
            words_join(call, words_of(scope->denied_permissions), scope->n_denied_permissions),
        .addresses = words_join(call, words_of(scope->addresses), scope->n_addresses)};
}

int key_program_admit(struct mutation *mutation, struct id account_id, struct id program_id,
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

int key_add(struct mutation *mutation, const struct key_addition *addition, bool *added)
{
    struct key *key = addition->key;
    struct key_making making = {.expire_us = key->expire_us};
    int no = key_store_count(mutation->transaction, key->program_id, mutation->now_us, &making);
    if (no != 0)
        return no;
    enum key_making_verdict verdict = key_make_decide(&making, mutation->now_us);
    if (verdict != KEY_MADE)
        return call_refuse(mutation->call, key_making_refusal(verdict), NO_TERMS);
    key->made_by = caller_id(mutation->call);
    key->created_us = mutation->now_us;
    key->used_us = 0;
    no = key_store_insert(mutation->transaction, key, addition->hash, added);
    if (no != 0 || !*added)
        return no;
    return key_note(mutation, &(struct key_act){addition->event, addition->account_id,
                                                key->program_id, key->key_id});
}

int key_find(struct mutation *mutation, struct id account_id, struct id key_id, struct key *key)
{
    bool exists = false;
    int no = key_store_read(mutation->transaction, account_id, key_id, key, &exists);
    return no != 0 || exists ? no : call_refuse(mutation->call, &key_not_found, NO_TERMS);
}

int key_find_to_follow(struct mutation *mutation, struct id account_id, struct id key_id,
                       enum key_kind kind, struct key *key)
{
    int no = key_find(mutation, account_id, key_id, key);
    if (no != 0)
        return no;
    bool counts = key->kind == kind && key->revoked_us == 0 && key->expire_us > mutation->now_us;
    return counts ? 0 : call_refuse(mutation->call, &key_not_found, NO_TERMS);
}

/* ---- as it is told ---- */

Identity__V1__KeyScope *key_scope_to_message(struct call *call, const char *allows,
                                             const char *denies, const char *addresses)
{
    Identity__V1__KeyScope *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__key_scope__init(message);
    message->n_permissions = words_to_message(call, allows, &message->permissions);
    message->n_denied_permissions = words_to_message(call, denies, &message->denied_permissions);
    message->n_addresses = words_to_message(call, addresses, &message->addresses);
    return message;
}

Identity__V1__Key *key_to_message(struct call *call, const struct key *key)
{
    struct arena *arena = call_arena(call);
    Identity__V1__Key *message = arena_alloc(arena, sizeof *message);
    identity__v1__key__init(message);
    message->key_id = id_to_message(call, key->key_id);
    message->program_id = id_to_message(call, key->program_id);
    message->kind = (Identity__V1__KeyKind)key->kind;
    message->name = arena_strdup(arena, key->name);
    message->prefix = arena_strdup(arena, key->prefix);
    message->scope = key_scope_to_message(call, key->allows, key->denies, key->addresses);
    message->create_time = timestamp_from_us(arena, key->created_us);
    message->expire_time = timestamp_from_us(arena, key->expire_us);
    if (key->begin_us != 0)
        message->begin_time = timestamp_from_us(arena, key->begin_us);
    if (key->used_us != 0)
        message->last_use_time = timestamp_from_us(arena, key->used_us);
    if (key->revoked_us != 0)
        message->revoke_time = timestamp_from_us(arena, key->revoked_us);
    message->made_by = id_to_message(call, key->made_by);
    return message;
}

/* ---- as it is used ---- */

struct key_question key_question_of(struct call *call, const struct session_found *found,
                                    const char *address)
{
    struct arena *arena = call_arena(call);
    char source[SOURCE_SIZE], shown[SOURCE_SIZE];
    struct key_question question = {.found = found, .address = address, .shown = ""};
    if (source_of_address(address, source)[0] == '\0')
        return question;
    question.network = text_index(call, arena_printf(arena, "key from %s", source));
    question.shown = arena_strdup(arena, source_network(address, shown));
    return question;
}

enum key_verdict key_question_decide(const struct key_question *question, int64_t now_us)
{
    const struct resolved_key *key = &question->found->resolved.key;
    bool is_known = question->found->exists && key->kind != KEY_NONE;
    const struct key_use use = {.is_known = is_known,
                                .begin_us = is_known ? key->begin_us : 0,
                                .expire_us = is_known ? key->expire_us : 0,
                                .addresses = is_known ? key->addresses : "",
                                .address = question->address};
    return key_use_decide(&use, now_us);
}

struct key_uses key_uses_new(struct arena *arena, size_t count_max)
{
    return (struct key_uses){.key_ids = arena_alloc_array(arena, count_max, sizeof(struct id)),
                             .arrivals =
                                 arena_alloc_array(arena, count_max, sizeof(struct key_arrival))};
}

void key_uses_add(struct key_uses *uses, const struct key_question *question,
                  enum key_verdict verdict, int64_t now_us)
{
    const struct resolved_session *resolved = &question->found->resolved;
    const struct resolved_key *key = &resolved->key;
    assert(verdict != KEY_UNKNOWN);
    if (verdict == KEY_ACCEPTED && now_us >= key->used_us + KEY_USE_STEP_US)
        uses->key_ids[uses->key_count++] = resolved->session_id;
    if (!key->network_known)
        uses->arrivals[uses->arrival_count++] =
            (struct key_arrival){.kind = verdict == KEY_ACCEPTED ? SECURITY_KEY_NETWORK_NEW
                                                                 : SECURITY_KEY_ADDRESS_REFUSED,
                                 .network = question->network,
                                 .shown = question->shown,
                                 .key_id = resolved->session_id,
                                 .program_id = resolved->principal_id};
}

enum failure key_uses_note(struct call *call, const struct key_uses *uses, int64_t now_us)
{
    int64_t hour_us = now_us - now_us % KEY_USE_STEP_US;
    enum failure failure =
        key_store_touch(identity_reader(call), uses->key_ids, uses->key_count, hour_us);
    return failure != FAILURE_NONE ? failure
                                   : key_store_note_networks(identity_reader(call), uses->arrivals,
                                                             uses->arrival_count, now_us);
}
