#include "sharing/service/cover.h"

#include <assert.h>
#include <stdlib.h>

#include "sharing/service/sharing_service.h"

/* ---- facts ---- */

enum coverage_tier asset_tier(enum asset_kind kind)
{
    if (kind == ASSET_STORAGE_PACKAGE)
        return COVERAGE_PACKAGE;
    return kind == ASSET_RESERVED_INSTANCE ? COVERAGE_RESERVED : COVERAGE_PLAN;
}

static struct covering_asset prepare(struct arena *arena, const struct asset *asset)
{
    struct coverage_rate *rates = arena_alloc_array(arena, asset->rates.count + 1, sizeof(*rates));
    size_t count = 0;
    for (size_t i = 0; i < asset->rates.count && i < COVERAGE_RATES_MAX; i++)
        count += coverage_rate_parse(asset->rates.names[i], &rates[count]);
    return (struct covering_asset){.asset = asset,
                                   .tier = asset_tier(asset->kind),
                                   .rates = rates,
                                   .rate_count = count,
                                   .width = coverage_width(rates, count)};
}

static struct coverage_question ask_of(struct cover *cover, const struct usage_piece *pieces,
                                       size_t count)
{
    struct id *accounts = arena_alloc_array(cover->arena, count + 1, sizeof(*accounts));
    const char **skus = arena_alloc_array(cover->arena, count + 1, sizeof(*skus));
    struct coverage_question question = {.company_id = cover->company_id,
                                         .account_ids = accounts,
                                         .skus = skus,
                                         .sku_count = count,
                                         .start_us = INT64_MAX,
                                         .limit = COVERAGE_ASSETS_MAX + 1};
    for (size_t i = 0; i < count; i++) {
        accounts[i] = pieces[i].account_id;
        skus[i] = pieces[i].sku;
        if (pieces[i].hour_us < question.start_us)
            question.start_us = pieces[i].hour_us;
        if (pieces[i].hour_us + COVERAGE_HOUR_US > question.end_us)
            question.end_us = pieces[i].hour_us + COVERAGE_HOUR_US;
    }
    question.account_count = usage_facts_distinct(accounts, count);
    return question;
}

enum failure cover_read(struct source source, struct cover *cover, const struct usage_piece *pieces,
                        size_t count)
{
    struct coverage_question question = ask_of(cover, pieces, count);
    struct asset_list list = {0};
    enum failure failure = coverage_store_assets(source, &question, &list);
    if (failure != FAILURE_NONE)
        return failure;
    cover->is_too_wide =
        list.count > COVERAGE_ASSETS_MAX || list.count * count > COVERAGE_LOOKS_MAX;
    if (cover->is_too_wide)
        return FAILURE_NONE;
    cover->asset_count = list.count;
    cover->assets = arena_alloc_array(cover->arena, list.count + 1, sizeof(*cover->assets));
    for (size_t i = 0; i < list.count; i++)
        cover->assets[i] = prepare(cover->arena, &list.assets[i]);
    failure = usage_facts_read(source, cover->arena, &question, &list, &cover->facts);
    cover->is_too_wide = failure == FAILURE_NONE && usage_facts_are_too_many(&cover->facts);
    return failure;
}

/* ---- pairs ---- */

/* The facts by which a piece is judged with an asset; *group is that of the share that counts. */
static struct benefit_usage usage_of(const struct cover *cover, const struct asset *asset,
                                     const struct usage_piece *piece, int64_t *group)
{
    struct benefit_usage usage = {.started_us = piece->usage_us,
                                  .product = piece->product,
                                  .bill_type = piece->bill_type,
                                  .region = piece->region};
    *group = usage_facts_fill(&cover->facts, asset, piece->account_id, &usage) ? 0 : 1;
    return usage;
}

/* The rate by which an asset is to be considered for a piece: its account owns it or was ever given
 * it, and it names the sku. NULL: it is not. */
static const struct coverage_rate *rate_of(const struct cover *cover, size_t at,
                                           const struct usage_piece *piece)
{
    const struct covering_asset *covering = &cover->assets[at];
    size_t shares = 1;
    if (!id_equal(covering->asset->owner_id, piece->account_id))
        (void)usage_facts_find(&cover->facts.shares, covering->asset->asset_id, piece->account_id,
                               &shares);
    return shares == 0 ? NULL
                       : coverage_rate_find(covering->rates, covering->rate_count, piece->sku,
                                            piece->region);
}

