/* The peers' own answers, for screens that gather several. The caller waits two seconds for each at
 * most; messages are lent by the task's arena. */
#ifndef GATEWAY_PEERS_VIEW_PEER_H
#define GATEWAY_PEERS_VIEW_PEER_H

#include "gateway/peers/ledger_peer.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/relation.pb-c.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/credit.pb-c.h"
#include "ledger/v1/hold.pb-c.h"
#include "ledger/v1/usage.pb-c.h"
#include "payments/v1/top_up.pb-c.h"

enum failure view_balance(struct peer_call call, const struct ledger_place *place,
                          Ledger__V1__GetBalanceResponse **response) must_check;
enum failure view_credit_limit(struct peer_call call, const struct ledger_place *place,
                               Ledger__V1__GetCreditLimitResponse **response) must_check;

/* The newest count active holds, and the sum of all; the latest due count unpaid bills. */
enum failure view_holds(struct peer_call call, const struct ledger_place *place, int count,
                        Ledger__V1__ListHoldsResponse **response) must_check;
enum failure view_bills(struct peer_call call, const struct ledger_place *place, int count,
                        Ledger__V1__ListBillsResponse **response) must_check;

/* The newest count that may still move. */
enum failure view_top_ups(struct peer_call call, const char *account_id, int count,
                          Payments__V1__ListTopUpsResponse **response) must_check;

/* The accounts of who the headers say is asking. */
enum failure view_accounts(struct peer_call call, const struct rpc_header *headers,
                           const Identity__V1__ListMyAccountsRequest *request,
                           Identity__V1__ListMyAccountsResponse **response) must_check;

/* Relations of the account that the request names. */
enum failure view_relations(struct peer_call call, const struct rpc_header *headers,
                            const Identity__V1__ListRelationsRequest *request,
                            Identity__V1__ListRelationsResponse **response) must_check;

/* Balances of accounts of one company. */
enum failure view_balances(struct peer_call call, const Ledger__V1__GetBalancesRequest *request,
                           Ledger__V1__GetBalancesResponse **response) must_check;

#endif
