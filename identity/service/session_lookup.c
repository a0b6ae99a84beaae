#include "identity/service/session_lookup.h"

#include <inttypes.h>

#include "identity/domain/role.h"
#include "identity/service/session_service.h"
#include "runtime/base/clock.h"
#include "runtime/base/source.h"

struct lookup lookup_new(struct call *call, size_t questions, size_t others)
{
    struct arena *arena = call_arena(call);
    struct lookup lookup = {
        .question_count = questions, .count = questions + others, .now_us = clock_now_us()};
    lookup.asked = arena_alloc_array(arena, lookup.count, sizeof *lookup.asked);
    lookup.found = arena_alloc_array(arena, lookup.count, sizeof *lookup.found);
    lookup.hashes = arena_alloc_array(arena, questions, sizeof *lookup.hashes);
    lookup.questions = arena_alloc_array(arena, questions, sizeof *lookup.questions);
    return lookup;
}

void lookup_ask(struct lookup *lookup, size_t place, const char *token, struct id account_id)
{
    uint8_t *hash = lookup->hashes[place];
    lookup->asked[place] = (struct session_asked){
        .token_hash = token_hash(token, hash) ? hash : NULL, .account_id = account_id};
}

/* false: it is no key that there could be. */
static bool hash_question(const Identity__V1__SessionQuestion *question,
                          uint8_t hash[KEY_HASH_SIZE])
{
    struct id program_id;
    if (question->certificate_hash.len == 0)
        return key_hash(question->session_token, hash);
    if (question->certificate_hash.len != KEY_HASH_SIZE ||
        !id_parse(question->program_id, &program_id))
        return false;
    key_hash_of_certificate(program_id, question->certificate_hash.data, hash);
    return true;
}

void lookup_ask_key(struct call *call, struct lookup *lookup, size_t place,
                    const Identity__V1__SessionQuestion *question, struct id account_id)
{
    uint8_t *hash = lookup->hashes[place];
    struct key_question *key = &lookup->questions[place].key;
    *key = key_question_of(call, &lookup->found[place], question->source_address);
    lookup->asked[place] =
        (struct session_asked){.token_hash = hash_question(question, hash) ? hash : NULL,
                               .account_id = account_id,
                               .network = key->network};
}

static bool came_with_key(const struct lookup *lookup, size_t place)
{
    return lookup->questions[place].key.address != NULL;
}

/* A principal who acts without a session has none that could end. */
static bool is_without_session(const struct lookup *lookup, size_t place)
{
    return !id_is_nil(lookup->asked[place].principal_id);
}

static struct session_use use_of(const struct lookup *lookup, size_t place)
{
    const struct resolved_session *resolved = &lookup->found[place].resolved;
    return (struct session_use){.address = lookup->questions[place].address,
                                .is_program = came_with_key(lookup, place),
                                .session = resolved->session,
                                .newer = resolved->newer,
                                .device_proof_us = resolved->device_proof_us};
}

/* Of the account whoever has no role in it hears nothing, and an operator acts for the provider. A
 * partner's people are bound by the partner's own policy, in its customer's account, too. */
static const struct refusal *judge_policy(struct lookup *lookup, size_t place)
{
    struct question *question = &lookup->questions[place];
    const struct resolved_session *resolved = &lookup->found[place].resolved;
    const struct session_use use = use_of(lookup, place);
    unsigned roles = resolved->roles | resolved->partner.roles;
    bool acts = (roles & ~(ROLES_OF_OPERATORS | ROLE_OPERATOR | ROLE_OPERATOR_LOOK)) != 0;
    if (!acts || question->without_policy || is_without_session(lookup, place))
        return NULL;
    question->verdict = session_policy_decide(&resolved->session_policy, &use, lookup->now_us);
    return question->verdict == SESSION_POLICY_PASSED ? NULL
                                                      : session_policy_refusal(question->verdict);
}

static const struct refusal *judge_key(struct lookup *lookup, size_t place, struct key_uses *uses)
{
    const struct key_question *key = &lookup->questions[place].key;
    enum key_verdict verdict = key_question_decide(key, lookup->now_us);
    const struct refusal *no =
        verdict == KEY_ACCEPTED ? judge_policy(lookup, place) : key_refusal(verdict);
    if (verdict != KEY_UNKNOWN)
        key_uses_add(uses, key, no == NULL ? KEY_ACCEPTED : KEY_ELSEWHERE, lookup->now_us);
    return no;
}

