#include "sharing/domain/coverage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NANO INT64_C(1000000000)
#define EVERY_REGION_WIDTH INT64_C(1000)

static const struct refusal refusals[] = {COVERAGE_REFUSALS(REFUSAL_ROW)};

const struct refusal *coverage_refusal(enum coverage_verdict verdict)
{
    assert(verdict > COVERAGE_COVERS && (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

/* ---- rates ---- */

static size_t name_length(const char *text)
{
    assert(text != NULL);
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
}

/* "=120000000" without a leading zero, up to the maximum; "" is none. */
static bool parse_nano(const char *text, int64_t *nano)
{
    assert(text != NULL && nano != NULL);
    *nano = 0;
    if (text[0] == '\0')
        return true;
    if (text[0] != '=' || text[1] < '1' || text[1] > '9')
        return false;
    for (const char *digit = text + 1; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9')
            return false;
        *nano = *nano * 10 + (*digit - '0');
        if (*nano > COVERAGE_FIGURE_MAX)
            return false;
    }
    assert(*nano > 0);
    return true;
}

bool coverage_rate_parse(const char *text, struct coverage_rate *rate)
{
    assert(text != NULL && rate != NULL);
    size_t sku_length = name_length(text);
    if (sku_length < 1 || sku_length > COVERAGE_SKU_BYTES_MAX || text[sku_length] != '@')
        return false;
    const char *region = text + sku_length + 1;
    size_t region_length = region[0] == '*' ? 1 : name_length(region);
    if (region_length < 1 || region_length > COVERAGE_REGION_BYTES_MAX)
        return false;
    *rate = (struct coverage_rate){text, sku_length, region, region_length, 0};
    return parse_nano(region + region_length, &rate->nano);
}

static bool same_text(const char *text, size_t length, const char *other, size_t other_length)
{
    assert(text != NULL && other != NULL);
    return length == other_length && memcmp(text, other, length) == 0;
}

bool coverage_rate_same(const struct coverage_rate *a, const struct coverage_rate *b)
{
    assert(a->sku_length > 0 && b->sku_length > 0);
    return same_text(a->sku, a->sku_length, b->sku, b->sku_length) &&
           same_text(a->region, a->region_length, b->region, b->region_length);
}

bool coverage_figures_are_whole(const struct coverage_figures *figures)
{
    assert(figures->rates != NULL || figures->rate_count == 0);
    bool is_plan = figures->tier == COVERAGE_PLAN;
    if (figures->hourly_micros == 0)
        return figures->rate_count == 0 && !figures->has_currency;
    if (figures->hourly_micros < 0 || figures->hourly_micros > COVERAGE_FIGURE_MAX)
        return false;
    if (figures->rate_count < 1 || figures->rate_count > COVERAGE_RATES_MAX)
        return false;
    if (figures->has_currency != is_plan)
        return false;
    if (figures->tier == COVERAGE_RESERVED && figures->rate_count != 1)
        return false;
    for (size_t i = 0; i < figures->rate_count; i++) {
        if ((figures->rates[i].nano > 0) != is_plan)
            return false;
    }
    return true;
}

static bool is_every_region(const struct coverage_rate *rate)
{
    assert(rate->region_length > 0);
    return rate->region[0] == '*';
}

const struct coverage_rate *coverage_rate_find(const struct coverage_rate *rates, size_t count,
                                               const char *sku, const char *region)
{
    assert(rates != NULL || count == 0);
    const struct coverage_rate *everywhere = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!same_text(rates[i].sku, rates[i].sku_length, sku, strlen(sku)))
            continue;
        if (same_text(rates[i].region, rates[i].region_length, region, strlen(region)) &&
            !is_every_region(&rates[i]))
            return &rates[i];
        if (is_every_region(&rates[i]))
            everywhere = &rates[i];
    }
    return everywhere;
}

int64_t coverage_width(const struct coverage_rate *rates, size_t count)
{
    assert(count <= COVERAGE_RATES_MAX);
    int64_t width = 0;
    for (size_t i = 0; i < count; i++)
        width += is_every_region(&rates[i]) ? EVERY_REGION_WIDTH : 1;
    return width;
}

int64_t coverage_hour_us(int64_t time_us)
{
    assert(time_us >= 0);
    return time_us - time_us % COVERAGE_HOUR_US;
}

int64_t coverage_hours(int64_t start_us, int64_t end_us, int64_t provisioned_us, int64_t expire_us)
{
    assert(start_us >= 0 && provisioned_us >= 0);
    int64_t first = amount_max(start_us + COVERAGE_HOUR_US - 1, coverage_hour_us(provisioned_us));
    int64_t until = amount_min(end_us, expire_us);
    first = coverage_hour_us(first);
    return until <= first ? 0 : (until - first + COVERAGE_HOUR_US - 1) / COVERAGE_HOUR_US;
}

/* ---- the order ---- */

static int compare(int64_t a, int64_t b)
{
    int result = (a > b) - (a < b);
    assert(result >= -1 && result <= 1);
    return result;
}

/* Before the other one that saves more: of a savings plan more for what it takes of the commitment
 * (AWS's highest savings percentage), of the others the dearer unit. */
static int compare_saving(const struct coverage_pair *a, const struct coverage_pair *b)
{
    assert(a->tier == b->tier);
    if (a->tier != COVERAGE_PLAN)
        return compare(b->list_nano, a->list_nano);
    amount_wide of_a = (amount_wide)a->list_nano * b->rate_nano;
    amount_wide of_b = (amount_wide)b->list_nano * a->rate_nano;
    return (of_a < of_b) - (of_a > of_b);
}

/* Which of two assets of one tier serves first. */
static int compare_assets(const struct coverage_pair *a, const struct coverage_pair *b)
{
    assert(a->tier == b->tier);
    int result = compare(a->width, b->width);
    if (result == 0)
        result = compare(a->expire_us, b->expire_us);
    return result != 0 ? result : id_compare(a->asset_id, b->asset_id);
}

/* Which of two pieces of usage an asset serves first. */
static int compare_pieces(const struct coverage_pair *a, const struct coverage_pair *b)
{
    assert(a->is_shared == b->is_shared);
    int result = compare(a->group, b->group);
    if (result == 0)
        result = compare_saving(a, b);
    if (result == 0)
        result = id_compare(a->account_id, b->account_id);
    return result != 0 ? result : id_compare(a->piece_id, b->piece_id);
}

/* All own pairs of a tier before all shared ones, and asset by asset: so each asset meets its
 * owner's usage first, and each account its own assets first (SHR-20). */
int coverage_pair_compare(const void *a, const void *b)
{
    const struct coverage_pair *left = a, *right = b;
    int result = compare(left->tier, right->tier);
    if (result == 0)
        result = compare(left->is_shared, right->is_shared);
    if (result == 0)
        result = compare_assets(left, right);
    if (result == 0)
        result = compare_pieces(left, right);
    assert(result != 0 || left == right || id_equal(left->piece_id, right->piece_id));
    return result;
}

/* ---- hours that are held ---- */

static int compare_starts(const void *a, const void *b)
{
    const struct interval *left = a, *right = b;
    assert(left->start_us < left->end_us && right->start_us < right->end_us);
    return compare(left->start_us, right->start_us);
}

size_t coverage_held_hours(struct interval *held, size_t count)
{
    assert(held != NULL);
    size_t touched = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t end_us = held[i].end_us;
        if (end_us <= held[i].start_us)
            continue;
        if (end_us != INTERVAL_OPEN)
            end_us = coverage_hour_us(end_us + COVERAGE_HOUR_US - 1);
        held[touched++] = (struct interval){coverage_hour_us(held[i].start_us), end_us};
    }
    qsort(held, touched, sizeof(*held), compare_starts);
    for (size_t i = 0; i < touched; i++) {
        if (kept > 0 && held[i].start_us <= held[kept - 1].end_us)
            held[kept - 1].end_us = amount_max(held[kept - 1].end_us, held[i].end_us);
        else
            held[kept++] = held[i];
    }
    assert(kept <= count);
    return kept;
}

