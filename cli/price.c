/* kontor price set: a price on the command line, its tiers as 1.00:10,0.80:100,0.50. */
#include <stdio.h>
#include <string.h>

#include "cli/functions.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/names.h"
#include "ledger/v1/price.pb-c.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#define TIERS_MAX 20
#define DECIMALS 9
#define DIGITS "0123456789"

static bool complain(const char *what, const char *text)
{
    fprintf(stderr, "kontor: \"%s\" is no %s\n", text, what);
    return false;
}

/* A decimal with nine decimals at most, in 10^-9. */
static bool read_nanos(const char *text, int64_t *nanos)
{
    char whole[DECIMALS + 1];
    size_t digits = strspn(text, DIGITS);
    size_t decimals = text[digits] == '.' ? strspn(text + digits + 1, DIGITS) : 0;
    const char *end = text + digits + (text[digits] == '.' ? 1 + decimals : 0);
    if (digits == 0 || digits > DECIMALS || decimals > DECIMALS || *end != '\0')
        return false;
    snprintf(whole, sizeof whole, "%.*s", (int)digits, text);
    *nanos = 0;
    for (size_t i = 0; i < digits; i++)
        *nanos = *nanos * 10 + (whole[i] - '0');
    for (size_t i = 0; i < DECIMALS; i++)
        *nanos = *nanos * 10 + (i < decimals ? text[digits + 1 + i] - '0' : 0);
    return true;
}

/* PRICE, PRICE:UP-TO or PRICE:UP-TO:FEE; up to nothing is the last. */
static bool read_tier(char *text, Ledger__V1__PriceTier *tier)
{
    const char *price = strsep(&text, ":"), *up_to = strsep(&text, ":"), *fee = text;
    ledger__v1__price_tier__init(tier);
    return read_nanos(price, &tier->unit_nanos) &&
           (up_to == NULL || up_to[0] == '\0' || amount_parse(up_to, &tier->up_to_micros)) &&
           (fee == NULL || amount_parse(fee, &tier->flat_micros));
}

static bool read_tiers(struct invocation *invocation, Ledger__V1__NewPrice *price)
{
    struct arena *arena = task_arena(invocation->task);
    const char *given = invocation_value(invocation, "tiers");
    char *rest = given == NULL || given[0] == '\0' ? NULL : arena_strdup(arena, given);
    price->tiers = arena_alloc_array(arena, TIERS_MAX, sizeof *price->tiers);
    for (price->n_tiers = 0; rest != NULL; price->n_tiers++) {
        char *text = strsep(&rest, ",");
        const char *shown = arena_strdup(arena, text);
        if (price->n_tiers == TIERS_MAX)
            return complain("list of at most 20 tiers", given);
        price->tiers[price->n_tiers] = arena_alloc(arena, sizeof **price->tiers);
        if (!read_tier(text, price->tiers[price->n_tiers]))
            return complain("tier such as 0.000164384 or 1.00:10 or 1.00:10:5.00", shown);
    }
    return true;
}

static bool read_model(const char *word, Ledger__V1__PriceModel *model)
{
    const ProtobufCEnumDescriptor *type = &ledger__v1__price_model__descriptor;
    char name[NAME_SIZE];
    for (unsigned i = 0; i < type->n_values; i++) {
        names_of_value(type, type->values[i].value, '-', name);
        if (type->values[i].value != 0 && strcmp(name, word) == 0) {
            *model = (Ledger__V1__PriceModel)type->values[i].value;
            return true;
        }
    }
    return complain("model: per-unit, graduated, volume, package, flat or none", word);
}

static bool read_price(struct invocation *invocation, Ledger__V1__NewPrice *price)
{
    struct arena *arena = task_arena(invocation->task);
    const char *package = invocation_value(invocation, "package");
    const char *from = invocation_value(invocation, "from");
    int64_t from_us = 0;
    ledger__v1__new_price__init(price);
    price->sku_id = arena_strdup(arena, invocation_value(invocation, "sku"));
    price->region_id = arena_strdup(arena, invocation_value(invocation, "region"));
    price->currency = arena_strdup(arena, invocation_value(invocation, "currency"));
    if (!read_model(invocation_value(invocation, "model"), &price->model) ||
        !read_tiers(invocation, price))
        return false;
    if (package != NULL && !amount_parse(package, &price->package_micros))
        return complain("quantity", package);
    if (from == NULL)
        return true;
    if (!moment_read(from, clock_now_us(), &from_us))
        return complain("time: " MOMENT_FORMS, from);
    price->effective_time = timestamp_from_us(arena, from_us);
    return true;
}

enum exit_code price_run_set(struct invocation *invocation)
{
    Ledger__V1__NewPrice price, *prices[] = {&price};
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    if (!read_price(invocation, &price))
        return EXIT_USAGE;
    Ledger__V1__SetPricesRequest *request = (void *)invocation->request;
    request->prices = prices;
    request->n_prices = 1;
    code = invocation_call(invocation, &ledger__v1__price_service__descriptor, "SetPrices",
                           invocation->request, &invocation->response);
    if (code == EXIT_DONE)
        invocation_print(invocation, invocation->response);
    return code;
}
