/* Invitations of operators. Before one is changed the operators are locked (operator_store_lock).
 */
#ifndef IDENTITY_STORE_OPERATOR_INVITATION_STORE_H
#define IDENTITY_STORE_OPERATOR_INVITATION_STORE_H

#include "identity/domain/operator.h"
#include "identity/store/invitation_store.h"
#include "runtime/database/database.h"

struct operator_invitation {
    struct id invitation_id;
    struct bytes email_sealed;
    struct bytes email_index;
    struct bytes name_sealed;
    unsigned roles; /* bits of enum role */
    struct id invited_by;
    int64_t created_us;
    struct invitation_life life;
    struct id accepted_by; /* nil: nobody */
};

enum failure operator_invitation_store_insert(struct transaction *transaction,
                                              const struct operator_invitation *invitation,
                                              struct bytes code_mac) must_check;

/* All facts of the address and of invitations. */
enum failure operator_invitation_store_count(struct transaction *transaction,
                                             const struct operator_invitation *invitation,
                                             struct operator_invite_facts *facts) must_check;

/* *exists is false for an unknown id. */
enum failure operator_invitation_store_find(struct reader reader, struct id invitation_id,
                                            struct operator_invitation *invitation,
                                            bool *exists) must_check;
enum failure operator_invitation_store_read(struct transaction *transaction,
                                            struct id invitation_id,
                                            struct operator_invitation *invitation,
                                            bool *exists) must_check;

/* Counts a guess, in a transaction of its own, before the code is looked at; *counted is false when
 * there were too many. */
enum failure
operator_invitation_store_count_guess(struct reader reader, struct id invitation_id, bool *counted,
                                      uint8_t code_mac[INVITATION_MAC_SIZE]) must_check;
enum failure operator_invitation_store_forgive_guess(struct reader reader,
                                                     struct id invitation_id) must_check;

enum failure operator_invitation_store_revoke(struct transaction *transaction,
                                              struct id invitation_id, int64_t now_us) must_check;
enum failure operator_invitation_store_accept(struct transaction *transaction,
                                              struct id invitation_id, struct id principal_id,
                                              int64_t now_us) must_check;

struct operator_invitations {
    struct operator_invitation *items; /* lent by the task's arena */
    size_t count;
};

/* At most limit before one, newest first. */
enum failure operator_invitation_store_list(struct reader reader, struct id before_id, size_t limit,
                                            struct operator_invitations *invitations) must_check;

#endif
