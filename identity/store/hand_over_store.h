/* Hand-overs of accounts (ID-27). The caller has locked the account. */
#ifndef IDENTITY_STORE_HAND_OVER_STORE_H
#define IDENTITY_STORE_HAND_OVER_STORE_H

#include "identity/domain/hand_over.h"
#include "runtime/database/database.h"

struct hand_over_row {
    struct hand_over hand_over;
    struct bytes email_sealed, email_index; /* the successor's */
    struct bytes phone_sealed, phone_index;
};

/* Ends what is under way in the account, and begins the row's. */
enum failure hand_over_store_insert(struct transaction *transaction,
                                    const struct hand_over_row *row) must_check;

/* Whose hand-overs of an account count together. */
struct hand_over_party {
    struct id account_id;
    struct id partner_id; /* nil: for no partner */
    bool by_owner;
};

/* Those that began within a day. */
enum failure hand_over_store_count(struct transaction *transaction,
                                   const struct hand_over_party *party, int64_t now_us,
                                   int64_t *begun) must_check;

/* The last one of the account. */
enum failure hand_over_store_read(struct transaction *transaction, struct id account_id,
                                  int64_t now_us, struct hand_over_row *row,
                                  bool *exists) must_check;
enum failure hand_over_store_find(struct reader reader, struct id account_id, int64_t now_us,
                                  struct hand_over_row *row, bool *exists) must_check;

/* The one of the account that had begun last at a moment: since when and for whom, and when it
 * ended. */
enum failure hand_over_store_at(struct reader reader, struct id account_id, int64_t as_of_us,
                                struct hand_over *hand_over, bool *exists) must_check;

enum failure hand_over_store_advance(struct transaction *transaction,
                                     const struct hand_over *hand_over) must_check;

/* Whether one of both made the other an administrator, or somebody but trusted_id both. */
enum failure hand_over_store_appointed(struct transaction *transaction, struct id one_id,
                                       struct id other_id, struct id trusted_id,
                                       bool *appointed) must_check;

/* Since when somebody may decide on hand-overs of the account; 0: never. */
enum failure hand_over_store_decides_since(struct transaction *transaction, struct id account_id,
                                           struct id principal_id, int64_t *since_us) must_check;

/* When who began it, or anybody of its partner, began the first one within HAND_OVER_HOLD_PAUSE_US.
 */
enum failure hand_over_store_first(struct transaction *transaction,
                                   const struct hand_over *hand_over, int64_t *first_us) must_check;

/* Whether somebody lost a role in an account since then, or gave it up. */
enum failure hand_over_store_lost_role(struct transaction *transaction, struct id account_id,
                                       struct id principal_id, int64_t since_us,
                                       bool *lost) must_check;

/* The leaver's log-in, as it ends. */
struct hand_over_leave {
    struct id account_id;
    struct id leaver_id;
    const char *password_hash; /* of a password that nobody knows */
    int64_t now_us;
    int64_t roles; /* written: how many ended */
    bool subtree;  /* written: its administrator's role held under the account, too */
};

enum failure hand_over_store_leave(struct transaction *transaction,
                                   struct hand_over_leave *leave) must_check;

/* The address logs in to somebody: *found; who may have an account already. */
struct hand_over_successor {
    struct id principal_id;
    bool found;
    bool has_account;
};

enum failure hand_over_store_successor(struct transaction *transaction, struct bytes email_index,
                                       struct hand_over_successor *successor) must_check;

/* *made is false when somebody else took the address at the same time. */
enum failure hand_over_store_make_successor(struct transaction *transaction,
                                            const struct hand_over_row *row,
                                            const char *password_hash, bool *made) must_check;

/* The row's successor takes the account, with the contacts; FAILURE_CONFLICT when it got another at
 * the same time. */
enum failure hand_over_store_succeed(struct transaction *transaction,
                                     const struct hand_over_row *row, bool subtree) must_check;

#endif
