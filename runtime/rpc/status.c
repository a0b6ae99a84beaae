#include "runtime/rpc/status.h"

#include <string.h>

#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "runtime/rpc/message.h"

#define TYPE_URL_PREFIX "type.googleapis.com/"
#define DETAILS_MAX 4
#define RETRY_SECONDS_MAX INT64_C(315576000000) /* google.protobuf.Duration's own limit */

/* protobuf-c's structs hold char *, also of messages that are only packed. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)(text == NULL ? "" : text);
}

/* ---- packing ---- */

static bool detail_add(struct arena *arena, Google__Rpc__Status *answer,
                       const ProtobufCMessage *detail)
{
    Google__Protobuf__Any *any = arena_alloc(arena, sizeof *any);
    char *type_url = arena_printf(arena, TYPE_URL_PREFIX "%s", detail->descriptor->name);
    struct bytes value = message_pack(arena, detail);
    if (value.data == NULL)
        return false;
    google__protobuf__any__init(any);
    any->type_url = type_url;
    any->value = (ProtobufCBinaryData){.len = value.size, .data = (uint8_t *)(uintptr_t)value.data};
    answer->details[answer->n_details++] = any;
    return true;
}

static size_t terms_count(const struct refusal_term *terms)
{
    size_t count = 0;
    while (terms != NULL && terms[count].key != NULL)
        count++;
    return count;
}

static bool error_info_add(struct arena *arena, Google__Rpc__Status *answer,
                           const struct status *status)
{
    if (text_is_empty(status->reason))
        return true;
    size_t count = terms_count(status->terms);
    Google__Rpc__ErrorInfo__MetadataEntry *entries =
        arena_alloc_array(arena, count + 1, sizeof *entries);
    Google__Rpc__ErrorInfo__MetadataEntry **pointers =
        arena_alloc_array(arena, count + 1, sizeof *pointers);
    for (size_t i = 0; i < count; i++) {
        google__rpc__error_info__metadata_entry__init(&entries[i]);
        entries[i].key = borrowed(status->terms[i].key);
        entries[i].value = borrowed(status->terms[i].value);
        pointers[i] = &entries[i];
    }
    Google__Rpc__ErrorInfo info = GOOGLE__RPC__ERROR_INFO__INIT;
    info.reason = borrowed(status->reason);
    info.domain = borrowed(status->domain);
    info.n_metadata = count;
    info.metadata = pointers;
    return detail_add(arena, answer, &info.base);
}

static bool bad_request_add(struct arena *arena, Google__Rpc__Status *answer,
                            const struct status *status, size_t count)
{
    if (count == 0)
        return true;
    Google__Rpc__BadRequest__FieldViolation *lines = arena_alloc_array(arena, count, sizeof *lines);
    Google__Rpc__BadRequest__FieldViolation **pointers =
        arena_alloc_array(arena, count, sizeof *pointers);
    for (size_t i = 0; i < count; i++) {
        google__rpc__bad_request__field_violation__init(&lines[i]);
        lines[i].field = borrowed(status->field_violations[i].name);
        lines[i].description = borrowed(status->field_violations[i].sentence);
        lines[i].reason = borrowed(status->field_violations[i].reason);
        pointers[i] = &lines[i];
    }
    Google__Rpc__BadRequest request = GOOGLE__RPC__BAD_REQUEST__INIT;
    request.n_field_violations = count;
    request.field_violations = pointers;
    return detail_add(arena, answer, &request.base);
}

static bool precondition_failure_add(struct arena *arena, Google__Rpc__Status *answer,
                                     const struct status *status, size_t count)
{
    if (count == 0)
        return true;
    Google__Rpc__PreconditionFailure__Violation *lines =
        arena_alloc_array(arena, count, sizeof *lines);
    Google__Rpc__PreconditionFailure__Violation **pointers =
        arena_alloc_array(arena, count, sizeof *pointers);
    for (size_t i = 0; i < count; i++) {
        google__rpc__precondition_failure__violation__init(&lines[i]);
        lines[i].type = borrowed(status->precondition_violations[i].name);
        lines[i].subject = borrowed(status->precondition_violations[i].subject);
        lines[i].description = borrowed(status->precondition_violations[i].sentence);
        pointers[i] = &lines[i];
    }
    Google__Rpc__PreconditionFailure failure = GOOGLE__RPC__PRECONDITION_FAILURE__INIT;
    failure.n_violations = count;
    failure.violations = pointers;
    return detail_add(arena, answer, &failure.base);
}

