/* The coupons of promotions (ID-29): identity says what an account activated, and sharing is told
 * to give it, in identity's own message. */
#ifndef GATEWAY_PEERS_GRANT_PEER_H
#define GATEWAY_PEERS_GRANT_PEER_H

#include "gateway/peers/peer_call.h"
#include "identity/v1/promotion.pb-c.h"
#include "runtime/base/id.h"

/* All that an account has, expired ones too; in the task's arena. */
enum failure identity_activations_list(struct peer_call call, const char *account_id,
                                       Identity__V1__ListActivationsResponse **found) must_check;

struct grant_owner {
    const char *account_id;
    const char *company_id;
};

/* Giving it again changes nothing. */
enum failure sharing_coupon_grant(struct peer_call call, const struct grant_owner *owner,
                                  const Identity__V1__Activation *activation,
                                  struct id request_id) must_check;

#endif
