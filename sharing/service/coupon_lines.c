/* Coupons pay for lines of usage, and get back what is refunded (D.9 step 2). */
#include "sharing/service/coupon_lines.h"

#include <stdlib.h>

#include "runtime/base/amount.h"
#include "sharing/domain/coupon_order.h"
#include "sharing/domain/coverage.h"
#include "sharing/service/placing.h"
#include "sharing/service/sharing_service.h"
#include "sharing/service/coverage_message.h"
#include "sharing/service/wallet.h"
#include "sharing/store/coupon_line_store.h"

/* ---- reading ---- */

static const char *name_in(struct call *call, size_t at, const char *field)
{
    return arena_printf(call_arena(call), "lines[%zu].%s", at, field);
}

static struct coupon_line read_line(struct call *call, size_t at, struct id company_id,
                                    const Sharing__V1__CouponLine *line)
{
    return (struct coupon_line){
        .key = {company_id, field_id(call, name_in(call, at, "line_id"), line->line_id)},
        .account_id = field_id(call, name_in(call, at, "account_id"), line->account_id),
        .usage_us = field_time(call, name_in(call, at, "usage_time"), line->usage_time),
        .product = line->product,
        .bill_type = line->bill_type,
        .region = line->region,
        .amount_micros = line->amount_micros,
        .currency = line->currency};
}

/* A line that came twice would be paid for once and answered twice. */
static void check_distinct(struct call *call, const struct apply_coupons *request)
{
    struct id *ids = arena_alloc_array(call_arena(call), request->n_lines + 1, sizeof(*ids));
    for (size_t i = 0; i < request->n_lines; i++)
        ids[i] = field_id(call, "line_id", request->lines[i]->line_id);
    if (usage_facts_distinct(ids, request->n_lines) < request->n_lines)
        call_add_field_violation(call, "lines", FAULT_NOT_DISTINCT, "Must be different lines.");
}

void apply_coupons_read(struct call *call, const Sharing__V1__ApplyCouponsRequest *message,
                        struct apply_coupons *request)
{
    apply_coupons_fields(call, message, request);
    bool fits = request->n_lines >= 1 && request->n_lines <= COUPON_LINES_MAX;
    if (!fits)
        call_add_field_violation(call, "lines", FAULT_TOO_MANY, "Must be 1 to 100.");
    for (size_t i = 0; fits && i < request->n_lines; i++) {
        const Sharing__V1__CouponLine *line = request->lines[i];
        (void)read_line(call, i, request->company_id, line);
        (void)field_currency(call, name_in(call, i, "currency"), line->currency);
        field_text(call, name_in(call, i, "product"), line->product, 1, 32);
        field_text(call, name_in(call, i, "bill_type"), line->bill_type, 1, 32);
        field_text(call, name_in(call, i, "region"), line->region, 0, 32);
        if (line->amount_micros <= 0)
            call_add_field_violation(call, name_in(call, i, "amount_micros"), FAULT_NOT_POSITIVE,
                                     "Must be positive.");
    }
    if (!call_has_violations(call))
        check_distinct(call, request);
}

void return_to_coupons_read(struct call *call, const Sharing__V1__ReturnToCouponsRequest *message,
                            struct return_to_coupons *request)
{
    return_to_coupons_fields(call, message, request);
    if (request->amount_micros <= 0)
        call_add_field_violation(call, "amount_micros", FAULT_NOT_POSITIVE, "Must be positive.");
}

/* ---- paying ---- */