static bool is_live(const struct lookup *lookup, size_t place)
{
    const struct session_found *found = &lookup->found[place];
    return found->exists && (is_without_session(lookup, place) ||
                             session_is_live(&found->resolved.session, lookup->now_us));
}

/* First whether the question's session or key opens anything, then whether it does so here. */
static void judge(struct lookup *lookup, size_t place, struct key_uses *uses)
{
    struct question *question = &lookup->questions[place];
    if (came_with_key(lookup, place))
        question->no = judge_key(lookup, place, uses);
    else
        question->no = is_live(lookup, place) ? judge_policy(lookup, place) : &session_ended;
    lookup->found[place].exists = question->no == NULL;
}

/* Of a key that is noted with its uses. */
static enum failure note_refused(struct call *call, const struct lookup *lookup)
{
    struct arena *arena = call_arena(call);
    struct refused_session *refused =
        arena_alloc_array(arena, lookup->question_count, sizeof *refused);
    size_t count = 0;
    for (size_t i = 0; i < lookup->question_count; i++) {
        const struct question *question = &lookup->questions[i];
        const struct resolved_session *resolved = &lookup->found[i].resolved;
        char network[SOURCE_SIZE];
        if (question->verdict == SESSION_POLICY_PASSED || came_with_key(lookup, i))
            continue;
        refused[count++] = (struct refused_session){
            .session_id = resolved->session_id,
            .principal_id = resolved->principal_id,
            .account_id = resolved_home_id(resolved),
            .reason = question->no->reason,
            .network = arena_strdup(arena, source_network(question->address, network))};
    }
    return session_question_store_note_refused(identity_reader(call), refused, count,
                                               lookup->now_us);
}

enum failure lookup_run(struct call *call, struct lookup *lookup)
{
    const struct resolved_session **used =
        arena_alloc_array(call_arena(call), lookup->question_count, sizeof(void *));
    struct key_uses uses = key_uses_new(call_arena(call), lookup->question_count);
    size_t count = 0;
    enum failure failure = session_question_store_resolve(
        identity_reader(call), lookup->asked, lookup->count, lookup->now_us, lookup->found);
    for (size_t i = 0; i < lookup->question_count && failure == FAILURE_NONE; i++) {
        struct session_found *found = &lookup->found[i];
        judge(lookup, i, &uses);
        if (found->exists && !came_with_key(lookup, i) && !is_without_session(lookup, i))
            used[count++] = &found->resolved;
    }
    if (failure == FAILURE_NONE)
        failure = session_question_store_touch(identity_reader(call), used, count, lookup->now_us);
    if (failure == FAILURE_NONE)
        failure = note_refused(call, lookup);
    return failure != FAILURE_NONE ? failure : key_uses_note(call, &uses, lookup->now_us);
}

/* ---- what it tells ---- */

int64_t lookup_expires_us(const struct lookup *lookup, size_t place)
{
    const struct resolved_session *resolved = &lookup->found[place].resolved;
    const struct session_use use = use_of(lookup, place);
    if (use.is_program)
        return resolved->key.expire_us;
    return lookup->questions[place].without_policy
               ? session_expires_us(&resolved->session)
               : session_policy_end_us(&resolved->session_policy, &use);
}

int lookup_refuse(struct call *call, const struct lookup *lookup, size_t place)
{
    const struct question *question = &lookup->questions[place];
    const struct resolved_session *resolved = &lookup->found[place].resolved;
    if (question->verdict == SESSION_POLICY_PASSED)
        return call_refuse(call, question->no, NO_TERMS);
    int64_t limit = session_policy_limit(&resolved->session_policy, question->verdict);
    return call_refuse(
        call, session_policy_refusal(question->verdict),
        REFUSAL_TERMS({"account_id", id_to_message(call, resolved_home_id(resolved))},
                      {"limit", arena_printf(call_arena(call), "%" PRId64, limit)},
                      {"enrolled", resolved->factors != 0 ? "true" : "false"}));
}
