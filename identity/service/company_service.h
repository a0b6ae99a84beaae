/* The company service's files: submissions as messages, which all share, and the operator's
 * decisions, which have a file of their own. */
#ifndef IDENTITY_SERVICE_COMPANY_SERVICE_H
#define IDENTITY_SERVICE_COMPANY_SERVICE_H

#include "identity/domain/submission.h"
#include "identity/service/identity_service.h"
#include "identity/store/company_store.h"
#include "identity/v1/company.pb-c.h"

/* States of a submission, as kept. */
/* Fields of a request; a violation when they cannot be accepted. COMPANY_STATE_COUNT: any state. */
enum company_state field_state(struct call *call, const char *field,
                               Identity__V1__SubmissionState state);
enum company_scheme field_scheme(struct call *call, const char *field,
                                 Identity__V1__CompanyScheme scheme);

/* Inside a call_once body: puts the submission into the answer. */
int submission_answer(struct call *call, const struct company_submission *submission,
                      Identity__V1__CompanySubmission **message) must_check;

/* company_decision.c */
int company_service_approve_company_call(struct call *call,
                                         const Identity__V1__ApproveCompanyRequest *request,
                                         Identity__V1__ApproveCompanyResponse *response);
int company_service_reject_company_call(struct call *call,
                                        const Identity__V1__RejectCompanyRequest *request,
                                        Identity__V1__RejectCompanyResponse *response);
int company_service_revoke_company_call(struct call *call,
                                        const Identity__V1__RevokeCompanyRequest *request,
                                        Identity__V1__RevokeCompanyResponse *response);

#endif
