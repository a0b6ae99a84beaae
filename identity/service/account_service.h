/* The account service's files: reading and showing accounts, which all share, and the rpcs that
 * have a file of their own. */
#ifndef IDENTITY_SERVICE_ACCOUNT_SERVICE_H
#define IDENTITY_SERVICE_ACCOUNT_SERVICE_H

#include "identity/service/identity_service.h"
#include "runtime/idempotency/call_once.h"

/* Reads an account; anything but 0 is to be returned. */
int account_read(struct call *call, const struct identity *identity, struct id account_id,
                 struct account_row *row) must_check;

/* The same inside a call_once body, after locking it. */
int account_lock(struct mutation *mutation, struct id account_id,
                 struct account_row *row) must_check;

/* The account as it is after a mutation; read outside of it, so that the answer kept with a request
 * id holds no contacts. */
int account_answer(struct call *call, const struct identity *identity, struct id account_id,
                   Identity__V1__Account **account) must_check;

/* billing_address.c */
int account_service_add_billing_address_call(struct call *call,
                                             const Identity__V1__AddBillingAddressRequest *request,
                                             Identity__V1__AddBillingAddressResponse *response);

/* second_channel.c */
int account_service_start_contact_verification_call(
    struct call *call, const Identity__V1__StartContactVerificationRequest *request,
    Identity__V1__StartContactVerificationResponse *response);
int account_service_confirm_contact_verification_call(
    struct call *call, const Identity__V1__ConfirmContactVerificationRequest *request,
    Identity__V1__ConfirmContactVerificationResponse *response);

#endif