static enum failure open_wallet(struct transaction *transaction, struct wallet *wallet,
                                const struct coupon_line *lines, size_t count)
{
    const struct source source = source_of_transaction(transaction);
    const struct coverage_question question = wallet_question(wallet, lines, count);
    struct found_coupons found;
    enum failure failure = coupon_line_store_find(source, &question, &found);
    if (failure != FAILURE_NONE)
        return failure;
    wallet->is_too_wide = found.more_fit;
    struct id *ids = arena_alloc_array(wallet->arena, found.ids.count + 1, sizeof(*ids));
    for (size_t i = 0; i < found.ids.count; i++)
        ids[i] = found.ids.items[i];
    found.ids = id_array(ids, usage_facts_distinct(ids, found.ids.count));
    failure = coupon_line_store_lock(transaction, wallet->company_id, &found.ids, &wallet->coupons);
    if (failure != FAILURE_NONE)
        return failure;
    return wallet_open(source, wallet, &question);
}

static enum failure keep_wallet(struct transaction *transaction, const struct wallet *wallet)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; failure == FAILURE_NONE && i < wallet->coupons.count; i++) {
        const struct asset *coupon = &wallet->coupons.assets[i];
        if (wallet->is_changed[i])
            failure = asset_store_set_remaining(
                transaction, (struct company_key){wallet->company_id, coupon->asset_id},
                coupon->remaining_micros, 0);
    }
    return failure;
}

static enum failure pay_all(struct transaction *transaction, struct wallet *wallet,
                            const struct coupon_line *lines, size_t count)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        bool is_new = false;
        failure = coupon_line_store_keep(transaction, &lines[i], &is_new);
        if (failure != FAILURE_NONE || !is_new)
            continue;
        const struct kept_uses uses = wallet_pay(wallet, &lines[i]);
        failure = coupon_line_store_keep_uses(transaction, lines[i].key, &uses);
    }
    return failure == FAILURE_NONE ? keep_wallet(transaction, wallet) : failure;
}

int apply_coupons(struct mutation *mutation, const struct apply_coupons *request,
                  Sharing__V1__ApplyCouponsResponse *response)
{
    struct call *call = mutation->call;
    size_t count = request->n_lines;
    struct wallet wallet = {.arena = call_arena(call), .company_id = request->company_id};
    struct coupon_line *lines = arena_alloc_array(wallet.arena, count + 1, sizeof(*lines));
    for (size_t i = 0; i < count; i++)
        lines[i] = read_line(call, i, request->company_id, request->lines[i]);
    int no = company_store_hold(mutation->transaction, &wallet.company_id);
    if (no == 0)
        no = open_wallet(mutation->transaction, &wallet, lines, count);
    if (no == 0 && wallet.is_too_wide && count > 1)
        no = call_refuse(call, coverage_refusal(COVERAGE_TOO_WIDE), NO_TERMS);
    if (no == 0)
        no = pay_all(mutation->transaction, &wallet, lines, count);
    response->payments = arena_alloc_array(wallet.arena, count + 1, sizeof(*response->payments));
    for (size_t i = 0; no == 0 && i < count; i++) {
        struct kept_uses uses = {0};
        no = coupon_line_store_read_uses(source_of_transaction(mutation->transaction), lines[i].key,
                                         &uses);
        if (no == 0)
            response->payments[response->n_payments++] =
                payment_to_message(call, lines[i].key.id, &uses);
    }
    return no;
}

/* ---- returning ---- */

/* The coupons that paid, locked; of each use whether its coupon is valid now. */
static enum failure lock_uses(struct mutation *mutation, struct id company_id,
                              const struct kept_uses *uses, struct wallet *wallet,
                              struct coupon_use *facts)
{
    struct id *ids = arena_alloc_array(wallet->arena, uses->count + 1, sizeof(*ids));
    for (size_t i = 0; i < uses->count; i++)
        ids[i] = uses->rows[i].asset_id;
    const struct id_array asked = id_array(ids, usage_facts_distinct(ids, uses->count));
    enum failure failure =
        coupon_line_store_lock(mutation->transaction, company_id, &asked, &wallet->coupons);
    for (size_t i = 0; failure == FAILURE_NONE && i < uses->count; i++) {
        facts[i] = (struct coupon_use){.used_micros = uses->rows[i].used_micros,
                                       .returned_micros = uses->rows[i].returned_micros};
        for (size_t j = 0; j < wallet->coupons.count; j++) {
            const struct asset *coupon = &wallet->coupons.assets[j];
            if (id_equal(coupon->asset_id, uses->rows[i].asset_id))
                facts[i].is_valid = !coupon->revoked && mutation->now_us < coupon->expire_us;
        }
    }
    return failure;
}