/* ---- what is taken and given back ---- */

enum coverage_verdict coverage_decide(const struct coverage_pair *pair, bool same_currency)
{
    assert(pair->list_nano >= 0 && pair->rate_nano >= 0);
    if (pair->tier != COVERAGE_PLAN)
        return COVERAGE_COVERS;
    if (!same_currency)
        return COVERAGE_OTHER_CURRENCY;
    return pair->rate_nano < pair->list_nano ? COVERAGE_COVERS : COVERAGE_NOT_CHEAPER;
}

/* How much so many units take of an hour, within what fits. */
static int64_t used_by(const struct coverage_pair *pair, int64_t quantity_micros)
{
    assert(quantity_micros >= 0);
    if (pair->tier != COVERAGE_PLAN)
        return quantity_micros;
    int64_t used;
    if (!amount_half_away((amount_wide)quantity_micros * pair->rate_nano, NANO, &used))
        used = INT64_MAX;
    return used;
}

struct coverage_taken coverage_take(const struct coverage_pair *pair, int64_t left_micros,
                                    int64_t quantity_micros)
{
    assert(left_micros >= 0 && quantity_micros >= 0);
    amount_wide fitting = left_micros;
    if (pair->tier == COVERAGE_PLAN)
        fitting = (amount_wide)left_micros * NANO / pair->rate_nano;
    int64_t quantity = fitting < quantity_micros ? (int64_t)fitting : quantity_micros;
    struct coverage_taken taken = {quantity, used_by(pair, quantity)};
    assert(taken.used_micros <= left_micros);
    return taken;
}

int64_t coverage_coverable(int64_t quantity_micros, int64_t *owed_micros)
{
    assert(owed_micros != NULL && *owed_micros >= 0);
    int64_t usage = amount_max(quantity_micros, 0);
    int64_t set_off = amount_min(usage, *owed_micros);
    *owed_micros -= set_off;
    return usage - set_off;
}

int64_t coverage_surplus(int64_t covered_micros, int64_t net_micros)
{
    assert(covered_micros >= 0);
    int64_t usage = amount_max(net_micros, 0);
    return covered_micros > usage ? covered_micros - usage : 0;
}

struct coverage_taken coverage_give_back(const struct coverage_pair *pair,
                                         const struct coverage_taken *kept, int64_t quantity_micros)
{
    assert(kept->quantity_micros >= 0 && kept->used_micros >= 0 && quantity_micros >= 0);
    int64_t quantity = amount_min(quantity_micros, kept->quantity_micros);
    int64_t rest = used_by(pair, kept->quantity_micros - quantity);
    return (struct coverage_taken){quantity,
                                   kept->used_micros > rest ? kept->used_micros - rest : 0};
}
