#include "ledger/domain/audit_fold.h"

#include <assert.h>
#include <string.h>

/* Corrupt amounts may be any: sums go round, so that what is wrong still shows. */
static int64_t sum_of(int64_t a_micros, int64_t b_micros)
{
    return (int64_t)((uint64_t)a_micros + (uint64_t)b_micros);
}

static int64_t difference_of(int64_t a_micros, int64_t b_micros)
{
    return (int64_t)((uint64_t)a_micros - (uint64_t)b_micros);
}

/* ---- accounts ---- */

size_t audit_fold_place_count(size_t account_max)
{
    size_t count = 16;
    while (count < 2 * account_max)
        count *= 2;
    return count;
}

void audit_fold_init(struct audit_fold *fold, struct folded_account *accounts, uint32_t *places,
                     size_t account_max)
{
    assert(accounts != NULL && places != NULL);
    assert(account_max < UINT32_MAX);
    fold->accounts = accounts;
    fold->account_max = account_max;
    fold->places = places;
    fold->place_count = audit_fold_place_count(account_max);
}

void audit_fold_begin_pass(struct audit_fold *fold, bool is_first)
{
    assert(fold->places != NULL);
    fold->account_count = 0;
    memset(fold->places, 0, fold->place_count * sizeof *fold->places);
    fold->is_first = is_first;
    fold->next_sequence = 1;
}

