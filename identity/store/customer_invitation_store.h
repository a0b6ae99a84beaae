/* Invitations of customers (ID-21). */
#ifndef IDENTITY_STORE_CUSTOMER_INVITATION_STORE_H
#define IDENTITY_STORE_CUSTOMER_INVITATION_STORE_H

#include "identity/domain/contact.h"
#include "identity/domain/customer_invitation.h"
#include "runtime/database/database.h"

#define CUSTOMER_TOKEN_HASH_SIZE 32

struct customer_invitation {
    struct id invitation_id; /* the list's order */
    struct relation_offer offer;
    const char *offer_hash;
    enum channel channel;
    struct bytes contact_sealed, contact_index;
    struct id invited_by;
    uint8_t token_hash[CUSTOMER_TOKEN_HASH_SIZE];
    struct id message_id; /* of the message that was sent last; not read */
    struct customer_invitation_life life;
    struct id account_id, accepted_by; /* nil: nobody */
    int64_t next_us;                   /* when what waits is looked at again */
    const char *agent_company_name;    /* NULL: none is verified, or it is of a list */
};

enum failure customer_invitation_store_count(struct transaction *transaction,
                                             const struct customer_invitation *invitation,
                                             struct customer_invite_facts *facts) must_check;

/* That it is not sent was told (ID-21). */
enum failure
customer_invitation_store_answer(struct transaction *transaction,
                                 const struct customer_invitation *invitation) must_check;

enum failure
customer_invitation_store_insert(struct transaction *transaction,
                                 const struct customer_invitation *invitation) must_check;

/* Takes it until the transaction ends; *exists is false when there is none. */
enum failure customer_invitation_store_lock(struct transaction *transaction,
                                            struct id invitation_id,
                                            struct customer_invitation *invitation,
                                            bool *exists) must_check;

/* With another token and message. */
enum failure
customer_invitation_store_send(struct transaction *transaction,
                               const struct customer_invitation *invitation) must_check;

/* How far it is, and for whom. */
enum failure
customer_invitation_store_advance(struct transaction *transaction,
                                  const struct customer_invitation *invitation) must_check;

/* Whether an account has verified where it went to. */
enum failure customer_invitation_store_is_of(struct transaction *transaction,
                                             const struct customer_invitation *invitation,
                                             struct id account_id, bool *is_of) must_check;

struct customer_invitations {
    struct customer_invitation *items; /* lent by the task's arena */
    size_t count;
};

/* Of a partner, newest first. */
enum failure customer_invitation_store_list(struct reader reader, struct id agent_id,
                                            struct id before_id, size_t limit,
                                            struct customer_invitations *found) must_check;

/* Accepted ones that may be associated; ids are lent by the task's arena. */
enum failure customer_invitation_store_list_due(struct reader reader, int64_t now_us, size_t limit,
                                                struct id **ids, size_t *count) must_check;

#endif
