/* Keeps what payments knows of accounts: the currency, identity's facts, the provider's customer.
 */
#ifndef PAYMENTS_STORE_ACCOUNT_STORE_H
#define PAYMENTS_STORE_ACCOUNT_STORE_H

#include "runtime/base/currency.h"
#include "runtime/database/database.h"

struct account {
    struct id account_id;
    const struct currency *currency; /* NULL until it is set */
    int64_t currency_set_us;
    bool facts_known;
    const char *country;
    bool corporate;
    const char *principal_name;
    bool billing_address_present;
    const char *provider_customer; /* NULL until the first card */
    bool closed;                   /* topped up no more (ID-12) */
};

/* *account is NULL when there is none; it lives in the task's arena. */
enum failure account_store_find(struct reader reader, struct id account_id,
                                struct account **account) must_check;

/* Makes the row when it is missing and locks it until the transaction ends. */
enum failure account_store_enter(struct transaction *transaction, struct id account_id,
                                 struct account **account) must_check;
/* Locks the row; *account is NULL when there is none. */
enum failure account_store_lock(struct transaction *transaction, struct id account_id,
                                struct account **account) must_check;
/* Keeps others from changing it until the transaction ends; *account is NULL when there is none. */
enum failure account_store_look(struct transaction *transaction, struct id account_id,
                                struct account **account) must_check;

enum failure account_store_set_currency(struct transaction *transaction, struct id account_id,
                                        const struct currency *currency, int64_t now_us) must_check;
enum failure account_store_set_closed(struct transaction *transaction, struct id account_id,
                                      bool closed, int64_t now_us) must_check;
enum failure account_store_set_facts(struct transaction *transaction, const struct account *account,
                                     int64_t as_of_us) must_check;
enum failure account_store_set_customer(struct transaction *transaction, struct id account_id,
                                        const char *customer) must_check;

#endif
