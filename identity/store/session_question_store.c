#include "identity/store/session_question_store.h"

#include <assert.h>

#include "identity/domain/role.h"
#include "identity/domain/security_event.h"
#include "identity/store/names.h"
#include "identity/store/queries.h"
#include "runtime/base/actor.h"

#define USE_TIME_STEP_US (INT64_C(60) * 1000000)

static struct resolved_key key_of(const struct identity_read_sessions_row *row)
{
    if (!row->has_key_id)
        return (struct resolved_key){.kind = KEY_NONE};
    return (struct resolved_key){.kind = key_kind_named(row->key_kind),
                                 .allows = row->key_allows,
                                 .denies = row->key_denies,
                                 .addresses = row->key_addresses,
                                 .begin_us = row->key_begin_us,
                                 .expire_us = row->key_expire_us,
                                 .used_us = row->key_use_us,
                                 .network_known = true};
}

/* Without an account nothing is demanded. */
#define POLICY_OF(row)                                                                           \
    ((struct session_policy){.networks =                                                         \
                                 (row)->session_networks != NULL ? (row)->session_networks : "", \
                             .lifetime_minutes = (row)->session_lifetime_minutes,                \
                             .idle_minutes = (row)->session_idle_minutes,                        \
                             .sessions_max = (row)->sessions_max,                                \
                             .device_trust_hours = (row)->device_trust_hours})

static struct session_found found_of(const struct identity_read_sessions_row *row)
{
    struct session_found found = {
        .exists = row->has_session_id || row->has_key_id,
        .account_known = row->known,
        .company = {account_type_named(row->type), row->company_id},
        .freeze = {row->freeze_id, freeze_level_find(row->freeze_level), row->freeze_begin_us,
                   row->freeze_expire_us},
        .freeze_epoch = row->freeze_epoch,
    };
    if (found.exists)
        found.resolved = (struct resolved_session){
            .session_id = row->has_session_id ? row->session_id : row->key_id,
            .principal_id = row->principal_id,
            .key = key_of(row),
            .session = {.created_us = row->create_us,
                        .used_us = row->use_us,
                        .pause_us = row->pause_us,
                        .revoked = row->revoked},
            .account_id = row->account_id,
            .roles = roles_named(row->roles) | operator_roles_named(row->operates, ""),
            .inherited = roles_named(row->inherited_roles),
            .given = roles_named(row->roles),
            .owns = row->owns,
            .proved_us = row->mfa_us,
            .proved_for = row->mfa_operation_hash,
            .factors = factors_named(row->factor_kinds),
            .appointers = "",
            .makers = "",
            .policy = mfa_policy_named(row->mfa_money, row->mfa_who_may_what, row->mfa_roles),
            .session_policy = POLICY_OF(row),
            .device_proof_us = row->device_proof_us,
        };
    found.resolved.roles |= found.resolved.inherited;
    return found;
}

/* B.5: asked of whatever account was named, known or not, so that nothing tells which are. */
static bool may_be_partners(const struct identity_read_sessions_row *row,
                            const struct session_asked *asked)
{
    bool is_given = row->roles[0] != '\0' || row->inherited_roles[0] != '\0';
    return asked->takes_partners && !id_is_nil(asked->account_id) && !row->operates && !is_given;
}

/* Few have more than read_sessions.sql tells. */
static bool holds_more(const struct identity_read_sessions_row *row,
                       const struct session_asked *asked)
{
    return row->has_principal_id &&
           (row->operates || row->has_custom_roles || row->sessions_max > 0 ||
            asked->appointed_since_us != 0 || (row->has_key_id && asked->network.data != NULL) ||
            may_be_partners(row, asked));
}

/* Whose roles are at the partner's; without one there is nothing to act by. */
static void add_partner(struct arena *arena, const struct identity_read_holdings_row *row,
                        struct resolved_session *resolved)
{
    struct resolved_partner partner = {.account_id = row->partner_account_id,
                                       .relation_id = row->relation_id,
                                       .permissions =
                                           relation_permissions_find(row->relation_permissions),
                                       .inherited = roles_named(row->inherited_roles),
                                       .given = roles_named(row->roles),
                                       .custom_roles = custom_roles_told(arena, row->custom_roles)};
    partner.roles = partner.given | partner.inherited;
    if (partner.roles == ROLE_NONE)
        return;
    resolved->partner = partner;
    resolved->policy = mfa_policy_named(row->mfa_money, row->mfa_who_may_what, row->mfa_roles);
    resolved->session_policy = POLICY_OF(row);
}

