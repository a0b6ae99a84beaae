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

bool hold_is_active(const struct hold *hold)
{
    assert(hold->account != NULL);
    return hold->state == HOLD_ACTIVE && hold->captured_micros < hold->amount_micros &&
           id_equal(hold->chain_id, hold->account->company_id);
}

int64_t hold_open_micros(const struct hold *hold, int64_t now_us)
{
    assert(hold->captured_micros >= 0 && hold->captured_micros <= hold->amount_micros);
    bool open = hold_is_active(hold) && now_us < hold->expire_us;
    return open ? hold->amount_micros - hold->captured_micros : 0;
}

/* D.9 step 3, D.10, E24: quota and pool must both suffice; the quota is asked first. */
static const struct refusal *amount_decide(const struct settling *settling,
                                           struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    const struct quota *quota = settling->quota;
    int64_t micros = order->amount_micros;
    struct quota_terms terms = quota != NULL ? quota_terms(quota) : (struct quota_terms){0};
    if (!cap_allows(settling->cap, micros)) { /* LED-31, c-1: cap, quota, payer */
        *allowance = quota != NULL ? cap_withheld(micros) : cap_explained(settling->cap, micros);
        return hold_refusal(HOLD_CAP_EXCEEDED);
    }
    *allowance =
        quota != NULL ? quota_explained(quota, account) : account_available_explained(account);
    if (quota != NULL && micros > quota_available(&terms))
        return hold_refusal(HOLD_QUOTA_EXCEEDED);
    bool is_short = micros > account_available(account);
    if (is_short && quota != NULL)
        return hold_refusal(HOLD_PAYER_INSUFFICIENT);
    if (is_short && account_waits_for_contract(account, micros))
        return hold_refusal(HOLD_CONTRACT_PENDING); /* LED-14 */
    if (is_short)
        return hold_refusal(HOLD_EXCEEDS_AVAILABLE);
    if (!account_meets_minimum(account, micros, order->minimum_left_micros))
        return hold_refusal(HOLD_MINIMUM_LEFT);
    if (micros > ACCOUNT_MICROS_MAX - account->frozen_micros)
        return hold_refusal(HOLD_OUT_OF_RANGE); /* E31 */
    if (quota != NULL && !quota_has_room(quota, micros))
        return hold_refusal(HOLD_OUT_OF_RANGE);
    assert(micros > 0 && micros <= account_available(account));
    return NULL;
}

/* A hold sets aside what a purchase could spend: the same question in the words of a hold. */
const struct refusal *hold_place_decide(const struct settling *settling,
                                        struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    const struct quota *quota = settling->quota; /* NULL: for the account itself */
    if (account == NULL)
        return hold_refusal(HOLD_ACCOUNT_UNKNOWN);
    if (quota != NULL && !quota_is_agreed(quota))
        return hold_refusal(HOLD_NOT_AGREED);
    if (quota != NULL && quota_is_banned(quota))
        return hold_refusal(HOLD_QUOTA_UNKNOWN); /* PAY-16 */
    if (account->state == ACCOUNT_CLOSED)
        return hold_refusal(HOLD_ACCOUNT_CLOSED);
    if (quota != NULL && account_is_in_trouble(account, settling->now_us))
        return hold_refusal(HOLD_PAYER_UNAVAILABLE);
    if (account->state == ACCOUNT_FROZEN)
        return hold_refusal(HOLD_ACCOUNT_FROZEN);
    if (!account_may_spend(account))
        return hold_refusal(HOLD_READ_ONLY); /* PAY-16 */
    if (!account_has_currency(account, order->currency))
        return hold_refusal(HOLD_CURRENCY_MISMATCH);
    if (order->expire_us <= settling->now_us)
        return hold_refusal(HOLD_EXPIRE_PAST);
    if (!account_meets_version(account, order->expected_version))
        return hold_refusal(HOLD_VERSION_MISMATCH);
    return amount_decide(settling, allowance);
}

const struct refusal *hold_capture_decide(const struct settling *settling,
                                          struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct hold *hold = settling->hold;
    const struct order *order = settling->order;
    if (account == NULL)
        return hold_refusal(HOLD_ACCOUNT_UNKNOWN);
    if (hold == NULL || hold->account != account)
        return hold_refusal(HOLD_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return hold_refusal(HOLD_ACCOUNT_CLOSED);
    if (!account_has_currency(account, order->currency))
        return hold_refusal(HOLD_CURRENCY_MISMATCH);
    allowance_bound(allowance, "open", hold_open_micros(hold, settling->now_us));
    if (allowance->micros == 0)
        return hold_refusal(HOLD_ENDED);
    if (order->amount_micros > allowance->micros)
        return hold_refusal(HOLD_EXCEEDS_HOLD);
    struct payment payment = payment_plan(account, order->amount_micros);
    if (!account_has_room(account, BOOK_REVENUE, order->amount_micros) ||
        !account_has_room(account, BOOK_OUTSTANDING, -payment.credit_micros))
        return hold_refusal(HOLD_OUT_OF_RANGE); /* E31 */
    if (!lots_reach(settling->facts, account, payment.transferred_in_micros))
        return hold_refusal(HOLD_TOO_MANY_LOTS);
    assert(payment_total(&payment) == order->amount_micros);
    return NULL;
}

const struct refusal *hold_void_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct hold *hold = settling->hold;
    (void)allowance; /* all of it or nothing */
    if (account == NULL)
        return hold_refusal(HOLD_ACCOUNT_UNKNOWN);
    if (hold == NULL || hold->account != account)
        return hold_refusal(HOLD_UNKNOWN);
    if (hold_open_micros(hold, settling->now_us) == 0)
        return hold_refusal(HOLD_ENDED);
    return NULL;
}

