/* Coupons pay for lines of usage, and get back what is refunded (D.9 step 2). */
#include "sharing/service/coupon_lines.h"

#include <stdlib.h>

#include "runtime/base/amount.h"
#include "sharing/domain/coupon_order.h"
#include "sharing/domain/coverage.h"
#include "sharing/service/placing.h"
#include "sharing/service/sharing_service.h"
#include "sharing/service/usage_facts.h"
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
}

void return_to_coupons_read(struct call *call, const Sharing__V1__ReturnToCouponsRequest *message,
                            struct return_to_coupons *request)
{
    return_to_coupons_fields(call, message, request);
    if (request->amount_micros <= 0)
        call_add_field_violation(call, "amount_micros", FAULT_NOT_POSITIVE, "Must be positive.");
}

/* ---- paying ---- */

/* The coupons of a call, in the order of their ids, and the facts they are judged by. */
struct wallet {
    struct arena *arena;
    struct id company_id; /* where things are now */
    struct asset_list coupons;
    struct usage_facts facts;
    bool *is_changed;
};

static struct coverage_question question_of(const struct wallet *wallet,
                                            const struct coupon_line *lines, size_t count)
{
    struct id *accounts = arena_alloc_array(wallet->arena, count + 1, sizeof(*accounts));
    struct coverage_question question = {.company_id = wallet->company_id,
                                         .account_ids = accounts,
                                         .with_payments = true,
                                         .start_us = INT64_MAX,
                                         .limit = COUPONS_MAX};
    for (size_t i = 0; i < count; i++) {
        accounts[i] = lines[i].account_id;
        question.start_us = amount_min(question.start_us, lines[i].usage_us);
    }
    question.account_count = usage_facts_distinct(accounts, count);
    return question;
}

static enum failure open_wallet(struct transaction *transaction, struct wallet *wallet,
                                const struct coupon_line *lines, size_t count)
{
    const struct source source = source_of_transaction(transaction);
    const struct coverage_question question = question_of(wallet, lines, count);
    struct id_array found;
    enum failure failure = coupon_line_store_find(source, &question, &found);
    if (failure != FAILURE_NONE)
        return failure;
    struct id *ids = arena_alloc_array(wallet->arena, found.count + 1, sizeof(*ids));
    for (size_t i = 0; i < found.count; i++)
        ids[i] = found.items[i];
    found = id_array(ids, usage_facts_distinct(ids, found.count));
    failure = coupon_line_store_lock(transaction, wallet->company_id, &found, &wallet->coupons);
    if (failure != FAILURE_NONE)
        return failure;
    wallet->is_changed =
        arena_alloc_array(wallet->arena, wallet->coupons.count + 1, sizeof(*wallet->is_changed));
    for (size_t i = 0; i < wallet->coupons.count; i++)
        wallet->is_changed[i] = false;
    return usage_facts_read(source, wallet->arena, &question, &wallet->coupons, &wallet->facts);
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
        if (shares == 0 || coupon->expire_us <= line->usage_us)
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

/* Considers coupons until the line is paid for. */
static struct kept_uses pay(struct wallet *wallet, const struct coupon_line *line)
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
    enum failure failure = open_wallet(transaction, wallet, lines, count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        bool is_new = false;
        failure = coupon_line_store_keep(transaction, &lines[i], &is_new);
        if (failure != FAILURE_NONE || !is_new)
            continue;
        const struct kept_uses uses = pay(wallet, &lines[i]);
        failure = coupon_line_store_keep_uses(transaction, lines[i].key, &uses);
    }
    return failure == FAILURE_NONE ? keep_wallet(transaction, wallet) : failure;
}

static Sharing__V1__LinePayment *payment_to_message(struct call *call, struct id line_id,
                                                    const struct kept_uses *uses)
{
    struct arena *arena = call_arena(call);
    Sharing__V1__LinePayment *message = arena_alloc(arena, sizeof(*message));
    sharing__v1__line_payment__init(message);
    message->line_id = id_to_message(call, line_id);
    message->uses = arena_alloc_array(arena, uses->count + 1, sizeof(*message->uses));
    for (size_t i = 0; i < uses->count; i++) {
        Sharing__V1__CouponUse *use = arena_alloc(arena, sizeof(*use));
        sharing__v1__coupon_use__init(use);
        use->asset_id = id_to_message(call, uses->rows[i].asset_id);
        use->used_micros = uses->rows[i].used_micros;
        use->returned_micros = uses->rows[i].returned_micros;
        use->reason = arena_strdup(arena, uses->rows[i].reason);
        message->paid_micros += use->used_micros;
        message->uses[message->n_uses++] = use;
    }
    return message;
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