static bool retry_info_add(struct arena *arena, Google__Rpc__Status *answer,
                           const struct status *status)
{
    if (status->retry_after_ms <= 0)
        return true;
    Google__Protobuf__Duration delay = GOOGLE__PROTOBUF__DURATION__INIT;
    delay.seconds = status->retry_after_ms / 1000;
    delay.nanos = (int32_t)(status->retry_after_ms % 1000) * 1000000;
    Google__Rpc__RetryInfo info = GOOGLE__RPC__RETRY_INFO__INIT;
    info.retry_delay = &delay;
    return detail_add(arena, answer, &info.base);
}

static struct bytes pack_with(struct arena *arena, const struct status *status, size_t fields,
                              size_t preconditions)
{
    Google__Protobuf__Any *details[DETAILS_MAX];
    Google__Rpc__Status answer = GOOGLE__RPC__STATUS__INIT;
    answer.code = (int32_t)status->code;
    answer.message = borrowed(status->sentence);
    answer.details = details;
    bool complete = error_info_add(arena, &answer, status) &&
                    bad_request_add(arena, &answer, status, fields) &&
                    precondition_failure_add(arena, &answer, status, preconditions) &&
                    retry_info_add(arena, &answer, status);
    return complete ? message_pack(arena, &answer.base) : (struct bytes){NULL, 0};
}

struct bytes status_pack(struct arena *arena, const struct status *status)
{
    size_t fields = status->field_violation_count;
    size_t preconditions = status->precondition_violation_count;
    struct bytes packed = pack_with(arena, status, fields, preconditions);
    while (packed.size > STATUS_BYTES_MAX && fields + preconditions > 0) {
        fields /= 2;
        preconditions /= 2;
        packed = pack_with(arena, status, fields, preconditions);
    }
    return packed;
}

/* ---- reading ---- */

static bool error_info_read(struct arena *arena, const Google__Rpc__ErrorInfo *info,
                            struct status *status)
{
    struct refusal_term *terms = arena_try_alloc_array(arena, info->n_metadata + 1, sizeof *terms);
    if (terms == NULL)
        return false;
    for (size_t i = 0; i < info->n_metadata; i++)
        terms[i] =
            (struct refusal_term){.key = info->metadata[i]->key, .value = info->metadata[i]->value};
    status->reason = info->reason;
    status->domain = info->domain;
    status->terms = terms;
    return true;
}

static bool bad_request_read(struct arena *arena, const Google__Rpc__BadRequest *request,
                             struct status *status)
{
    struct status_violation *lines =
        arena_try_alloc_array(arena, request->n_field_violations + 1, sizeof *lines);
    if (lines == NULL)
        return false;
    for (size_t i = 0; i < request->n_field_violations; i++) {
        const Google__Rpc__BadRequest__FieldViolation *line = request->field_violations[i];
        lines[i] = (struct status_violation){.name = line->field,
                                             .subject = "",
                                             .sentence = line->description,
                                             .reason = line->reason};
    }
    status->field_violations = lines;
    status->field_violation_count = request->n_field_violations;
    return true;
}

static bool precondition_failure_read(struct arena *arena,
                                      const Google__Rpc__PreconditionFailure *failure,
                                      struct status *status)
{
    struct status_violation *lines =
        arena_try_alloc_array(arena, failure->n_violations + 1, sizeof *lines);
    if (lines == NULL)
        return false;
    for (size_t i = 0; i < failure->n_violations; i++) {
        const Google__Rpc__PreconditionFailure__Violation *line = failure->violations[i];
        lines[i] = (struct status_violation){.name = line->type,
                                             .subject = line->subject,
                                             .sentence = line->description,
                                             .reason = ""};
    }
    status->precondition_violations = lines;
    status->precondition_violation_count = failure->n_violations;
    return true;
}

static void retry_info_read(const Google__Rpc__RetryInfo *info, struct status *status)
{
    const Google__Protobuf__Duration *delay = info->retry_delay;
    if (delay != NULL && delay->seconds >= 0 && delay->seconds <= RETRY_SECONDS_MAX &&
        delay->nanos >= 0 && delay->nanos <= 999999999)
        status->retry_after_ms = delay->seconds * 1000 + delay->nanos / 1000000;
}

