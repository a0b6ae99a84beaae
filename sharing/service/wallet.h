/* The coupons that accounts have, and how they pay for lines of usage (D.9 step 2). */
#ifndef SHARING_SERVICE_WALLET_H
#define SHARING_SERVICE_WALLET_H

#include "sharing/service/usage_facts.h"
#include "sharing/store/coupon_line_store.h"

/* The coupons of a call, in the order of their ids, and the facts they are judged by. */
struct wallet {
    struct arena *arena;
    struct id company_id; /* where things are now */
    struct asset_list coupons;
    struct usage_facts facts;
    bool *is_changed;
    bool is_too_wide; /* more coupons fit, or more facts are there, than are considered */
};

/* Asks for the coupons of the lines' accounts. */
struct coverage_question wallet_question(const struct wallet *wallet,
                                         const struct coupon_line *lines, size_t count);

/* Reads the facts by which the wallet's coupons are judged. */
enum failure wallet_open(struct source source, struct wallet *wallet,
                         const struct coverage_question *question) must_check;

/* Considers coupons until the line is paid for, and takes it from them. */
struct kept_uses wallet_pay(struct wallet *wallet, const struct coupon_line *line);

#endif
