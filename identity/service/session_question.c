/* The gateway's questions before a call: whose session it comes with, what they may do in an
 * account, and which company the accounts in it are of (ID-18, ID-34). */
#include <string.h>

#include "identity/domain/factor.h"
#include "identity/domain/relation.h"
#include "identity/domain/role.h"
#include "identity/service/company_service.h"
#include "identity/service/fields.h"
#include "identity/service/session_lookup.h"
#include "identity/service/words.h"
#include "identity/service/session_service.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define QUESTIONS_MAX 256
#define APPOINTED_US (INT64_C(24) * 3600 * 1000000) /* c-19 */
#define OTHERS_MAX 1000                             /* of all questions together */

/* ---- what is asked ---- */

void resolve_sessions_read(struct call *call, const Identity__V1__ResolveSessionsRequest *message,
                           struct resolve_sessions *request)
{
    size_t others = 0;
    resolve_sessions_fields(call, message, request);
    if (request->n_questions < 1 || request->n_questions > QUESTIONS_MAX)
        call_add_field_violation(call, "questions", FAULT_OUT_OF_RANGE, "must hold 1 to 256");
    for (size_t i = 0; i < request->n_questions; i++)
        others += request->questions[i]->n_other_account_ids;
    if (others > OTHERS_MAX)
        call_add_field_violation(call, "questions", FAULT_OUT_OF_RANGE,
                                 "must name at most 1,000 other accounts");
}

/* ---- what is answered ---- */

static size_t factors_to_message(struct call *call, unsigned factors,
                                 Identity__V1__FactorKind **messages)
{
    size_t count = 0;
    *messages = arena_alloc_array(call_arena(call), 2, sizeof **messages);
    if (factors & 1u << FACTOR_TOTP)
        (*messages)[count++] = IDENTITY__V1__FACTOR_KIND__FACTOR_KIND_TOTP;
    if (factors & 1u << FACTOR_WEBAUTHN)
        (*messages)[count++] = IDENTITY__V1__FACTOR_KIND__FACTOR_KIND_WEBAUTHN;
    return count;
}

static size_t custom_roles_to_message(struct call *call, const struct held_custom_roles *held,
                                      Identity__V1__HeldCustomRole ***messages)
{
    struct arena *arena = call_arena(call);
    *messages = arena_alloc_array(arena, held->count, sizeof **messages);
    for (size_t i = 0; i < held->count; i++) {
        const struct held_custom_role *role = &held->items[i];
        Identity__V1__HeldCustomRole *message = arena_alloc(arena, sizeof *message);
        identity__v1__held_custom_role__init(message);
        message->role_id = arena_strdup(arena, role->role_id);
        message->name = arena_strdup(arena, role->name);
        message->n_permissions = words_to_message(call, role->allows, &message->permissions);
        message->n_denied_permissions =
            words_to_message(call, role->denies, &message->denied_permissions);
        message->inherited = role->inherited;
        (*messages)[i] = message;
    }
    return held->count;
}

static size_t ids_to_message(struct call *call, const char *ids, char ***messages)
{
    struct arena *arena = call_arena(call);
    size_t count = 0, room = (strlen(ids) + 1) / ID_TEXT_SIZE; /* a space between */
    *messages = arena_alloc_array(arena, room, sizeof **messages);
    for (const char *text = ids; count < room; text += ID_TEXT_SIZE)
        (*messages)[count++] = arena_strndup(arena, text, ID_TEXT_SIZE - 1);
    return count;
}

/* NULL: there is none. */
static Identity__V1__HeldFreeze *freeze_to_message(struct call *call,
                                                   const struct held_freeze *freeze)
{
    if (id_is_nil(freeze->freeze_id))
        return NULL;
    Identity__V1__HeldFreeze *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__held_freeze__init(message);
    message->freeze_id = id_to_message(call, freeze->freeze_id);
    message->level = (Identity__V1__FreezeLevel)freeze->level;
    message->begin_time = timestamp_from_us(call_arena(call), freeze->begun_us);
    if (freeze->expire_us != 0)
        message->expire_time = timestamp_from_us(call_arena(call), freeze->expire_us);
    return message;
}

/* Judged before anything is told of them. */
static void tell_old_gateway(struct session_found *found)
{
    found->resolved.roles = role_for_old_gateway(found->resolved.roles);
}

/* Of a gateway of the last release, which would not see what such a role denies. */
static void hide_custom_roles(struct resolved_session *resolved)
{
    if (resolved->custom_roles.count == 0)
        return;
    resolved->custom_roles.count = 0;
    resolved->roles &= ROLES_OF_OPERATORS | (unsigned)ROLE_OPERATOR;
    resolved->inherited = resolved->given = ROLE_NONE;
}

