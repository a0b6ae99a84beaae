/* The end of a call in words: refusals by the rules, failures of the world, and which of them. */
#include <assert.h>

#include "runtime/rpc/serving.h"

static const char *keep(struct call *call, const char *text)
{
    return text == NULL ? "" : arena_strdup(&call->refusal_arena, text);
}

static const struct refusal_term *keep_terms(struct call *call, const struct refusal_term *terms)
{
    size_t count = 0;
    while (terms != NULL && terms[count].key != NULL)
        count++;
    struct refusal_term *copy =
        count == 0 ? NULL : arena_try_alloc_array(&call->refusal_arena, count + 1, sizeof *copy);
    for (size_t index = 0; copy != NULL && index < count; index++)
        copy[index] =
            (struct refusal_term){keep(call, terms[index].key), keep(call, terms[index].value)};
    return copy;
}

static void set_status(struct call *call, enum code code, const char *reason, const char *sentence)
{
    assert(code != CODE_OK);
    call->packed_status = (struct bytes){NULL, 0};
    call->status = (struct status){
        .code = code, .sentence = keep(call, sentence), .reason = keep(call, reason)};
    call->status.domain = call->method->domain;
    call->refusal_kind = NEVER;
}

int call_refuse(struct call *call, const struct refusal *refusal, const struct refusal_term *terms)
{
    assert(refusal->code != CODE_OK && refusal->reason != NULL && refusal->sentence != NULL);
    set_status(call, refusal->code, refusal->reason, refusal->sentence);
    call->refusal_kind = refusal->kind;
    call->status.retry_after_ms = refusal->kind == NOT_YET ? STATUS_NOT_YET_RETRY_MS : 0;
    call->status.terms = keep_terms(call, terms);
    if (refusal->code == CODE_FAILED_PRECONDITION) {
        call->precondition_violations[0] = (struct status_violation){
            .name = call->status.reason, .subject = "", .sentence = call->status.sentence};
        call->status.precondition_violations = call->precondition_violations;
        call->status.precondition_violation_count = 1;
    }
    return (int)refusal->code;
}

enum refusal_kind call_refusal_kind(const struct call *call)
{
    return call->refusal_kind;
}

const char *call_refusal_reason(const struct call *call)
{
    return call->status.reason != NULL ? call->status.reason : "";
}

int call_refuse_retry(struct call *call, const struct refusal *refusal,
                      const struct refusal_term *terms, int64_t retry_after_ms)
{
    assert(retry_after_ms >= 0);
    call_refuse(call, refusal, terms);
    call->status.retry_after_ms = retry_after_ms;
    return (int)refusal->code;
}

int call_invalid(struct call *call, const char *field, enum fault fault, const char *sentence)
{
    assert(field != NULL && fault != FAULT_NONE);
    call_add_field_violation(call, field, fault, sentence);
    return call_refuse_violations(call);
}

void call_add_field_violation(struct call *call, const char *field, enum fault fault,
                              const char *sentence)
{
    assert(call->field_violation_count <= VIOLATIONS_MAX && fault != FAULT_NONE);
    if (call->field_violation_count == VIOLATIONS_MAX)
        return;
    call->field_violations[call->field_violation_count++] =
        (struct status_violation){.name = keep(call, field),
                                  .subject = "",
                                  .sentence = keep(call, sentence),
                                  .reason = fault_reason(fault)};
}

void call_add_precondition_violation(struct call *call, const char *type, const char *subject,
                                     const char *sentence)
{
    assert(call->precondition_violation_count <= VIOLATIONS_MAX);
    if (call->precondition_violation_count == VIOLATIONS_MAX)
        return;
    call->precondition_violations[call->precondition_violation_count++] = (struct status_violation){
        .name = keep(call, type), .subject = keep(call, subject), .sentence = keep(call, sentence)};
}

bool call_has_violations(const struct call *call)
{
    return call->field_violation_count + call->precondition_violation_count > 0;
}

