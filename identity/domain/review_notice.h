/* How an account's owner is told that a submission was decided (ID-08, ID-18): once for each
 * decision. */
#ifndef IDENTITY_DOMAIN_REVIEW_NOTICE_H
#define IDENTITY_DOMAIN_REVIEW_NOTICE_H

#include "identity/domain/account.h"
#include "identity/domain/review.h"

/* of: CORPORATE for a company, INDIVIDUAL for a real name. NULL: nothing was decided that the owner
 * does not hear otherwise; a real name that is SUPERSEDED is by one that is told. */
const char *review_sentence(enum account_type of, enum review_state state);

#endif
