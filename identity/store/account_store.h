/* Accounts with their contacts, billing address and onboarding trail. */
#ifndef IDENTITY_STORE_ACCOUNT_STORE_H
#define IDENTITY_STORE_ACCOUNT_STORE_H

#include "identity/domain/account.h"
#include "runtime/database/database.h"

struct account_row {
    struct account account; /* what the rules ask for */
    const char *country;
    int64_t created_us;
    struct bytes email_sealed;
    struct bytes phone_sealed; /* data NULL: no number known */
    struct bytes phone_index;
    struct bytes billing_address_sealed; /* data NULL: none yet */
    const char *merged_company_ids;      /* into the verified company; with spaces between */
};

/* *exists is false for an unknown id. */
enum failure account_store_read(struct reader reader, struct id account_id, struct account_row *row,
                                bool *exists) must_check;

/* The same inside a transaction, after locking the account. */
enum failure account_store_lock(struct transaction *transaction, struct id account_id,
                                struct account_row *row, bool *exists) must_check;

enum failure account_store_set_environment(struct transaction *transaction, struct id account_id,
                                           enum environment environment) must_check;

/* GW-14; the one to confirm is not confirmed yet. */
enum failure account_store_set_region(struct transaction *transaction, struct id account_id,
                                      const char *region) must_check;
enum failure account_store_confirm_region(struct transaction *transaction, struct id account_id,
                                          const char *region) must_check;

/* ID-28, D: once. */
enum failure account_store_upgrade(struct transaction *transaction, struct id account_id,
                                   int64_t now_us) must_check;

/* ID-31: an individual's, from now on an organisation's with this address; also noted as D. */
enum failure account_store_convert(struct transaction *transaction, struct id account_id,
                                   struct bytes sealed, int64_t now_us) must_check;
/* Or open again. */
enum failure account_store_set_closed(struct transaction *transaction, struct id account_id,
                                      bool closed, int64_t now_us) must_check;
enum failure account_store_add_billing_address(struct transaction *transaction,
                                               struct id account_id, enum account_type type,
                                               struct bytes sealed, int64_t now_us) must_check;

/* The contact to verify; a verified one stays. */
enum failure account_store_put_contact(struct transaction *transaction, struct id account_id,
                                       enum channel channel, struct bytes sealed,
                                       struct bytes index) must_check;

struct verified_contact {
    struct id account_id;
    enum channel channel;
    struct bytes index;
    int64_t verified_us;
};

/* *verified is false when the contact is not the one of the index any more. */
enum failure account_store_verify_contact(struct transaction *transaction,
                                          const struct verified_contact *contact,
                                          bool *verified) must_check;

/* One line of the trail (ID-38); no personal data. */
struct trail_line {
    struct id account_id;
    struct id actor_id; /* the principal who did it; nil: nobody had logged in */
    const char *kind;
    const char *detail;
    int64_t noted_us;
};

enum failure account_store_record(struct transaction *transaction,
                                  const struct trail_line *line) must_check;

struct onboarding_record {
    struct id record_id;
    int64_t recorded_us;
    const char *kind;
    const char *detail;
    struct id actor_id; /* nil: nobody had logged in, or it was not kept yet */
};

struct onboarding_records {
    struct onboarding_record *items; /* lent by the task's arena */
    size_t count;
};

/* At most limit lines after a record, oldest first. */
enum failure account_store_list_records(struct reader reader, struct id account_id,
                                        struct id after_id, size_t limit,
                                        struct onboarding_records *records) must_check;

#endif
