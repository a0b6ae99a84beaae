#include "ledger/batch/outcome.h"

#include <assert.h>
#include <string.h>

/* One description of the bytes serves both ways: each walk_… names its values in order, and the
 * codec writes or reads them. A value that is read is held to the range that a ledger's value can
 * have, so that no sum of an answer overflows. */
struct codec {
    bool is_reading;
    bool is_broken;
    const uint8_t *next, *end; /* what is left to be read */
    uint8_t *bytes;            /* what was written */
    size_t size;
};

#define MICROS_MAX ACCOUNT_MICROS_MAX
#define SUM_MICROS_MAX (4 * ACCOUNT_MICROS_MAX) /* of what a company has set aside or consumed */
#define SEQUENCE_MAX ((INT64_C(1) << 56) - 1)
#define TIME_US_MAX (INT64_C(253402300799) * 1000000) /* the last that a message can say */

static void write_varint(struct codec *codec, uint64_t value)
{
    assert(codec->size + 10 <= OUTCOME_BYTES_MAX);
    for (; value >= 0x80; value >>= 7)
        codec->bytes[codec->size++] = (uint8_t)(value | 0x80);
    codec->bytes[codec->size++] = (uint8_t)value;
}

static uint64_t read_varint(struct codec *codec)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && codec->next < codec->end; shift += 7) {
        uint8_t byte = *codec->next++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    codec->is_broken = true;
    return 0;
}

static void walk_bits(struct codec *codec, uint64_t *bits)
{
    if (codec->is_reading)
        *bits = read_varint(codec);
    else
        write_varint(codec, *bits);
}

static void walk_number(struct codec *codec, int64_t *number, int64_t least, int64_t most)
{
    if (!codec->is_reading) {
        write_varint(codec, (uint64_t)*number << 1 ^ (uint64_t)(*number >> 63));
        return;
    }
    uint64_t zigzag = read_varint(codec);
    int64_t value = (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
    codec->is_broken = codec->is_broken || value < least || value > most;
    *number = codec->is_broken ? 0 : value;
}

/* A place or a time, told by how far it lies from the entry's own. */
static void walk_near(struct codec *codec, int64_t *number, int64_t own, int64_t most)
{
    int64_t distance = *number - own;
    walk_number(codec, &distance, -most, most);
    if (!codec->is_reading)
        return;
    codec->is_broken =
        codec->is_broken || own < 0 || own > most || own + distance < 0 || own + distance > most;
    *number = codec->is_broken ? own : own + distance;
}

/* Which of some values are not zero, and those. */
static void walk_sparse(struct codec *codec, int64_t *const *numbers, size_t count, int64_t most)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= (uint64_t)(*numbers[i] != 0) << i;
    walk_bits(codec, &bits);
    for (size_t i = 0; i < count; i++)
        if ((bits >> i & 1) != 0)
            walk_number(codec, numbers[i], -most, most);
}

/* ---- accounts ---- */

/* Books that an answer tells, and the side of zero on which they are. */
static const struct {
    enum book book;
    int64_t least, most;
} told_books[] = {{BOOK_OWN, 0, MICROS_MAX},
                  {BOOK_TRANSFERRED_IN, 0, MICROS_MAX},
                  {BOOK_REFUND_CREDIT, 0, MICROS_MAX},
                  {BOOK_UNBILLED, -MICROS_MAX, 0},
                  {BOOK_OUTSTANDING, -MICROS_MAX, 0}};
#define TOLD_BOOKS (sizeof told_books / sizeof *told_books)

/* Bits of an account; the first seven cost one byte. */
enum {
    IS_SUSPENDED = 1 << 0,
    HAS_BOOK = 1 << 1, /* five of them */
    HAS_FROZEN = 1 << 6,
    HAS_LIMIT = 1 << 7,
    IS_PAST_DUE = 1 << 8,
    IS_WITHOUT_CREDIT = 1 << 9,
    CONTRACT_SHIFT = 10, /* two bits */
    HAS_CONFIRMED = 1 << 12,
    IS_READ_ONLY = 1 << 13
};

/* The entry's own legs tell these books. */
static const struct posting *leg_of(const struct entry *entry, const struct id *account_id,
                                    enum book book)
{
    for (size_t i = 0; entry->posting_count == 2 && i < 2; i++)
        if (entry->postings[i].book == book &&
            id_equal(entry->postings[i].account->id, *account_id))
            return &entry->postings[i];
    return NULL;
}

