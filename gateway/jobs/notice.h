/* The end of a saga that tells somebody something. */
#ifndef GATEWAY_JOBS_NOTICE_H
#define GATEWAY_JOBS_NOTICE_H

#include "gateway/jobs/peer_step.h"
#include "gateway/peers/identity_peer.h"

/* Has identity send it. A final no of identity, such as an account without a contact, ends the saga
 * too: *outcome is then its reason. */
enum failure notice_send(struct task *task, struct gateway *gateway, const struct peer_step *step,
                         const struct identity_notice *notice, const char **outcome) must_check;

/* Has identity send it, and asks how far it is; an account without such a contact is told nothing.
 */
enum failure notice_deliver(struct task *task, struct gateway *gateway,
                            const struct peer_step *step, const struct identity_notice *notice,
                            struct identity_delivered *delivered) must_check;

#endif