int call_refuse_violations(struct call *call)
{
    assert(call_has_violations(call));
    if (call->field_violation_count > 0) {
        set_status(call, CODE_INVALID_ARGUMENT, "INVALID_ARGUMENT",
                   call->field_violations[0].sentence);
        call->status.field_violations = call->field_violations;
        call->status.field_violation_count = call->field_violation_count;
    } else {
        set_status(call, CODE_FAILED_PRECONDITION, call->precondition_violations[0].name,
                   call->precondition_violations[0].sentence);
        call->status.precondition_violations = call->precondition_violations;
        call->status.precondition_violation_count = call->precondition_violation_count;
    }
    return (int)call->status.code;
}

#define CONFLICT_RETRY_MS 50
#define LOCKED_RETRY_MS 1000
#define UNAVAILABLE_RETRY_MS 500

/* The refusal by which the caller learns of a failure. An INDEFINITE mutation is safe to repeat:
 * its request_id finds what was done. Of a deadline and of a cancel nobody says what was done. */
static struct refusal refusal_of(enum failure failure)
{
    assert(failure != FAILURE_NONE);
    switch (failure) {
    case FAILURE_CANCELLED:
        return (struct refusal){"CANCELLED", NEVER, CODE_CANCELLED, "The caller gave up."};
    case FAILURE_DEADLINE:
        return (struct refusal){"DEADLINE", NEVER, CODE_DEADLINE_EXCEEDED,
                                "The deadline passed before there was an answer."};
    case FAILURE_UNAVAILABLE:
        return (struct refusal){STATUS_REASON_UNAVAILABLE, NEVER, CODE_UNAVAILABLE,
                                "A part that this needs cannot be reached; nothing was done."};
    case FAILURE_INDEFINITE:
        return (struct refusal){STATUS_REASON_INDEFINITE, NEVER, CODE_UNAVAILABLE,
                                "The outcome is not known; repeat with the same request_id."};
    case FAILURE_CONFLICT:
        return (struct refusal){STATUS_REASON_CONFLICT, NEVER, CODE_UNAVAILABLE,
                                "Concurrent changes won and nothing was done; try again."};
    case FAILURE_LOCKED:
        return (struct refusal){
            STATUS_REASON_LOCKED, NEVER, CODE_UNAVAILABLE,
            "Somebody holds what this needs; nothing was done. Try again later."};
    case FAILURE_EXHAUSTED:
        return (struct refusal){STATUS_REASON_EXHAUSTED, NEVER, CODE_RESOURCE_EXHAUSTED,
                                "A limit of the server was reached; nothing was done."};
    case FAILURE_NONE:
    case FAILURE_CONSTRAINT:
    case FAILURE_INVALID:
    case FAILURE_INTERNAL:
        break;
    }
    return (struct refusal){"INTERNAL", NEVER, CODE_INTERNAL, "Something went wrong here."};
}

/* The one place that decides what a call says of a failure: nothing was done, or it is not known.
 */
static enum failure failure_of_call(const struct call *call, enum failure failure)
{
    if (call->method->only_reads)
        return failure_of_reading(failure);
    return task_has_acted(call->task) ? failure_in_doubt(failure) : failure;
}

static int64_t retry_after_ms(enum failure failure)
{
    switch (failure) {
    case FAILURE_CONFLICT:
        return CONFLICT_RETRY_MS;
    case FAILURE_LOCKED:
        return LOCKED_RETRY_MS;
    case FAILURE_UNAVAILABLE:
    case FAILURE_INDEFINITE:
        return UNAVAILABLE_RETRY_MS;
    default:
        return 0;
    }
}

static struct status status_of(const struct call *call, enum failure failure)
{
    struct refusal refusal = refusal_of(failure);
    return (struct status){.code = refusal.code,
                           .reason = refusal.reason,
                           .sentence = refusal.sentence,
                           .domain = call->method->domain,
                           .retry_after_ms = retry_after_ms(failure)};
}

