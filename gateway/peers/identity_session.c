#include "gateway/peers/identity_session.h"

#include "gateway/peers/identity_roles.h"
#include "identity/v1/session.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

/* One message at a time gathers more questions than two would, and identity pays by the message. */
#define UNDER_WAY_MAX 1
#define QUESTIONS_MAX 256 /* identity's own maximum of a message */
/* For the answers to them all, each with 15 roles of accounts' own. */
#define ARENA_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct question {
    struct gather_item item; /* first: gather.h */
    const struct identity_question *asked;
    struct task *task;
    struct identity_session *session;
    struct rpc_status *status;
    enum failure failure;
};

static struct question *question_of(struct gather_item *item)
{
    return (struct question *)(void *)item;
}

/* ---- what is asked: with copies, for an asker may leave ---- */

static void set_certificate(struct arena *arena, Identity__V1__SessionQuestion *message,
                            const struct identity_certificate *certificate)
{
    message->program_id = id_format(certificate->program_id, arena_alloc(arena, ID_TEXT_SIZE));
    message->certificate_hash = (ProtobufCBinaryData){
        .len = sizeof(certificate->hash),
        .data = arena_memdup(arena, certificate->hash, sizeof(certificate->hash))};
}

static Identity__V1__SessionQuestion *to_message(struct arena *arena,
                                                 const struct identity_question *asked)
{
    Identity__V1__SessionQuestion *message = arena_alloc(arena, sizeof(*message));
    identity__v1__session_question__init(message);
    if (asked->certificate == NULL)
        message->session_token = arena_strdup(arena, asked->token);
    else
        set_certificate(arena, message, asked->certificate);
    message->account_id = arena_strdup(arena, asked->account_id);
    message->source_address = arena_strdup(arena, asked->source_address);
    message->takes_keys = true;
    message->takes_operator_roles = true;
    message->takes_custom_roles = true;
    message->takes_partners = true;
    message->with_appointers = asked->with_appointers;
    message->without_policy = asked->without_policy;
    if (!id_is_nil(asked->principal_id))
        message->principal_id = id_format(asked->principal_id, arena_alloc(arena, ID_TEXT_SIZE));
    message->n_other_account_ids = asked->other_count;
    message->other_account_ids = arena_alloc_array(arena, asked->other_count, sizeof(char *));
    for (size_t i = 0; i < asked->other_count; i++)
        message->other_account_ids[i] =
            id_format(asked->others[i], arena_alloc(arena, ID_TEXT_SIZE));
    return message;
}

/* ---- what is answered: copied to the asker ---- */

static unsigned factor_bits(const Identity__V1__FactorKind *kinds, size_t count)
{
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++) {
        if (kinds[i] == IDENTITY__V1__FACTOR_KIND__FACTOR_KIND_TOTP)
            bits |= STEP_UP_TOTP;
        else if (kinds[i] == IDENTITY__V1__FACTOR_KIND__FACTOR_KIND_WEBAUTHN)
            bits |= STEP_UP_WEBAUTHN;
    }
    return bits;
}

/* An identity of the last release says nothing of it. */
static enum step_up_demand demand_of(Identity__V1__MfaDemand wire)
{
    if (wire == IDENTITY__V1__MFA_DEMAND__MFA_DEMAND_NONE)
        return STEP_UP_NEVER;
    return wire == IDENTITY__V1__MFA_DEMAND__MFA_DEMAND_REQUIRED ? STEP_UP_ALWAYS
                                                                 : STEP_UP_WHEN_ENROLLED;
}

/* An identity of the last release says nothing of it. A level that is not known here stops all
 * that the highest one does. */
static bool read_freeze(struct arena *arena, const Identity__V1__HeldFreeze *message,
                        struct freeze *freeze)
{
    *freeze = (struct freeze){.freeze_id = ""};
    if (message == NULL || text_is_empty(message->freeze_id))
        return true;
    bool is_known =
        (int)message->level > FREEZE_NOTHING && (int)message->level < FREEZE_PAYG_SUSPEND;
    freeze->level = is_known ? (enum freeze_level)message->level : FREEZE_PAYG_SUSPEND;
    freeze->freeze_id = arena_strdup(arena, message->freeze_id);
    return message->begin_time != NULL && timestamp_to_us(message->begin_time, &freeze->begun_us) &&
           (message->expire_time == NULL ||
            timestamp_to_us(message->expire_time, &freeze->expire_us));
}

