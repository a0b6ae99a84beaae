/* Acts that wait for approvers, as the gateway's services see them (c-19). */
#ifndef GATEWAY_SERVICE_APPROVAL_H
#define GATEWAY_SERVICE_APPROVAL_H

#include "gateway/service/ceiling_act.h"
#include "gateway/service/exchange.h"
#include "gateway/store/approval_store.h"

#define APPROVAL_HASH_SIZE 32

/* Where ceilings and approvals of the caller's acts are kept: the acting account; the provider's
 * own for operators, in whatever account they act. */
bool approval_place(const struct exchange *exchange, struct id *account_id) must_check;

/* Looks whether the act's request waits already, or has: act->approval is APPROVAL_NONE when it
 * never did. */
enum failure approval_look(struct transaction *transaction, struct exchange *exchange,
                           const struct ceiling_user *user, struct ceiling_act *act) must_check;

/* Keeps the exchange's request until as many approve it as the account's policy asks for. */
enum failure approval_ask(struct transaction *transaction, struct exchange *exchange,
                          const struct ceiling_user *user, int64_t approvers,
                          struct ceiling_act *act) must_check;

/* One approver's facts but for the hash and an earlier vote. */
struct approval_facts approval_facts_of(struct arena *arena, const struct approval *approval,
                                        const struct ceiling_policy *policy,
                                        const struct identity_session *approver);

#endif
