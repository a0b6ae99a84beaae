#include "gateway/jobs/account_sync.h"

#include "gateway/peers/grant_peer.h"
#include "gateway/peers/identity_peer.h"
#include "gateway/peers/ledger_peer.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/peers/sharing_peer.h"
#include "gateway/jobs/peer_step.h"
#include "gateway/store/account_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

#define LEASE_US (INT64_C(1000) * ACCOUNT_SYNC_MS_MAX)
#define CLAIM_PAUSE_MS 50
#define CLAIM_TRIES_MAX 100

struct account_sync {
    struct task *task;
    struct gateway *gateway;
    struct id account_id;
    char account_text[ID_TEXT_SIZE];
    bool is_step; /* of a saga: takes a place at each peer */
    int64_t as_of_us;
    struct identity_account account;
    const char *currency;
    struct id verified_company_id; /* nil: none */
    struct account_home home;
    char benefit_text[ID_TEXT_SIZE]; /* of the company under which sharing has it */
    Identity__V1__ListActivationsResponse *activations;
};

static enum failure accepted(const struct account_sync *sync, enum peer_step_name step,
                             enum failure failure, const struct rpc_status *status)
{
    return peer_accepted(sync->task, &(struct peer_step){"open_account", step, sync->account_id},
                         failure, status);
}

static enum failure at_peer(struct account_sync *sync, enum gateway_peer peer,
                            enum failure (*step)(struct account_sync *sync))
{
    enum failure failure = sync->is_step ? peer_step_begin(sync->gateway, peer) : FAILURE_NONE;
    if (failure != FAILURE_NONE)
        return failure;
    failure = step(sync);
    return sync->is_step ? peer_step_end(sync->gateway, peer, failure) : failure;
}

static enum failure read_account(struct account_sync *sync)
{
    struct rpc_status status;
    sync->as_of_us = clock_of_us(sync->account_id);
    enum failure failure =
        identity_account_get((struct peer_call){sync->task, sync->gateway->identity, &status},
                             sync->account_text, &sync->account);
    return accepted(sync, STEP_IDENTITY_GET_ACCOUNT, failure, &status);
}

static enum failure read_currency(struct account_sync *sync)
{
    struct rpc_status status;
    enum failure failure =
        payments_currency_get((struct peer_call){sync->task, sync->gateway->payments, &status},
                              sync->account_text, &sync->currency);
    return accepted(sync, STEP_PAYMENTS_GET_ACCOUNT, failure, &status);
}

/* Settled 11. The money begins in the chain of the verified company, or in one of its own from the
 * billing address on; benefits are shared under a company that was verified, or by an individual
 * under itself. */
static struct account_home home_wanted(const struct account_sync *sync)
{
    struct account_home wanted = {.company_id = sync->verified_company_id};
    if (id_is_nil(wanted.company_id) && sync->account.billing_address_present)
        wanted.company_id = sync->account_id;
    wanted.benefit_company_id =
        sync->account.corporate ? sync->verified_company_id : wanted.company_id;
    return wanted;
}

static enum failure settle_home(struct account_sync *sync)
{
    sync->verified_company_id = (struct id){{0}};
    if (sync->account.corporate && !id_parse(sync->account.company_id, &sync->verified_company_id))
        sync->verified_company_id = (struct id){{0}};
    const struct account_home wanted = home_wanted(sync);
    return account_store_settle(reader_of(sync->task, sync->gateway->database), sync->account_id,
                                &wanted, &sync->home);
}

static enum failure update_payments(struct account_sync *sync)
{
    if (!sync->account.billing_address_present)
        return FAILURE_NONE;
    struct payments_facts facts = {
        .account_id = sync->account_text,
        .request_id = id_new(sync->as_of_us),
        .country = sync->account.country,
        .corporate = sync->account.corporate,
        .principal_name = sync->account.principal_name,
        .billing_address_present = true,
        .as_of_us = sync->as_of_us,
    };
    struct rpc_status status;
    enum failure failure = payments_facts_update(
        (struct peer_call){sync->task, sync->gateway->payments, &status}, &facts);
    return accepted(sync, STEP_PAYMENTS_UPDATE_ACCOUNT_FACTS, failure, &status);
}

/* Opens the account in a chain, or has one that is alone move there. */
static enum failure open_in_chain(struct account_sync *sync, struct id chain_id,
                                  struct ledger_account *account)
{
    char chain_text[ID_TEXT_SIZE];
    const struct ledger_place place = {sync->account_text, id_format(chain_id, chain_text)};
    struct rpc_status status;
    const struct ledger_opening opening = {
        .corporate = sync->account.corporate,
        .verified = id_equal(chain_id, sync->verified_company_id),
        .with_entries = account->found,
        .country = sync->account.country,
        .request_id =
            account->found ? id_new(sync->as_of_us) : id_derive(sync->account_id, "ledger.open")};
    enum failure failure = ledger_account_open(
        (struct peer_call){sync->task, sync->gateway->ledger, &status}, &place, &opening, account);
    bool stays = failure == FAILURE_NONE && opening.with_entries && ledger_account_stays(&status);
    return stays ? FAILURE_NONE : accepted(sync, STEP_LEDGER_OPEN_ACCOUNT, failure, &status);
}