static uint64_t bits_of(const struct account *account, const struct entry *entry)
{
    uint64_t bits = (account->suspended ? IS_SUSPENDED : 0) |
                    (account->frozen_micros != 0 ? HAS_FROZEN : 0) |
                    (account->credit_limit_micros != 0 ? HAS_LIMIT : 0) |
                    (account_is_past_due(account, entry->recorded_us) ? IS_PAST_DUE : 0) |
                    (account->credit_disabled ? IS_WITHOUT_CREDIT : 0) |
                    (account_may_spend(account) ? 0 : IS_READ_ONLY) |
                    (uint64_t)(account->contract_state - CONTRACT_NONE) << CONTRACT_SHIFT;
    for (size_t i = 0; i < TOLD_BOOKS; i++)
        if (account->books[told_books[i].book] != 0 &&
            leg_of(entry, &account->id, told_books[i].book) == NULL)
            bits |= (uint64_t)HAS_BOOK << i;
    /* only the answer about a limit says when it was confirmed, and its entry moves nothing */
    bool says_when = entry->posting_count == 0 && account->confirmed_us != 0;
    return bits | (says_when ? HAS_CONFIRMED : 0);
}

static void take_bits(struct codec *codec, uint64_t bits, const struct entry *entry,
                      struct account *account)
{
    uint64_t contract = bits >> CONTRACT_SHIFT & 3;
    codec->is_broken = codec->is_broken || contract > CONTRACT_CONFIRMED - CONTRACT_NONE;
    account->suspended = (bits & IS_SUSPENDED) != 0;
    account->credit_disabled = (bits & IS_WITHOUT_CREDIT) != 0;
    account->spending = (bits & IS_READ_ONLY) != 0 ? SPENDING_READ_ONLY : SPENDING_ALLOWED;
    account->contract_state = (enum contract_state)(CONTRACT_NONE + (contract & 3));
    account->earliest_due_us = (bits & IS_PAST_DUE) != 0 ? entry->recorded_us : 0;
}

static void walk_books(struct codec *codec, uint64_t bits, const struct entry *entry,
                       struct account *account)
{
    for (size_t i = 0; i < TOLD_BOOKS; i++) {
        int64_t *micros = &account->books[told_books[i].book];
        const struct posting *leg = leg_of(entry, &account->id, told_books[i].book);
        if ((bits & (uint64_t)HAS_BOOK << i) != 0)
            walk_number(codec, micros, told_books[i].least, told_books[i].most);
        else if (leg != NULL && codec->is_reading)
            *micros = leg->balance_micros;
        codec->is_broken =
            codec->is_broken || *micros < told_books[i].least || *micros > told_books[i].most;
    }
}

static void walk_account(struct codec *codec, const struct entry *entry, struct account *account)
{
    uint64_t bits = codec->is_reading ? 0 : bits_of(account, entry);
    walk_bits(codec, &bits);
    if (codec->is_reading)
        take_bits(codec, bits, entry, account);
    walk_number(codec, &account->version, 0, INT64_MAX);
    walk_books(codec, bits, entry, account);
    if ((bits & HAS_FROZEN) != 0)
        walk_number(codec, &account->frozen_micros, 0, SUM_MICROS_MAX);
    if ((bits & HAS_LIMIT) != 0)
        walk_number(codec, &account->credit_limit_micros, 0, MICROS_MAX);
    if ((bits & HAS_CONFIRMED) != 0)
        walk_near(codec, &account->confirmed_us, entry->recorded_us, TIME_US_MAX);
}

/* ---- what only some kinds tell ---- */

static void walk_payment(struct codec *codec, struct payment *payment)
{
    int64_t *const numbers[] = {&payment->transferred_in_micros, &payment->own_micros,
                                &payment->refund_credit_micros, &payment->credit_micros};
    walk_sparse(codec, numbers, sizeof numbers / sizeof *numbers, MICROS_MAX);
}

static void walk_purchase(struct codec *codec, const struct entry *entry, struct purchase *purchase)
{
    walk_near(codec, &purchase->sequence, entry->sequence, SEQUENCE_MAX);
    codec->is_broken = codec->is_broken || purchase->sequence == 0;
    walk_near(codec, &purchase->recorded_us, entry->recorded_us, TIME_US_MAX);
    walk_number(codec, &purchase->amount_micros, 0, MICROS_MAX);
    walk_payment(codec, &purchase->paid);
    walk_payment(codec, &purchase->refunded);
}

