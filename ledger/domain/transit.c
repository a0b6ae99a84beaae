#include "ledger/domain/transit.h"

#include <assert.h>
#include <string.h>

#include "ledger/domain/lot.h"

static const struct refusal receive_refusals[] = {RECEIVE_REFUSALS(REFUSAL_ROW)};

const struct refusal *receive_refusal(enum receive_verdict verdict)
{
    assert(verdict != RECEIVE_ACCEPTED);
    return &receive_refusals[verdict - 1];
}

static const struct refusal return_refusals[] = {RETURN_REFUSALS(REFUSAL_ROW)};

const struct refusal *return_refusal(enum return_verdict verdict)
{
    assert(verdict != RETURN_ACCEPTED);
    return &return_refusals[verdict - 1];
}

enum transit_kind transit_kind_giving(enum lot_kind kind)
{
    assert(kind == LOT_TRANSFER || kind == LOT_ALLOCATION);
    return kind == LOT_ALLOCATION ? TRANSIT_ALLOCATION : TRANSIT_TRANSFER;
}

enum transit_kind transit_kind_taking_back(enum lot_kind kind)
{
    assert(kind == LOT_TRANSFER || kind == LOT_ALLOCATION);
    return kind == LOT_ALLOCATION ? TRANSIT_RECLAIM : TRANSIT_REVOKE;
}

bool transit_is_given(const struct transit *transit)
{
    assert(transit != NULL);
    return transit->kind == TRANSIT_TRANSFER || transit->kind == TRANSIT_ALLOCATION;
}

static enum book sent_from(const struct transit *transit)
{
    assert(transit != NULL);
    return transit_is_given(transit) ? BOOK_OWN : BOOK_TRANSFERRED_IN;
}

static enum book arrives_in(const struct transit *transit)
{
    assert(transit != NULL);
    return transit_is_given(transit) ? BOOK_TRANSFERRED_IN : BOOK_OWN;
}

struct transit *transit_send(struct settling *settling, enum transit_kind kind,
                             struct id receiver_id)
{
    struct facts *facts = settling->facts;
    struct entry *entry = settling->entry;
    assert(facts->transit_count < facts->transit_count_max && entry->amount_micros > 0);
    struct transit *transit = &facts->transits[facts->transit_count++];
    *transit = (struct transit){.id = entry_id(entry->chain->company_id, entry->sequence),
                                .kind = kind,
                                .state = TRANSIT_UNDER_WAY,
                                .sender_id = entry->account->id,
                                .receiver_id = receiver_id,
                                .amount_micros = entry->amount_micros,
                                .sent_us = entry->recorded_us,
                                .is_new = true};
    memcpy(transit->currency, entry->account->currency, sizeof transit->currency);
    entry_post(entry, entry->account, sent_from(transit), -entry->amount_micros);
    entry_post(entry, entry->account, BOOK_CLEARING, entry->amount_micros);
    settling->outcome->transit = *transit;
    return transit;
}

static bool is_between(const struct transit *transit, const struct account *sender,
                       const struct account *receiver)
{
    return sender != NULL && receiver != NULL && id_equal(transit->sender_id, sender->id) &&
           id_equal(transit->receiver_id, receiver->id);
}

const struct refusal *receive_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct transit *transit = settling->transit;
    (void)allowance; /* all of it or nothing */
    if (account == NULL)
        return receive_refusal(RECEIVE_ACCOUNT_UNKNOWN);
    if (transit == NULL || transit->state != TRANSIT_UNDER_WAY ||
        !is_between(transit, settling->counterparty, account))
        return receive_refusal(RECEIVE_NOT_IN_TRANSIT);
    /* GW-04: an account that was frozen meanwhile takes what is under way. */
    if (account->state == ACCOUNT_CLOSED)
        return receive_refusal(RECEIVE_ACCOUNT_CLOSED);
    if (!account_has_currency(account, transit->currency))
        return receive_refusal(RECEIVE_CURRENCY_MISMATCH);
    if (transit->kind == TRANSIT_ALLOCATION && !relation_allocates(settling->relation))
        return receive_refusal(RECEIVE_RELATION_ENDED); /* LED-22 */
    if (!account_has_room(account, arrives_in(transit), transit->amount_micros) ||
        !account_has_room(account, BOOK_CLEARING, -transit->amount_micros))
        return receive_refusal(RECEIVE_OUT_OF_RANGE); /* E31 */
    assert(settling->counterparty != account && transit->amount_micros > 0);
    return NULL;
}

const struct refusal *return_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct transit *transit = settling->transit;
    (void)allowance; /* all of it or nothing */
    if (account == NULL)
        return return_refusal(RETURN_ACCOUNT_UNKNOWN);
    if (transit == NULL || transit->state != TRANSIT_UNDER_WAY ||
        !is_between(transit, account, settling->counterparty))
        return return_refusal(RETURN_NOT_IN_TRANSIT);
    if (!account_has_room(account, sent_from(transit), transit->amount_micros))
        return return_refusal(RETURN_OUT_OF_RANGE); /* E31 */
    assert(settling->counterparty != account && transit->amount_micros > 0);
    return NULL;
}

/* Out of the clearing of the entry's account into a book of it. */
static struct transit *end(struct settling *settling, enum transit_state state, enum book book)
{
    struct transit *transit = settling->transit;
    struct entry *entry = settling->entry;
    assert(transit->state == TRANSIT_UNDER_WAY && transit->amount_micros > 0);
    FACTS_CHANGE(settling->facts, transit);
    transit->state = state;
    transit->ended_us = entry->recorded_us;
    transit->changed = true;
    entry->amount_micros = transit->amount_micros;
    entry_post(entry, entry->account, book, entry->amount_micros);
    entry_post(entry, entry->account, BOOK_CLEARING, -entry->amount_micros);
    settling->outcome->transit = *transit;
    return transit;
}

void receive_book(struct settling *settling)
{
    struct transit *transit = end(settling, TRANSIT_RECEIVED, arrives_in(settling->transit));
    enum lot_kind kind = transit->kind == TRANSIT_ALLOCATION ? LOT_ALLOCATION : LOT_TRANSFER;
    if (transit_is_given(transit))
        lot_grant(settling->facts, settling->account, settling->entry,
                  &(struct lot_grant){kind, settling->counterparty, transit->amount_micros});
    assert(lots_agree(settling->account));
}

void return_book(struct settling *settling)
{
    struct transit *transit = end(settling, TRANSIT_RETURNED, sent_from(settling->transit));
    if (!transit_is_given(transit))
        lots_give_back(settling->facts, transit);
    assert(lots_agree(settling->account));
}