/* Notes how much the account has set aside from now on. An expired hold counts until its time, not
 * until somebody saw that it had come (D.4). */
static void note_frozen(struct entry *entry, int64_t since_us)
{
    assert(since_us > 0 && entry->account->frozen_micros >= 0);
    entry->frozen_since_us = since_us;
    entry->frozen_micros = entry->account->frozen_micros;
}

void hold_place_book(struct settling *settling)
{
    struct facts *facts = settling->facts;
    struct entry *entry = settling->entry;
    assert(facts->hold_count < facts->hold_count_max && entry->amount_micros > 0);
    struct hold *hold = &facts->holds[facts->hold_count++];
    *hold = (struct hold){.account = entry->account,
                          .chain_id = entry->chain->company_id,
                          .sequence = entry->sequence,
                          .state = HOLD_ACTIVE,
                          .amount_micros = entry->amount_micros,
                          .expire_us = entry->order->expire_us,
                          .placed_us = entry->recorded_us,
                          .sub_account_id = entry->sub_account_id,
                          .quota = settling->quota,
                          .is_new = true};
    entry->account->frozen_micros += entry->amount_micros;
    if (hold->quota != NULL)
        quota_hold(facts, hold->quota, entry->amount_micros);
    cap_reserve(facts, settling->cap, entry->amount_micros, hold->placed_us);
    note_frozen(entry, entry->recorded_us);
    settling->outcome->hold = *hold;
}

/* Its end is of whom it was placed for, too. */
static struct hold *change(struct settling *settling)
{
    struct hold *hold = settling->hold;
    assert(hold->state == HOLD_ACTIVE && hold->captured_micros < hold->amount_micros);
    FACTS_CHANGE(settling->facts, hold);
    settling->entry->sub_account_id = hold->sub_account_id;
    settling->quota = hold->quota;
    hold->changed = true;
    return hold;
}

/* So much of it is set aside no more, neither in the account nor in the quota. */
static void give_back(struct facts *facts, struct hold *hold, int64_t micros)
{
    assert(micros >= 0);
    hold->account->frozen_micros = /* of a row with less than its holds the audit tells */
        amount_max(0, hold->account->frozen_micros - micros);
    if (hold->quota != NULL)
        quota_hold(facts, hold->quota, -micros);
    cap_reserve(facts, cap_of(facts, hold->account, hold->sub_account_id), -micros,
                hold->placed_us);
}

static void release(struct facts *facts, struct hold *hold, enum hold_state state)
{
    give_back(facts, hold, hold->amount_micros - hold->captured_micros);
    hold->state = state;
}

void hold_capture_book(struct settling *settling)
{
    struct facts *facts = settling->facts;
    struct entry *entry = settling->entry;
    struct hold *hold = change(settling);
    assert(entry->amount_micros > 0 &&
           entry->amount_micros <= hold->amount_micros - hold->captured_micros);
    hold->captured_micros += entry->amount_micros;
    give_back(facts, hold, entry->amount_micros);
    if (entry->order->final || hold->captured_micros == hold->amount_micros)
        release(facts, hold, HOLD_CAPTURED);
    note_frozen(entry, entry->recorded_us);
    purchase_open(facts, entry, hold->quota)->counted_us = hold->placed_us;
    cap_spend(settling, cap_of(facts, hold->account, hold->sub_account_id), entry->amount_micros,
              hold->placed_us);
    settling->outcome->hold = *hold;
}

/* Captures nothing more; what was open is the entry's amount. */
static void end_hold(struct settling *settling, enum hold_state state)
{
    struct hold *hold = change(settling);
    settling->entry->amount_micros = hold->amount_micros - hold->captured_micros;
    release(settling->facts, hold, state);
    assert(settling->entry->amount_micros > 0 && hold->state == state);
    settling->outcome->hold = *hold;
}

void hold_void_book(struct settling *settling)
{
    assert(settling->hold->account == settling->account);
    end_hold(settling, HOLD_VOIDED);
    note_frozen(settling->entry, settling->entry->recorded_us);
}

void hold_expire_book(struct settling *settling)
{
    const struct hold *hold = settling->hold;
    assert(hold->expire_us <= settling->now_us);
    end_hold(settling, HOLD_EXPIRED);
    note_frozen(settling->entry, amount_max(hold->expire_us, hold->placed_us));
}
