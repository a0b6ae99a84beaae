/* Real names of individuals: submitted by themselves, decided by operators (ID-08, ID-19). */
#include "identity/domain/real_name.h"

#include <string.h>

#include "identity/domain/submission.h"
#include "identity/jobs/real_name.h"
#include "identity/service/account_service.h"
#include "identity/service/company_service.h"
#include "identity/service/fields.h"
#include "identity/service/start.h"
#include "identity/store/verification_store.h"
#include "identity/v1/real_name.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define submit_real_name_admit(call) caller_admit(call)
#define submit_real_name_read submit_real_name_read
#define submit_real_name_kept submit_real_name_kept
#define submit_real_name_done(call, request, response) verification_ask_now(call)
#define list_real_names_admit(call) caller_admit(call)
#define approve_real_name_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define approve_real_name_scope(call, request) caller_id(call)
#define approve_real_name_done(call, request, response) messages_deliver(call)
#define reject_real_name_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define reject_real_name_read reject_real_name_read
#define reject_real_name_scope(call, request) caller_id(call)
#define reject_real_name_done(call, request, response) messages_deliver(call)
#define revoke_real_name_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define revoke_real_name_read revoke_real_name_read
#define revoke_real_name_scope(call, request) caller_id(call)
#define revoke_real_name_done(call, request, response) messages_deliver(call)
#define list_shared_persons_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#include "identity/service/real_name_rpc.h"

#define NAME_BYTES_MAX 128
#define NUMBER_BYTES_MAX 64
#define REASON_BYTES_MAX 512
#define INDEXED_SIZE (sizeof "document|CN|HONG_KONG_CARD|" + DOCUMENT_NUMBER_SIZE)

