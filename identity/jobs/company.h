/* Steps of submitted companies: every one is kept, noted in the account's onboarding (ID-38), told
 * the world and the account's owner, whoever decided (ID-18). */
#ifndef IDENTITY_JOBS_COMPANY_H
#define IDENTITY_JOBS_COMPANY_H

#include "identity/jobs/courier.h"
#include "identity/store/company_store.h"
#include "identity/store/relation_store.h"

/* Keeps what a submission was moved to, in the transaction that locked it; a nil actor_id is the
 * verifier's. One that is verified is of the company of its key, whatever the names say, and joins
 * the structure; one that is revoked leaves it. */
enum failure company_keep(struct transaction *transaction, struct courier *courier,
                          struct company_submission *submission, struct id actor_id,
                          int64_t now_us) must_check;

/* B.1: what keeps the account from the company's group; *count is 0 when nothing does. The
 * structure is locked. */
enum failure company_group_obstacles(struct transaction *transaction,
                                     const struct company_submission *submission, int64_t now_us,
                                     enum relation_obstacle found[RELATION_OBSTACLES_MAX],
                                     size_t *count) must_check;

#endif
