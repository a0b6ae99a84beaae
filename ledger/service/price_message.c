#include "ledger/service/price_message.h"

#include <string.h>

#include "ledger/domain/catalogue.h"
#include "ledger/ledger_message.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

/* Of the wire by the domain's; the wire's first says that nothing was said. */
static const Ledger__V1__PriceModel models[] = {
    [PRICE_NONE] = LEDGER__V1__PRICE_MODEL__PRICE_MODEL_NONE,
    [PRICE_PER_UNIT] = LEDGER__V1__PRICE_MODEL__PRICE_MODEL_PER_UNIT,
    [PRICE_GRADUATED] = LEDGER__V1__PRICE_MODEL__PRICE_MODEL_GRADUATED,
    [PRICE_VOLUME] = LEDGER__V1__PRICE_MODEL__PRICE_MODEL_VOLUME,
    [PRICE_PACKAGE] = LEDGER__V1__PRICE_MODEL__PRICE_MODEL_PACKAGE,
    [PRICE_FLAT] = LEDGER__V1__PRICE_MODEL__PRICE_MODEL_FLAT};

static enum price_model model_of(Ledger__V1__PriceModel wire)
{
    enum price_model model = PRICE_NONE;
    while (model < PRICE_MODEL_END && models[model] != wire)
        model++;
    return model;
}

/* ---- reading ---- */

void price_field_sku(struct call *call, const char *sku_id)
{
    if (!catalogue_id_is_one(CATALOGUE_SKU, sku_id))
        call_add_field_violation(call, "sku_id", FAULT_MALFORMED,
                                 "must be 1 to 64 letters, digits, \".\", \"_\" and \"-\"");
}

void price_field_region(struct call *call, const char *region_id)
{
    if (!catalogue_id_is_one(CATALOGUE_REGION, region_id))
        call_add_field_violation(call, "region_id", FAULT_MALFORMED,
                                 "must be 1 to 32 bytes of a-z, 0-9 and \"-\"");
}

struct reading {
    struct call *call;
    const char *field;
};

static void complain(const struct reading *reading, const char *field, enum fault fault,
                     const char *sentence)
{
    call_add_field_violation(
        reading->call, arena_printf(call_arena(reading->call), "%s.%s", reading->field, field),
        fault, sentence);
}

static void read_place(const struct reading *reading, const Ledger__V1__NewPrice *message,
                       struct price_place *place)
{
    if (!catalogue_id_is_one(CATALOGUE_SKU, message->sku_id))
        complain(reading, "sku_id", FAULT_MALFORMED,
                 "must be 1 to 64 letters, digits, \".\", \"_\" and \"-\"");
    if (strcmp(message->region_id, PRICE_EVERYWHERE) != 0 &&
        !catalogue_id_is_one(CATALOGUE_REGION, message->region_id))
        complain(reading, "region_id", FAULT_MALFORMED,
                 "must be \"*\", or 1 to 32 bytes of a-z, 0-9 and \"-\"");
    if (currency_find(message->currency) == NULL)
        complain(reading, "currency", FAULT_NOT_A_CURRENCY, "must be an ISO 4217 code in capitals");
    place->sku_id = message->sku_id;
    place->region_id = message->region_id;
    place->currency = message->currency;
}

static void read_terms(const struct reading *reading, const Ledger__V1__NewPrice *message,
                       struct price *price)
{
    static const char too_many[] = "there are 20 tiers at most";
    price->model = model_of(message->model);
    price->package_micros = message->package_micros;
    if (message->n_tiers > PRICE_TIERS_MAX) {
        complain(reading, "tiers", FAULT_TOO_MANY, too_many);
        return;
    }
    price->tier_count = message->n_tiers;
    for (size_t i = 0; i < message->n_tiers; i++) {
        const Ledger__V1__PriceTier *tier = message->tiers[i];
        bool is_open = i + 1 == message->n_tiers && tier->up_to_micros == 0;
        price->tiers[i] = (struct price_tier){is_open ? PRICE_OPEN : tier->up_to_micros,
                                              tier->unit_nanos, tier->flat_micros};
    }
    const struct price_mistake *mistake = price_check(price);
    if (mistake != NULL)
        complain(reading, mistake->field, mistake->fault, mistake->sentence);
}

void price_read(struct call *call, const char *field, const Ledger__V1__NewPrice *message,
                struct dated_price *price)
{
    const struct reading reading = {call, field};
    *price = (struct dated_price){.from_us = 0};
    read_place(&reading, message, &price->place);
    read_terms(&reading, message, &price->price);
    if (!timestamp_to_us(message->effective_time, &price->from_us))
        complain(&reading, "effective_time", FAULT_NOT_A_TIME, "must be a time");
}

/* ---- telling ---- */

static Ledger__V1__PriceTier **tiers_to_message(struct arena *arena, const struct price *price)
{
    Ledger__V1__PriceTier **tiers = arena_alloc_array(arena, price->tier_count + 1, sizeof *tiers);
    for (size_t i = 0; i < price->tier_count; i++) {
        const struct price_tier *tier = &price->tiers[i];
        tiers[i] = message_new(arena, &ledger__v1__price_tier__descriptor);
        tiers[i]->up_to_micros = tier->up_to_micros == PRICE_OPEN ? 0 : tier->up_to_micros;
        tiers[i]->unit_nanos = tier->nanos;
        tiers[i]->flat_micros = tier->flat_micros;
    }
    return tiers;
}

Ledger__V1__Price *price_to_message(struct arena *arena, const struct dated_price *price)
{
    char words[PRICE_WORDS_SIZE];
    Ledger__V1__Price *message = message_new(arena, &ledger__v1__price__descriptor);
    price_words(&price->price, price->place.currency, words);
    message->price_id = id_to_message(arena, price->price_id);
    message->price_book_id = arena_strdup(arena, price->place.book_id);
    message->sku_id = arena_strdup(arena, price->place.sku_id);
    message->region_id = arena_strdup(arena, price->place.region_id);
    message->currency = arena_strdup(arena, price->place.currency);
    message->model = models[price->price.model];
    message->terms = arena_strdup(arena, words);
    message->package_micros = price->price.package_micros;
    message->tiers = tiers_to_message(arena, &price->price);
    message->n_tiers = price->price.tier_count;
    message->effective_start_time = timestamp_from_us(arena, price->from_us);
    if (price->until_us != 0)
        message->effective_end_time = timestamp_from_us(arena, price->until_us);
    message->create_time = timestamp_from_us(arena, price->created_us);
    return message;
}

Ledger__V1__ChargeStep **charge_steps_to_message(struct arena *arena, const struct charge *charge)
{
    Ledger__V1__ChargeStep **steps =
        arena_alloc_array(arena, charge->step_count + 1, sizeof *steps);
    for (size_t i = 0; i < charge->step_count; i++) {
        steps[i] = message_new(arena, &ledger__v1__charge_step__descriptor);
        steps[i]->quantity_micros = charge->steps[i].quantity_micros;
        steps[i]->unit_nanos = charge->steps[i].nanos;
        steps[i]->charge_micros = charge->steps[i].charge_micros;
    }
    return steps;
}
