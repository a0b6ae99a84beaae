/* Fields of identity's own kinds, read like those of runtime/rpc/field.h: each adds a violation
 * when it cannot be accepted. */
#ifndef IDENTITY_SERVICE_FIELDS_H
#define IDENTITY_SERVICE_FIELDS_H

#include "identity/domain/contact.h"
#include "identity/domain/role.h"
#include "identity/keys.h"
#include "identity/v1/contact.pb-c.h"
#include "identity/v1/role.pb-c.h"
#include "runtime/base/id.h"
#include "runtime/rpc/call.h"

/* Unspecified gives NONE without a violation. */
enum channel field_channel(struct call *call, const char *field, Identity__V1__Channel value);
enum delivery field_delivery(struct call *call, const char *field, Identity__V1__Delivery value,
                             bool none_allowed);

/* A role that an administrator may give: administrator or member. */
enum role field_role(struct call *call, const char *field, Identity__V1__Role value);

/* Six digits. */
void field_code(struct call *call, const char *field, const char *code);

/* A number that is possible by its country's plan, in E.164 form (runtime/people/phone.h), or
 * empty; and one that messages reach. */
void field_phone(struct call *call, const char *field, const char *phone);
void field_mobile(struct call *call, const char *field, const char *phone);

/* A known country code, or NULL with a violation. */
const struct country *field_country(struct call *call, const char *field, const char *code);

/* A UUID, or the nil id without a violation when it is empty. */
struct id field_id_or_none(struct call *call, const char *field, const char *text);

/* A failed password hash: too many at once is for the caller to try again in a second. */
/* Where the call comes from, as a keyed index (runtime/base/source.h); that of nobody when the
 * gateway does not say. */
bool source_index(struct call *call, const struct keys *keys, uint8_t index[KEYED_HASH_SIZE]);

int hashing_failed(struct call *call, enum failure failure);

#endif
