/* Tells the world and the owners of accounts of relations (B.2, ID-40), in the transaction of the
 * act. */
#ifndef IDENTITY_JOBS_RELATION_NOTICE_H
#define IDENTITY_JOBS_RELATION_NOTICE_H

#include "identity/domain/security_event.h"
#include "identity/jobs/courier.h"
#include "identity/store/relation_store.h"
#include "identity/v1/relation.pb-c.h"

Identity__V1__RelationTerms *relation_terms_message(struct arena *arena,
                                                    const struct relation_terms *terms);

/* The terms hold; the world is told. */
enum failure relation_tell_began(struct transaction *transaction, const struct relation_row *row,
                                 int64_t now_us) must_check;

struct relation_news {
    struct id account_id;  /* whose owner is told; nothing is done for an account that is none */
    struct id relation_id; /* all that is told of the other company */
    struct id actor_id;
    enum security_event_kind kind; /* SECURITY_NONE: by nobody who is known, so no event */
    const char *text;              /* a notice and an e-mail; NULL: neither */
    int64_t now_us;
};

enum failure relation_tell_owner(struct transaction *transaction, struct courier *courier,
                                 const struct relation_news *news) must_check;

#endif
