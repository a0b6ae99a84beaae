/* Sharing an asset: who may share it with whom, and from when a share counts (SHR-01 to SHR-08,
 * SHR-19). Pure: facts come in, a verdict goes out. Which rows that means is the store's business.
 */
#ifndef SHARING_DOMAIN_SHARE_H
#define SHARING_DOMAIN_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define SHARE_RECIPIENTS_MAX 100 /* SHR-01: of one asset, the owner not counted (SHR-02) */
#define SHARE_ORGANIZATION_DELAY_US (INT64_C(60) * 1000 * 1000) /* SHR-05 */
#define SHARE_AUTOMATIC_DELAY_US (INT64_C(60) * 1000 * 1000)    /* SHR-07 */

#define SHARE_REFUSALS(X)                                                            \
    X(SHARE_ASSET_UNKNOWN, NEVER, CODE_NOT_FOUND, "ASSET_NOT_FOUND",                 \
      "The account owns no such asset.")                                             \
    X(SHARE_BY_RECIPIENT, NEVER, CODE_PERMISSION_DENIED, "RESHARING_FORBIDDEN",      \
      "Only the owner may share an asset.")                                          \
    X(SHARE_ASSET_REVOKED, NEVER, CODE_FAILED_PRECONDITION, "ASSET_REVOKED",         \
      "The remaining value of the asset was revoked.")                               \
    X(SHARE_ASSET_EXPIRED, NEVER, CODE_FAILED_PRECONDITION, "ASSET_EXPIRED",         \
      "The asset has expired.")                                                      \
    X(SHARE_WITH_OWNER, NEVER, CODE_INVALID_ARGUMENT, "RECIPIENT_IS_OWNER",          \
      "The owner has the asset already.")                                            \
    X(SHARE_RECIPIENT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",           \
      "There is no such account.")                                                   \
    X(SHARE_NOT_CORPORATE, NEVER, CODE_FAILED_PRECONDITION, "NOT_CORPORATE",         \
      "Individuals cannot share: sharing is within a company.")                      \
    X(SHARE_NOT_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "NOT_VERIFIED",           \
      "The company of the account is not verified.")                                 \
    X(SHARE_DIFFERENT_COMPANY, NEVER, CODE_FAILED_PRECONDITION, "DIFFERENT_COMPANY", \
      "The accounts are not of the same company.")                                   \
    X(SHARE_LIMIT_REACHED, NEVER, CODE_RESOURCE_EXHAUSTED, "SHARE_LIMIT",            \
      "An asset can be shared with at most 100 accounts.")

enum share_verdict { SHARE_ACCEPTED = 0, SHARE_REFUSALS(REFUSAL_ENUM) };

/* Lends the row of the list above; not for SHARE_ACCEPTED. */
const struct refusal *share_refusal(enum share_verdict verdict);

/* The facts of the asset for the account that wants to share it. */
struct share_asset {
    bool known;
    bool owned_by_actor;
    bool shared_with_actor;
    bool revoked;
    int64_t expire_us;
};

/* The facts of one account. */
struct share_party {
    bool known;
    bool is_owner;
    bool corporate;
    bool verified;
    bool same_company;
    bool has_share; /* an unended share of this asset: counts once (SHR-08) */
};

/* The facts that a request to share is judged by. */
struct share_facts {
    struct share_asset asset;
    const struct share_party *owner;
    const struct share_party *recipients; /* distinct */
    size_t recipient_count;
    size_t recipients_now; /* distinct accounts with an unended share of the asset */
};

/* The first refusal that applies; *refused is the index of the recipient it is about
 * (recipient_count when it is about none). All or none. */
enum share_verdict share_decide(const struct share_facts *facts, int64_t now_us, size_t *refused);

/* ID-18 for one side; both sides must pass. Of several, *refused is the index of the first that
 * fails (count when none does). */
enum share_verdict share_party_decide(const struct share_party *party);
enum share_verdict share_parties_decide(const struct share_party *parties, size_t count,
                                        size_t *refused);

/* Whether an asset with recipients_now distinct recipients has room for one more (SHR-08). */
bool share_has_room(size_t recipients_now);

/* One more recipient by an automatic rule (SHR-07) or because it joined an organization (SHR-05):
 * whoever may not have the asset is passed over, and only SHARE_LIMIT_REACHED is told. The owner is
 * not counted (SHR-02), and who has a share counts once (SHR-08). A joiner was judged when it
 * joined. */
enum share_verdict share_by_rule_decide(const struct share_party *party, size_t recipients_now);
enum share_verdict share_by_joining_decide(const struct share_party *party, size_t recipients_now);

/* From when a share through an organization counts: 60 s after the share was saved or the member
 * joined, whichever is later. */
int64_t share_organization_active_from_us(int64_t saved_us, int64_t joined_us);

/* From when a share by an automatic rule counts. */
int64_t share_automatic_active_from_us(int64_t provisioned_us);

#endif