static bool read_verdict(Identity__V1__SameCompanyVerdict wire, enum company_verdict *verdict)
{
    switch (wire) {
    case IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_SAME:
        *verdict = COMPANY_SAME;
        return true;
    case IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_NOT_CORPORATE:
        *verdict = COMPANY_NOT_CORPORATE;
        return true;
    case IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_NOT_VERIFIED:
        *verdict = COMPANY_NOT_VERIFIED;
        return true;
    case IDENTITY__V1__SAME_COMPANY_VERDICT__SAME_COMPANY_VERDICT_DIFFERENT_COMPANY:
        *verdict = COMPANY_DIFFERENT;
        return true;
    default:
        return false;
    }
}

/* A no within an answer, as if it were the answer to a call of its own. */
static struct rpc_status status_of(struct arena *arena, const Google__Rpc__Status *refused)
{
    return (struct rpc_status){.code = (enum code)refused->code,
                               .sentence = arena_strdup(arena, refused->message),
                               .reason = "",
                               .packed = message_pack(arena, &refused->base)};
}

static bool is_refusal(const Google__Rpc__Status *refused)
{
    return refused->code > CODE_OK && refused->code <= CODE_UNAUTHENTICATED;
}

static bool read_comparison(struct arena *arena, const Identity__V1__AccountComparison *message,
                            struct identity_comparison *comparison)
{
    comparison->failing_account_id = arena_strdup(arena, message->failing_account_id);
    if (!read_freeze(arena, message->freeze, &comparison->freeze))
        return false;
    if (message->refused == NULL)
        return read_verdict(message->verdict, &comparison->verdict);
    comparison->refused = status_of(arena, message->refused);
    return is_refusal(message->refused);
}

static enum failure read_comparisons(struct question *question,
                                     const Identity__V1__SessionAnswer *answer)
{
    struct arena *arena = task_arena(question->task);
    size_t count = answer->n_others;
    struct identity_comparison *comparisons = arena_alloc_array(arena, count, sizeof(*comparisons));
    if (count != 0 && count != question->asked->other_count)
        return FAILURE_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        if (!read_comparison(arena, answer->others[i], &comparisons[i]))
            return FAILURE_INTERNAL;
    }
    question->session->comparisons = comparisons;
    question->session->comparison_count = count;
    return FAILURE_NONE;
}

