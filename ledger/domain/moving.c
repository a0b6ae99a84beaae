#include "ledger/domain/moving.h"

#include <assert.h>
#include <string.h>

#include "ledger/domain/suspension.h"

static const struct refusal moving_refusals[] = {MOVING_REFUSALS(REFUSAL_ROW)};

/* The others stay behind: what they say is history, or nothing (moving_decide). */
static const enum book carried[] = {BOOK_OWN, BOOK_REFUND_CREDIT, BOOK_UNBILLED};
#define CARRIED_COUNT (sizeof carried / sizeof *carried)

const struct refusal *moving_refusal(enum moving_verdict verdict)
{
    assert(verdict != MOVING_ACCEPTED);
    return &moving_refusals[verdict - 1];
}

static int64_t net_of(const struct account *account)
{
    assert(account != NULL);
    int64_t micros = 0;
    for (size_t i = 0; i < CARRIED_COUNT; i++)
        micros += account->books[carried[i]];
    return micros;
}

const struct refusal *moving_decide(const struct account *account, const struct moving_ties *ties)
{
    assert(account != NULL && ties != NULL);
    if (ties->has_holds)
        return moving_refusal(MOVING_HOLDS);
    if (ties->has_transits || account_transferred_in(account) != 0)
        return moving_refusal(MOVING_TRANSITS);
    if (account->contract_state != CONTRACT_NONE)
        return moving_refusal(MOVING_CREDIT);
    if (ties->has_quotas)
        return moving_refusal(MOVING_QUOTAS);
    if (account_outstanding(account) != 0)
        return moving_refusal(MOVING_BILLS);
    int64_t net = net_of(account); /* E31 */
    return net > ACCOUNT_MICROS_MAX || !account_has_room(account, BOOK_CLEARING, net)
               ? moving_refusal(MOVING_SIZE)
               : NULL;
}

static struct order order_of(const struct moving *moving, const struct account *account,
                             enum moving_kind kind)
{
    assert(kind == MOVED_OUT || kind == MOVED_IN);
    struct order order = {
        .kind = (enum order_kind)kind,
        .company_id = account->company_id,
        .scope_id = moving->from->company_id,
        .account_id = account->id,
        .request_id = id_derive(account->id, kind == MOVED_OUT ? "ledger.out" : "ledger.in"),
        .origin = origin_of_step("ledger.move_account"),
        .actor = moving->actor,
        .amount_micros = net_of(moving->from),
        .remark = "",
        .tag = ""};
    order.request_key = order_request_key(order.scope_id, order.origin.id, order.request_id);
    memcpy(order.currency, account->currency, sizeof order.currency);
    return order;
}

/* Out of the account's books into clearing (-1), or the other way (1). */
static const struct entry *carry(struct moving *moving, const struct order *order,
                                 struct account *account, const int64_t micros[CARRIED_COUNT],
                                 int direction)
{
    assert(direction == -1 || direction == 1);
    struct entry *entry = facts_begin_entry(moving->facts, order, account, NULL);
    int64_t net = 0;
    for (size_t i = 0; i < CARRIED_COUNT; i++) {
        entry_post(entry, account, carried[i], direction * micros[i]);
        net += micros[i];
    }
    entry_post(entry, account, BOOK_CLEARING, -direction * net);
    facts_end_entry(moving->facts, entry, entry->chain->now_us);
    return entry;
}

/* It is stopped or not as it was. */
void moving_book(struct moving *moving)
{
    struct account *from = moving->from, *to = moving->to;
    int64_t micros[CARRIED_COUNT];
    const struct account before = *from;
    assert(id_equal(from->id, to->id) && !id_equal(from->company_id, to->company_id));
    for (size_t i = 0; i < CARRIED_COUNT; i++)
        micros[i] = from->books[carried[i]];
    moving->orders[0] = order_of(moving, from, MOVED_OUT);
    moving->orders[1] = order_of(moving, to, MOVED_IN);
    const struct entry *out = carry(moving, &moving->orders[0], from, micros, -1);
    moving->orders[1].reference_id = entry_id(out->chain->company_id, out->sequence);
    (void)carry(moving, &moving->orders[1], to, micros, 1);
    suspension_take(from, &before);
    suspension_take(to, &before);
    to->version += from->version;
}

void moving_add_past(struct account *account, const struct account *before)
{
    assert(id_equal(account->id, before->id));
    for (int book = 0; book < BOOK_COUNT; book++)
        account->books[book] += before->books[book];
    account->frozen_micros += before->frozen_micros;
    account->credit_limit_micros += before->credit_limit_micros;
}
