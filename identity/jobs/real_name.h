/* Steps of submitted real names: every one is kept, noted in the account's onboarding
 * (ID-38), told the world and the account's owner, whoever decided. Documents expire by themselves.
 */
#ifndef IDENTITY_JOBS_REAL_NAME_H
#define IDENTITY_JOBS_REAL_NAME_H

#include "identity/jobs/courier.h"
#include "identity/store/real_name_store.h"
#include "runtime/loop/loop.h"

/* Keeps what a submission was moved to, in the transaction that locked it; a nil actor_id is
 * nobody's: a verifier's, or an expiry. A real name that is verified supersedes the account's
 * earlier one. */
enum failure real_name_keep(struct transaction *transaction, struct courier *courier,
                            const struct real_name *name, struct id actor_id,
                            int64_t now_us) must_check;

/* The account's verified real name, if there is one, counts no more: a later one does, or it became
 * an organisation's (ID-31). */
enum failure real_name_supersede(struct transaction *transaction, struct courier *courier,
                                 struct id account_id, struct id actor_id,
                                 int64_t now_us) must_check;

/* Ends real names whose document expired. */
void real_name_start(struct courier *courier, struct loop *loop);

#endif
