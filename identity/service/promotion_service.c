/* Promotions (ID-29): operators define them, customers activate them. The gateway has the coupon of
 * an activation made (gateway/jobs/account_sync.c). */
#include "identity/domain/promotion.h"

#include "identity/domain/region.h"
#include "identity/service/account_service.h"
#include "identity/service/fields.h"
#include "identity/service/start.h"
#include "identity/service/words.h"
#include "identity/store/channel_policy_store.h"
#include "identity/store/promotion_store.h"
#include "identity/v1/event.pb-c.h"
#include "identity/v1/promotion.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define define_promotion_admit(call) operator_admit(call, ROLE_OPERATOR_FINANCE)
#define define_promotion_read define_promotion_read
#define define_promotion_scope(call, request) caller_id(call)
#define end_promotion_admit(call) operator_admit(call, ROLE_OPERATOR_FINANCE)
#define end_promotion_read end_promotion_read
#define end_promotion_scope(call, request) caller_id(call)
#define list_promotions_admit(call) caller_admit(call)
#define activate_promotion_admit(call) caller_admit(call)
#define activate_promotion_read activate_promotion_read
#define activate_trial_admit(call) caller_admit(call)
#include "identity/service/promotion_rpc.h"

static_assert((int)PROMOTION_NEEDS_COMPANY ==
                      (int)IDENTITY__V1__REQUIRED_VERIFICATION__REQUIRED_VERIFICATION_COMPANY &&
                  (int)ENTRY_UPGRADE == (int)IDENTITY__V1__ENTRY_CHANNEL__ENTRY_CHANNEL_UPGRADE,
              "verifications and channels are the wire's");

static Identity__V1__Promotion *promotion_to_message(struct call *call,
                                                     const struct promotion *promotion)
{
    struct arena *arena = call_arena(call);
    Identity__V1__Promotion *message = arena_alloc(arena, sizeof *message);
    identity__v1__promotion__init(message);
    message->promotion_id = id_to_message(call, promotion->promotion_id);
    message->code = arena_strdup(arena, promotion->code);
    message->entry_channel = (Identity__V1__EntryChannel)promotion->channel;
    message->activate_within_days = (int32_t)promotion->within_days;
    if (promotion->until_us != 0)
        message->activate_until_time = timestamp_from_us(arena, promotion->until_us);
    message->amount_micros = promotion->amount_micros;
    message->currency = arena_strdup(arena, promotion->currency);
    message->n_products = words_to_message(call, promotion->products, &message->products);
    message->n_bill_types = words_to_message(call, promotion->bill_types, &message->bill_types);
    message->n_regions = words_to_message(call, promotion->regions, &message->regions);
    message->required_verification = (Identity__V1__RequiredVerification)promotion->verification;
    message->grant_days = (int32_t)promotion->grant_days;
    message->activations_max = promotion->activations_max;
    message->activation_count = promotion->activations;
    message->trial = promotion->trial;
    message->create_time = timestamp_from_us(arena, promotion->defined_us);
    message->operator_principal_id = id_to_message(call, promotion->defined_by);
    if (promotion->ended_us != 0)
        message->end_time = timestamp_from_us(arena, promotion->ended_us);
    return message;
}

static int refuse(struct call *call, enum promotion_verdict verdict)
{
    return call_refuse(call, promotion_refusal(verdict), NO_TERMS);
}

/* ---- the fields ---- */

static const char *field_promotion_code(struct call *call, const char *code)
{
    char *read = arena_strdup(call_arena(call), code);
    if (!promotion_code_read(read))
        call_add_field_violation(call, "code", FAULT_MALFORMED,
                                 "Must be 3 to 32 letters, digits and \"-\".");
    return read;
}

static void field_words(struct call *call, const char *field, const char *const *words,
                        size_t count, size_t count_max)
{
    if (count > count_max)
        call_add_field_violation(call, field, FAULT_TOO_MANY, "Names too many.");
    for (size_t i = 0; i < count && count <= count_max; i++)
        if (!promotion_word_is_one(words[i]))
            call_add_field_violation(call, field, FAULT_MALFORMED,
                                     "Must be names of 1 to 32 letters, digits, '_' and '-'.");
}

static void field_regions(struct call *call, const char *const *regions, size_t count)
{
    if (count > PROMOTION_REGIONS_MAX)
        call_add_field_violation(call, "regions", FAULT_TOO_MANY, "Names too many.");
    for (size_t i = 0; i < count && count <= PROMOTION_REGIONS_MAX; i++)
        if (!region_is_valid(regions[i]))
            call_add_field_violation(call, "regions", FAULT_MALFORMED,
                                     "A region has 1 to 32 bytes of a-z, 0-9 and \"-\".");
}

