/* An account goes to its owner's successor, as a whole (ID-27): shared by the hand-over's rpcs. */
#ifndef IDENTITY_SERVICE_HAND_OVER_H
#define IDENTITY_SERVICE_HAND_OVER_H

#include "identity/service/account_service.h"
#include "identity/service/leaver.h"
#include "identity/store/hand_over_store.h"
#include "identity/v1/hand_over.pb-c.h"

/* How many ended with the leaver's log-in. */
struct hand_over_ends {
    int64_t sessions, roles;
    struct leaver_ends left;
};

/* Does it, in the mutation's transaction: the row's contacts are proved, and who had to approve
 * did. */
int hand_over_complete(struct mutation *mutation, const struct account_row *account,
                       struct hand_over_row *row, struct hand_over_ends *ends) must_check;

/* B.3: the account's people hear at once that its partner began one, in the mutation's transaction:
 * the owner, and whoever administers it. */
enum failure hand_over_tell_begun(struct mutation *mutation,
                                  const struct hand_over *hand_over) must_check;

/* With the contacts when the seal is whole, else NULL. */
Identity__V1__HandOver *hand_over_to_message(struct call *call, const struct hand_over_row *row,
                                             bool with_contacts);

#endif
