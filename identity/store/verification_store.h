/* Submissions that a verifier is asked about, until it is decided who decides. */
#ifndef IDENTITY_STORE_VERIFICATION_STORE_H
#define IDENTITY_STORE_VERIFICATION_STORE_H

#include "identity/domain/verification.h"
#include "runtime/database/database.h"

struct verification {
    struct id submission_id;
    bool of_company; /* else of a real name */
    int64_t tries;   /* with the one for which it was taken, which counts once it was in vain */
};

/* In the transaction that keeps the submission. */
enum failure verification_store_insert(struct transaction *transaction, struct id submission_id,
                                       bool of_company, int64_t now_us) must_check;

struct verification_wish {
    int64_t now_us, until_us;
    size_t limit;
};

struct verifications {
    struct verification *items; /* lent by the task's arena */
    size_t count;
};

enum failure verification_store_take(struct reader reader, const struct verification_wish *wish,
                                     struct verifications *taken) must_check;

enum failure verification_store_postpone(struct reader reader, struct id submission_id,
                                         int64_t tries, int64_t due_us) must_check;
enum failure verification_store_end(struct transaction *transaction,
                                    struct id submission_id) must_check;

#endif