static struct coverage_pair pair_of(const struct cover *cover, size_t at,
                                    const struct usage_piece *piece, int64_t rate_nano)
{
    const struct covering_asset *covering = &cover->assets[at];
    struct coverage_pair pair = {.tier = covering->tier,
                                 .width = covering->width,
                                 .expire_us = covering->asset->expire_us,
                                 .asset_id = covering->asset->asset_id,
                                 .list_nano = piece->list_nano,
                                 .rate_nano = rate_nano,
                                 .account_id = piece->account_id,
                                 .piece_id = piece->piece_id,
                                 .asset = at};
    pair.is_shared = !usage_of(cover, covering->asset, piece, &pair.group).by_owner;
    return pair;
}

static void list_hours(struct cover *cover, struct cover_hour *hour)
{
    struct asset_hours *hours = &hour->hours;
    size_t size = cover->asset_count + 1;
    hours->hour_us = hour->count > 0 ? hour->pieces[0].hour_us : 0;
    hours->company_ids = arena_alloc_array(cover->arena, size, sizeof(*hours->company_ids));
    hours->asset_ids = arena_alloc_array(cover->arena, size, sizeof(*hours->asset_ids));
    hours->used_micros = arena_alloc_array(cover->arena, size, sizeof(*hours->used_micros));
    hours->count = 0;
    for (size_t i = 0; i < cover->asset_count; i++) {
        if (!cover->assets[i].is_asked)
            continue;
        hours->company_ids[hours->count] = cover->assets[i].asset->origin_company_id;
        hours->asset_ids[hours->count++] = cover->assets[i].asset->asset_id;
    }
}

/* Marks the assets of the hour and counts its pairs. */
static size_t count_pairs(struct cover *cover, const struct cover_hour *hour)
{
    size_t count = 0;
    for (size_t i = 0; i < cover->asset_count; i++) {
        cover->assets[i].is_asked = false;
        for (size_t j = 0; j < hour->count; j++) {
            bool is_pair = rate_of(cover, i, &hour->pieces[j]) != NULL;
            count += is_pair;
            cover->assets[i].is_asked = cover->assets[i].is_asked || is_pair;
        }
    }
    return count;
}

void cover_pair(struct cover *cover, struct cover_hour *hour)
{
    size_t count = count_pairs(cover, hour);
    cover->pair_count += count;
    cover->is_too_wide = cover->is_too_wide || cover->pair_count > COVERAGE_PAIRS_MAX;
    if (cover->is_too_wide)
        return;
    hour->pairs = arena_alloc_array(cover->arena, count + 1, sizeof(*hour->pairs));
    hour->considered.rows =
        arena_alloc_array(cover->arena, count + 1, sizeof(*hour->considered.rows));
    for (size_t i = 0; i < cover->asset_count; i++) {
        for (size_t j = 0; j < hour->count && cover->assets[i].is_asked; j++) {
            const struct coverage_rate *rate = rate_of(cover, i, &hour->pieces[j]);
            if (rate == NULL)
                continue;
            hour->pairs[hour->pair_count] = pair_of(cover, i, &hour->pieces[j], rate->nano);
            hour->pairs[hour->pair_count++].piece = j;
        }
    }
    qsort(hour->pairs, hour->pair_count, sizeof(*hour->pairs), coverage_pair_compare);
    list_hours(cover, hour);
}

/* ---- serving ---- */

/* Brings used_micros of each hour from where it is kept to where it is decided, and back. */
static void load_hours(struct cover *cover, const struct asset_hours *hours)
{
    for (size_t i = 0, at = 0; i < cover->asset_count; i++) {
        if (cover->assets[i].is_asked)
            cover->assets[i].used_micros = hours->used_micros[at++];
    }
}

static void store_hours(const struct cover *cover, struct asset_hours *hours)
{
    for (size_t i = 0, at = 0; i < cover->asset_count; i++) {
        if (cover->assets[i].is_asked)
            hours->used_micros[at++] = cover->assets[i].used_micros;
    }
}

static void consider(const struct cover *cover, struct cover_hour *hour,
                     const struct coverage_pair *pair, struct coverage_taken taken,
                     const struct refusal *why)
{
    size_t at = hour->considered.count++;
    assert(at < hour->pair_count);
    hour->considered.rows[at] = (struct considered){.piece_id = pair->piece_id,
                                                    .place = (int64_t)at,
                                                    .asset_id = pair->asset_id,
                                                    .kind = cover->assets[pair->asset].asset->kind,
                                                    .quantity_micros = taken.quantity_micros,
                                                    .used_micros = taken.used_micros,
                                                    .reason = why != NULL ? why->reason : ""};
}

