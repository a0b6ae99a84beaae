/* The company service's files: submissions as messages, which all share, and the operator's
 * decisions, which have a file of their own. */
#ifndef IDENTITY_SERVICE_COMPANY_SERVICE_H
#define IDENTITY_SERVICE_COMPANY_SERVICE_H

#include "identity/service/company_request.h"
#include "identity/service/identity_service.h"
#include "identity/store/company_store.h"

#define REGISTRATION_BYTES_MAX 128

/* Adds a violation when it is none that a company may have. */
void field_scheme(struct call *call, const char *field, Identity__V1__CompanyScheme scheme);

/* The state that is asked for; REVIEW_STATE_COUNT: any. */
enum review_state state_of(Identity__V1__SubmissionState state);

Identity__V1__SubmissionState submission_state_to_message(enum review_state state);
Identity__V1__CompanySubmission *submission_to_message(struct call *call,
                                                       const struct company_submission *submission);

/* One of two accounts whose companies are compared (ID-18). */
struct compared {
    struct id account_id;
    bool known;
    struct account_company company;
};

/* The verdict, and the account that fails by itself; refuses the call when one is not known. */
int company_compare(struct call *call, const struct compared *one, const struct compared *other,
                    Identity__V1__AccountComparison *comparison) must_check;

Identity__V1__SameCompanyVerdict verdict_to_message(enum same_company_verdict verdict);

/* company_decision.c: the operator's rpcs */
int approve_company(struct mutation *mutation, const struct approve_company *request,
                    Identity__V1__ApproveCompanyResponse *response);
void reject_company_read(struct call *call, const Identity__V1__RejectCompanyRequest *message,
                         struct reject_company *request);
int reject_company(struct mutation *mutation, const struct reject_company *request,
                   Identity__V1__RejectCompanyResponse *response);
void revoke_company_read(struct call *call, const Identity__V1__RevokeCompanyRequest *message,
                         struct revoke_company *request);
int revoke_company(struct mutation *mutation, const struct revoke_company *request,
                   Identity__V1__RevokeCompanyResponse *response);

/* company_merge.c */
void get_company_read(struct call *call, const Identity__V1__GetCompanyRequest *message,
                      struct get_company *request);
int get_company(struct call *call, const struct get_company *request,
                Identity__V1__GetCompanyResponse *response);
void merge_companies_read(struct call *call, const Identity__V1__MergeCompaniesRequest *message,
                          struct merge_companies *request);
int merge_companies(struct mutation *mutation, const struct merge_companies *request,
                    Identity__V1__MergeCompaniesResponse *response);

#endif