#define KIND_IS_THE_SAME(kind, country)                                     \
    static_assert((int)IDENTITY__V1__DOCUMENT_KIND__DOCUMENT_KIND_##kind == \
                      (int)DOCUMENT_KIND_##kind,                            \
                  #kind);
DOCUMENT_KINDS(KIND_IS_THE_SAME)

/* ---- SubmitRealName ---- */

static void submit_real_name_read(struct call *call,
                                  const Identity__V1__SubmitRealNameRequest *message,
                                  struct submit_real_name *request)
{
    submit_real_name_fields(call, message, request);
    field_country(call, "country", request->country);
    if ((int)request->document_kind <= DOCUMENT_KIND_NONE ||
        (int)request->document_kind >= DOCUMENT_KIND_COUNT)
        call_add_field_violation(call, "document_kind", FAULT_REQUIRED,
                                 "The document is missing or unknown.");
    field_secret(call, "document_number", request->document_number, 1, NUMBER_BYTES_MAX);
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
}

static void submit_real_name_kept(struct call *call, Identity__V1__SubmitRealNameRequest *message)
{
    message->document_number = text_digest(call, message->document_number);
    message->name = text_digest(call, message->name);
}

static int decide_submit(struct mutation *mutation, struct id account_id)
{
    struct account_row row;
    struct submission submission = {.of = ACCOUNT_TYPE_INDIVIDUAL,
                                    .principal_id = caller_id(mutation->call),
                                    .now_us = mutation->now_us};
    int no = account_lock(mutation, account_id, &row);
    if (no == 0)
        no = real_name_store_count_today(mutation->transaction, account_id, mutation->now_us,
                                         &submission.submitted_today);
    if (no != 0)
        return no;
    enum submission_verdict verdict = submission_decide(&row.account, &submission);
    return verdict == SUBMISSION_ACCEPTED
               ? 0
               : call_refuse(mutation->call, submission_refusal(verdict), NO_TERMS);
}

static int read_document(struct call *call, const struct submit_real_name *request, int64_t now_us,
                         struct person_document *document)
{
    *document =
        (struct person_document){.kind = (enum document_kind)request->document_kind,
                                 .expire_us = request->has_expire_time ? request->expire_us : 0};
    memcpy(document->country, request->country, sizeof document->country);
    enum document_verdict verdict =
        person_document_read(document, request->document_number, now_us);
    if (verdict == DOCUMENT_ACCEPTED)
        return 0;
    const char *field = verdict == DOCUMENT_EXPIRED ? "expire_time" : "document_number";
    return call_refuse(call, document_refusal(verdict), REFUSAL_TERMS({"field", field}));
}

static struct bytes index_of(struct call *call, const struct person_document *document)
{
    char text[INDEXED_SIZE];
    bool fits = text_print(text, sizeof text, "document|%s|%s|%s", document->country,
                           document_kind_name(document->kind), document->number);
    assert(fits);
    (void)fits;
    struct bytes index = text_index(call, text);
    secret_wipe(text, sizeof text);
    return index;
}

static int keep_submission(struct mutation *mutation, const struct submit_real_name *request,
                           const struct person_document *document, struct real_name *name)
{
    struct call *call = mutation->call;
    bool is_asked = verification_is_asked(&identity_of(call)->verification);
    *name = (struct real_name){.submission_id = id_new(mutation->now_us),
                               .account_id = request->account_id,
                               .country = document->country,
                               .kind = document->kind,
                               .name_sealed = text_seal(call, LABEL_REAL_NAME, request->name),
                               .number_sealed =
                                   text_seal(call, LABEL_DOCUMENT_NUMBER, document->number),
                               .expire_us = document->expire_us,
                               .state = is_asked ? REVIEW_SUBMITTED : REVIEW_IN_REVIEW,
                               .reason = "",
                               .submitted_us = mutation->now_us};
    int no = real_name_store_take_person(mutation->transaction, index_of(call, document),
                                         mutation->now_us, &name->person_id);
    if (no == 0)
        no = real_name_store_submit(mutation->transaction, name, caller_id(call));
    if (no == 0 && is_asked)
        no = verification_store_insert(mutation->transaction, name->submission_id, false,
                                       clock_work_us());
    return no == 0 ? trail_note(mutation, request->account_id, "REAL_NAME_SUBMITTED",
                                document_kind_name(document->kind))
                   : no;
}

static int submit_real_name(struct mutation *mutation, const struct submit_real_name *request,
                            Identity__V1__SubmitRealNameResponse *response)
{
    struct person_document document;
    struct real_name name;
    int no = decide_submit(mutation, request->account_id);
    if (no == 0)
        no = read_document(mutation->call, request, mutation->now_us, &document);
    if (no == 0)
        no = keep_submission(mutation, request, &document, &name);
    secret_wipe(&document, sizeof document);
    if (no != 0)
        return no;
    response->submission_id = id_to_message(mutation->call, name.submission_id);
    response->state = submission_state_to_message(name.state);
    return 0;
}

/* ---- lists ---- */

static char *masked(struct call *call, const char *label, struct bytes sealed,
                    void (*mask)(const char *text, char masked[REAL_NAME_MASK_SIZE]))
{
    char text[REAL_NAME_MASK_SIZE];
    char *opened = text_open(call, label, sealed);
    if (opened == NULL)
        return NULL;
    mask(opened, text);
    secret_wipe(opened, strlen(opened));
    return arena_strdup(call_arena(call), text);
}

static Identity__V1__RealName *real_name_to_message(struct call *call, const struct real_name *name)
{
    struct arena *arena = call_arena(call);
    Identity__V1__RealName *message = arena_alloc(arena, sizeof *message);
    identity__v1__real_name__init(message);
    message->submission_id = id_to_message(call, name->submission_id);
    message->account_id = id_to_message(call, name->account_id);
    message->country = arena_strdup(arena, name->country);
    message->document_kind = (Identity__V1__DocumentKind)name->kind;
    message->masked_name = masked(call, LABEL_REAL_NAME, name->name_sealed, real_name_mask);
    message->masked_number =
        masked(call, LABEL_DOCUMENT_NUMBER, name->number_sealed, document_number_mask);
    if (name->expire_us != 0)
        message->expire_time = timestamp_from_us(arena, name->expire_us);
    message->state = submission_state_to_message(name->state);
    message->reason = arena_strdup(arena, name->reason);
    message->submit_time = timestamp_from_us(arena, name->submitted_us);
    if (name->decided_us != 0)
        message->decide_time = timestamp_from_us(arena, name->decided_us);
    return message->masked_name != NULL && message->masked_number != NULL ? message : NULL;
}

static ProtobufCMessage *own_message(struct call *call, const void *name)
{
    return (ProtobufCMessage *)real_name_to_message(call, name);
}

static ProtobufCMessage *message_for_operators(struct call *call, const void *row)
{
    const struct real_name *name = row;
    Identity__V1__RealName *message = real_name_to_message(call, name);
    if (message != NULL)
        message->person_id = id_to_message(call, name->person_id);
    return (ProtobufCMessage *)message;
}

static int list_real_names(struct call *call, const struct list_real_names *request,
                           Identity__V1__ListRealNamesResponse *response)
{
    unsigned roles = ROLE_NONE;
    struct real_names names;
    const struct real_name_filter filter = {.account_id = request->account_id,
                                            .person_id = request->person_id,
                                            .state = state_of(request->state),
                                            .before_id = request->before_id,
                                            .limit = page_limit(request->page_size)};
    int no = caller_roles(call, request->account_id, &roles);
    if (no != 0)
        return no;
    enum role_verdict verdict = role_list_decide(roles, !id_is_nil(request->account_id));
    if (verdict != ROLE_ACCEPTED)
        return call_refuse(call, role_refusal(verdict), NO_TERMS);
    no = real_name_store_list(identity_reader(call), &filter, &names);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, names.items, names.count, submission_id,
                              id_is_nil(request->account_id) ? message_for_operators : own_message),
                         &response->base);
}

