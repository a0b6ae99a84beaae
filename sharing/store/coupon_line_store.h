/* Lines of usage that coupons pay for, as they are kept. company_id of a line: under which its
 * account was opened; of coupons: where they are now. */
#ifndef SHARING_STORE_COUPON_LINE_STORE_H
#define SHARING_STORE_COUPON_LINE_STORE_H

#include "sharing/store/coverage_store.h"

struct found_coupons {
    struct id_array ids;
    bool more_fit; /* than the question's limit */
};

/* Those with something left that the question's accounts have and that had not expired at its
 * start: those that fit its currencies and products first, then those that expire first. */
enum failure coupon_line_store_find(struct source source, const struct coverage_question *question,
                                    struct found_coupons *found) must_check;

/* Takes assets of a company; they come in the order of the ids, without those that are not there.
 */
enum failure coupon_line_store_lock(struct transaction *transaction, struct id company_id,
                                    const struct id_array *ids,
                                    struct asset_list *assets) must_check;

struct coupon_line {
    struct company_key key;
    struct id account_id;
    int64_t usage_us;
    const char *product;
    const char *bill_type;
    const char *region;
    int64_t amount_micros;
    const char *currency;
};

/* *is_new: it was not kept before. */
enum failure coupon_line_store_keep(struct transaction *transaction, const struct coupon_line *line,
                                    bool *is_new) must_check;

/* Takes a line that is kept. */
enum failure coupon_line_store_take(struct transaction *transaction, struct company_key key,
                                    bool *found) must_check;

struct kept_use {
    int64_t place;
    struct id asset_id;
    int64_t used_micros;
    int64_t returned_micros;
    const char *reason;
};

struct kept_uses {
    struct kept_use *rows;
    size_t count;
};

/* Keeps the uses of a line, or how much of them was returned. */
enum failure coupon_line_store_keep_uses(struct transaction *transaction, struct company_key key,
                                         const struct kept_uses *uses) must_check;
enum failure coupon_line_store_read_uses(struct source source, struct company_key key,
                                         struct kept_uses *uses) must_check;

#endif