static void walk_hold(struct codec *codec, const struct entry *entry, struct hold *hold)
{
    int64_t state = hold->state;
    walk_near(codec, &hold->sequence, entry->sequence, SEQUENCE_MAX);
    codec->is_broken = codec->is_broken || hold->sequence == 0;
    walk_number(codec, &state, HOLD_ACTIVE, HOLD_EXPIRED);
    walk_number(codec, &hold->amount_micros, 0, MICROS_MAX);
    walk_number(codec, &hold->captured_micros, 0, MICROS_MAX);
    walk_near(codec, &hold->expire_us, entry->recorded_us, TIME_US_MAX);
    walk_near(codec, &hold->placed_us, entry->recorded_us, TIME_US_MAX);
    hold->state = codec->is_broken ? HOLD_ACTIVE : (enum hold_state)state;
}

static void walk_quota(struct codec *codec, struct quota_terms *quota)
{
    int64_t *const numbers[] = {&quota->line_micros, &quota->deducted_micros,
                                &quota->undeducted_micros, &quota->held_micros};
    walk_sparse(codec, numbers, sizeof numbers / sizeof *numbers, SUM_MICROS_MAX);
}

/* Bits of the outcome. */
enum {
    HAS_COUNTERPARTY = 1 << 0,
    HAS_PAID = 1 << 1,
    HAS_PURCHASE = 1 << 2,
    HAS_HOLD = 1 << 3,
    HAS_QUOTA = 1 << 4
};

static bool is_paid(const struct payment *paid)
{
    return paid->transferred_in_micros != 0 || paid->own_micros != 0 ||
           paid->refund_credit_micros != 0 || paid->credit_micros != 0;
}

static uint64_t parts_of(const struct order_outcome *outcome)
{
    return (outcome->account_count > 1 ? HAS_COUNTERPARTY : 0) |
           (is_paid(&outcome->paid) ? HAS_PAID : 0) |
           (outcome->purchase.sequence != 0 ? HAS_PURCHASE : 0) |
           (outcome->hold.sequence != 0 ? HAS_HOLD : 0) |
           (!id_is_nil(outcome->entry->sub_account_id) ? HAS_QUOTA : 0);
}

static void walk(struct codec *codec, struct order_outcome *outcome)
{
    const struct entry *entry = outcome->entry;
    uint64_t parts = codec->is_reading ? 0 : parts_of(outcome);
    walk_bits(codec, &parts);
    outcome->account_count = (parts & HAS_COUNTERPARTY) != 0 ? 2 : 1;
    for (size_t i = 0; i < outcome->account_count; i++)
        walk_account(codec, entry, &outcome->accounts[i]);
    if ((parts & HAS_PAID) != 0)
        walk_payment(codec, &outcome->paid);
    if ((parts & HAS_PURCHASE) != 0)
        walk_purchase(codec, entry, &outcome->purchase);
    if ((parts & HAS_HOLD) != 0)
        walk_hold(codec, entry, &outcome->hold);
    if ((parts & HAS_QUOTA) != 0)
        walk_quota(codec, &outcome->quota);
}

struct bytes outcome_pack(struct arena *arena, const struct order_outcome *outcome)
{
    assert(outcome->refusal == NULL && outcome->account_count > 0);
    uint8_t bytes[OUTCOME_BYTES_MAX];
    struct order_outcome copy = *outcome;
    struct codec codec = {.bytes = bytes};
    walk(&codec, &copy);
    return (struct bytes){arena_try_memdup(arena, bytes, codec.size), codec.size};
}

/* The purchase that was refunded may stand in the account's own chain, before it moved. */
static struct id chain_of_purchase(const struct order_outcome *outcome)
{
    const struct entry *entry = outcome->entry;
    struct id own_id = entry->account->id;
    int64_t sequence = entry_sequence(own_id, order_reference(entry->order));
    return sequence != 0 && sequence == outcome->purchase.sequence ? own_id
                                                                   : entry->account->company_id;
}

bool outcome_unpack(struct bytes packed, struct order_outcome *outcome, struct quota *quota)
{
    const uint8_t *bytes = packed.data;
    if (bytes == NULL)
        return false;
    struct codec codec = {.is_reading = true, .next = bytes, .end = bytes + packed.size};
    walk(&codec, outcome);
    const struct entry *entry = outcome->entry;
    for (size_t i = 0; i < outcome->account_count; i++)
        codec.is_broken = codec.is_broken || id_is_nil(outcome->accounts[i].id);
    outcome->hold.account = outcome->purchase.account = entry->account;
    outcome->hold.sub_account_id = entry->sub_account_id;
    outcome->purchase.chain_id = chain_of_purchase(outcome);
    *quota = (struct quota){.sub_account_id = entry->sub_account_id};
    outcome->purchase.quota = id_is_nil(entry->sub_account_id) ? NULL : quota;
    return !codec.is_broken && codec.next == codec.end;
}
