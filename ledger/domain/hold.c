#include "ledger/domain/hold.h"

#include <assert.h>

#include "ledger/domain/lot.h"
#include "ledger/domain/payment.h"
#include "ledger/domain/purchase.h"
#include "runtime/base/amount.h"

static const struct refusal refusals[] = {HOLD_REFUSALS(REFUSAL_ROW)};

const struct refusal *hold_refusal(enum hold_verdict verdict)
{
    assert(verdict != HOLD_ACCEPTED);
    return &refusals[verdict - 1];
}

int64_t hold_open_micros(const struct hold *hold, int64_t now_us)
{
    bool open = hold->state == HOLD_ACTIVE && now_us < hold->expire_us;
    return open ? hold->amount_micros - hold->captured_micros : 0;
}

/* A hold sets aside what a purchase could spend: the same question in the words of a hold. */
static enum hold_verdict spendable(const struct account *account, const struct order *order,
                                   struct allowance *allowance)
{
    int64_t micros = order->amount_micros;
    *allowance = account_available_explained(account);
    bool contract_would_help = account->contract_state == CONTRACT_PENDING &&
                               micros <= allowance->micros + account->credit_limit_micros;
    if (micros > allowance->micros)
        return contract_would_help ? HOLD_CONTRACT_PENDING : HOLD_EXCEEDS_AVAILABLE;
    if (!account_meets_minimum(account, micros, order->minimum_left_micros))
        return HOLD_MINIMUM_LEFT;
    return micros > ACCOUNT_MICROS_MAX - account->frozen_micros ? HOLD_OUT_OF_RANGE
                                                                : HOLD_ACCEPTED; /* E31 */
}

enum hold_verdict hold_place_decide(const struct account *account, const struct order *order,
                                    int64_t now_us, struct allowance *allowance)
{
    if (account == NULL)
        return HOLD_ACCOUNT_UNKNOWN;
    if (account->state == ACCOUNT_CLOSED)
        return HOLD_ACCOUNT_CLOSED;
    if (account->state == ACCOUNT_FROZEN)
        return HOLD_ACCOUNT_FROZEN;
    if (!account_has_currency(account, order->currency))
        return HOLD_CURRENCY_MISMATCH;
    if (order->expire_us <= now_us)
        return HOLD_EXPIRE_PAST;
    if (!account_meets_version(account, order->expected_version))
        return HOLD_VERSION_MISMATCH;
    return spendable(account, order, allowance);
}

static enum hold_verdict known(const struct account *account, const struct hold *hold)
{
    if (account == NULL)
        return HOLD_ACCOUNT_UNKNOWN;
    return hold == NULL || hold->account != account ? HOLD_UNKNOWN : HOLD_ACCEPTED;
}

enum hold_verdict hold_capture_decide(const struct account *account, const struct hold *hold,
                                      const struct order *order, int64_t now_us,
                                      struct allowance *allowance)
{
    enum hold_verdict verdict = known(account, hold);
    if (verdict != HOLD_ACCEPTED)
        return verdict;
    if (account->state == ACCOUNT_CLOSED)
        return HOLD_ACCOUNT_CLOSED;
    if (!account_has_currency(account, order->currency))
        return HOLD_CURRENCY_MISMATCH;
    allowance_bound(allowance, "open", hold_open_micros(hold, now_us));
    if (allowance->micros == 0)
        return HOLD_ENDED;
    if (order->amount_micros > allowance->micros)
        return HOLD_EXCEEDS_HOLD;
    struct payment payment = payment_plan(account, order->amount_micros);
    if (!account_has_room(account, BOOK_REVENUE, order->amount_micros) ||
        !account_has_room(account, BOOK_OUTSTANDING, -payment.credit_micros))
        return HOLD_OUT_OF_RANGE;
    return lots_reach(account, payment.transferred_in_micros) ? HOLD_ACCEPTED : HOLD_TOO_MANY_LOTS;
}

enum hold_verdict hold_void_decide(const struct account *account, const struct hold *hold,
                                   int64_t now_us)
{
    enum hold_verdict verdict = known(account, hold);
    if (verdict != HOLD_ACCEPTED)
        return verdict;
    return hold_open_micros(hold, now_us) == 0 ? HOLD_ENDED : HOLD_ACCEPTED;
}

/* What the account has set aside from now on; an expired hold counts until its time, not until
 * somebody saw that it had come (D.4). */
static void note_frozen(struct entry *entry, int64_t since_us)
{
    entry->frozen_since_us = since_us;
    entry->frozen_micros = entry->account->frozen_micros;
}

struct hold *hold_place_book(struct facts *facts, struct entry *entry)
{
    assert(facts->hold_count < facts->hold_count_max);
    struct hold *hold = &facts->holds[facts->hold_count++];
    *hold = (struct hold){.account = entry->account,
                          .sequence = entry->sequence,
                          .state = HOLD_ACTIVE,
                          .amount_micros = entry->amount_micros,
                          .expire_us = entry->order->expire_us,
                          .placed_us = entry->recorded_us,
                          .is_new = true};
    entry->account->frozen_micros += entry->amount_micros;
    note_frozen(entry, entry->recorded_us);
    return hold;
}

static void release(struct hold *hold, enum hold_state state)
{
    hold->account->frozen_micros -= hold->amount_micros - hold->captured_micros;
    hold->state = state;
}

void hold_capture_book(struct facts *facts, struct entry *entry, struct hold *hold)
{
    FACTS_CHANGE(facts, hold);
    hold->changed = true;
    hold->captured_micros += entry->amount_micros;
    hold->account->frozen_micros -= entry->amount_micros;
    if (entry->order->final || hold->captured_micros == hold->amount_micros)
        release(hold, HOLD_CAPTURED);
    note_frozen(entry, entry->recorded_us);
    (void)purchase_book(facts, entry, NULL);
}

void hold_end_book(struct facts *facts, struct entry *entry, struct hold *hold,
                   enum hold_state state)
{
    assert(hold->state == HOLD_ACTIVE && (state == HOLD_VOIDED || state == HOLD_EXPIRED));
    FACTS_CHANGE(facts, hold);
    hold->changed = true;
    entry->amount_micros = hold->amount_micros - hold->captured_micros;
    release(hold, state);
    note_frozen(entry, state == HOLD_EXPIRED ? amount_max(hold->expire_us, hold->placed_us)
                                             : entry->recorded_us);
}
