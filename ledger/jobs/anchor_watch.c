#include "ledger/jobs/anchor_watch.h"

#include "ledger/jobs/tree.h"
#include "ledger/store/anchor_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/loop/aside.h"

#define LOOK_INTERVAL_MS 60000
#define MEMORY_MAX ((size_t)64 * 1024 * 1024) /* the states of all accounts of a company */

static struct metric anchors_total = {.name = "ledger_anchors_total",
                                      .help = "Anchors made by this process.",
                                      .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(anchors_total);

/* One anchor while it is made. */
struct making {
    const struct anchoring *anchoring;
    struct id after;
    struct due_anchor due;
    int64_t over_us; /* entries before it are in periods that are over */
    int64_t period_us;
    struct anchored_account *accounts;
    size_t account_count;
    struct merkle_hash *entries; /* the tree of them */
    size_t leaf_count;
    struct merkle_hash entries_root, accounts_root;
    bool lacks_account; /* an entry's account came after the list of them */
};

static struct anchored_account *find_account(const struct making *making, struct id account_id)
{
    size_t low = 0, high = making->account_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = id_compare(making->accounts[middle].account_id, account_id);
        if (order == 0)
            return &making->accounts[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void tell_account(struct making *making, const struct told_entry *entry,
                         struct id account_id)
{
    struct stated_entry stated;
    struct anchored_account *account = find_account(making, account_id);
    if (!told_entry_is_of(entry, account_id, &stated))
        return;
    if (account == NULL) {
        making->lacks_account = true;
        return;
    }
    told_state_add(&account->state, &stated);
    account->is_changed = true;
}

/* Only entries of one period, and no more than an anchor has room for. */
static bool add_entry(void *argument, const struct told_entry *entry)
{
    struct making *making = argument;
    int64_t period_us = anchor_period(entry->stated.recorded_us, making->anchoring->interval_us);
    if (making->leaf_count == 0)
        making->period_us = period_us;
    if (period_us != making->period_us || making->leaf_count == ANCHOR_ENTRIES_MAX ||
        entry->stated.recorded_us >= making->over_us)
        return false;
    making->entries[making->leaf_count++] = merkle_leaf(entry->stated.hash.bytes, MERKLE_HASH_SIZE);
    tell_account(making, entry, entry->stated.account_id);
    if (!id_is_nil(entry->stated.counterparty_id))
        tell_account(making, entry, entry->stated.counterparty_id);
    return true;
}

static enum failure grow_trees(struct reader reader, struct making *making)
{
    struct merkle_hash *accounts = arena_try_alloc_array(
        reader_arena(reader), MERKLE_ROOM(making->account_count), sizeof *accounts);
    if (accounts == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < making->account_count; i++)
        accounts[i] = told_state_leaf(making->accounts[i].account_id, &making->accounts[i].state);
    enum failure failure =
        tree_grow(reader.task, accounts, making->account_count, &making->accounts_root);
    return failure == FAILURE_NONE
               ? tree_grow(reader.task, making->entries, making->leaf_count, &making->entries_root)
               : failure;
}

/* A period never begins before that of the anchor before, though the interval was another. */
static int64_t later(int64_t a_us, int64_t b_us)
{
    return a_us > b_us ? a_us : b_us;
}

static enum failure keep(struct reader reader, const struct making *making)
{
    const struct due_anchor *due = &making->due;
    struct signed_anchor made = {
        .anchor = {.company_id = due->company_id,
                   .number = due->number + 1,
                   .period_us = later(making->period_us, due->period_us),
                   .first_sequence = due->last_sequence + 1,
                   .last_sequence = due->last_sequence + (int64_t)making->leaf_count,
                   .entries_root = making->entries_root,
                   .account_count = (int64_t)making->account_count,
                   .accounts_root = making->accounts_root,
                   .previous = due->previous}};
    uint8_t packed[ANCHOR_SIZE];
    anchor_pack(&made.anchor, packed);
    signature_public_key(making->anchoring->secret, made.public_key);
    signature_make(making->anchoring->secret, packed, sizeof packed, made.signature);
    metric_add(&anchors_total, NULL, 1);
    if (arena_exhausted(reader_arena(reader)))
        return FAILURE_EXHAUSTED;
    return anchor_store_keep(reader, &made, making->accounts, making->account_count);
}

/* Accounts that no anchor has are in this one, so that there is a state of each to hang on. */
static enum failure make_anchor(struct reader reader, struct making *making)
{
    enum failure failure =
        anchor_store_read_accounts(reader, making->due.company_id, making->due.number,
                                   &making->accounts, &making->account_count);
    making->entries = arena_try_alloc_array(reader_arena(reader), MERKLE_ROOM(ANCHOR_ENTRIES_MAX),
                                            sizeof *making->entries);
    if (failure != FAILURE_NONE || making->entries == NULL)
        return failure != FAILURE_NONE ? failure : FAILURE_EXHAUSTED;
    for (size_t i = 0; i < making->account_count; i++)
        making->accounts[i].is_changed = !making->accounts[i].is_known;
    const struct told_stretch stretch = {making->due.company_id, making->due.last_sequence,
                                         making->due.last_sequence + ANCHOR_ENTRIES_MAX};
    failure = anchor_store_walk(reader, &stretch, add_entry, making);
    if (failure == FAILURE_NONE && making->lacks_account)
        failure = FAILURE_INTERNAL;
    if (failure != FAILURE_NONE || making->leaf_count == 0)
        return failure;
    failure = grow_trees(reader, making);
    return failure == FAILURE_NONE ? keep(reader, making) : failure;
}

static enum failure make_next(struct task *task, void *argument)
{
    struct making *making = argument;
    struct reader reader = reader_of(task, making->anchoring->ledger->database);
    enum failure failure =
        anchor_store_find_due(reader, making->after, making->over_us, &making->due);
    return failure == FAILURE_NONE && making->due.found ? make_anchor(reader, making) : failure;
}

/* Makes the next anchor, of a company behind the one that making names. A company whose anchor
 * cannot be made, for its rows are not what a ledger writes, is told and passed by. */
static enum failure anchor_next(struct task *task, struct making *making)
{
    *making = (struct making){.anchoring = making->anchoring,
                              .after = making->due.company_id,
                              .over_us = making->over_us};
    struct aside aside = {.work = make_next, .argument = making};
    enum failure failure = aside_do(task, &aside, "ledger_anchor", MEMORY_MAX);
    aside_end(task, &aside);
    bool is_its_own = failure == FAILURE_INTERNAL || failure == FAILURE_EXHAUSTED;
    if (!making->due.found || !is_its_own)
        return failure;
    log_write(LOG_ERROR, "anchor_not_made", log_id("company_id", making->due.company_id),
              log_failure(failure));
    making->leaf_count = 0;
    return FAILURE_NONE;
}

/* Once along the companies, an anchor of each that is due. When none was made, there is nothing to
 * look for until the next period is over. */
static enum failure anchor_all(struct task *task, void *argument)
{
    struct anchoring *anchoring = argument;
    struct making making = {.anchoring = anchoring,
                            .due.found = true,
                            .over_us = anchor_period(clock_work_us(), anchoring->interval_us)};
    enum failure failure = FAILURE_NONE;
    bool made = false;
    if (making.over_us <= anchoring->done_us)
        return FAILURE_NONE;
    while (failure == FAILURE_NONE && making.due.found) {
        failure = anchor_next(task, &making);
        made = made || making.leaf_count > 0;
    }
    if (failure == FAILURE_NONE && !made)
        anchoring->done_us = making.over_us;
    return failure;
}

void anchor_watch_start(struct anchoring *anchoring)
{
    int64_t interval_ms = anchoring->interval_us / 1000;
    int64_t look_ms = interval_ms < LOOK_INTERVAL_MS ? interval_ms : LOOK_INTERVAL_MS;
    (void)loop_every(anchoring->ledger->loop, "anchor_watch", look_ms, anchor_all, anchoring);
}
