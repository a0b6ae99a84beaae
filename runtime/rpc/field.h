/* Reading the fields of a request: each adds a violation to the call when the field cannot be
 * accepted (BadRequest names them all), so a handler reads every field and then asks
 * call_has_violations once. */
#ifndef RUNTIME_RPC_FIELD_H
#define RUNTIME_RPC_FIELD_H

#include "google/protobuf/timestamp.pb-c.h"
#include "runtime/base/currency.h"
#include "runtime/base/id.h"
#include "runtime/rpc/call.h"

/* A UUID; the nil id when it cannot be read. */
struct id field_id(struct call *call, const char *field, const char *text);

/* The same where none may be named: the nil id for "". */
struct id field_optional_id(struct call *call, const char *field, const char *text);

/* Another account than the acting one. */
void field_another(struct call *call, const char *field, struct id id, struct id account_id);

/* 1 to count_max distinct UUIDs, in the call's arena; NULL when one cannot be read or comes twice.
 * count 0 is a violation unless none_allowed. */
const struct id *field_ids(struct call *call, const char *field, char *const *texts, size_t count,
                           size_t count_max, bool none_allowed);

/* Plain text (base/plain_text.h) of size_min to size_max bytes. */
void field_text(struct call *call, const char *field, const char *text, size_t size_min,
                size_t size_max);

/* The same for what nobody will read (a card number, a code): clean text. */
void field_secret(struct call *call, const char *field, const char *text, size_t size_min,
                  size_t size_max);

/* A moment; absent is a violation. */
int64_t field_time(struct call *call, const char *field,
                   const Google__Protobuf__Timestamp *timestamp);

/* ISO 4217, or NULL with a violation. */
const struct currency *field_currency(struct call *call, const char *field, const char *code);

/* Above zero and, when the currency is known, whole in its minor unit. */
void field_amount(struct call *call, const char *field, int64_t amount_micros,
                  const struct currency *currency);

/* One of the enum's values; 0 says nothing and is one. */
void field_enum(struct call *call, const char *field, const ProtobufCEnumDescriptor *values,
                int value);

#endif
