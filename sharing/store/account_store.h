/* The accounts that sharing knows, and who pays for them. */
#ifndef SHARING_STORE_ACCOUNT_STORE_H
#define SHARING_STORE_ACCOUNT_STORE_H

#include "runtime/database/database.h"
#include "sharing/domain/benefit.h"
#include "sharing/domain/share.h"
#include "sharing/store/company_key.h"

enum failure account_store_open(struct transaction *transaction, struct company_key account,
                                bool corporate, bool verified, int64_t now_us) must_check;

/* The facts of accounts, in the order asked; has_share is about the asset (the nil id for
 * none). *parties lives in the arena. */
enum failure account_store_read_parties(struct transaction *transaction, struct company_key asset,
                                        const struct id *account_ids, size_t count,
                                        struct share_party **parties) must_check;

/* payer_id pays for the account (SHR-09, SHR-11). */
enum failure payment_store_start(struct transaction *transaction, struct company_key account,
                                 struct id payer_id, int64_t now_us) must_check;
enum failure payment_store_end(struct transaction *transaction, struct company_key account,
                               struct id payer_id, int64_t now_us) must_check;

/* The latest relation as it is; *found is false when there never was one. */
enum failure payment_store_read(struct transaction *transaction, struct company_key account,
                                struct id payer_id, struct interval *relation,
                                bool *found) must_check;

#endif