static char *const *copy_texts(struct arena *arena, char *const *texts, size_t count)
{
    char **copies = arena_alloc_array(arena, count, sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = arena_strdup(arena, texts[i]);
    return copies;
}

static enum failure read_answer(struct question *question,
                                const Identity__V1__SessionAnswer *answer)
{
    struct arena *arena = task_arena(question->task);
    if (answer->outcome_case == IDENTITY__V1__SESSION_ANSWER__OUTCOME_REFUSED) {
        *question->status = status_of(arena, answer->refused);
        return is_refusal(answer->refused) ? FAILURE_NONE : FAILURE_INTERNAL;
    }
    if (answer->outcome_case != IDENTITY__V1__SESSION_ANSWER__OUTCOME_SESSION)
        return FAILURE_INTERNAL;
    const Identity__V1__ResolveSessionResponse *session = answer->session;
    *question->session = (struct identity_session){
        .session_id = arena_strdup(arena, session->session_id),
        .principal_id = arena_strdup(arena, session->principal_id),
        .account_id = arena_strdup(arena, session->account_id),
        .company_id = arena_strdup(arena, session->company_id),
        .corporate = session->corporate,
        .roles = identity_role_bits(session->roles, session->n_roles),
        .custom = identity_custom_of(arena, session->custom_roles, session->n_custom_roles),
        .inherited = identity_role_bits(session->inherited_roles, session->n_inherited_roles),
        .given = identity_role_bits(session->given_roles, session->n_given_roles),
        .owns = session->owner,
        .partner = identity_held_partner(arena, session->partner),
        .money = demand_of(session->mfa_money),
        .who_may_what = demand_of(session->mfa_who_may_what),
        .factors = factor_bits(session->factor_kinds, session->n_factor_kinds),
        .scope = identity_scope_of(arena, session->key_scope),
        .by_certificate = session->key_kind == IDENTITY__V1__KEY_KIND__KEY_KIND_CERTIFICATE,
        .appointers =
            copy_texts(arena, session->appointer_principal_ids, session->n_appointer_principal_ids),
        .appointer_count = session->n_appointer_principal_ids,
        .makers = copy_texts(arena, session->maker_principal_ids, session->n_maker_principal_ids),
        .maker_count = session->n_maker_principal_ids,
        .freeze_epoch = session->freeze_epoch,
    };
    if (session->mfa_operation_hash.len > 0)
        question->session->proved_for = (struct bytes){
            arena_memdup(arena, session->mfa_operation_hash.data, session->mfa_operation_hash.len),
            session->mfa_operation_hash.len};
    if (session->mfa_time != NULL &&
        !timestamp_to_us(session->mfa_time, &question->session->proved_us))
        return FAILURE_INTERNAL;
    question->session->expire_us = INT64_MAX;
    if (session->expire_time != NULL &&
        !timestamp_to_us(session->expire_time, &question->session->expire_us))
        return FAILURE_INTERNAL;
    if (!read_freeze(arena, session->freeze, &question->session->freeze))
        return FAILURE_INTERNAL;
    return read_comparisons(question, answer);
}

static void read_refusal(struct question *question, const struct rpc_status *status)
{
    struct arena *arena = task_arena(question->task);
    const void *packed = arena_memdup(arena, status->packed.data, status->packed.size);
    *question->status = (struct rpc_status){.code = status->code,
                                            .sentence = arena_strdup(arena, status->sentence),
                                            .reason = arena_strdup(arena, status->reason),
                                            .packed = {packed, status->packed.size}};
}

/* ---- a message ---- */

static enum failure send_questions(struct task *task, void *context, struct gather_item **items,
                                   size_t count)
{
    struct arena *arena = task_arena(task);
    Identity__V1__ResolveSessionsRequest request = IDENTITY__V1__RESOLVE_SESSIONS_REQUEST__INIT;
    Identity__V1__ResolveSessionsResponse *response = NULL;
    struct rpc_client *identity = context;
    struct rpc_status status;
    request.n_questions = count;
    request.questions = arena_alloc_array(arena, count, sizeof(*request.questions));
    for (size_t i = 0; i < count; i++)
        request.questions[i] = to_message(arena, question_of(items[i])->asked);
    enum failure failure = RPC_CALL(task, identity, identity__v1__session_service, resolve_sessions,
                                    &request, &response, &status);
    if (failure == FAILURE_NONE && status.code == CODE_OK && response->n_answers != count)
        failure = FAILURE_INTERNAL;
    for (size_t i = 0; i < count && failure == FAILURE_NONE; i++) {
        struct question *question = items[i] != NULL ? question_of(items[i]) : NULL;
        if (question != NULL && status.code != CODE_OK)
            read_refusal(question, &status);
        else if (question != NULL)
            question->failure = read_answer(question, response->answers[i]);
    }
    return failure;
}

struct gather identity_gather(struct rpc_client *identity)
{
    return (struct gather){.name = "gateway_questions",
                           .send = send_questions,
                           .context = identity,
                           .under_way_max = UNDER_WAY_MAX,
                           .items_max = QUESTIONS_MAX,
                           .weight_max = IDENTITY_OTHERS_MAX,
                           .arena_bytes_max = ARENA_BYTES_MAX};
}

enum failure identity_session_resolve(struct task *task, struct gather *gather,
                                      const struct identity_question *question,
                                      struct identity_session *session, struct rpc_status *status)
{
    struct question asking = {.item = {.weight = question->other_count},
                              .asked = question,
                              .task = task,
                              .session = session,
                              .status = status};
    *status = (struct rpc_status){.code = CODE_OK, .sentence = "", .reason = ""};
    enum failure failure = gather_ask(task, gather, &asking.item);
    return failure == FAILURE_NONE ? asking.failure : failure;
}

enum failure identity_session_resolve_all(struct task *task, struct gather *gather,
                                          struct identity_answer *answers, size_t count)
{
    struct question *asking = arena_alloc_array(task_arena(task), count, sizeof *asking);
    struct gather_item **items = arena_alloc_array(task_arena(task), count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        answers[i].status = (struct rpc_status){.code = CODE_OK, .sentence = "", .reason = ""};
        asking[i] = (struct question){.asked = &answers[i].question,
                                      .task = task,
                                      .session = &answers[i].session,
                                      .status = &answers[i].status};
        items[i] = &asking[i].item;
    }
    enum failure failure = FAILURE_NONE;
    for (size_t done = 0; done < count && failure == FAILURE_NONE; done += QUESTIONS_MAX) {
        size_t size = count - done < QUESTIONS_MAX ? count - done : QUESTIONS_MAX;
        failure = gather->send(task, gather->context, items + done, size);
    }
    for (size_t i = 0; i < count && failure == FAILURE_NONE; i++)
        failure = asking[i].failure;
    return failure;
}
