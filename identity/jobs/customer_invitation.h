/* Accepted invitations become relations (ID-21): when they are accepted, or by a job once it is
 * verified who stands behind the account. */
#ifndef IDENTITY_JOBS_CUSTOMER_INVITATION_H
#define IDENTITY_JOBS_CUSTOMER_INVITATION_H

#include "identity/jobs/courier.h"
#include "identity/store/customer_invitation_store.h"

struct obstacles_found {
    struct relation_standing standing; /* the account's, as far as the caller heard */
    enum relation_obstacle obstacles[RELATION_OBSTACLES_MAX];
    size_t count;
};

/* Begins the relation of an accepted invitation, or finds what stands in the way: none when nothing
 * did. The structure is locked, and the invitation, which the caller keeps afterwards. */
enum failure customer_invitation_associate(struct transaction *transaction, struct courier *courier,
                                           struct customer_invitation *invitation, int64_t now_us,
                                           struct obstacles_found *found) must_check;

void customer_invitation_job_start(struct courier *courier, struct loop *loop);

#endif
