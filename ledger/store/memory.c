#include "ledger/store/memory.h"

#include "ledger/domain/lot.h"

#define COMPANIES 4096
#define WAYS 4
#define SETS 16384 /* of four accounts each: 65,536 accounts, some 55 MiB when all are taken */

/* An account counts while the era is its company's. */
struct company_slot {
    uint64_t era; /* 0: empty */
    struct chain chain;
};

struct account_slot {
    uint64_t era;
    uint64_t learned; /* when; the oldest makes room */
    struct remembered remembered;
};

struct memory {
    uint64_t eras;
    uint64_t clock;
    struct company_slot companies[COMPANIES];
    struct account_slot accounts[SETS][WAYS];
};

struct memory *memory_new(void)
{
    static struct memory memory; /* pages that are never touched cost nothing */
    return &memory;
}

static size_t company_index(struct id company_id)
{
    return id_hash(company_id) % COMPANIES;
}

static const struct company_slot *find_company(const struct memory *memory, struct id company_id)
{
    const struct company_slot *slot = &memory->companies[company_index(company_id)];
    return slot->era != 0 && id_equal(slot->chain.company_id, company_id) ? slot : NULL;
}

const struct chain *memory_chain(const struct memory *memory, struct id company_id)
{
    const struct company_slot *slot = find_company(memory, company_id);
    return slot != NULL ? &slot->chain : NULL;
}

static size_t set_index(struct id account_id)
{
    return id_hash(account_id) % SETS;
}

const struct remembered *memory_account(const struct memory *memory, struct id company_id,
                                        struct id account_id)
{
    const struct company_slot *company = find_company(memory, company_id);
    const struct account_slot *set = memory->accounts[set_index(account_id)];
    for (size_t i = 0; company != NULL && i < WAYS; i++)
        if (set[i].era == company->era && id_equal(set[i].remembered.account.id, account_id))
            return &set[i].remembered;
    return NULL;
}

static struct account_slot *slot_to_learn(struct memory *memory, struct id account_id)
{
    struct account_slot *set = memory->accounts[set_index(account_id)], *oldest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].era != 0 && id_equal(set[i].remembered.account.id, account_id))
            return &set[i];
        if (set[i].learned < oldest->learned)
            oldest = &set[i];
    }
    return oldest;
}

/* The open lots, when they are all known and few enough; else the last one alone, which the next
 * grant may join. */
static void learn_lots(struct remembered *remembered, const struct account *account)
{
    remembered->lot_count = 0;
    remembered->lots_complete =
        account->lots_horizon == INT64_MAX || account_transferred_in(account) == 0;
    for (const struct lot *lot = account->lots; lot != NULL; lot = lot->next) {
        bool last = lot->next == NULL && account->last_lot_known;
        if (!last && lot_remaining(lot) == 0)
            continue;
        if (remembered->lot_count == MEMORY_LOTS_MAX) {
            remembered->lots_complete = false;
            break;
        }
        remembered->lots[remembered->lot_count++] = *lot;
    }
    if (remembered->lots_complete)
        return;
    remembered->lot_count = 0;
    if (account->last_lot_known && account->lots_last != NULL)
        remembered->lots[remembered->lot_count++] = *account->lots_last;
}

static void learn_account(struct memory *memory, const struct account *account)
{
    const struct company_slot *company = find_company(memory, account->company_id);
    if (company == NULL || account->foreign)
        return;
    struct account_slot *slot = slot_to_learn(memory, account->id);
    slot->era = company->era;
    slot->learned = ++memory->clock;
    learn_lots(&slot->remembered, account);
    struct account *kept = &slot->remembered.account;
    *kept = *account;
    kept->lots = kept->lots_last = NULL;
    kept->bills = NULL;
    kept->pool_known = account->pool_known && account->pool == NULL; /* only that there is none */
    kept->pool = NULL;
    kept->bills_complete = kept->changed = false;
    kept->lots_horizon = slot->remembered.lots_complete ? INT64_MAX : -1;
    for (size_t i = 0; i < slot->remembered.lot_count; i++) {
        struct lot *lot = &slot->remembered.lots[i];
        lot->account = NULL;
        lot->next = NULL;
        lot->is_new = lot->changed = lot->beyond_reach = false;
    }
}

/* What was remembered of the company stays when the batch began where the memory ended. */
static void learn_chain(struct memory *memory, const struct chain *chain)
{
    struct company_slot *slot = &memory->companies[company_index(chain->company_id)];
    const struct company_slot *known = find_company(memory, chain->company_id);
    if (known == NULL || !id_equal(known->chain.revision, chain->revision_found))
        slot->era = ++memory->eras;
    slot->chain = *chain;
    slot->chain.revision_found = chain->revision;
}

void memory_learn(struct memory *memory, const struct facts *facts)
{
    for (size_t i = 0; i < facts->chain_count; i++)
        learn_chain(memory, &facts->chains[i]);
    for (size_t i = 0; i < facts->account_count; i++)
        learn_account(memory, &facts->accounts[i]);
}