/* Why the asset covers nothing of the piece, whatever is left of both; NULL: it may. */
static const struct refusal *judge(const struct cover *cover, const struct coverage_pair *pair,
                                   const struct usage_piece *piece)
{
    const struct asset *asset = cover->assets[pair->asset].asset;
    int64_t group;
    struct benefit_usage usage = usage_of(cover, asset, piece, &group);
    struct benefit_asset benefit = asset_to_benefit(asset);
    enum benefit_verdict verdict = benefit_decide(&benefit, &usage);
    if (verdict != BENEFIT_APPLIES)
        return benefit_refusal(verdict);
    enum coverage_verdict no = coverage_decide(pair, text_equal(asset->currency, piece->currency));
    return no == COVERAGE_COVERS ? NULL : coverage_refusal(no);
}

static void serve_pair(struct cover *cover, struct cover_hour *hour,
                       const struct coverage_pair *pair, int64_t *left_micros)
{
    const struct coverage_taken nothing = {0};
    struct covering_asset *covering = &cover->assets[pair->asset];
    const struct refusal *no = judge(cover, pair, &hour->pieces[pair->piece]);
    if (no == NULL && *left_micros == 0)
        no = coverage_refusal(COVERAGE_COVERED_BEFORE);
    if (no != NULL) {
        consider(cover, hour, pair, nothing, no);
        return;
    }
    int64_t hour_left = amount_max(covering->asset->hourly_micros - covering->used_micros, 0);
    struct coverage_taken taken = coverage_take(pair, hour_left, *left_micros);
    *left_micros -= taken.quantity_micros;
    covering->used_micros += taken.used_micros;
    consider(cover, hour, pair, taken,
             *left_micros > 0 ? coverage_refusal(COVERAGE_HOUR_USED_UP) : NULL);
}

/* How many units of each piece may be covered. */
static int64_t *coverable(const struct cover *cover, const struct cover_hour *hour)
{
    int64_t *left = arena_alloc_array(cover->arena, hour->count + 1, sizeof(*left));
    int64_t *owed = arena_alloc_array(cover->arena, hour->count + 1, sizeof(*owed));
    for (size_t i = 0; i < hour->count; i++)
        left[i] = amount_max(hour->pieces[i].quantity_micros, 0);
    for (size_t i = 0; i < hour->owed.count; i++) {
        const struct owed *row = &hour->owed.rows[i];
        if (row->piece == row->first)
            owed[row->first] = row->owed_micros;
        left[row->piece] = coverage_coverable(left[row->piece], &owed[row->first]);
    }
    return left;
}

void cover_serve(struct cover *cover, struct cover_hour *hour)
{
    int64_t *left = coverable(cover, hour);
    load_hours(cover, &hour->hours);
    for (size_t i = 0; i < hour->pair_count; i++) {
        const struct coverage_pair *pair = &hour->pairs[i];
        if (hour->pieces[pair->piece].quantity_micros > 0)
            serve_pair(cover, hour, pair, &left[pair->piece]);
    }
    store_hours(cover, &hour->hours);
}

/* ---- corrections ---- */

static const struct considered *kept_of(const struct considered_list *kept, struct id asset_id)
{
    for (size_t i = 0; i < kept->count; i++) {
        if (id_equal(kept->rows[i].asset_id, asset_id))
            return &kept->rows[i];
    }
    return NULL;
}

void cover_give_back(struct cover *cover, struct cover_hour *hour, size_t piece, int64_t net_micros,
                     const struct considered_list *kept)
{
    int64_t covered = 0;
    for (size_t i = 0; i < kept->count; i++)
        covered += amount_max(kept->rows[i].quantity_micros, 0);
    int64_t surplus = coverage_surplus(covered, net_micros);
    load_hours(cover, &hour->hours);
    for (size_t i = hour->pair_count; i-- > 0 && surplus > 0;) {
        const struct coverage_pair *pair = &hour->pairs[i];
        const struct considered *row = pair->piece == piece ? kept_of(kept, pair->asset_id) : NULL;
        if (row == NULL || row->quantity_micros <= 0)
            continue;
        struct coverage_taken taken = {row->quantity_micros, amount_max(row->used_micros, 0)};
        struct coverage_taken back = coverage_give_back(pair, &taken, surplus);
        struct covering_asset *covering = &cover->assets[pair->asset];
        back.used_micros = amount_min(back.used_micros, covering->used_micros);
        surplus -= back.quantity_micros;
        covering->used_micros -= back.used_micros;
        consider(cover, hour, pair,
                 (struct coverage_taken){-back.quantity_micros, -back.used_micros}, NULL);
    }
    store_hours(cover, &hour->hours);
}