static void add_roles(struct arena *arena, const struct identity_read_holdings_row *row,
                      struct resolved_session *resolved)
{
    bool operates = (resolved->roles & (unsigned)ROLE_OPERATOR) != 0;
    resolved->given = roles_named(row->roles);
    resolved->inherited = roles_named(row->inherited_roles);
    resolved->roles =
        resolved->given | resolved->inherited | operator_roles_named(operates, row->operator_roles);
    resolved->custom_roles = custom_roles_told(arena, row->custom_roles);
}

static void add_holdings(struct arena *arena, const struct rows *rows, size_t place,
                         struct resolved_session *resolved)
{
    const struct identity_read_holdings_row row = identity_read_holdings_row(rows, place);
    if (row.has_partner_account_id)
        add_partner(arena, &row, resolved);
    else
        add_roles(arena, &row, resolved);
    resolved->newer = row.newer_sessions;
    resolved->key.network_known = row.key_network_known;
    resolved->appointers = row.appointers;
    resolved->makers = row.makers;
}

/* Those that hold more, and how each was asked for. */
struct holders {
    const struct session_asked **asked;
    struct resolved_session **resolved;
    bool *may_be_partners;
    size_t count;
};

static enum failure read_holdings(struct reader reader, const struct holders *holders,
                                  int64_t now_us)
{
    struct arena *arena = reader_arena(reader);
    const size_t count = holders->count;
    struct id *ids = arena_alloc_array(arena, 4 * count, sizeof *ids);
    bool *nils = arena_alloc_array(arena, 6 * count, sizeof *nils);
    struct id *sessions = ids, *keys = sessions + count, *principals = keys + count,
              *accounts = principals + count;
    bool *no_session = nils, *no_key = no_session + count, *no_account = no_key + count,
         *no_network = no_account + count, *no_since = no_network + count,
         *no_customer = no_since + count;
    struct bytes *networks = arena_alloc_array(arena, count, sizeof *networks);
    int64_t *since = arena_alloc_array(arena, count, sizeof *since);
    for (size_t i = 0; i < count; i++) {
        const struct session_asked *one = holders->asked[i];
        const struct resolved_session *resolved = holders->resolved[i];
        no_key[i] = resolved->key.kind == KEY_NONE;
        no_session[i] = !no_key[i] || one->token_hash == NULL;
        sessions[i] = keys[i] = resolved->session_id;
        principals[i] = resolved->principal_id;
        accounts[i] = resolved->account_id;
        no_account[i] = id_is_nil(accounts[i]);
        networks[i] = one->network;
        no_network[i] = one->network.data == NULL;
        since[i] = one->appointed_since_us;
        no_since[i] = since[i] == 0;
        no_customer[i] = !holders->may_be_partners[i];
    }
    struct rows rows;
    enum failure failure = identity_read_holdings_alone(
        reader,
        &(struct identity_read_holdings){.session_ids = {sessions, count, no_session},
                                         .key_ids = {keys, count, no_key},
                                         .principal_ids = id_array(principals, count),
                                         .account_ids = {accounts, count, no_account},
                                         .customer_account_ids = {accounts, count, no_customer},
                                         .networks = {networks, count, no_network},
                                         .networks_max = KEY_NETWORKS_MAX,
                                         .appointed_since_us = {since, count, no_since},
                                         .now_us = now_us,
                                         .live_used_since_us = now_us - SESSION_IDLE_US,
                                         .live_created_since_us = now_us - SESSION_LIFETIME_US},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assert(rows.count == count);
    for (size_t i = 0; i < count; i++)
        add_holdings(arena, &rows, i, holders->resolved[i]);
    return FAILURE_NONE;
}

enum failure session_question_store_resolve(struct reader reader, const struct session_asked *asked,
                                            size_t count, int64_t now_us,
                                            struct session_found *found)
{
    struct arena *arena = reader_arena(reader);
    struct bytes *hashes = arena_alloc_array(arena, count, sizeof *hashes);
    struct id *accounts = arena_alloc_array(arena, count, sizeof *accounts);
    bool *no_hash = arena_alloc_array(arena, count, sizeof *no_hash);
    bool *no_account = arena_alloc_array(arena, count, sizeof *no_account);
    struct id *principals = arena_alloc_array(arena, count, sizeof *principals);
    bool *no_principal = arena_alloc_array(arena, count, sizeof *no_principal);
    struct holders holders = {.asked = arena_alloc_array(arena, count, sizeof(*holders.asked)),
                              .resolved =
                                  arena_alloc_array(arena, count, sizeof(*holders.resolved)),
                              .may_be_partners = arena_alloc_array(arena, count, sizeof(bool))};
    for (size_t i = 0; i < count; i++) {
        no_hash[i] = asked[i].token_hash == NULL;
        no_account[i] = id_is_nil(asked[i].account_id);
        hashes[i] = (struct bytes){asked[i].token_hash, no_hash[i] ? 0 : TOKEN_HASH_SIZE};
        accounts[i] = asked[i].account_id;
        no_principal[i] = id_is_nil(asked[i].principal_id);
        principals[i] = asked[i].principal_id;
    }
    struct rows rows;
    enum failure failure = identity_read_sessions_alone(
        reader,
        &(struct identity_read_sessions){.token_hashes = {hashes, count, no_hash},
                                         .account_ids = {accounts, count, no_account},
                                         .principal_ids = {principals, count, no_principal},
                                         .now_us = now_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assert(rows.count == count);
    for (size_t i = 0; i < count; i++) {
        const struct identity_read_sessions_row row = identity_read_sessions_row(&rows, i);
        found[i] = found_of(&row);
        if (!found[i].exists || !holds_more(&row, &asked[i]))
            continue;
        holders.asked[holders.count] = &asked[i];
        holders.may_be_partners[holders.count] = may_be_partners(&row, &asked[i]);
        holders.resolved[holders.count++] = &found[i].resolved;
    }
    return holders.count == 0 ? FAILURE_NONE : read_holdings(reader, &holders, now_us);
}

enum failure session_question_store_touch(struct reader reader,
                                          const struct resolved_session *const *used, size_t count,
                                          int64_t now_us)
{
    struct id *ids = arena_alloc_array(reader_arena(reader), count, sizeof *ids);
    size_t due = 0;
    for (size_t i = 0; i < count; i++) {
        if (now_us >= used[i]->session.used_us + USE_TIME_STEP_US)
            ids[due++] = used[i]->session_id;
    }
    if (due == 0)
        return FAILURE_NONE;
    return identity_touch_sessions_alone(
        reader, &(struct identity_touch_sessions){.session_ids = {ids, due}, .use_us = now_us},
        NULL);
}

/* GW-07: by the session, in the account that it would have acted in. */
static struct id actor_of(const struct refused_session *refused)
{
    const struct actor actor = {.principal_id = refused->principal_id,
                                .account_id = refused->account_id,
                                .credential = ACTOR_SESSION,
                                .credential_id = refused->session_id};
    return actor_reference(&actor);
}

enum failure session_question_store_note_refused(struct reader reader,
                                                 const struct refused_session *refused,
                                                 size_t count, int64_t now_us)
{
    struct arena *arena = reader_arena(reader);
    struct id *ids = arena_alloc_array(arena, 5 * count, sizeof *ids);
    const char **texts = arena_alloc_array(arena, 2 * count, sizeof *texts);
    struct id *sessions = ids, *accounts = sessions + count, *events = accounts + count,
              *acts = events + count, *actors = acts + count;
    const char **reasons = texts, **networks = texts + count;
    for (size_t i = 0; i < count; i++) {
        sessions[i] = refused[i].session_id;
        accounts[i] = refused[i].account_id;
        events[i] = id_new(now_us);
        acts[i] = id_new(now_us);
        actors[i] = actor_of(&refused[i]);
        reasons[i] = refused[i].reason;
        networks[i] = refused[i].network;
    }
    if (count == 0)
        return FAILURE_NONE;
    return identity_note_refused_sessions_alone(
        reader,
        &(struct identity_note_refused_sessions){.session_ids = id_array(sessions, count),
                                                 .account_ids = id_array(accounts, count),
                                                 .reasons = {reasons, count, NULL},
                                                 .networks = {networks, count, NULL},
                                                 .event_ids = id_array(events, count),
                                                 .act_ids = id_array(acts, count),
                                                 .actor_ids = id_array(actors, count),
                                                 .kind =
                                                     security_event_name(SECURITY_SESSION_REFUSED),
                                                 .action = "identity.refuse_session",
                                                 .credential = ACTOR_SESSION,
                                                 .since_us = now_us - SESSION_REFUSED_STEP_US,
                                                 .note_us = now_us},
        NULL);
}