/* B.5; NULL: there is none. */
static Identity__V1__HeldPartner *partner_to_message(struct call *call,
                                                     const struct resolved_partner *partner)
{
    if (id_is_nil(partner->account_id))
        return NULL;
    struct arena *arena = call_arena(call);
    Identity__V1__HeldPartner *message = arena_alloc(arena, sizeof *message);
    identity__v1__held_partner__init(message);
    message->account_id = id_to_message(call, partner->account_id);
    message->relation_id = id_to_message(call, partner->relation_id);
    message->permissions =
        arena_alloc_array(arena, RELATION_PERMISSION_END, sizeof *message->permissions);
    for (unsigned i = 1; i < RELATION_PERMISSION_END; i++)
        if ((partner->permissions & 1u << i) != 0)
            message->permissions[message->n_permissions++] = (Identity__V1__RelationPermission)i;
    message->n_roles = roles_to_message(call, partner->roles, &message->roles);
    message->n_inherited_roles =
        roles_to_message(call, partner->inherited, &message->inherited_roles);
    message->n_given_roles = roles_to_message(call, partner->given, &message->given_roles);
    message->n_custom_roles =
        custom_roles_to_message(call, &partner->custom_roles, &message->custom_roles);
    return message;
}

/* Of an account that is not theirs, nothing is told but that there are no roles. */
static void answer_session(struct call *call, const struct lookup *lookup, size_t place,
                           Identity__V1__ResolveSessionResponse *response)
{
    const struct session_found *found = &lookup->found[place];
    const struct resolved_session *resolved = &found->resolved;
    unsigned roles = resolved->roles | resolved->partner.roles;
    bool theirs = roles != ROLE_NONE;
    response->session_id = id_to_message(call, resolved->session_id);
    response->principal_id = id_to_message(call, resolved->principal_id);
    if (!id_is_nil(resolved->account_id))
        response->account_id = id_to_message(call, resolved->account_id);
    if (theirs && !id_is_nil(found->company.company_id))
        response->company_id = id_to_message(call, found->company.company_id);
    response->corporate = theirs && found->company.type == ACCOUNT_TYPE_CORPORATE;
    response->n_roles = roles_to_message(call, resolved->roles, &response->roles);
    response->n_inherited_roles =
        roles_to_message(call, resolved->inherited, &response->inherited_roles);
    response->n_given_roles = roles_to_message(call, resolved->given, &response->given_roles);
    response->owner = resolved->owns;
    response->n_custom_roles =
        custom_roles_to_message(call, &resolved->custom_roles, &response->custom_roles);
    response->expire_time = timestamp_from_us(call_arena(call), lookup_expires_us(lookup, place));
    if (resolved->proved_us != 0)
        response->mfa_time = timestamp_from_us(call_arena(call), resolved->proved_us);
    response->mfa_operation_hash =
        (ProtobufCBinaryData){.len = resolved->proved_for.size,
                              .data = arena_memdup(call_arena(call), resolved->proved_for.data,
                                                   resolved->proved_for.size)};
    response->mfa_money =
        (Identity__V1__MfaDemand)mfa_demand_on(resolved->policy.money, &resolved->policy, roles);
    response->mfa_who_may_what = (Identity__V1__MfaDemand)mfa_demand_on(
        resolved->policy.who_may_what, &resolved->policy, roles);
    response->key_kind = (Identity__V1__KeyKind)resolved->key.kind;
    if (resolved->key.kind != KEY_NONE)
        response->key_scope = key_scope_to_message(call, resolved->key.allows, resolved->key.denies,
                                                   resolved->key.addresses);
    response->n_appointer_principal_ids =
        ids_to_message(call, resolved->appointers, &response->appointer_principal_ids);
    response->n_maker_principal_ids =
        ids_to_message(call, resolved->makers, &response->maker_principal_ids);
    response->n_factor_kinds = factors_to_message(call, resolved->factors, &response->factor_kinds);
    if (theirs)
        response->freeze = freeze_to_message(call, &found->freeze);
    response->freeze_epoch = found->freeze_epoch;
    response->partner = partner_to_message(call, &resolved->partner);
}

int resolve_session(struct call *call, const struct resolve_session *request,
                    Identity__V1__ResolveSessionResponse *response)
{
    struct lookup lookup = lookup_new(call, 1, 0);
    lookup.questions->address = "";
    lookup_ask(&lookup, 0, request->session_token, request->account_id);
    int no = lookup_run(call, &lookup);
    if (no == 0 && !lookup.found->exists)
        return lookup_refuse(call, &lookup, 0);
    if (no != 0)
        return no;
    tell_old_gateway(lookup.found);
    hide_custom_roles(&lookup.found->resolved);
    answer_session(call, &lookup, 0, response);
    return 0;
}

/* ---- several at once ---- */

/* The refusal as the call has it by now becomes one part's own. */
static Google__Rpc__Status *take_refusal(struct call *call)
{
    Google__Rpc__Status *status = arena_alloc(call_arena(call), sizeof *status);
    google__rpc__status__init(status);
    bool set = message_set_packed(call_arena(call), &status->base, call_take_refusal(call));
    (void)set; /* without memory the call itself is refused */
    return status;
}

static void refuse(struct call *call, Identity__V1__SessionAnswer *answer)
{
    answer->outcome_case = IDENTITY__V1__SESSION_ANSWER__OUTCOME_REFUSED;
    answer->refused = take_refusal(call);
}

static bool is_key(const Identity__V1__SessionQuestion *question)
{
    return key_is_meant(question->session_token) || question->certificate_hash.len > 0;
}

