#include "ledger/domain/lot.h"

#include <assert.h>

#include "runtime/base/amount.h"

int64_t lot_remaining(const struct lot *lot)
{
    int64_t remaining = lot->granted_micros - lot->spent_micros - lot->revoked_micros;
    assert(remaining >= 0); /* D.15 */
    return remaining;
}

static struct lot *lot_change(struct facts *facts, struct lot *lot)
{
    FACTS_CHANGE(facts, lot);
    lot->changed = true;
    assert(lot->account != NULL && lot->sequence > 0);
    return lot;
}

bool lots_agree(const struct account *account) /* D.2, D.15 */
{
    int64_t remaining = 0;
    assert(account != NULL);
    if (account->lots_horizon < INT64_MAX)
        return true;
    for (const struct lot *lot = account->lots; lot != NULL; lot = lot->next)
        if (!amount_add(remaining, lot_remaining(lot), &remaining))
            return false;
    return remaining == account_transferred_in(account);
}

static bool is_of(const struct lot *lot, struct lot_origin origin)
{
    assert(origin.kind == LOT_TRANSFER || origin.kind == LOT_ALLOCATION);
    return lot->kind == origin.kind && id_equal(lot->source_id, origin.source_id);
}

void lot_grant(struct facts *facts, struct account *account, const struct entry *entry,
               const struct lot_grant *grant)
{
    const struct account *source = grant->source;
    assert(grant->micros > 0 && source != account);
    struct lot *last = account->lots_last;
    if (last != NULL && is_of(last, (struct lot_origin){source->id, grant->kind}) &&
        lot_remaining(last) > 0) {
        lot_change(facts, last)->granted_micros += grant->micros;
        return;
    }
    assert(facts->lot_count < facts->lot_count_max);
    struct lot *lot = &facts->lots[facts->lot_count++];
    *lot = (struct lot){.account = account,
                        .sequence = entry->sequence,
                        .kind = grant->kind,
                        .source_id = source->id,
                        .source = source->number,
                        .granted_micros = grant->micros,
                        .is_new = true};
    if (last != NULL) {
        FACTS_CHANGE(
            facts, last); /* to be undone with its group; what is kept of the lot stays as it is */
        last->next = lot;
    } else {
        account->lots = lot;
    }
    account->lots_last = lot;
}

bool lots_reach(struct facts *facts, const struct account *account, int64_t micros)
{
    assert(micros >= 0);
    size_t count = 0;
    for (const struct lot *lot = account->lots;
         lot != NULL && micros > 0 && lot->sequence <= account->lots_horizon; lot = lot->next) {
        int64_t remaining = lot_remaining(lot);
        micros -= remaining;
        count += remaining > 0;
    }
    if (micros > 0)
        facts_fall_short(facts);
    return micros <= 0 && count <= ORDER_LOTS_MAX;
}

int64_t lots_in_reach(const struct account *account)
{
    assert(account != NULL);
    int64_t micros = 0;
    size_t count = 0;
    for (const struct lot *lot = account->lots;
         lot != NULL && count < ORDER_LOTS_MAX && lot->sequence <= account->lots_horizon;
         lot = lot->next) {
        micros += lot_remaining(lot); /* together they are one book of the account */
        count += lot_remaining(lot) > 0;
    }
    return micros;
}

/* Below what sequence no lot is open, as far as the lots that were read can tell. */
static int64_t first_open(const struct account *account)
{
    for (const struct lot *lot = account->lots;
         lot != NULL && lot->sequence <= account->lots_horizon; lot = lot->next)
        if (lot_remaining(lot) > 0)
            return lot->sequence;
    if (account->lots_horizon < INT64_MAX)
        return amount_max(account->lot_first, account->lots_horizon + 1);
    return account->lots_last != NULL ? account->lots_last->sequence + 1 : account->lot_first;
}

static void note_share(struct facts *facts, struct purchase *purchase, struct lot *lot,
                       int64_t micros)
{
    assert(micros > 0);
    assert(facts->purchase_lot_count < facts->purchase_lot_count_max);
    struct purchase_lot *share = &facts->purchase_lots[facts->purchase_lot_count++];
    *share = (struct purchase_lot){
        .purchase = purchase, .lot = lot, .paid_micros = micros, .is_new = true};
    if (purchase->lot_count == 0)
        purchase->lots = share;
    purchase->lot_count++;
}

void lots_spend(struct facts *facts, struct account *account, int64_t micros,
                struct purchase *purchase)
{
    assert(micros >= 0);
    for (struct lot *lot = account->lots; micros > 0; lot = lot->next) {
        assert(lot != NULL && lot->sequence <= account->lots_horizon);
        int64_t taken = amount_min(lot_remaining(lot), micros);
        if (taken == 0)
            continue;
        lot_change(facts, lot)->spent_micros += taken;
        micros -= taken;
        if (purchase != NULL)
            note_share(facts, purchase, lot, taken);
    }
    assert(micros == 0);
    account->lot_first = first_open(account);
}

