#include "sharing/service/usage_facts.h"

#include <stdlib.h>

#include "sharing/domain/coverage.h"
#include "sharing/service/sharing_service.h"

static int compare_ids(const void *a, const void *b)
{
    const struct id *left = a, *right = b;
    return id_compare(*left, *right);
}

size_t usage_facts_distinct(struct id *ids, size_t count)
{
    size_t kept = 0;
    qsort(ids, count, sizeof(*ids), compare_ids);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !id_equal(ids[kept - 1], ids[i]))
            ids[kept++] = ids[i];
    }
    return kept;
}

/* Whose verifications count: of the accounts and of the assets' owners. */
static struct coverage_question ask_owners_too(struct arena *arena,
                                               const struct coverage_question *question,
                                               const struct asset_list *assets)
{
    struct coverage_question wider = *question;
    size_t count = question->account_count;
    struct id *ids = arena_alloc_array(arena, count + assets->count + 1, sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = question->account_ids[i];
    for (size_t i = 0; i < assets->count; i++)
        ids[count++] = assets->assets[i].owner_id;
    wider.account_count = usage_facts_distinct(ids, count);
    wider.account_ids = ids;
    return wider;
}

enum failure usage_facts_read(struct source source, struct arena *arena,
                              const struct coverage_question *question,
                              const struct asset_list *assets, struct usage_facts *facts)
{
    struct coverage_question of = *question;
    struct id *ids = arena_alloc_array(arena, assets->count + 1, sizeof(*ids));
    for (size_t i = 0; i < assets->count; i++)
        ids[i] = assets->assets[i].asset_id;
    of.asset_ids = ids;
    of.asset_count = assets->count;
    of.limit = COVERAGE_TIMES_MAX + 1;
    enum failure failure = coverage_store_shares(source, &of, &facts->shares);
    if (failure == FAILURE_NONE && question->with_payments)
        failure = coverage_store_payments(source, &of, &facts->payments);
    of = ask_owners_too(arena, &of, assets);
    if (failure == FAILURE_NONE)
        failure = coverage_store_verifications(source, &of, &facts->verifications);
    return failure;
}

bool usage_facts_are_too_many(const struct usage_facts *facts)
{
    return facts->shares.count > COVERAGE_TIMES_MAX ||
           facts->verifications.count > COVERAGE_TIMES_MAX ||
           facts->payments.count > COVERAGE_TIMES_MAX;
}

size_t usage_facts_find(const struct times *times, struct id asset_id, struct id account_id,
                        size_t *count)
{
    size_t low = 0;
    for (size_t high = times->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = id_compare(times->keys[middle].asset_id, asset_id);
        if (order == 0)
            order = id_compare(times->keys[middle].account_id, account_id);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *count = 0;
    while (low + *count < times->count && id_equal(times->keys[low + *count].asset_id, asset_id) &&
           id_equal(times->keys[low + *count].account_id, account_id))
        ++*count;
    return low;
}

/* The times of a key; *count says how many. */
static const struct interval *times_of(const struct times *times, struct id asset_id,
                                       struct id account_id, size_t *count)
{
    size_t at = usage_facts_find(times, asset_id, account_id, count);
    return *count > 0 ? times->intervals + at : NULL;
}

bool usage_facts_fill(const struct usage_facts *facts, const struct asset *asset,
                      struct id account_id, struct benefit_usage *usage)
{
    bool is_direct = false;
    usage->by_owner = id_equal(asset->owner_id, account_id);
    size_t at = usage_facts_find(&facts->shares, asset->asset_id, account_id, &usage->share_count);
    usage->shares = usage->share_count > 0 ? facts->shares.intervals + at : NULL;
    for (size_t i = 0; i < usage->share_count; i++)
        is_direct = is_direct || (!facts->shares.keys[at + i].by_organization &&
                                  interval_covers(&usage->shares[i], usage->started_us));
    usage->owner_verified =
        times_of(&facts->verifications, nobody, asset->owner_id, &usage->owner_verified_count);
    usage->recipient_verified =
        times_of(&facts->verifications, nobody, account_id, &usage->recipient_verified_count);
    usage->payment_relations =
        times_of(&facts->payments, asset->owner_id, account_id, &usage->payment_relation_count);
    return is_direct;
}
