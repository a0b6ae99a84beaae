/* The ceilings of accounts, and what of them is used (PAY-26). */
#ifndef GATEWAY_STORE_CEILING_STORE_H
#define GATEWAY_STORE_CEILING_STORE_H

#include "gateway/domain/ceiling.h"
#include "runtime/database/database.h"

#define CEILING_DIGEST_SIZE 32

struct ceiling_policy {
    bool exists;
    struct ceilings ceilings;
    const char *time_zone;
    int64_t approvers;       /* of an act over a ceiling; 0: there is no asking */
    unsigned approver_roles; /* one of these, of each; 0: of none in particular */
    struct id set_by_principal_id;
    int64_t set_us;
    const char *day; /* of the account's calendar, "2026-03-01" */
};

/* How often any account's ceilings were changed. */
enum failure ceiling_store_generation(struct reader reader, int64_t *generation) must_check;

enum failure ceiling_store_any(struct reader reader, struct id account_id, bool *has) must_check;
enum failure ceiling_store_zone_known(struct transaction *transaction, const char *time_zone,
                                      bool *known) must_check;

/* Sets all ceilings of an account. */
enum failure ceiling_store_put(struct transaction *transaction, struct id account_id,
                               const struct ceiling_policy *policy) must_check;

enum failure ceiling_store_read(struct reader reader, struct id account_id, int64_t now_us,
                                struct ceiling_policy *policy) must_check;

/* The same; until the transaction ends nobody else decides by them. */
enum failure ceiling_store_lock(struct transaction *transaction, struct id account_id,
                                int64_t now_us, struct ceiling_policy *policy) must_check;

/* Whose acts are counted, and on which day. */
struct ceiling_user {
    struct id account_id;
    struct id principal_id;
    const char *day;
};

/* By action. */
enum failure ceiling_store_used(struct reader reader, const struct ceiling_user *user,
                                int64_t used_micros[MONEY_ACTION_COUNT]) must_check;
enum failure ceiling_store_used_now(struct transaction *transaction,
                                    const struct ceiling_user *user,
                                    int64_t used_micros[MONEY_ACTION_COUNT]) must_check;

/* Acts, in lists of one length; a digest is of the whole request. */
struct ceiling_acts {
    size_t count;
    struct id *request_ids;
    struct bytes *digests;
    const char **actions;
    int64_t *amount_micros;
};

/* Those of the requests that were counted already: their ids and digests. */
enum failure ceiling_store_counted(struct transaction *transaction, const struct ceiling_user *user,
                                   const struct ceiling_acts *asked,
                                   struct ceiling_acts *counted) must_check;

enum failure ceiling_store_count(struct transaction *transaction, const struct ceiling_user *user,
                                 const struct ceiling_acts *acts, int64_t now_us) must_check;

enum failure ceiling_store_give_back(struct reader reader, const struct ceiling_user *user,
                                     const struct id *request_ids, size_t count) must_check;

/* The top-up that the act became, and that it failed. */
enum failure ceiling_store_became(struct reader reader, const struct ceiling_user *user,
                                  struct id request_id, struct id top_up_id) must_check;
enum failure ceiling_store_failed(struct reader reader, struct id account_id,
                                  struct id top_up_id) must_check;

/* Removes up to count_max acts, and as many sums, of long ago. */
enum failure ceiling_store_trim(struct reader reader, int64_t before_us, int64_t count_max,
                                int64_t *removed) must_check;

#endif
