/* The account service's files: reading and showing accounts, which all share, and the rpcs that
 * have a file of their own. */
#ifndef IDENTITY_SERVICE_ACCOUNT_SERVICE_H
#define IDENTITY_SERVICE_ACCOUNT_SERVICE_H

#include "identity/service/account_request.h"
#include "identity/service/identity_service.h"

/* Reads an account; an unknown one is refused. */
int account_read(struct call *call, struct id account_id, struct account_row *row) must_check;

/* The same in a mutation, after locking it. */
int account_lock(struct mutation *mutation, struct id account_id,
                 struct account_row *row) must_check;

Identity__V1__AccountType account_type_to_message(enum account_type type);

/* The account with its contacts opened; NULL when a seal is broken. */
Identity__V1__Account *account_to_message(struct call *call,
                                          const struct account_row *row) must_check;

/* Puts the account, as it is after a mutation, into the response: outside of the mutation, so that
 * the answer that is kept with a request id holds no contacts. */
int account_answer(struct call *call, struct id account_id,
                   Identity__V1__Account **message) must_check;

/* billing_address.c */
void add_billing_address_read(struct call *call,
                              const Identity__V1__AddBillingAddressRequest *message,
                              struct add_billing_address *request);
void billing_address_read_corporate(struct call *call,
                                    const Identity__V1__CorporateBillingAddress *corporate);
struct bytes billing_address_seal(struct call *call, const ProtobufCMessage *address);
int add_billing_address(struct mutation *mutation, const struct add_billing_address *request,
                        Identity__V1__AddBillingAddressResponse *response);

/* conversion.c */
void convert_account_read(struct call *call, const Identity__V1__ConvertAccountRequest *message,
                          struct convert_account *request);
int convert_account(struct mutation *mutation, const struct convert_account *request,
                    Identity__V1__ConvertAccountResponse *response);

/* region.c */
void set_region_read(struct call *call, const Identity__V1__SetRegionRequest *message,
                     struct set_region *request);
int set_region(struct mutation *mutation, const struct set_region *request,
               Identity__V1__SetRegionResponse *response);
void confirm_region_read(struct call *call, const Identity__V1__ConfirmRegionRequest *message,
                         struct confirm_region *request);
int confirm_region(struct mutation *mutation, const struct confirm_region *request,
                   Identity__V1__ConfirmRegionResponse *response);

/* onboarding_record.c */
int upgrade_account(struct mutation *mutation, const struct upgrade_account *request,
                    Identity__V1__UpgradeAccountResponse *response);
int list_onboarding_records(struct call *call, const struct list_onboarding_records *request,
                            Identity__V1__ListOnboardingRecordsResponse *response);
int export_onboarding(struct call *call, const struct export_onboarding *request,
                      Identity__V1__ExportOnboardingResponse *response);

/* second_channel.c */
void start_contact_verification_read(struct call *call,
                                     const Identity__V1__StartContactVerificationRequest *message,
                                     struct start_contact_verification *request);
void start_contact_verification_kept(struct call *call,
                                     Identity__V1__StartContactVerificationRequest *message);
int start_contact_verification(struct mutation *mutation,
                               const struct start_contact_verification *request,
                               Identity__V1__StartContactVerificationResponse *response);
void confirm_contact_verification_read(
    struct call *call, const Identity__V1__ConfirmContactVerificationRequest *message,
    struct confirm_contact_verification *request);
int confirm_contact_verification(struct mutation *mutation,
                                 const struct confirm_contact_verification *request,
                                 Identity__V1__ConfirmContactVerificationResponse *response);

#endif
