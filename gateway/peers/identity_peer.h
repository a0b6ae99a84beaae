/* Identity as the gateway sees it: who calls, what they may do, which company an account is of, and
 * messages to people. */
#ifndef GATEWAY_PEERS_IDENTITY_PEER_H
#define GATEWAY_PEERS_IDENTITY_PEER_H

#include <stdbool.h>

#include "gateway/domain/company.h"
#include "gateway/peers/peer_call.h"
#include "runtime/base/arena.h"
#include "runtime/base/id.h"

struct identity_session {
    const char *principal_id;
    const char *account_id; /* "" for an operator who acts for no account */
    const char *company_id; /* "" while the account has no verified company */
    bool corporate;
    unsigned roles; /* access_role bits, in the acting account */
};

/* account_id "" means the account that the principal opened. */
enum failure identity_session_resolve(struct peer_call call, const char *token,
                                      const char *account_id,
                                      struct identity_session *session) must_check;

struct identity_account {
    bool corporate;
    bool billing_address_present;
    const char *country;
    const char *company_id;
    const char *principal_name; /* who acts for it: the person, or the corporate contact; "" before
                                   the billing address */
};

enum failure identity_account_get(struct peer_call call, const char *account_id,
                                  struct identity_account *account) must_check;

/* failing_account_id: the account that is not corporate or not verified; "" otherwise. */
struct identity_comparison {
    enum company_verdict verdict;
    const char *failing_account_id;
};

enum failure identity_company_compare(struct peer_call call, const char *account_id,
                                      const char *other_account_id,
                                      struct identity_comparison *comparison) must_check;

/* same[i]: the i-th other, of at most 1,000 ids, is of the account's company. Of one that is not,
 * identity_company_compare says why. */
enum failure identity_companies_compare(struct peer_call call, const char *account_id,
                                        char **others, size_t count, bool *same) must_check;

/* The account of an event that changes what the other contexts must know of it:
 * identity.v1.BillingAddressAdded, CompanyVerified, CompanyRevoked. false: not such a payload. */
bool identity_event_account(struct arena *arena, const char *type, struct bytes payload,
                            struct id *account_id) must_check;

enum identity_delivery { IDENTITY_DELIVERY_EMAIL, IDENTITY_DELIVERY_SMS };

struct identity_notice {
    const char *account_id;
    struct id request_id; /* the same id is sent once, whatever is repeated */
    enum identity_delivery delivery;
    const char *subject;
    const char *text;
};

enum failure identity_notice_send(struct peer_call call,
                                  const struct identity_notice *notice) must_check;

#endif