static void field_window(struct call *call, const struct define_promotion *request)
{
    if (request->activate_within_days < 0 || request->activate_within_days > PROMOTION_DAYS_MAX)
        call_add_field_violation(call, "activate_within_days", FAULT_OUT_OF_RANGE,
                                 "Must be 0 to 3650 days.");
    if (request->activate_within_days == 0 && !request->has_activate_until_time)
        call_add_field_violation(call, "activate_within_days", FAULT_REQUIRED,
                                 "One of the two bounds must be given.");
    if (request->has_activate_until_time && request->activate_until_us <= clock_now_us())
        call_add_field_violation(call, "activate_until_time", FAULT_IN_THE_PAST,
                                 "Must be in the future.");
}

static void define_promotion_read(struct call *call,
                                  const Identity__V1__DefinePromotionRequest *message,
                                  struct define_promotion *request)
{
    define_promotion_fields(call, message, request);
    request->code = field_promotion_code(call, request->code);
    field_enum(call, "entry_channel", &identity__v1__entry_channel__descriptor,
               (int)request->entry_channel);
    field_window(call, request);
    field_amount(call, "amount_micros", request->amount_micros, request->currency);
    field_words(call, "products", request->products, request->n_products, PROMOTION_PRODUCTS_MAX);
    field_words(call, "bill_types", request->bill_types, request->n_bill_types,
                PROMOTION_BILL_TYPES_MAX);
    field_regions(call, request->regions, request->n_regions);
    field_enum(call, "required_verification", &identity__v1__required_verification__descriptor,
               (int)request->required_verification);
    if (request->grant_days < 1 || request->grant_days > PROMOTION_DAYS_MAX)
        call_add_field_violation(call, "grant_days", FAULT_OUT_OF_RANGE, "Must be 1 to 3650 days.");
    if (request->activations_max < 1 || request->activations_max > PROMOTION_ACTIVATIONS_MAX)
        call_add_field_violation(call, "activations_max", FAULT_OUT_OF_RANGE,
                                 "Must be 1 to 1000000.");
}

static void end_promotion_read(struct call *call, const Identity__V1__EndPromotionRequest *message,
                               struct end_promotion *request)
{
    end_promotion_fields(call, message, request);
    request->code = field_promotion_code(call, request->code);
}

static void activate_promotion_read(struct call *call,
                                    const Identity__V1__ActivatePromotionRequest *message,
                                    struct activate_promotion *request)
{
    activate_promotion_fields(call, message, request);
    request->code = field_promotion_code(call, request->code);
}

/* ---- operators ---- */

static int define_promotion(struct mutation *mutation, const struct define_promotion *request,
                            Identity__V1__DefinePromotionResponse *response)
{
    struct call *call = mutation->call;
    int64_t open = 0;
    bool kept = false;
    const struct promotion promotion = {
        .promotion_id = id_new(mutation->now_us),
        .code = request->code,
        .channel = (enum entry_channel)request->entry_channel,
        .within_days = request->activate_within_days,
        .until_us = request->activate_until_us,
        .currency = request->currency->code,
        .amount_micros = request->amount_micros,
        .products = words_join(call, request->products, request->n_products),
        .bill_types = words_join(call, request->bill_types, request->n_bill_types),
        .regions = words_join(call, request->regions, request->n_regions),
        .verification = (enum promotion_verification)request->required_verification,
        .grant_days = request->grant_days,
        .activations_max = request->activations_max,
        .defined_by = caller_id(call),
        .defined_us = mutation->now_us,
        .trial = request->trial};
    int no = promotion_store_count(mutation->transaction, mutation->now_us, &open);
    if (no == 0)
        no = promotion_store_insert(mutation->transaction, &promotion, &kept);
    if (no != 0)
        return no;
    enum promotion_verdict verdict = promotion_define_decide(open, !kept);
    response->promotion = promotion_to_message(call, &promotion);
    return verdict == PROMOTION_ACCEPTED ? 0 : refuse(call, verdict);
}

static int end_promotion(struct mutation *mutation, const struct end_promotion *request,
                         Identity__V1__EndPromotionResponse *response)
{
    struct promotion promotion;
    bool found = false;
    int no = promotion_store_lock(mutation->transaction, request->code, &promotion, &found);
    if (no != 0)
        return no;
    enum promotion_verdict verdict = promotion_end_decide(found ? &promotion : NULL);
    if (verdict != PROMOTION_ACCEPTED)
        return refuse(mutation->call, verdict);
    promotion.ended_us = mutation->now_us;
    response->promotion = promotion_to_message(mutation->call, &promotion);
    return promotion_store_end(mutation->transaction, promotion.promotion_id, mutation->now_us);
}

static ProtobufCMessage *promotion_message(struct call *call, const void *promotion)
{
    return &promotion_to_message(call, promotion)->base;
}

static int list_promotions(struct call *call, const struct list_promotions *request,
                           Identity__V1__ListPromotionsResponse *response)
{
    struct promotions_found found;
    int no = promotion_store_list(identity_reader(call), request->before_id,
                                  page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, promotion_id,
                                      promotion_message),
                                 &response->base);
}

/* ---- customers ---- */