static ProtobufCMessage *person_to_message(struct call *call, const void *row)
{
    const struct shared_person *person = row;
    Identity__V1__SharedPerson *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__shared_person__init(message);
    message->person_id = id_to_message(call, person->person_id);
    message->account_count = (int32_t)person->accounts;
    return &message->base;
}

static int list_shared_persons(struct call *call, const struct list_shared_persons *request,
                               Identity__V1__ListSharedPersonsResponse *response)
{
    struct shared_persons persons;
    int no = real_name_store_list_shared(identity_reader(call), request->before_id,
                                         page_limit(request->page_size), &persons);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, persons.items, persons.count, person_id,
                                      person_to_message),
                                 &response->base);
}

/* ---- decisions of operators ---- */

static int decide(struct mutation *mutation, struct id submission_id, enum review_event event,
                  const char *reason, Identity__V1__SubmissionState *state)
{
    struct real_name name;
    bool exists = false;
    int no = real_name_store_lock(mutation->transaction, submission_id, &name, &exists);
    if (no != 0)
        return no;
    enum review_verdict verdict = review_move(exists ? &name.state : NULL, event);
    if (verdict != REVIEW_ACCEPTED)
        return call_refuse(mutation->call, review_refusal(verdict), NO_TERMS);
    name.reason = reason;
    name.decided_us = mutation->now_us;
    *state = submission_state_to_message(name.state);
    return real_name_keep(mutation->transaction, &identity_of(mutation->call)->courier, &name,
                          caller_id(mutation->call), mutation->now_us);
}

static int approve_real_name(struct mutation *mutation, const struct approve_real_name *request,
                             Identity__V1__ApproveRealNameResponse *response)
{
    return decide(mutation, request->submission_id, REVIEW_APPROVAL, "", &response->state);
}

static void reject_real_name_read(struct call *call,
                                  const Identity__V1__RejectRealNameRequest *message,
                                  struct reject_real_name *request)
{
    reject_real_name_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

static int reject_real_name(struct mutation *mutation, const struct reject_real_name *request,
                            Identity__V1__RejectRealNameResponse *response)
{
    return decide(mutation, request->submission_id, REVIEW_REJECTION, request->reason,
                  &response->state);
}

static void revoke_real_name_read(struct call *call,
                                  const Identity__V1__RevokeRealNameRequest *message,
                                  struct revoke_real_name *request)
{
    revoke_real_name_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

static int revoke_real_name(struct mutation *mutation, const struct revoke_real_name *request,
                            Identity__V1__RevokeRealNameResponse *response)
{
    return decide(mutation, request->submission_id, REVIEW_REVOCATION, request->reason,
                  &response->state);
}