/* A coupon gets its part, or the part lapses. */
static enum failure give_back(struct mutation *mutation, const struct wallet *wallet,
                              struct id asset_id, int64_t micros)
{
    for (size_t i = 0; i < wallet->coupons.count; i++) {
        struct asset *coupon = &wallet->coupons.assets[i];
        if (!id_equal(coupon->asset_id, asset_id))
            continue;
        coupon->remaining_micros += micros;
        return asset_store_set_remaining(mutation->transaction,
                                         (struct company_key){wallet->company_id, asset_id},
                                         coupon->remaining_micros, 0);
    }
    return FAILURE_NONE;
}

static void answer_return(struct call *call, struct id asset_id, int64_t micros, bool is_valid,
                          Sharing__V1__ReturnToCouponsResponse *response)
{
    Sharing__V1__CouponReturn *message = arena_alloc(call_arena(call), sizeof(*message));
    sharing__v1__coupon_return__init(message);
    message->asset_id = id_to_message(call, asset_id);
    message->returned_micros = is_valid ? micros : 0;
    message->lapsed_micros = is_valid ? 0 : micros;
    response->returns[response->n_returns++] = message;
}

static int take_back(struct mutation *mutation, const struct return_to_coupons *request,
                     struct wallet *wallet, struct kept_uses *uses,
                     Sharing__V1__ReturnToCouponsResponse *response)
{
    struct arena *arena = wallet->arena;
    struct coupon_use *facts = arena_alloc_array(arena, uses->count + 1, sizeof(*facts));
    int64_t *taken = arena_alloc_array(arena, uses->count + 1, sizeof(*taken));
    int no = lock_uses(mutation, wallet->company_id, uses, wallet, facts);
    if (no != 0)
        return no;
    enum coupon_line_verdict verdict =
        coupon_return_decide(facts, uses->count, request->amount_micros, taken);
    if (verdict != COUPON_PAYS)
        return call_refuse(mutation->call, coupon_line_refusal(verdict), NO_TERMS);
    response->returns = arena_alloc_array(arena, uses->count + 1, sizeof(*response->returns));
    for (size_t i = uses->count; no == 0 && i-- > 0;) {
        if (taken[i] == 0)
            continue;
        uses->rows[i].returned_micros += taken[i];
        answer_return(mutation->call, uses->rows[i].asset_id, taken[i], facts[i].is_valid,
                      response);
        if (facts[i].is_valid)
            no = give_back(mutation, wallet, uses->rows[i].asset_id, taken[i]);
    }
    return no;
}

int return_to_coupons(struct mutation *mutation, const struct return_to_coupons *request,
                      Sharing__V1__ReturnToCouponsResponse *response)
{
    const struct company_key key = {request->company_id, request->line_id};
    struct wallet wallet = {.arena = call_arena(mutation->call), .company_id = request->company_id};
    struct kept_uses uses = {0};
    bool found = false;
    int no = company_store_hold(mutation->transaction, &wallet.company_id);
    if (no == 0)
        no = coupon_line_store_take(mutation->transaction, key, &found);
    if (no == 0 && !found)
        no = call_refuse(mutation->call, coupon_line_refusal(COUPON_LINE_UNKNOWN), NO_TERMS);
    if (no == 0)
        no = coupon_line_store_read_uses(source_of_transaction(mutation->transaction), key, &uses);
    if (no == 0)
        no = take_back(mutation, request, &wallet, &uses, response);
    return no == 0 ? coupon_line_store_keep_uses(mutation->transaction, key, &uses) : no;
}
