#include "identity/store/promotion_store.h"

#include "identity/store/names.h"
#include "identity/store/queries.h"
#include "runtime/base/text.h"

static enum promotion_verification verification_named(const char *name)
{
    enum promotion_verification verification = PROMOTION_NEEDS_NOTHING;
    while (verification + 1 < PROMOTION_NEEDS_END &&
           !text_equal(promotion_verification_name(verification), name))
        verification++;
    return verification; /* of one that only a later release knows, the strictest that is known */
}

static const char *channel_text(enum entry_channel channel)
{
    return channel == ENTRY_NONE ? "" : entry_channel_name(channel);
}

static enum entry_channel channel_of(const char *text)
{
    return text_is_empty(text) ? ENTRY_NONE : entry_channel_named(text);
}

static struct promotion promotion_of(struct identity_promotion_lock_row row)
{
    return (struct promotion){.promotion_id = row.promotion_id,
                              .code = row.code,
                              .channel = channel_of(row.channel),
                              .within_days = row.within_days,
                              .until_us = row.until_us,
                              .currency = row.currency,
                              .amount_micros = row.amount_micros,
                              .products = row.products,
                              .bill_types = row.bill_types,
                              .regions = row.regions,
                              .verification = verification_named(row.verification),
                              .grant_days = row.grant_days,
                              .activations_max = row.activations_max,
                              .activations = row.activation_count,
                              .defined_by = row.defined_by,
                              .defined_us = row.define_us,
                              .ended_us = row.end_us,
                              .trial = row.trial};
}

enum failure promotion_store_count(struct transaction *transaction, int64_t now_us, int64_t *open)
{
    struct rows rows;
    enum failure failure = identity_promotion_count(
        transaction, &(struct identity_promotion_count){.now_us = now_us}, &rows);
    if (failure == FAILURE_NONE)
        *open = identity_promotion_count_row(&rows, 0).open;
    return failure;
}

enum failure promotion_store_insert(struct transaction *transaction,
                                    const struct promotion *promotion, bool *kept)
{
    struct rows rows;
    enum failure failure = identity_promotion_insert(
        transaction,
        &(struct identity_promotion_insert){
            .promotion_id = promotion->promotion_id,
            .code = promotion->code,
            .channel = channel_text(promotion->channel),
            .within_days = promotion->within_days,
            .until_us = promotion->until_us,
            .currency = promotion->currency,
            .amount_micros = promotion->amount_micros,
            .products = promotion->products,
            .bill_types = promotion->bill_types,
            .regions = promotion->regions,
            .verification = promotion_verification_name(promotion->verification),
            .grant_days = promotion->grant_days,
            .activations_max = promotion->activations_max,
            .defined_by = promotion->defined_by,
            .now_us = promotion->defined_us,
            .trial = promotion->trial},
        &rows);
    *kept = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure promotion_store_lock(struct transaction *transaction, const char *code,
                                  struct promotion *promotion, bool *found)
{
    struct rows rows;
    enum failure failure = identity_promotion_lock(
        transaction, &(struct identity_promotion_lock){.code = code}, &rows);
    *found = failure == FAILURE_NONE && rows.count > 0;
    if (*found)
        *promotion = promotion_of(identity_promotion_lock_row(&rows, 0));
    return failure;
}

enum failure promotion_store_end(struct transaction *transaction, struct id promotion_id,
                                 int64_t now_us)
{
    return identity_promotion_end(
        transaction,
        &(struct identity_promotion_end){.promotion_id = promotion_id, .now_us = now_us}, NULL);
}

enum failure promotion_store_list(struct reader reader, struct id before_id, size_t limit,
                                  struct promotions_found *found)
{
    struct rows rows;
    enum failure failure = identity_promotion_list_alone(
        reader, &(struct identity_promotion_list){.before_id = before_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++)
        found->items[i] = promotion_of(identity_promotion_lock_row(&rows, i));
    found->count = rows.count;
    return FAILURE_NONE;
}

enum failure activation_store_count(struct transaction *transaction, struct id account_id,
                                    struct id promotion_id, struct activation_facts *facts)
{
    struct rows rows;
    enum failure failure = identity_activation_count(
        transaction,
        &(struct identity_activation_count){.account_id = account_id, .promotion_id = promotion_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_activation_count_row row = identity_activation_count_row(&rows, 0);
    facts->activations = row.count;
    facts->done_before = row.done;
    facts->had_trial = row.trial;
    return FAILURE_NONE;
}

enum failure activation_store_insert(struct transaction *transaction,
                                     const struct activation *activation)
{
    return identity_activation_insert(
        transaction,
        &(struct identity_activation_insert){.account_id = activation->account_id,
                                             .coupon_id = activation->coupon_id,
                                             .promotion_id = activation->promotion_id,
                                             .actor_id = activation->actor_id,
                                             .now_us = activation->activated_us,
                                             .expire_us = activation->expires_us},
        NULL);
}

static struct activation_row activation_of(struct identity_activation_list_row row)
{
    return (struct activation_row){.coupon_id = row.coupon_id,
                                   .activation = {.coupon_id = row.coupon_id,
                                                  .actor_id = row.actor_id,
                                                  .activated_us = row.activate_us,
                                                  .expires_us = row.expire_us},
                                   .promotion = {.code = row.code,
                                                 .amount_micros = row.amount_micros,
                                                 .currency = row.currency,
                                                 .products = row.products,
                                                 .bill_types = row.bill_types,
                                                 .regions = row.regions}};
}

enum failure activation_store_list(struct reader reader, struct id account_id, struct id before_id,
                                   size_t limit, struct activations_found *found)
{
    struct rows rows;
    enum failure failure = identity_activation_list_alone(
        reader,
        &(struct identity_activation_list){
            .account_id = account_id, .before_id = before_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++)
        found->items[i] = activation_of(identity_activation_list_row(&rows, i));
    found->count = rows.count;
    return FAILURE_NONE;
}
