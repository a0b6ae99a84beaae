/* Requests for more (LED-41), the rpcs of AllocationService about them. */
#ifndef LEDGER_SERVICE_FUNDING_H
#define LEDGER_SERVICE_FUNDING_H

#include "ledger/v1/allocation.pb-c.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/call.h"

struct request_funding;
void request_funding_read(struct call *call, const Ledger__V1__RequestFundingRequest *message,
                          struct request_funding *request);
int request_funding(struct mutation *mutation, const struct request_funding *request,
                    Ledger__V1__RequestFundingResponse *response);

struct withdraw_funding_request;
int withdraw_funding_request(struct mutation *mutation,
                             const struct withdraw_funding_request *request,
                             Ledger__V1__WithdrawFundingRequestResponse *response);

struct decline_funding_request;
void decline_funding_request_read(struct call *call,
                                  const Ledger__V1__DeclineFundingRequestRequest *message,
                                  struct decline_funding_request *request);
int decline_funding_request(struct mutation *mutation,
                            const struct decline_funding_request *request,
                            Ledger__V1__DeclineFundingRequestResponse *response);

struct list_funding_requests;
int list_funding_requests(struct call *call, const struct list_funding_requests *request,
                          Ledger__V1__ListFundingRequestsResponse *response);

#endif