static bool detail_is(const Google__Protobuf__Any *any,
                      const ProtobufCMessageDescriptor *descriptor)
{
    const char *slash = strrchr(any->type_url, '/');
    return slash != NULL && strcmp(slash + 1, descriptor->name) == 0;
}

static bool detail_read(struct arena *arena, const Google__Protobuf__Any *any,
                        struct status *status)
{
    static const ProtobufCMessageDescriptor *const known[] = {
        &google__rpc__error_info__descriptor, &google__rpc__bad_request__descriptor,
        &google__rpc__precondition_failure__descriptor, &google__rpc__retry_info__descriptor};
    const ProtobufCMessageDescriptor *descriptor = NULL;
    for (size_t i = 0; i < sizeof known / sizeof known[0] && descriptor == NULL; i++)
        descriptor = detail_is(any, known[i]) ? known[i] : NULL;
    if (descriptor == NULL)
        return true;
    ProtobufCMessage *detail =
        message_unpack(arena, descriptor, (struct bytes){any->value.data, any->value.len});
    if (detail == NULL)
        return false;
    if (descriptor == &google__rpc__error_info__descriptor)
        return error_info_read(arena, (const Google__Rpc__ErrorInfo *)detail, status);
    if (descriptor == &google__rpc__bad_request__descriptor)
        return bad_request_read(arena, (const Google__Rpc__BadRequest *)detail, status);
    if (descriptor == &google__rpc__precondition_failure__descriptor)
        return precondition_failure_read(arena, (const Google__Rpc__PreconditionFailure *)detail,
                                         status);
    retry_info_read((const Google__Rpc__RetryInfo *)detail, status);
    return true;
}

bool status_unpack(struct arena *arena, struct bytes packed, struct status *status)
{
    static const struct refusal_term no_terms[] = {{NULL, NULL}};
    ProtobufCMessage *message = message_unpack(arena, &google__rpc__status__descriptor, packed);
    if (message == NULL)
        return false;
    const Google__Rpc__Status *answer = (const Google__Rpc__Status *)message;
    *status = (struct status){.code = (enum code)answer->code,
                              .sentence = answer->message,
                              .reason = "",
                              .domain = "",
                              .terms = no_terms};
    for (size_t i = 0; i < answer->n_details; i++) {
        if (!detail_read(arena, answer->details[i], status))
            return false;
    }
    return true;
}

const char *status_term(const struct status *status, const char *key)
{
    for (const struct refusal_term *term = status->terms; term != NULL && term->key != NULL;
         term++) {
        if (strcmp(term->key, key) == 0)
            return term->value;
    }
    return NULL;
}

const char *status_code_name(enum code code)
{
    static const char *const names[] = {
        [CODE_OK] = "OK",
        [CODE_CANCELLED] = "CANCELLED",
        [CODE_UNKNOWN] = "UNKNOWN",
        [CODE_INVALID_ARGUMENT] = "INVALID_ARGUMENT",
        [CODE_DEADLINE_EXCEEDED] = "DEADLINE_EXCEEDED",
        [CODE_NOT_FOUND] = "NOT_FOUND",
        [CODE_ALREADY_EXISTS] = "ALREADY_EXISTS",
        [CODE_PERMISSION_DENIED] = "PERMISSION_DENIED",
        [CODE_RESOURCE_EXHAUSTED] = "RESOURCE_EXHAUSTED",
        [CODE_FAILED_PRECONDITION] = "FAILED_PRECONDITION",
        [CODE_ABORTED] = "ABORTED",
        [CODE_OUT_OF_RANGE] = "OUT_OF_RANGE",
        [CODE_UNIMPLEMENTED] = "UNIMPLEMENTED",
        [CODE_INTERNAL] = "INTERNAL",
        [CODE_UNAVAILABLE] = "UNAVAILABLE",
        [CODE_DATA_LOSS] = "DATA_LOSS",
        [CODE_UNAUTHENTICATED] = "UNAUTHENTICATED",
    };
    size_t index = (size_t)code;
    return index < sizeof names / sizeof names[0] ? names[index] : "UNKNOWN";
}
