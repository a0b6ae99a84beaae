/* Real names of individuals, and the persons behind them (ID-08, ID-19). */
#ifndef IDENTITY_STORE_REAL_NAME_STORE_H
#define IDENTITY_STORE_REAL_NAME_STORE_H

#include "identity/domain/person_document.h"
#include "identity/domain/review.h"
#include "runtime/database/database.h"

struct real_name {
    struct id submission_id;
    struct id account_id;
    struct id person_id; /* equal for equal documents */
    const char *country;
    enum document_kind kind;
    struct bytes name_sealed;
    struct bytes number_sealed;
    int64_t expire_us; /* 0: the document does not expire */
    enum review_state state;
    const char *reason;
    int64_t submitted_us;
    int64_t decided_us; /* 0: not yet */
};

/* How often the account submitted within the last 24 hours. */
enum failure real_name_store_count_today(struct transaction *transaction, struct id account_id,
                                         int64_t now_us, size_t *count) must_check;

/* The person of a document's keyed index, made when it is new. */
enum failure real_name_store_take_person(struct transaction *transaction, struct bytes number_index,
                                         int64_t now_us, struct id *person_id) must_check;

enum failure real_name_store_submit(struct transaction *transaction, const struct real_name *name,
                                    struct id principal_id) must_check;

/* Each reads and locks; *exists is false for an unknown id, and where none is verified. */
enum failure real_name_store_lock(struct transaction *transaction, struct id submission_id,
                                  struct real_name *name, bool *exists) must_check;
enum failure real_name_store_lock_verified(struct transaction *transaction, struct id account_id,
                                           struct real_name *name, bool *exists) must_check;

/* Keeps state, reason and time of a decision; a nil operator_id: the verifier's. A verified one is
 * counted with its person. */
enum failure real_name_store_decide(struct transaction *transaction, const struct real_name *name,
                                    struct id operator_id) must_check;

/* Keeps the state of one that was verified and is no more, and counts it with its person no more.
 */
enum failure real_name_store_end(struct transaction *transaction, const struct real_name *name,
                                 int64_t now_us) must_check;

struct real_name_filter {
    struct id account_id;    /* nil: of all accounts, */
    struct id person_id;     /* nil: and persons */
    enum review_state state; /* REVIEW_STATE_COUNT: in any */
    struct id before_id;
    size_t limit;
};

struct real_names {
    struct real_name *items; /* lent by the task's arena */
    size_t count;
};

enum failure real_name_store_list(struct reader reader, const struct real_name_filter *filter,
                                  struct real_names *names) must_check;

struct shared_person {
    struct id person_id;
    int64_t accounts;
};

struct shared_persons {
    struct shared_person *items; /* lent by the task's arena */
    size_t count;
};

enum failure real_name_store_list_shared(struct reader reader, struct id before_id, size_t limit,
                                         struct shared_persons *persons) must_check;

/* Ids of verified real names whose document has expired, limit at most. */
enum failure real_name_store_list_expired(struct reader reader, int64_t now_us, size_t limit,
                                          struct id **ids, size_t *count) must_check;

#endif