static void ask_question(struct call *call, struct lookup *lookup, size_t i,
                         const Identity__V1__SessionQuestion *question,
                         Identity__V1__SessionAnswer *answer)
{
    struct id account_id = field_optional_id(call, "account_id", question->account_id);
    struct id principal_id = field_optional_id(call, "principal_id", question->principal_id);
    if (call_has_violations(call)) {
        call_refuse_violations(call);
        refuse(call, answer);
    } else if (question->takes_keys && is_key(question))
        lookup_ask_key(call, lookup, i, question, account_id);
    else
        lookup_ask(lookup, i, question->session_token, account_id);
    lookup->questions[i].address = question->source_address;
    lookup->questions[i].without_policy = question->without_policy;
    lookup->asked[i].takes_partners = question->takes_partners;
    if (text_is_empty(question->session_token))
        lookup->asked[i].principal_id = principal_id;
    if (question->with_appointers)
        lookup->asked[i].appointed_since_us = lookup->now_us - APPOINTED_US;
}

/* Its others have the places from *place on. */
static void ask_others(struct call *call, struct lookup *lookup, size_t *place,
                       const Identity__V1__SessionQuestion *question,
                       Identity__V1__SessionAnswer *answer)
{
    struct arena *arena = call_arena(call);
    answer->n_others = question->n_other_account_ids;
    answer->others = arena_alloc_array(arena, answer->n_others, sizeof *answer->others);
    for (size_t i = 0; i < answer->n_others; i++) {
        answer->others[i] = arena_alloc(arena, sizeof **answer->others);
        identity__v1__account_comparison__init(answer->others[i]);
        lookup->asked[*place + i].account_id =
            field_id(call, "other_account_ids", question->other_account_ids[i]);
        if (call_has_violations(call)) {
            call_refuse_violations(call);
            answer->others[i]->refused = take_refusal(call);
        }
    }
    *place += answer->n_others;
}

static void compare(struct call *call, const struct compared *one, const struct compared *other,
                    Identity__V1__AccountComparison *comparison)
{
    if (comparison->refused == NULL && company_compare(call, one, other, comparison) != 0)
        comparison->refused = take_refusal(call);
}

static struct compared compared_of(const struct lookup *lookup, size_t place)
{
    const struct session_found *found = &lookup->found[place];
    return (struct compared){found->exists ? found->resolved.account_id
                                           : lookup->asked[place].account_id,
                             found->account_known, found->company};
}

/* Only who has a role in the account hears how others stand to it. */
static void answer_question(struct call *call, const struct lookup *lookup, size_t i, size_t place,
                            Identity__V1__SessionAnswer *answer)
{
    const struct session_found *found = &lookup->found[i];
    struct compared own = compared_of(lookup, i);
    size_t others = answer->n_others;
    answer->n_others = 0;
    if (answer->outcome_case == IDENTITY__V1__SESSION_ANSWER__OUTCOME_REFUSED)
        return;
    if (!found->exists) {
        (void)lookup_refuse(call, lookup, i);
        refuse(call, answer);
        return;
    }
    answer->outcome_case = IDENTITY__V1__SESSION_ANSWER__OUTCOME_SESSION;
    answer->session = arena_alloc(call_arena(call), sizeof *answer->session);
    identity__v1__resolve_session_response__init(answer->session);
    answer_session(call, lookup, i, answer->session);
    if (found->resolved.roles == ROLE_NONE || id_is_nil(own.account_id))
        return;
    answer->n_others = others;
    for (size_t k = 0; k < others; k++) {
        struct compared other = compared_of(lookup, place + k);
        compare(call, &own, &other, answer->others[k]);
        answer->others[k]->freeze = freeze_to_message(call, &lookup->found[place + k].freeze);
    }
}

int resolve_sessions(struct call *call, const struct resolve_sessions *request,
                     Identity__V1__ResolveSessionsResponse *response)
{
    struct arena *arena = call_arena(call);
    size_t count = request->n_questions, others = 0;
    for (size_t i = 0; i < count; i++)
        others += request->questions[i]->n_other_account_ids;
    struct lookup lookup = lookup_new(call, count, others);
    response->n_answers = count;
    response->answers = arena_alloc_array(arena, count, sizeof *response->answers);
    size_t *places = arena_alloc_array(arena, count, sizeof *places);
    for (size_t i = 0, place = count; i < count; i++) {
        response->answers[i] = arena_alloc(arena, sizeof **response->answers);
        identity__v1__session_answer__init(response->answers[i]);
        places[i] = place;
        ask_question(call, &lookup, i, request->questions[i], response->answers[i]);
        ask_others(call, &lookup, &place, request->questions[i], response->answers[i]);
    }
    int no = lookup_run(call, &lookup);
    for (size_t i = 0; i < count && no == 0; i++) {
        if (!request->questions[i]->takes_operator_roles)
            tell_old_gateway(&lookup.found[i]);
        if (!request->questions[i]->takes_custom_roles)
            hide_custom_roles(&lookup.found[i].resolved);
        answer_question(call, &lookup, i, places[i], response->answers[i]);
    }
    return no;
}