static Identity__V1__Activation *activation_to_message(struct call *call,
                                                       const struct activation *activation,
                                                       const struct promotion *promotion)
{
    struct arena *arena = call_arena(call);
    Identity__V1__Activation *message = arena_alloc(arena, sizeof *message);
    identity__v1__activation__init(message);
    message->coupon_id = id_to_message(call, activation->coupon_id);
    message->code = arena_strdup(arena, promotion->code);
    message->activate_time = timestamp_from_us(arena, activation->activated_us);
    message->expire_time = timestamp_from_us(arena, activation->expires_us);
    message->amount_micros = promotion->amount_micros;
    message->currency = arena_strdup(arena, promotion->currency);
    message->n_products = words_to_message(call, promotion->products, &message->products);
    message->n_bill_types = words_to_message(call, promotion->bill_types, &message->bill_types);
    message->n_regions = words_to_message(call, promotion->regions, &message->regions);
    message->actor_principal_id = id_to_message(call, activation->actor_id);
    return message;
}

static enum failure tell_activation(struct mutation *mutation, const struct activation *activation,
                                    const char *code)
{
    struct call *call = mutation->call;
    Identity__V1__PromotionActivated event = IDENTITY__V1__PROMOTION_ACTIVATED__INIT;
    event.account_id = id_to_message(call, activation->account_id);
    event.coupon_id = id_to_message(call, activation->coupon_id);
    event.code = arena_strdup(call_arena(call), code);
    event.activate_time = timestamp_from_us(call_arena(call), activation->activated_us);
    return event_append(mutation, activation->account_id, &event.base);
}

static int keep_activation(struct mutation *mutation, const struct activation *activation,
                           const struct promotion *promotion)
{
    int no = activation_store_insert(mutation->transaction, activation);
    if (no == 0)
        no = trail_note(mutation, activation->account_id, "PROMOTION_ACTIVATED", promotion->code);
    return no == 0 ? tell_activation(mutation, activation, promotion->code) : no;
}

struct asked_activation {
    struct id account_id;
    const char *code;
    bool as_trial;
};

/* Of one account one after the other, and of one promotion: both are locked, in this order. */
static int admit_activation(struct mutation *mutation, const struct asked_activation *asked,
                            const struct account_row *row, struct promotion *promotion)
{
    struct activation_facts facts = {
        .account = &row->account, .signed_up_us = row->created_us, .as_trial = asked->as_trial};
    bool found = false;
    int no = promotion_store_lock(mutation->transaction, asked->code, promotion, &found);
    if (no == 0 && found)
        no = activation_store_count(mutation->transaction, asked->account_id,
                                    promotion->promotion_id, &facts);
    if (no != 0)
        return no;
    facts.promotion = found ? promotion : NULL;
    enum activation_verdict verdict = activation_decide(&facts, mutation->now_us);
    return verdict == ACTIVATION_ACCEPTED
               ? 0
               : call_refuse(mutation->call, activation_refusal(verdict), NO_TERMS);
}

static int activate(struct mutation *mutation, const struct asked_activation *asked,
                    const struct account_row *row, Identity__V1__Activation **message)
{
    struct promotion promotion;
    int no = admit_activation(mutation, asked, row, &promotion);
    if (no != 0)
        return no;
    const struct activation activation = {
        .account_id = asked->account_id,
        .coupon_id = id_new(mutation->now_us),
        .promotion_id = promotion.promotion_id,
        .actor_id = caller_id(mutation->call),
        .activated_us = mutation->now_us,
        .expires_us = promotion_grant_ends_us(&promotion, mutation->now_us)};
    *message = activation_to_message(mutation->call, &activation, &promotion);
    return keep_activation(mutation, &activation, &promotion);
}

static int activate_promotion(struct mutation *mutation, const struct activate_promotion *request,
                              Identity__V1__ActivatePromotionResponse *response)
{
    struct account_row row;
    const struct asked_activation asked = {request->account_id, request->code, false};
    int no = account_lock(mutation, request->account_id, &row);
    return no != 0 ? no : activate(mutation, &asked, &row, &response->activation);
}

/* ID-42: the gateway asked before whether all is done that the channel demands. */
static int activate_trial(struct mutation *mutation, const struct activate_trial *request,
                          Identity__V1__ActivateTrialResponse *response)
{
    struct account_row row;
    struct channel_policy policy;
    int no = account_lock(mutation, request->account_id, &row);
    if (no == 0)
        no = channel_policy_store_read(mutation->transaction, channel_policy_channel(&row.account),
                                       &policy);
    if (no != 0)
        return no;
    const struct asked_activation asked = {request->account_id, policy.trial_code, true};
    return activate(mutation, &asked, &row, &response->activation);
}

static ProtobufCMessage *activation_message(struct call *call, const void *row)
{
    const struct activation_row *found = row;
    return &activation_to_message(call, &found->activation, &found->promotion)->base;
}

static int list_activations(struct call *call, const struct list_activations *request,
                            Identity__V1__ListActivationsResponse *response)
{
    struct activations_found found;
    int no = activation_store_list(identity_reader(call), request->account_id, request->before_id,
                                   page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, coupon_id,
                                      activation_message),
                                 &response->base);
}
