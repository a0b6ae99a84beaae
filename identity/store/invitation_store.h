/* Invitations of members (ID-20). Before one is changed its account is locked (role_store_lock). */
#ifndef IDENTITY_STORE_INVITATION_STORE_H
#define IDENTITY_STORE_INVITATION_STORE_H

#include "identity/domain/invitation.h"
#include "identity/domain/role.h"
#include "runtime/database/database.h"

#define INVITATION_MAC_SIZE 32

struct invitation {
    struct id invitation_id;
    struct id account_id;
    struct bytes email_sealed;
    struct bytes email_index;
    struct bytes name_sealed;
    enum role role;
    bool subtree;
    struct id invited_by;
    int64_t created_us;
    struct invitation_life life;
    struct id accepted_by; /* nil: nobody */
};

enum failure invitation_store_insert(struct transaction *transaction,
                                     const struct invitation *invitation,
                                     struct bytes code_mac) must_check;

/* All facts but the caller's roles. */
enum failure invitation_store_count(struct transaction *transaction,
                                    const struct invitation *invitation,
                                    struct invite_facts *facts) must_check;

/* *exists is false for an unknown id. */
enum failure invitation_store_find(struct reader reader, struct id invitation_id,
                                   struct invitation *invitation, bool *exists) must_check;
enum failure invitation_store_read(struct transaction *transaction, struct id invitation_id,
                                   struct invitation *invitation, bool *exists) must_check;

/* Counts a guess, in a transaction of its own, before the code is looked at; *counted is false when
 * there were too many. */
enum failure invitation_store_count_guess(struct reader reader, struct id invitation_id,
                                          bool *counted,
                                          uint8_t code_mac[INVITATION_MAC_SIZE]) must_check;
enum failure invitation_store_forgive_guess(struct reader reader,
                                            struct id invitation_id) must_check;

enum failure invitation_store_revoke(struct transaction *transaction, struct id invitation_id,
                                     int64_t now_us) must_check;

/* Those that are open and that somebody sent from the account. */
enum failure invitation_store_revoke_sent(struct transaction *transaction, struct id account_id,
                                          struct id invited_by, int64_t now_us,
                                          struct id_array *invitation_ids) must_check;

/* Gives the role to whoever accepts. */
enum failure invitation_store_accept(struct transaction *transaction,
                                     const struct invitation *invitation, struct id principal_id,
                                     int64_t now_us) must_check;

/* Whether a principal, who does not operate, logs in by the address. */
enum failure invitation_store_is_of(struct transaction *transaction,
                                    const struct invitation *invitation, struct id principal_id,
                                    bool *is_of) must_check;

/* A log-in without an account of its own, for the invitation's address (ID-20). *made is false when
 * somebody else logs in by it. */
struct new_member {
    struct id principal_id;
    const char *password_hash;
    struct bytes name_sealed;
};

enum failure invitation_store_join(struct transaction *transaction,
                                   const struct invitation *invitation,
                                   const struct new_member *member, int64_t now_us,
                                   bool *made) must_check;

struct invitations {
    struct invitation *items; /* lent by the task's arena */
    size_t count;
};

struct invitation_page {
    struct id account_id;
    struct id before_id;
    size_t limit;
};

/* Newest first. */
enum failure invitation_store_list(struct reader reader, const struct invitation_page *page,
                                   struct invitations *invitations) must_check;

#endif
