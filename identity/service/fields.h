/* Fields of identity's own kinds, judged like those of runtime/rpc/field.h: each adds a violation
 * when it cannot be accepted. The values of the protos' enums are those of the domain's. */
#ifndef IDENTITY_SERVICE_FIELDS_H
#define IDENTITY_SERVICE_FIELDS_H

#include "identity/domain/role.h"
#include "identity/v1/contact.pb-c.h"
#include "identity/v1/role.pb-c.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/call.h"

/* May be unspecified. */
void field_channel(struct call *call, const char *field, Identity__V1__Channel value);
void field_delivery(struct call *call, const char *field, Identity__V1__Delivery value,
                    bool none_allowed);

/* The wire's roles as bits of enum role, and back; ROLE_NONE for one that is unknown. */
enum role role_of_message(Identity__V1__Role value);
Identity__V1__Role role_to_message(enum role role);
size_t roles_to_message(struct call *call, unsigned roles, Identity__V1__Role **messages);

/* A decision about roles that says no. */
int role_refuse(struct call *call, enum role_verdict verdict);

/* Refuses who may not give a grant, or a key that acts by one. */
int role_give(struct call *call, const struct role_giver *giver, bool subtree);

/* Locks the account; refuses who is no administrator of it. */
int administrator_lock(struct mutation *mutation, struct id account_id) must_check;

/* A role that an administrator may give. */
void field_role(struct call *call, const char *field, Identity__V1__Role value);

/* Six digits. */
void field_code(struct call *call, const char *field, const char *code);

/* Of an invitation, as it was sent. */
void field_invitation_code(struct call *call, const char *code);

void field_email(struct call *call, const char *field, const char *email);

/* Empty, or a number in E.164 form that is possible by its country's plan (runtime/people/phone.h);
 * and one that messages reach. */
void field_phone(struct call *call, const char *field, const char *phone);
void field_mobile(struct call *call, const char *field, const char *phone);

/* The code of a country (ISO 3166-1 alpha-2). */
void field_country(struct call *call, const char *field, const char *code);

#endif
