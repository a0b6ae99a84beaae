/* Where what was kept under a company is now: a caller names the company under which an account was
 * opened, for ever. */
#ifndef SHARING_STORE_COMPANY_STORE_H
#define SHARING_STORE_COMPANY_STORE_H

#include "runtime/database/database.h"

/* Each puts the company's present one in the place of *company_id. */
enum failure company_store_find(struct reader reader, struct id *company_id) must_check;
enum failure company_store_find_in(struct transaction *transaction,
                                   struct id *company_id) must_check;

/* It moves not before the transaction ends; take: and nobody changes anything under it. */
enum failure company_store_hold(struct transaction *transaction, struct id *company_id) must_check;
enum failure company_store_take(struct transaction *transaction, struct id *company_id) must_check;

/* How many rows would move, of no more than look_max. */
enum failure company_store_count(struct transaction *transaction, struct id company_id,
                                 int64_t look_max, int64_t *rows) must_check;

/* All that is kept under a company that was taken is kept under the other from now on. */
enum failure company_store_move(struct transaction *transaction, struct id company_id,
                                struct id into_company_id, int64_t now_us) must_check;

#endif