/* The sequence behind which the origin's newest ORDER_LOTS_MAX open lots begin; 0 when there are no
 * more of them. */
static int64_t reach_after(const struct account *account, struct lot_origin origin)
{
    int64_t after = 0;
    size_t open = 0;
    for (const struct lot *lot = account->lots; lot != NULL; lot = lot->next) {
        if (!is_of(lot, origin) || lot_remaining(lot) == 0)
            continue;
        open = lot->beyond_reach ? 0 : open + 1;
        after = lot->beyond_reach ? lot->sequence : after;
    }
    for (const struct lot *lot = account->lots; open > ORDER_LOTS_MAX; lot = lot->next)
        if (is_of(lot, origin) && lot_remaining(lot) > 0 && lot->sequence > after) {
            after = lot->sequence;
            open--;
        }
    return after;
}

int64_t lots_remaining_of(const struct account *account, struct lot_origin origin)
{
    assert(account != NULL);
    int64_t remaining = 0, after = reach_after(account, origin);
    for (const struct lot *lot = account->lots; lot != NULL; lot = lot->next)
        if (is_of(lot, origin) && lot->sequence > after)
            remaining += lot_remaining(lot);
    return remaining;
}

bool lots_are_all_of(const struct account *account, struct lot_origin origin)
{
    assert(account != NULL);
    return reach_after(account, origin) == 0;
}

bool lots_know(const struct account *account, struct lot_origin origin)
{
    assert(account != NULL);
    for (const struct lot *lot = account->lots; lot != NULL; lot = lot->next)
        if (is_of(lot, origin))
            return true;
    return false;
}

static void note_taken(struct facts *facts, struct transit *transit, struct lot *lot,
                       int64_t micros)
{
    assert(micros > 0);
    assert(facts->transit_lot_count < facts->transit_lot_count_max);
    struct transit_lot *share = &facts->transit_lots[facts->transit_lot_count++];
    *share = (struct transit_lot){.transit = transit, .lot = lot, .micros = micros, .is_new = true};
    if (transit->lot_count++ == 0)
        transit->lots = share;
}

void lots_revoke(struct facts *facts, struct account *account, struct lot_origin origin,
                 int64_t micros, struct transit *transit)
{
    int64_t kept = lots_remaining_of(account, origin) -
                   micros; /* stays in the oldest; all beyond it is taken */
    int64_t after = reach_after(account, origin);
    assert(kept >= 0);
    for (struct lot *lot = account->lots; lot != NULL; lot = lot->next) {
        if (!is_of(lot, origin) || lot->sequence <= after)
            continue;
        int64_t stays = amount_min(lot_remaining(lot), kept);
        int64_t taken = lot_remaining(lot) - stays;
        kept -= stays;
        if (taken == 0)
            continue;
        lot_change(facts, lot)->revoked_micros += taken;
        if (transit != NULL)
            note_taken(facts, transit, lot, taken);
    }
    assert(kept == 0);
}

void lots_give_back(struct facts *facts, const struct transit *transit)
{
    int64_t given = 0;
    assert(transit->lot_count > 0);
    for (size_t i = 0; i < transit->lot_count; i++) {
        const struct transit_lot *share = &transit->lots[i];
        struct account *account = share->lot->account;
        lot_change(facts, share->lot)->revoked_micros -= share->micros;
        account->lot_first = amount_min(account->lot_first, share->lot->sequence);
        given += share->micros;
    }
    assert(given == transit->amount_micros);
}

void lots_restore(struct facts *facts, struct purchase *purchase, int64_t micros)
{
    assert(micros >= 0);
    int64_t kept =
        purchase->paid.transferred_in_micros - purchase->refunded.transferred_in_micros - micros;
    assert(kept >= 0);
    for (size_t i = 0; i < purchase->lot_count; i++) {
        struct purchase_lot *share = &purchase->lots[i];
        int64_t refundable = share->paid_micros - share->refunded_micros;
        int64_t stays = amount_min(refundable, kept);
        int64_t returned = refundable - stays;
        kept -= stays;
        if (returned == 0)
            continue;
        FACTS_CHANGE(facts, share);
        share->refunded_micros += returned;
        share->changed = true;
        lot_change(facts, share->lot)->spent_micros -= returned;
        purchase->account->lot_first =
            amount_min(purchase->account->lot_first, share->lot->sequence);
    }
    assert(kept == 0);
}
