/* The parts of identity that its rpcs share. */
#ifndef IDENTITY_SERVICE_IDENTITY_SERVICE_H
#define IDENTITY_SERVICE_IDENTITY_SERVICE_H

#include "identity/domain/refusals.h"
#include "identity/domain/text_limit.h"
#include "identity/keys.h"
#include "identity/service/password_hasher.h"
#include "identity/jobs/courier.h"
#include "identity/store/account_store.h"
#include "identity/v1/account.pb-c.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/process/process.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/server.h"

/* The context of every service. */
struct identity {
    struct database *database;
    struct keys keys;
    struct password_hasher hasher;
    struct courier courier;
    struct text_budget text_budget;
};

/* Labels under which things are sealed. */
#define LABEL_EMAIL "contact.email"
#define LABEL_PHONE "contact.phone"
#define LABEL_BILLING_ADDRESS "billing_address"

/* Who acts, from the metadata of the gateway; false when it is missing (answer caller_missing). */
bool caller_read(struct call *call, struct id *principal_id) must_check;

/* Tells the world, in the transaction: a message of identity.v1 under the account. */
enum failure event_append(struct mutation *mutation, struct id account_id,
                          const ProtobufCMessage *event, int64_t now_us) must_check;

/* An id as text; NULL at the arena's maximum. */
char *id_to_message(struct call *call, struct id id) must_check;

/* The account with its contacts opened; NULL at the arena's maximum or when a seal is broken. */
Identity__V1__Account *account_to_message(struct call *call, const struct identity *identity,
                                          const struct account_row *row) must_check;

#endif
