/* Sign-ups, from the form to the account (ID-02). */
#ifndef IDENTITY_STORE_SIGN_UP_STORE_H
#define IDENTITY_STORE_SIGN_UP_STORE_H

#include "identity/domain/sign_up.h"
#include "runtime/database/database.h"

struct sign_up {
    struct id sign_up_id;
    const char *country;
    enum channel channel;
    struct bytes email_sealed;
    struct bytes email_index;
    struct bytes phone_sealed; /* data NULL: no number yet */
    struct bytes phone_index;
    const char *password_hash; /* NULL once an account */
    const char *terms_versions[TERMS_COUNT];
    int64_t created_us;
    struct id account_id; /* nil: not verified yet */
    struct entry entry;
};

/* Whether there is any sign-up or principal: something that was sealed or indexed with the key; and
 * one e-mail address that was sealed (data NULL: none). */
enum failure sign_up_store_any(struct reader reader, bool *any,
                               struct bytes *email_sealed) must_check;

enum failure sign_up_store_insert(struct transaction *transaction,
                                  const struct sign_up *sign_up) must_check;

/* Reads and locks; *exists is false for an unknown id. */
enum failure sign_up_store_lock(struct transaction *transaction, struct id sign_up_id,
                                struct sign_up *sign_up, bool *exists) must_check;

/* The channel of the code that is being sent, and the phone number of *sign_up. */
enum failure sign_up_store_set_channel(struct transaction *transaction,
                                       const struct sign_up *sign_up) must_check;

/* Whether somebody logs in by the address or number and has verified it; nobody but its owner is
 * told. */
enum failure sign_up_store_registered(struct transaction *transaction, enum channel channel,
                                      struct bytes address_index, bool *registered) must_check;

struct new_account {
    struct id account_id;
    struct id principal_id;
    int64_t opened_us;
};

/* Opens the account: principal, account, contacts, agreements, administrator. The verified contact
 * is what the principal logs in by (S10). *opened is false when it was taken in the meantime;
 * nothing is written then. */
enum failure sign_up_store_open_account(struct transaction *transaction,
                                        const struct sign_up *sign_up,
                                        const struct new_account *account, bool *opened) must_check;

/* The principal logs in by this address or number, which it has verified, from now on. *taken is
 * false when somebody else does. */
struct taken_address {
    struct id principal_id;
    enum channel channel;
    struct bytes index;
};

enum failure sign_up_store_take_address(struct transaction *transaction,
                                        const struct taken_address *address,
                                        bool *taken) must_check;

#endif