enum code call_fail(struct call *call, enum failure failure)
{
    assert(failure != FAILURE_NONE);
    bool is_said_already =
        failure == FAILURE_INVALID && call->status.code != CODE_OK; /* by call_receive */
    if (is_said_already)
        return call->status.code;
    bool is_cut = failure == FAILURE_CANCELLED && call->server->draining &&
                  !call->was_cancelled; /* not by its caller */
    call->failure = failure_of_call(call, is_cut ? FAILURE_INDEFINITE : failure);
    if (arena_exhausted(&call->refusal_arena))
        arena_reset(&call->refusal_arena);
    call->packed_status = (struct bytes){NULL, 0};
    call->status = status_of(call, call->failure);
    call->refusal_kind = NEVER;
    return call->status.code;
}

struct bytes call_failure_packed(struct call *call, enum failure failure)
{
    struct status status = status_of(call, failure);
    return status_pack(call->arena, &status);
}

struct bytes call_status_packed(struct call *call)
{
    assert(call->status.code != CODE_OK || call->packed_status.size > 0);
    return call->packed_status.size > 0 ? call->packed_status
                                        : status_pack(&call->refusal_arena, &call->status);
}

int call_refuse_packed(struct call *call, enum code code, struct bytes packed_status)
{
    assert(code != CODE_OK);
    struct status status = {0};
    bool is_read =
        packed_status.size > 0 && status_unpack(&call->refusal_arena, packed_status, &status);
    set_status(call, code, is_read ? status.reason : "", is_read ? status.sentence : "");
    bool is_kept = is_read && packed_status.size <= STATUS_BYTES_MAX;
    void *copy =
        is_kept ? arena_try_memdup(&call->refusal_arena, packed_status.data, packed_status.size)
                : NULL;
    if (copy != NULL)
        call->packed_status = (struct bytes){copy, packed_status.size};
    return (int)code;
}

void call_withhold(struct call *call)
{
    struct status *status = &call->status;
    assert(status->code != CODE_OK);
    if (call->packed_status.size > 0 &&
        !status_unpack(&call->refusal_arena, call->packed_status, status))
        status->reason = "";
    call->packed_status = (struct bytes){NULL, 0};
    status->terms = NULL;
    status->precondition_violations = NULL;
    status->precondition_violation_count = 0;
    if (status->code == CODE_FAILED_PRECONDITION)
        status->sentence = "The state of the account does not allow it.";
}

void call_forget_refusal(struct call *call)
{
    call->status = (struct status){.code = CODE_OK};
    call->packed_status = (struct bytes){NULL, 0};
    call->field_violation_count = call->precondition_violation_count = 0;
    call->refusal_kind = NEVER;
    call->failure = FAILURE_NONE;
    arena_reset(&call->refusal_arena);
}

struct bytes call_take_refusal(struct call *call)
{
    assert(call->status.code != CODE_OK);
    struct bytes packed = call_status_packed(call);
    void *copy = packed.size > 0 ? arena_try_memdup(call->arena, packed.data, packed.size) : NULL;
    if (arena_exhausted(&call->refusal_arena)) { /* it may lack a part */
        call->arena->exhausted = true;
        copy = NULL;
    }
    call_forget_refusal(call);
    return copy != NULL ? (struct bytes){copy, packed.size} : (struct bytes){NULL, 0};
}

/* An answer or a refusal that was made while memory was refused may lack a part. */
static bool call_lacks_memory(const struct call *call)
{
    return arena_exhausted(call->arena) || arena_exhausted(&call->refusal_arena);
}

/* A handler that returns a code without having said why gets the bare code. */
void call_finish(struct call *call, int no)
{
    call_move(call, CALL_FINISHED);
    if (no < 0)
        no = (int)call_fail(call, (enum failure)no);
    if (no != 0 && call->status.code != (enum code)no)
        set_status(call, (enum code)no, "", status_code_name((enum code)no));
    if (call_lacks_memory(call) && call->failure == FAILURE_NONE)
        no = (int)call_fail(call, FAILURE_EXHAUSTED);
    if (no == 0)
        call->status = (struct status){.code = CODE_OK};
    assert(no != 0 || call->response != NULL || call->method->server_streams ||
           call->method->client_streams);
}
