/* Operators, their roles and the code of the first one. Before anything of them is changed they are
 * locked (operator_store_lock). */
#ifndef IDENTITY_STORE_OPERATOR_STORE_H
#define IDENTITY_STORE_OPERATOR_STORE_H

#include "identity/domain/operator.h"
#include "runtime/database/database.h"

#define FIRST_CODE_HASH_SIZE 32

/* The code of the first operator, or of a recovery, that is in force; hash without data: there is
 * none. */
struct first_code {
    struct bytes hash;
    int64_t expires_us;
    const char *recovery_reason; /* NULL: it is the first one's */
};

enum failure operator_store_lock(struct transaction *transaction,
                                 struct first_code *code) must_check;
enum failure operator_store_put_code(struct transaction *transaction,
                                     const struct first_code *code) must_check;

/* The reason of a recovery of which nobody was told yet, who count as told from now on; NULL: there
 * is none. */
enum failure operator_store_tell_recovery(struct transaction *transaction, int64_t now_us,
                                          const char **reason) must_check;

struct operator_facts {
    unsigned caller_roles;   /* bits of enum role; ROLE_NONE of whoever does not operate */
    unsigned operator_roles; /* of the other one */
    int64_t administrators;
    int64_t operators;
};

enum failure operator_store_read(struct transaction *transaction, struct id caller_id,
                                 struct id operator_id, struct operator_facts *facts) must_check;

/* A log-in for an address, which operates. *made is false when somebody logs in by it (ID-17). */
struct new_operator {
    struct id principal_id;
    struct bytes email_index;
    struct bytes email_sealed;
    struct bytes name_sealed;
    const char *password_hash;
};

enum failure operator_store_make(struct transaction *transaction,
                                 const struct new_operator *operates, int64_t now_us,
                                 bool *made) must_check;

/* The roles in place of those that were; granted_by: nil of the first one. */
struct operator_roles {
    struct id principal_id;
    unsigned roles;
    struct id granted_by;
};

enum failure operator_store_set_roles(struct transaction *transaction,
                                      const struct operator_roles *roles,
                                      int64_t now_us) must_check;

/* Without roles and log-in from now on; its sessions are not ended here. */
enum failure operator_store_end(struct transaction *transaction, struct id principal_id,
                                int64_t now_us) must_check;

struct operator_row {
    struct id principal_id;
    struct bytes email_sealed; /* no data: one of before there were invitations */
    struct bytes name_sealed;
    unsigned roles;
    bool has_factor;
    int64_t joined_us;
};

struct operators {
    struct operator_row *items; /* lent by the task's arena */
    size_t count;
};

/* Those with the administrator's role; of each the id and the address alone. */
enum failure operator_store_administrators(struct transaction *transaction,
                                           struct operators *operators) must_check;

/* At most limit after one, in the order of their ids. */
enum failure operator_store_list(struct reader reader, struct id after_id, size_t limit,
                                 struct operators *operators) must_check;

#endif