static enum failure note_told(struct account_sync *sync, const struct ledger_account *account)
{
    struct account_home *home = &sync->home;
    struct id told = sync->account.corporate ? sync->verified_company_id : sync->account_id;
    if (id_equal(home->chain_id, account->chain_id) && id_equal(home->told_company_id, told))
        return FAILURE_NONE;
    home->chain_id = account->chain_id;
    home->told_company_id = told;
    return account_store_tell(reader_of(sync->task, sync->gateway->database), sync->account_id,
                              home);
}

static enum failure update_facts(struct account_sync *sync, const struct ledger_place *place,
                                 struct ledger_account *account)
{
    const struct ledger_facts facts = {.converted = sync->account.corporate && !account->corporate,
                                       .verified_company_id = sync->verified_company_id,
                                       .request_id = id_new(clock_work_us())};
    struct rpc_status status;
    enum failure failure = ledger_facts_update(
        (struct peer_call){sync->task, sync->gateway->ledger, &status}, place, &facts);
    account->corporate |= facts.converted;
    account->verified_company_id = facts.verified_company_id;
    return accepted(sync, STEP_LEDGER_UPDATE_ACCOUNT, failure, &status);
}

static enum failure open_in_ledger(struct account_sync *sync, const struct ledger_place *place,
                                   struct ledger_account *account)
{
    struct rpc_status status;
    enum failure failure = ledger_account_get(
        (struct peer_call){sync->task, sync->gateway->ledger, &status}, place, account);
    failure = accepted(sync, STEP_LEDGER_GET_ACCOUNT, failure, &status);
    if (failure == FAILURE_NONE && !account->found)
        failure = open_in_chain(sync, sync->home.company_id, account);
    else if (failure == FAILURE_NONE && sync->account.corporate && !account->corporate)
        failure = update_facts(sync, place, account); /* ID-31: before it moves */
    bool is_alone = id_equal(account->chain_id, sync->account_id);
    if (failure == FAILURE_NONE && is_alone && !id_is_nil(sync->verified_company_id))
        failure = open_in_chain(sync, sync->verified_company_id, account);
    return failure;
}

static enum failure update_ledger(struct account_sync *sync)
{
    char company_text[ID_TEXT_SIZE];
    struct ledger_place place = {sync->account_text,
                                 id_format(sync->home.company_id, company_text)};
    struct rpc_client *ledger = sync->gateway->ledger;
    struct ledger_account account;
    struct rpc_status status;
    enum failure failure = open_in_ledger(sync, &place, &account);
    if (failure == FAILURE_NONE &&
        !id_equal(account.verified_company_id, sync->verified_company_id))
        failure = update_facts(sync, &place, &account);
    if (failure == FAILURE_NONE)
        failure = note_told(sync, &account);
    if (failure == FAILURE_NONE && text_is_empty(account.currency) &&
        !text_is_empty(sync->currency)) {
        failure =
            ledger_currency_set((struct peer_call){sync->task, ledger, &status}, &place,
                                sync->currency, id_derive(sync->account_id, "ledger.currency"));
        failure = accepted(sync, STEP_LEDGER_SET_CURRENCY, failure, &status);
    }
    return failure;
}

static enum failure update_sharing(struct account_sync *sync)
{
    id_format(sync->home.benefit_company_id, sync->benefit_text);
    struct sharing_account account = {
        .account_id = sync->account_text,
        .company_id = sync->benefit_text,
        .corporate = sync->account.corporate,
        .verified = identity_account_is_of(&sync->account, sync->benefit_text),
        .verified_company_id = sync->account.company_id,
        .merged_company_ids = sync->account.merged_company_ids,
        .merged_company_count = sync->account.merged_company_count,
    };
    struct rpc_status status;
    enum failure failure =
        sharing_account_open((struct peer_call){sync->task, sync->gateway->sharing, &status},
                             &account, id_new(clock_work_us()));
    failure = accepted(sync, STEP_SHARING_OPEN_ACCOUNT, failure, &status);
    if (failure != FAILURE_NONE ||
        id_equal(sync->home.sharing_company_id, sync->verified_company_id))
        return failure;
    return account_store_tell_sharing(reader_of(sync->task, sync->gateway->database),
                                      sync->account_id, sync->verified_company_id);
}

/* ---- the coupons of promotions (ID-29) ---- */