/* The place of an account, or the free one where it belongs. */
static uint32_t *place_of(struct audit_fold *fold, int64_t number)
{
    assert(fold->place_count > fold->account_count);
    size_t i = ((uint64_t)number * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (fold->place_count - 1);
    while (fold->places[i] != 0 && fold->accounts[fold->places[i] - 1].number != number)
        i = (i + 1) & (fold->place_count - 1);
    return &fold->places[i];
}

struct folded_account *audit_fold_add_account(struct audit_fold *fold, struct id id, int64_t number)
{
    assert(fold->account_count < fold->account_max);
    struct folded_account *account = &fold->accounts[fold->account_count++];
    *place_of(fold, number) = (uint32_t)fold->account_count;
    *account = (struct folded_account){.id = id, .number = number};
    return account;
}

static struct folded_account *account_of(struct audit_fold *fold, int64_t number)
{
    uint32_t place = *place_of(fold, number);
    assert(place <= fold->account_count);
    return place != 0 ? &fold->accounts[place - 1] : NULL;
}

/* ---- the chain ---- */

/* All that follows hangs on it: the first break is the one to look at. */
static void break_chain(struct audit_fold *fold, int64_t sequence, const char *sentence)
{
    assert(sentence != NULL);
    if (fold->break_sentence != NULL)
        return;
    fold->break_sentence = sentence;
    fold->break_sequence = sequence;
}

static bool is_hashable(const struct entry_link *link)
{
    assert(link->posting_count <= ENTRY_POSTINGS_MAX);
    return (link->form == ENTRY_FORM_FIRST || link->form == ENTRY_FORM_SECOND) &&
           strlen(link->remark) <= ORDER_REMARK_SIZE_MAX &&
           strlen(link->tag) <= ORDER_TAG_SIZE_MAX && strlen(link->currency) <= 3 &&
           link->outcome.size <= ENTRY_OUTCOME_SIZE_MAX;
}

/* The first form hashes none of these, so an entry of it has none: a name of a request would be
 * answered from it. */
static bool has_no_more_than_hashed(const struct entry_link *link)
{
    return link->form != ENTRY_FORM_FIRST ||
           (id_is_nil(link->request_key) && id_is_nil(link->body_key) &&
            id_is_nil(link->actor_id) && id_is_nil(link->actor_reference) &&
            link->outcome.data == NULL &&
            (id_is_nil(link->counterparty_id) || id_is_nil(link->sub_account_id)));
}

static void check_link(struct audit_fold *fold, const struct audited_entry *entry)
{
    assert(fold->is_first);
    const struct entry_link *link = &entry->link;
    bool is_sound = !entry->is_muddled && is_hashable(link) && has_no_more_than_hashed(link);
    uint8_t hash[ENTRY_HASH_SIZE];
    if (link->sequence != fold->next_sequence)
        break_chain(fold, fold->next_sequence, "The entry is missing.");
    fold->next_sequence = link->sequence + 1;
    if (fold->break_sentence != NULL)
        return;
    if (is_sound)
        entry_link_hash(link, fold->hash, hash);
    if (!is_sound || entry->kept_hash.size != ENTRY_HASH_SIZE ||
        memcmp(hash, entry->kept_hash.data, ENTRY_HASH_SIZE) != 0) {
        break_chain(fold, link->sequence,
                    "The entry or one of its postings is not what was hashed.");
        return;
    }
    memcpy(fold->hash, hash, ENTRY_HASH_SIZE);
    fold->recorded_us = link->recorded_us;
}

void audit_fold_check_head(struct audit_fold *fold, int64_t length, int64_t recorded_us,
                           const uint8_t hash[ENTRY_HASH_SIZE])
{
    assert(fold->is_first);
    if (length < 0) {
        fold->break_sentence = NULL; /* it is the first to be looked at */
        break_chain(fold, 0, "The head of the chain is missing.");
        return;
    }
    if (fold->next_sequence <= length)
        break_chain(fold, fold->next_sequence, "The entry is missing.");
    if (fold->next_sequence > length + 1)
        break_chain(fold, length + 1, "An entry stands behind the head of the chain.");
    if (memcmp(fold->hash, hash, ENTRY_HASH_SIZE) != 0)
        break_chain(fold, length, "The head of the chain is not the hash of its last entry.");
    if (length > 0 && fold->recorded_us != recorded_us)
        break_chain(fold, length, "The head of the chain has another time than its last entry.");
}

/* ---- entries ---- */

static void check_balance(struct audit_fold *fold, const struct entry_link *link)
{
    assert(fold->is_first);
    int64_t sum = 0;
    for (size_t i = 0; i < link->posting_count; i++)
        sum = sum_of(sum, link->postings[i].amount_micros);
    if (sum == 0 || fold->unbalanced_count == AUDIT_DIFFERENCES_MAX)
        return;
    fold->unbalanced[fold->unbalanced_count].sequence = link->sequence;
    fold->unbalanced[fold->unbalanced_count++].sum_micros = sum;
}

static void count(struct audit_fold *fold, const struct entry_link *link)
{
    assert(fold->is_first);
    if (id_is_nil(fold->only)) {
        fold->entries++;
        fold->postings += (int64_t)link->posting_count;
        return;
    }
    fold->entries += id_equal(link->account_id, fold->only) ||
                     id_equal(link->counterparty_id, fold->only) ||
                     id_equal(link->sub_account_id, fold->only);
    for (size_t i = 0; i < link->posting_count; i++)
        fold->postings += id_equal(link->postings[i].account_id, fold->only);
}

/* To lots that were spent or taken from, however many came after them. */
static bool gives_back(int64_t kind)
{
    return kind == ORDER_REFUND_PURCHASE || kind == ORDER_RETURN_TRANSIT;
}

static void add_posting(struct folded_account *account, const struct entry_link *link, size_t i)
{
    assert(i < link->posting_count);
    int64_t book = link->postings[i].book, micros = link->postings[i].amount_micros;
    if (account == NULL)
        return;
    account->sum_micros = sum_of(account->sum_micros, micros);
    if (book >= 0 && book < BOOK_COUNT && strcmp(account->currency, link->currency) == 0)
        account->books[book] = sum_of(account->books[book], micros);
    if (gives_back(link->kind) && book == BOOK_TRANSFERRED_IN && micros > 0)
        account->lots.are_given_back = true;
}

static bool is_giving(int64_t kind)
{
    return kind == ORDER_CREATE_TRANSFER || kind == ORDER_ALLOCATE_TO_SUB_ACCOUNT;
}

static bool is_taking_back(int64_t kind)
{
    return kind == ORDER_REVOKE_TRANSFER || kind == ORDER_RECLAIM_FROM_SUB_ACCOUNT;
}

/* The accounts of one entry; NULL: not of this pass. */
struct ends {
    struct folded_account *own, *other;
};

static struct ends name_accounts(struct audit_fold *fold, struct audited_entry *entry)
{
    assert(fold->places != NULL);
    struct entry_link *link = &entry->link;
    struct ends ends = {account_of(fold, entry->account), account_of(fold, entry->other_account)};
    if (ends.own != NULL)
        link->account_id = ends.own->id;
    if (ends.other != NULL)
        entry->other_account_id = ends.other->id;
    bool has_counterparty = (is_giving(link->kind) || is_taking_back(link->kind)) &&
                            entry->other_account != entry->account; /* else it is a transit */
    link->counterparty_id = has_counterparty ? entry->other_account_id : (struct id){{0}};
    for (size_t i = 0; i < link->posting_count; i++)
        link->postings[i].account_id =
            entry->has_other_leg && i == 1 ? entry->other_account_id : link->account_id;
    return ends;
}

/* ---- lots ---- */

static void differ(struct audit_difference *differences, size_t *difference_count,
                   struct audit_difference difference)
{
    assert(*difference_count <= AUDIT_DIFFERENCES_MAX);
    bool is_one = difference.sentence != NULL || difference.kept != difference.told;
    if (is_one && *difference_count < AUDIT_DIFFERENCES_MAX)
        differences[(*difference_count)++] = difference;
}

/* One finding of an account is enough: the first. */
static void differ_in_lots(struct audit_fold *fold, struct folded_account *account,
                           struct audit_difference difference)
{
    assert(fold->account_count <= fold->account_max);
    if (account->lots.differ)
        return;
    size_t before = fold->lot_count;
    difference.account_id = account->id;
    differ(fold->lots, &fold->lot_count, difference);
    account->lots.differ = fold->lot_count > before;
}

/* All that was transferred since the last lot was opened is in it. */
static void close_lot(struct audit_fold *fold, struct folded_account *account)
{
    differ_in_lots(fold, account,
                   (struct audit_difference){.sequence = account->lots.sequence,
                                             .kept = account->lots.granted_micros,
                                             .told = account->lots.told_micros});
}

static void open_lot(struct audit_fold *fold, struct folded_account *account,
                     const struct audited_entry *entry)
{
    assert(entry->has_lot);
    struct folded_lots *lots = &account->lots;
    int64_t used = sum_of(entry->lot_spent_micros, entry->lot_revoked_micros);
    close_lot(fold, account);
    if (!entry->lot_is_of_source)
        differ_in_lots(fold, account,
                       (struct audit_difference){
                           .sequence = entry->link.sequence,
                           .sentence = "A lot is kept as of another source than its transfer's."});
    lots->count++;
    lots->sequence = entry->link.sequence;
    lots->granted_micros = entry->lot_granted_micros;
    lots->told_micros = 0;
    lots->source = entry->lot_source;
    lots->remaining_micros =
        sum_of(lots->remaining_micros, difference_of(entry->lot_granted_micros, used));
    lots->are_passed_over =
        lots->are_passed_over || (entry->lot_spent_micros > 0 && lots->first_open != 0);
    if (entry->lot_granted_micros > used && lots->first_open == 0)
        lots->first_open = entry->link.sequence;
}

/* Whose lots have more by the entry, and of whom: of a transfer the other account, of one that
 * came from another chain its own; NULL: of none here. */
static struct folded_account *granted_by(struct audited_entry *entry, const struct ends *ends)
{
    const struct entry_link *link = &entry->link;
    bool is_received = link->kind == ORDER_RECEIVE_TRANSIT && link->posting_count > 0 &&
                       link->postings[0].book == BOOK_TRANSFERRED_IN;
    entry->lot_source = is_received ? entry->named : entry->account;
    return is_received                                                  ? ends->own
           : is_giving(link->kind) && !id_is_nil(link->counterparty_id) ? ends->other
                                                                        : NULL;
}

static void follow_lots(struct audit_fold *fold, struct folded_account *account,
                        const struct audited_entry *entry)
{
    const struct entry_link *link = &entry->link;
    assert(link->posting_count <= ENTRY_POSTINGS_MAX);
    fold->has_revokes =
        fold->has_revokes || is_taking_back(link->kind) || entry->lot_revoked_micros != 0;
    if (account == NULL)
        return;
    if (entry->has_lot)
        open_lot(fold, account, entry);
    else if (account->lots.count == 0 || account->lots.source != entry->lot_source)
        differ_in_lots(
            fold, account,
            (struct audit_difference){.sequence = link->sequence,
                                      .sentence = "The lot of the transfer is missing."});
    account->lots.told_micros = sum_of(account->lots.told_micros, link->amount_micros);
}

void audit_fold_add_entry(struct audit_fold *fold, struct audited_entry *entry)
{
    struct entry_link *link = &entry->link;
    assert(link->posting_count <= ENTRY_POSTINGS_MAX);
    struct ends ends = name_accounts(fold, entry);
    for (size_t i = 0; i < link->posting_count; i++)
        add_posting(entry->has_other_leg && i == 1 ? ends.other : ends.own, link, i);
    if (ends.own != NULL)
        ends.own->version++;
    if (ends.other != NULL && !id_is_nil(link->counterparty_id))
        ends.other->version++;
    follow_lots(fold, granted_by(entry, &ends), entry);
    if (fold->is_first) {
        entry_link_sort(link);
        check_link(fold, entry);
        check_balance(fold, link);
        count(fold, link);
    }
}

/* ---- comparing ---- */

static void add_sum(struct audit_fold *fold, const struct folded_account *account)
{
    assert(fold->sum_count <= AUDIT_CURRENCIES_MAX);
    size_t i = 0;
    while (i < fold->sum_count && strcmp(fold->sums[i].currency, account->currency) != 0)
        i++;
    if (i == AUDIT_CURRENCIES_MAX || account->currency[0] == '\0')
        return;
    if (i == fold->sum_count)
        memcpy(fold->sums[fold->sum_count++].currency, account->currency, sizeof account->currency);
    fold->sums[i].micros = sum_of(fold->sums[i].micros, account->sum_micros);
}

static void compare_lots(struct audit_fold *fold, struct folded_account *account)
{
    const struct folded_lots *lots = &account->lots;
    close_lot(fold, account);
    differ_in_lots(fold, account,
                   (struct audit_difference){.kept = account->kept_books[BOOK_TRANSFERRED_IN],
                                             .told = lots->remaining_micros});
    if (lots->count != lots->kept_count)
        differ_in_lots(
            fold, account,
            (struct audit_difference){.sentence = "A lot is kept that no transfer opened."});
    if (lots->first_open != 0 && lots->kept_first > lots->first_open)
        differ_in_lots(fold, account,
                       (struct audit_difference){
                           .sequence = lots->first_open,
                           .sentence = "An open lot lies before where the account's lots begin."});
    if (lots->are_passed_over && !lots->are_given_back)
        differ_in_lots(fold, account,
                       (struct audit_difference){
                           .sequence = lots->first_open,
                           .sentence = "An open lot was passed over; a later one was spent."});
}

void audit_fold_compare(struct audit_fold *fold)
{
    assert(fold->account_count <= fold->account_max);
    for (size_t i = 0; i < fold->account_count; i++) {
        struct folded_account *account = &fold->accounts[i];
        for (enum book book = 0; book < BOOK_COUNT; book++)
            differ(fold->balances, &fold->balance_count,
                   (struct audit_difference){.account_id = account->id,
                                             .book = book,
                                             .kept = account->kept_books[book],
                                             .told = account->books[book]});
        differ(fold->versions, &fold->version_count,
               (struct audit_difference){.account_id = account->id,
                                         .kept = account->kept_version,
                                         .told = account->version});
        compare_lots(fold, account);
        add_sum(fold, account);
    }
}
