/* Companies and the submissions that lead to them (ID-18, ID-19). */
#ifndef IDENTITY_STORE_COMPANY_STORE_H
#define IDENTITY_STORE_COMPANY_STORE_H

#include "identity/domain/company_number.h"
#include "identity/domain/same_company.h"
#include "identity/domain/submission.h"
#include "runtime/database/database.h"

struct company_submission {
    struct id submission_id;
    struct id account_id;
    struct company_number number;
    const char *name;
    enum review_state state;
    const char *reason;
    struct id company_id; /* nil: none yet */
    int64_t submitted_us;
    int64_t decided_us; /* 0: not yet */
};

/* How often the account submitted within the last 24 hours. */
enum failure company_store_count_today(struct transaction *transaction, struct id account_id,
                                       int64_t now_us, size_t *count) must_check;

enum failure company_store_submit(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id principal_id) must_check;

/* Reads and locks; *exists is false for an unknown id. */
enum failure company_store_lock(struct transaction *transaction, struct id submission_id,
                                struct company_submission *submission, bool *exists) must_check;

/* The legal entity of a key, made when it is new. */
enum failure company_store_take_company(struct transaction *transaction,
                                        const struct company_key *key, int64_t now_us,
                                        struct id *company_id) must_check;

/* Keeps state, reason and company of a submission that was decided at decided_us; a nil
 * operator_id: by the verifier. */
enum failure company_store_decide(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id operator_id) must_check;
enum failure company_store_revoke(struct transaction *transaction,
                                  const struct company_submission *submission,
                                  struct id operator_id, int64_t now_us) must_check;

/* The structure (B.1), of a company that is locked by take_company: a verified account comes under
 * the main account; after its verification ended it leaves, and another becomes the main account.
 */
enum failure company_store_join(struct transaction *transaction, struct id company_id,
                                struct id account_id, int64_t now_us) must_check;
enum failure company_store_leave(struct transaction *transaction, struct id company_id,
                                 struct id account_id, int64_t now_us) must_check;

struct submission_filter {
    struct id account_id;    /* nil: of all accounts */
    enum review_state state; /* REVIEW_STATE_COUNT: in any */
    struct id before_id;
    size_t limit;
};

/* In the task's arena. */
enum failure company_store_list(struct reader reader, const struct submission_filter *filter,
                                struct company_submission **submissions, size_t *count) must_check;

/* All at one moment; found[i] is false for an account that is not known. */
enum failure company_store_read_all(struct reader reader, const struct id *account_ids,
                                    size_t count, struct account_company *companies,
                                    bool *found) must_check;

#endif
