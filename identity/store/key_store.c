#include "identity/store/key_store.h"

#include <assert.h>

#include "identity/store/queries.h"
#include "runtime/base/text.h"

static const char *const kind_names[] = {NULL, "SECRET", "CERTIFICATE"};

enum key_kind key_kind_named(const char *name)
{
    for (enum key_kind kind = KEY_SECRET; kind <= KEY_CERTIFICATE; kind++)
        if (text_equal(name, kind_names[kind]))
            return kind;
    return KEY_NONE;
}

static struct key key_of(struct identity_key_read_row row)
{
    return (struct key){
        .key_id = row.key_id,
        .program_id = row.program_id,
        .kind = key_kind_named(row.kind),
        .prefix = row.prefix,
        .name = row.name,
        .allows = row.allows,
        .denies = row.denies,
        .addresses = row.addresses,
        .made_by = row.made_by,
        .created_us = row.create_us,
        .begin_us = row.begin_us,
        .expire_us = row.expire_us,
        .used_us = row.use_us,
        .revoked_us = row.revoke_us,
    };
}

enum failure key_store_count(struct transaction *transaction, struct id program_id, int64_t now_us,
                             struct key_making *making)
{
    struct rows rows;
    enum failure failure = identity_key_count(
        transaction, &(struct identity_key_count){.program_id = program_id, .now_us = now_us},
        &rows);
    if (failure == FAILURE_NONE) {
        struct identity_key_count_row row = identity_key_count_row(&rows, 0);
        making->counting = row.counting;
        making->kept = row.kept;
    }
    return failure;
}

enum failure key_store_insert(struct transaction *transaction, const struct key *key,
                              const uint8_t hash[KEY_HASH_SIZE], bool *inserted)
{
    struct rows rows;
    enum failure failure =
        identity_key_insert(transaction,
                            &(struct identity_key_insert){.key_id = key->key_id,
                                                          .program_id = key->program_id,
                                                          .kind = kind_names[key->kind],
                                                          .secret_hash = {hash, KEY_HASH_SIZE},
                                                          .prefix = key->prefix,
                                                          .name = key->name,
                                                          .allows = key->allows,
                                                          .denies = key->denies,
                                                          .addresses = key->addresses,
                                                          .made_by = key->made_by,
                                                          .create_us = key->created_us,
                                                          .expire_us = key->expire_us,
                                                          .begin_us = key->begin_us},
                            &rows);
    if (failure == FAILURE_NONE)
        *inserted = rows.count > 0;
    return failure;
}

enum failure key_store_read(struct transaction *transaction, struct id account_id, struct id key_id,
                            struct key *key, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_key_read(
        transaction, &(struct identity_key_read){.account_id = account_id, .key_id = key_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (*exists)
        *key = key_of(identity_key_read_row(&rows, 0));
    return FAILURE_NONE;
}

enum failure key_store_of_leaver(struct transaction *transaction, struct id account_id,
                                 struct id leaver_id, int64_t now_us, struct key_places *places)
{
    struct rows rows;
    enum failure failure = identity_key_of_leaver(
        transaction,
        &(struct identity_key_of_leaver){
            .account_id = account_id, .leaver_id = leaver_id, .now_us = now_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    places->items =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof *places->items);
    places->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_key_of_leaver_row row = identity_key_of_leaver_row(&rows, i);
        places->items[i] = (struct key_place){row.key_id, row.program_id, row.account_id};
    }
    return FAILURE_NONE;
}

enum failure key_store_revoke(struct transaction *transaction, struct id key_id, int64_t now_us)
{
    return identity_key_revoke(
        transaction, &(struct identity_key_revoke){.key_id = key_id, .now_us = now_us}, NULL);
}

enum failure key_store_end(struct transaction *transaction, struct id key_id, int64_t expire_us)
{
    return identity_key_end(
        transaction, &(struct identity_key_end){.key_id = key_id, .expire_us = expire_us}, NULL);
}

enum failure key_store_list(struct reader reader, const struct key_page *page,
                            struct keys_found *keys)
{
    struct rows rows;
    enum failure failure =
        identity_key_list_alone(reader,
                                &(struct identity_key_list){.account_id = page->account_id,
                                                            .program_id = page->program_id,
                                                            .after_id = page->after_id,
                                                            .limit = (int64_t)page->limit},
                                &rows);
    if (failure != FAILURE_NONE)
        return failure;
    keys->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *keys->items);
    for (size_t i = 0; i < rows.count; i++)
        keys->items[i] = key_of(identity_key_read_row(&rows, i));
    keys->count = rows.count;
    return FAILURE_NONE;
}

enum failure key_store_touch(struct reader reader, const struct id *key_ids, size_t count,
                             int64_t now_us)
{
    if (count == 0)
        return FAILURE_NONE;
    return identity_key_touch_alone(
        reader, &(struct identity_key_touch){.key_ids = {key_ids, count}, .use_us = now_us}, NULL);
}

enum failure key_store_note_networks(struct reader reader, const struct key_arrival *arrivals,
                                     size_t count, int64_t now_us)
{
    struct arena *arena = reader_arena(reader);
    struct id *events = arena_alloc_array(arena, count, sizeof *events);
    const char **kinds = arena_alloc_array(arena, count, sizeof *kinds);
    const char **shown = arena_alloc_array(arena, count, sizeof *shown);
    struct id *keys = arena_alloc_array(arena, count, sizeof *keys);
    struct id *programs = arena_alloc_array(arena, count, sizeof *programs);
    struct bytes *networks = arena_alloc_array(arena, count, sizeof *networks);
    if (count == 0)
        return FAILURE_NONE;
    for (size_t i = 0; i < count; i++) {
        events[i] = id_new(now_us);
        kinds[i] = security_event_name(arrivals[i].kind);
        shown[i] = arrivals[i].shown;
        keys[i] = arrivals[i].key_id;
        programs[i] = arrivals[i].program_id;
        networks[i] = arrivals[i].network;
    }
    return identity_key_note_networks_alone(
        reader,
        &(struct identity_key_note_networks){.event_ids = {events, count},
                                             .kinds = text_array(kinds, count),
                                             .shown = text_array(shown, count),
                                             .key_ids = {keys, count},
                                             .program_ids = {programs, count},
                                             .networks = {networks, count},
                                             .now_us = now_us},
        NULL);
}