static enum failure read_activations(struct account_sync *sync)
{
    struct rpc_status status;
    enum failure failure =
        identity_activations_list((struct peer_call){sync->task, sync->gateway->identity, &status},
                                  sync->account_text, &sync->activations);
    return accepted(sync, STEP_IDENTITY_LIST_ACTIVATIONS, failure, &status);
}

/* A coupon keeps its activation's id, so one that is there stays as it is. */
static enum failure grant_coupon(struct account_sync *sync,
                                 const Identity__V1__Activation *activation)
{
    const struct grant_owner owner = {sync->account_text, sync->benefit_text};
    struct rpc_status status;
    struct id coupon_id;
    if (!id_parse(activation->coupon_id, &coupon_id))
        return FAILURE_INTERNAL;
    enum failure failure =
        sharing_coupon_grant((struct peer_call){sync->task, sync->gateway->sharing, &status},
                             &owner, activation, id_derive(coupon_id, "sharing.grant"));
    return accepted(sync, STEP_SHARING_GRANT_COUPON, failure, &status);
}

static enum failure grant_coupons(struct account_sync *sync)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; failure == FAILURE_NONE && i < sync->activations->n_activations; i++)
        failure = grant_coupon(sync, sync->activations->activations[i]);
    return failure;
}

static enum failure open_for_money(struct account_sync *sync)
{
    enum failure failure = at_peer(sync, PEER_IDENTITY, read_account);
    if (failure == FAILURE_NONE)
        failure = at_peer(sync, PEER_PAYMENTS, read_currency);
    if (failure == FAILURE_NONE)
        failure = settle_home(sync);
    if (failure == FAILURE_NONE)
        failure = at_peer(sync, PEER_PAYMENTS, update_payments);
    if (failure != FAILURE_NONE || id_is_nil(sync->home.company_id))
        return failure;
    return at_peer(sync, PEER_LEDGER, update_ledger);
}

static enum failure open_for_sharing(struct account_sync *sync)
{
    enum failure failure = at_peer(sync, PEER_IDENTITY, read_account);
    if (failure == FAILURE_NONE)
        failure = settle_home(sync);
    if (failure != FAILURE_NONE || id_is_nil(sync->home.benefit_company_id))
        return failure;
    failure = at_peer(sync, PEER_SHARING, update_sharing);
    if (failure == FAILURE_NONE)
        failure = at_peer(sync, PEER_IDENTITY, read_activations);
    return failure == FAILURE_NONE ? at_peer(sync, PEER_SHARING, grant_coupons) : failure;
}

/* Each with a lease of its own, under a name that is the account's or derived from it. */
static const struct part {
    const char *lease_name;
    enum failure (*open)(struct account_sync *sync);
} parts[ACCOUNT_PART_COUNT] = {[ACCOUNT_PART_MONEY] = {NULL, open_for_money},
                               [ACCOUNT_PART_SHARING] = {"sharing.lease", open_for_sharing}};

/* One account sync of an account at a time, so that of two the later one, with the later facts, is
 * told last. */
static enum failure claim(struct task *task, struct gateway *gateway, struct id account_id,
                          struct account_lease *lease)
{
    for (int try = 0; try < CLAIM_TRIES_MAX; try++) {
        int64_t now_us = clock_work_us();
        enum failure failure = account_store_claim(reader_of(task, gateway->database), account_id,
                                                   now_us, now_us + LEASE_US, lease);
        if (failure != FAILURE_NONE || lease->taken)
            return failure;
        failure = task_sleep_ms(task, CLAIM_PAUSE_MS);
        if (failure != FAILURE_NONE)
            return failure;
    }
    return FAILURE_UNAVAILABLE;
}

enum failure account_sync_part(struct task *task, struct gateway *gateway, struct id account_id,
                               enum account_part name, bool is_step)
{
    const struct part *part = &parts[name];
    struct account_lease lease;
    struct account_sync sync = {
        .task = task, .gateway = gateway, .account_id = account_id, .is_step = is_step};
    struct id lease_key =
        part->lease_name != NULL ? id_derive(account_id, part->lease_name) : account_id;
    id_format(account_id, sync.account_text);
    enum failure failure = claim(task, gateway, lease_key, &lease);
    if (failure != FAILURE_NONE)
        return failure;
    struct arena_mark mark = arena_mark(task_arena(task));
    failure = part->open(&sync);
    arena_rewind(task_arena(task),
                 mark); /* or who ran out of memory would keep the lease to its end */
    enum failure released =
        account_store_release(reader_of(task, gateway->database), &lease, clock_work_us());
    return failure != FAILURE_NONE ? failure : released;
}

enum failure account_sync_run(struct task *task, struct gateway *gateway, struct id account_id)
{
    enum failure failure = FAILURE_NONE;
    for (enum account_part i = 0; i < ACCOUNT_PART_COUNT; i++) {
        enum failure of_part = account_sync_part(task, gateway, account_id, i, true);
        failure = failure == FAILURE_NONE ? of_part : failure;
    }
    return failure;
}
