#include "ledger/domain/quota.h"

#include <assert.h>

#include "ledger/domain/settling.h"
#include "runtime/base/amount.h"

static const struct refusal refusals[] = {QUOTA_REFUSALS(REFUSAL_ROW)};

const struct refusal *quota_refusal(enum quota_verdict verdict)
{
    assert(verdict != QUOTA_ACCEPTED);
    return &refusals[verdict - 1];
}

bool quota_is_agreed(const struct quota *quota)
{
    assert(quota != NULL);
    return quota->basis.agent_pays || quota->basis.same_company;
}

bool quota_was_agreed(const struct quota *quota, int64_t moment_us)
{
    assert(moment_us > 0);
    return quota_is_agreed(quota) || moment_us < quota->basis.paid_until_us;
}

/* A line outlives no relation: the next one of the same two begins without (PAY-16). */
static bool has_line(const struct quota *quota)
{
    return quota->is_open && id_equal(quota->line_relation_id, quota->basis.relation_id);
}

bool quota_is_banned(const struct quota *quota)
{
    assert(quota != NULL);
    return !has_line(quota) && !quota->basis.agent_purchases;
}

static int64_t line(const struct quota *quota)
{
    assert(quota->line_micros >= 0);
    if (has_line(quota))
        return quota->line_micros;
    return quota->basis.agent_purchases ? ACCOUNT_MICROS_MAX : 0;
}

struct quota_terms quota_terms(const struct quota *quota)
{
    bool settled = quota->pool != NULL && quota->pool->settled_sequence >= quota->metered_sequence;
    return (struct quota_terms){.line_micros = line(quota),
                                .deducted_micros = quota->deducted_micros +
                                                   (settled ? quota->undeducted_micros : 0),
                                .undeducted_micros = settled ? 0 : quota->undeducted_micros,
                                .held_micros = quota->held_micros};
}

int64_t quota_available(const struct quota_terms *terms) /* D.10 */
{
    return terms->line_micros - terms->deducted_micros - terms->undeducted_micros -
           terms->held_micros;
}

struct allowance quota_explained(const struct quota *quota, const struct account *account)
{
    struct allowance allowance = allowance_empty();
    const struct quota_terms terms = quota_terms(quota);
    if (!quota_is_agreed(quota)) {
        allowance_bound(&allowance, "relation", 0);
    } else {
        allowance_bound(&allowance, "quota", quota_available(&terms));
        allowance_bound(&allowance, "pool", account_available(account));
    }
    allowance_add(&allowance, "line", terms.line_micros);
    allowance_add(&allowance, "deducted", -terms.deducted_micros);
    allowance_add(&allowance, "undeducted", -terms.undeducted_micros);
    allowance_add(&allowance, "held", -terms.held_micros);
    return allowance;
}

bool quota_has_room(const struct quota *quota, int64_t micros) /* E31 */
{
    int64_t after; /* what is set aside may all be given back, or captured */
    return amount_add(quota->deducted_micros + quota->undeducted_micros, micros, &after) &&
           after >= -ACCOUNT_MICROS_MAX && after <= ACCOUNT_MICROS_MAX - quota->held_micros;
}

static struct quota_pool *open_pool(struct facts *facts, struct account *account)
{
    if (account->pool != NULL)
        return account->pool;
    assert(facts->pool_count < facts->pool_count_max);
    account->pool =
        &facts->pools[facts->pool_count++]; /* the account itself was kept when its entry began */
    *account->pool = (struct quota_pool){.account = account, .changed = true};
    return account->pool;
}

/* Deducts the part that the pool settled meanwhile, before anything is added. The first change
 * opens the quota. */
static struct quota *change(struct facts *facts, struct quota *quota)
{
    struct quota_terms terms = quota_terms(quota);
    FACTS_CHANGE(facts, quota);
    quota->pool = open_pool(facts, quota->account);
    quota->is_open = true;
    quota->deducted_micros = terms.deducted_micros;
    quota->undeducted_micros = terms.undeducted_micros;
    assert(quota_has_room(quota, 0));
    quota->changed = true;
    return quota;
}

void quota_deduct(struct facts *facts, struct quota *quota, int64_t micros)
{
    assert(quota_has_room(quota, micros));
    change(facts, quota)->deducted_micros += micros;
}

void quota_hold(struct facts *facts, struct quota *quota, int64_t micros)
{
    assert(micros <= 0 || quota_has_room(quota, micros));
    change(facts, quota)->held_micros = /* of a row with less than its holds the audit tells */
        amount_max(0, quota->held_micros + micros);
}

void quota_meter(struct facts *facts, struct quota *quota, int64_t micros, int64_t sequence)
{
    assert(micros > 0 && sequence > quota->metered_sequence);
    change(facts, quota)->undeducted_micros += micros;
    quota->metered_sequence = sequence;
    assert(quota_has_room(quota, 0));
}

void pool_settle(struct facts *facts, struct quota_pool *pool, int64_t sequence) /* LED-20 */
{
    assert(sequence > pool->settled_sequence);
    FACTS_CHANGE(facts, pool);
    pool->settled_sequence = sequence;
    pool->changed = true;
}

const struct refusal *quota_set_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    (void)allowance;
    if (account == NULL)
        return quota_refusal(QUOTA_ACCOUNT_UNKNOWN);
    if (!quota_is_agreed(settling->quota))
        return quota_refusal(QUOTA_NOT_AGREED);
    if (account->state == ACCOUNT_CLOSED)
        return quota_refusal(QUOTA_ACCOUNT_CLOSED);
    if (!account_has_currency(account, order->currency))
        return quota_refusal(QUOTA_CURRENCY_MISMATCH);
    if (!account_meets_version(account, order->expected_version))
        return quota_refusal(QUOTA_VERSION_MISMATCH);
    return NULL;
}

const struct refusal *quota_offset_decide(const struct settling *settling,
                                          struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    if (account == NULL)
        return quota_refusal(QUOTA_ACCOUNT_UNKNOWN);
    if (!settling->quota->is_open)
        return quota_refusal(QUOTA_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return quota_refusal(QUOTA_ACCOUNT_CLOSED);
    if (!account_has_currency(account, order->currency))
        return quota_refusal(QUOTA_CURRENCY_MISMATCH);
    allowance_bound(allowance, "deducted", quota_terms(settling->quota).deducted_micros);
    if (order->amount_micros > allowance->micros)
        return quota_refusal(QUOTA_EXCEEDS_DEDUCTED);
    return NULL;
}

void quota_set_book(struct settling *settling)
{
    int64_t micros = settling->entry->amount_micros;
    assert(micros >= 0 && settling->quota->account == settling->entry->account);
    struct quota *quota = change(settling->facts, settling->quota);
    quota->line_micros = micros;
    quota->line_relation_id = quota->basis.relation_id;
}

void quota_offset_book(struct settling *settling)
{
    int64_t micros = settling->entry->amount_micros;
    assert(micros > 0 && micros <= quota_terms(settling->quota).deducted_micros);
    quota_deduct(settling->facts, settling->quota, -micros);
    assert(quota_terms(settling->quota).deducted_micros >= 0);
}
