#include "sharing/service/wallet.h"

#include <stdlib.h>

#include "runtime/base/amount.h"
#include "sharing/domain/coupon_order.h"
#include "sharing/service/sharing_service.h"

struct coverage_question wallet_question(const struct wallet *wallet,
                                         const struct coupon_line *lines, size_t count)
{
    struct id *accounts = arena_alloc_array(wallet->arena, count + 1, sizeof(*accounts));
    const char **texts = arena_alloc_array(wallet->arena, 2 * count + 1, sizeof(*texts));
    struct coverage_question question = {.company_id = wallet->company_id,
                                         .account_ids = accounts,
                                         .currencies = texts,
                                         .products = texts + count,
                                         .line_count = count,
                                         .with_payments = true,
                                         .start_us = INT64_MAX,
                                         .limit = COUPONS_MAX};
    for (size_t i = 0; i < count; i++) {
        accounts[i] = lines[i].account_id;
        texts[i] = lines[i].currency;
        texts[count + i] = lines[i].product;
        question.start_us = amount_min(question.start_us, lines[i].usage_us);
        question.end_us = amount_max(question.end_us, lines[i].usage_us + 1);
    }
    question.account_count = usage_facts_distinct(accounts, count);
    return question;
}

enum failure wallet_open(struct source source, struct wallet *wallet,
                         const struct coverage_question *question)
{
    wallet->is_changed =
        arena_alloc_array(wallet->arena, wallet->coupons.count + 1, sizeof(*wallet->is_changed));
    for (size_t i = 0; i < wallet->coupons.count; i++)
        wallet->is_changed[i] = false;
    enum failure failure =
        usage_facts_read(source, wallet->arena, question, &wallet->coupons, &wallet->facts);
    if (failure == FAILURE_NONE && usage_facts_are_too_many(&wallet->facts))
        wallet->is_too_wide = true;
    return failure;
}

/* The coupons that a line's account owns or was ever given, in the order in which they pay. */
static size_t choose(const struct wallet *wallet, const struct coupon_line *line,
                     struct coupon_choice *choices)
{
    size_t count = 0;
    for (size_t i = 0; i < wallet->coupons.count; i++) {
        const struct asset *coupon = &wallet->coupons.assets[i];
        bool is_own = id_equal(coupon->owner_id, line->account_id);
        size_t shares = 1;
        if (!is_own)
            (void)usage_facts_find(&wallet->facts.shares, coupon->asset_id, line->account_id,
                                   &shares);
        if (shares == 0 || coupon->expire_us <= line->usage_us || coupon->remaining_micros == 0)
            continue;
        choices[count++] = (struct coupon_choice){.expire_us = coupon->expire_us,
                                                  .product_count = coupon->products.count,
                                                  .is_shared = !is_own,
                                                  .remaining_micros = coupon->remaining_micros,
                                                  .provisioned_us = coupon->provisioned_us,
                                                  .asset_id = coupon->asset_id,
                                                  .at = i};
    }
    qsort(choices, count, sizeof(*choices), coupon_choice_compare);
    return count;
}

/* Why a coupon pays nothing of a line; NULL: it pays. */
static const struct refusal *judge(const struct wallet *wallet, const struct asset *coupon,
                                   const struct coupon_line *line)
{
    struct benefit_usage usage = {.started_us = line->usage_us,
                                  .product = line->product,
                                  .bill_type = line->bill_type,
                                  .region = line->region};
    (void)usage_facts_fill(&wallet->facts, coupon, line->account_id, &usage);
    struct benefit_asset benefit = asset_to_benefit(coupon);
    enum benefit_verdict verdict = benefit_decide(&benefit, &usage);
    if (verdict != BENEFIT_APPLIES)
        return benefit_refusal(verdict);
    return text_equal(coupon->currency, line->currency)
               ? NULL
               : coupon_line_refusal(COUPON_OTHER_CURRENCY);
}

struct kept_uses wallet_pay(struct wallet *wallet, const struct coupon_line *line)
{
    size_t room = wallet->coupons.count + 1;
    struct coupon_choice *choices = arena_alloc_array(wallet->arena, room, sizeof(*choices));
    struct kept_uses uses = {arena_alloc_array(wallet->arena, room, sizeof(*uses.rows)), 0};
    size_t count = choose(wallet, line, choices);
    int64_t left = line->amount_micros;
    for (size_t i = 0; i < count && left > 0; i++) {
        struct asset *coupon = &wallet->coupons.assets[choices[i].at];
        const struct refusal *no = judge(wallet, coupon, line);
        int64_t used = no == NULL ? coupon_redeemed_micros(left, coupon->remaining_micros) : 0;
        uses.rows[uses.count] = (struct kept_use){.place = (int64_t)uses.count,
                                                  .asset_id = coupon->asset_id,
                                                  .used_micros = used,
                                                  .reason = no != NULL ? no->reason : ""};
        uses.count++;
        left -= used;
        coupon->remaining_micros -= used;
        wallet->is_changed[choices[i].at] |= used > 0;
    }
    return uses;
}
