/* Companies of the accounts in a call: the shard that a request goes to, and ID-18. */
#ifndef GATEWAY_SERVICE_COMPANY_H
#define GATEWAY_SERVICE_COMPANY_H

#include "gateway/domain/company.h"
#include "gateway/service/exchange.h"

/* The company under which the acting account's benefits live, for sharing; for all else the chain
 * in which its money began; "" for an operator who acts for no account. Sharing is for none that
 * never had a verified company. */
int company_of(struct exchange *exchange, const char **company_id);

/* The same; "" in place of the refusal. */
int company_find(struct exchange *exchange, const char **company_id);

/* The chain in which an account's money began, as text; "" before it was opened. */
enum failure company_opened(struct exchange *exchange, const char *account_id,
                            const char **company_id) must_check;

/* The one in which it is now, which the accounts of a company mostly share. */
enum failure company_chain(struct exchange *exchange, const char *account_id,
                           const char **chain_id) must_check;

/* Settled 11: an account that is alone and was verified for the session's company a moment ago
 * moves before its money does, not after. Fails while the ledger cannot be told. */
int company_catch_up(struct exchange *exchange, const char *account_id);

/* ---- ID-18: the acting account and others ---- */

/* Before the admission: names accounts that the request is about, so that identity is asked of them
 * together with the session, and when all are named. Texts that are no ids are left out, and so is
 * what is beyond IDENTITY_OTHERS_MAX. */
void company_name_others(struct exchange *exchange, char *const *account_ids, size_t count);
void company_end_others(struct exchange *exchange);

/* Afterwards, of one that was named: identity's verdict, and the account that it fails by, or its
 * no. */
int company_compare(struct exchange *exchange, const char *other_account_id,
                    struct identity_comparison *comparison);

/* Whether the verdict is that it is of the same company, no freeze is in force in it, and it is
 * where it stays. */
bool company_is_open(const struct exchange *exchange, const char *other_account_id);

/* Refuses accounts of different companies, and acts that a freeze of the other one stops. An
 * account that cannot be an id is left to the peer, which says so. */
int company_check_same(struct exchange *exchange, const char *account_id,
                       const char *other_account_id);

int company_refuse(struct exchange *exchange, enum company_verdict verdict, const char *account_id);

#endif
