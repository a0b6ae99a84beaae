#include "ledger/domain/price_book.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/amount.h"

#define ID_SIZE_MAX 32

static const struct refusal refusals[] = {PRICE_BOOK_REFUSALS(REFUSAL_ROW)};

const struct refusal *price_refusal(enum price_verdict verdict)
{
    assert(verdict > PRICE_ACCEPTED && verdict <= PRICE_CHARGE_TOO_LARGE);
    return &refusals[verdict - 1];
}

bool price_book_id_is_one(const char *id)
{
    assert(id != NULL);
    size_t size = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return size >= 1 && size <= ID_SIZE_MAX && id[size] == '\0';
}

enum price_verdict price_book_decide(const struct price_book_facts *facts)
{
    assert(facts->count >= 0);
    if (facts->is_taken)
        return PRICE_BOOK_IS_TAKEN;
    return facts->count >= PRICE_BOOKS_MAX ? PRICE_FULL : PRICE_ACCEPTED;
}

/* Never in the past: what was charged by then would have been charged otherwise. */
enum price_verdict price_begin_decide(const struct price_begin *begin)
{
    assert(begin->count >= 0 && begin->count_max > 0);
    if (!begin->has_book)
        return PRICE_NO_BOOK;
    if (begin->from_us < begin->now_us)
        return PRICE_IN_THE_PAST;
    if (begin->is_taken)
        return PRICE_BEGIN_IS_TAKEN;
    return begin->count >= begin->count_max ? PRICE_FULL : PRICE_ACCEPTED;
}

/* ---- which price ---- */

bool price_span_holds(const struct price_span *span, int64_t usage_us)
{
    assert(span != NULL);
    return span->from_us <= usage_us && (span->until_us == 0 || usage_us < span->until_us);
}

static struct price_candidate candidate_of(const struct price_span *span)
{
    assert(span != NULL);
    return (struct price_candidate){.rank = (int)span->source,
                                    .everywhere =
                                        strcmp(span->price.place.region_id, PRICE_EVERYWHERE) == 0,
                                    .model = span->price.price.model};
}

const struct price_span *price_span_choose(const struct price_span *spans, size_t count,
                                           int64_t usage_us)
{
    const struct price_span *chosen = NULL;
    assert(spans != NULL || count == 0);
    for (size_t i = 0; i < count; i++) {
        if (!price_span_holds(&spans[i], usage_us))
            continue;
        struct price_candidate two[] = {candidate_of(chosen == NULL ? &spans[i] : chosen),
                                        candidate_of(&spans[i])};
        size_t first = price_choose(two, 2);
        if (first < 2 && (chosen == NULL || first == 1))
            chosen = &spans[i];
    }
    return chosen;
}

/* ---- what makes a charge ---- */

static size_t tier_at(const struct price *price, int64_t quantity_micros)
{
    size_t i = 0;
    assert(price->tier_count > 0 && price->tiers[price->tier_count - 1].up_to_micros == PRICE_OPEN);
    while (price->tiers[i].up_to_micros < quantity_micros)
        i++;
    return i;
}

static bool add_step(const struct price *price, int64_t used_micros, int64_t quantity_micros,
                     struct charge *charge)
{
    struct charge_step *step = &charge->steps[charge->step_count++];
    assert(quantity_micros > 0 && charge->step_count <= PRICE_TIERS_MAX);
    step->quantity_micros = quantity_micros;
    step->nanos = price->tiers[tier_at(price, used_micros + quantity_micros)].nanos;
    return price_charge_further(price, used_micros, quantity_micros, &step->charge_micros) &&
           amount_add(charge->micros, step->charge_micros, &charge->micros);
}

bool price_explain(const struct price *price, int64_t used_micros, int64_t quantity_micros,
                   struct charge *charge)
{
    int64_t end_micros;
    assert(price->model != PRICE_NONE && used_micros >= 0 && quantity_micros >= 0);
    *charge = (struct charge){.micros = 0};
    if (!amount_add(used_micros, quantity_micros, &end_micros))
        return false;
    while (used_micros < end_micros) {
        int64_t until_micros = end_micros;
        if (price->model == PRICE_GRADUATED) /* from just behind what was used */
            until_micros =
                amount_min(price->tiers[tier_at(price, used_micros + 1)].up_to_micros, end_micros);
        if (!add_step(price, used_micros, until_micros - used_micros, charge))
            return false;
        used_micros = until_micros;
    }
    return true;
}
