#include "gateway/jobs/opening.h"

#include "gateway/peers/identity_peer.h"
#include "gateway/peers/ledger_peer.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/peers/sharing_peer.h"
#include "gateway/jobs/peer_step.h"
#include "gateway/store/account_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

#define LEASE_US INT64_C(30000000)
#define CLAIM_PAUSE_MS 50
#define CLAIM_TRIES_MAX 100
#define BEGUN_MAX 64
#define MONEY_WAIT_MS \
    3000 /* how long an rpc waits: its caller's next call mostly needs the account there */
#define SHARING_WAIT_MS 1000

struct opening {
    struct task *task;
    struct gateway *gateway;
    struct id account_id;
    char account_text[ID_TEXT_SIZE];
    bool is_step; /* of a saga: takes a place at each peer */
    int64_t as_of_us;
    struct identity_account account;
    const char *currency;
    struct id company_id; /* nil: not to be opened yet */
    char company_text[ID_TEXT_SIZE];
    bool verified;
};

static enum failure accepted(const struct opening *opening, const char *step, enum failure failure,
                             const struct rpc_status *status)
{
    return peer_accepted(opening->task,
                         &(struct peer_step){"open_account", step, opening->account_id}, failure,
                         status);
}

/* What is done at one peer: between these two. */
static enum failure at_peer(struct opening *opening, enum gateway_peer peer,
                            enum failure (*step)(struct opening *opening))
{
    enum failure failure =
        opening->is_step ? peer_step_begin(opening->gateway, peer) : FAILURE_NONE;
    if (failure != FAILURE_NONE)
        return failure;
    failure = step(opening);
    return opening->is_step ? peer_step_end(opening->gateway, peer, failure) : failure;
}

static enum failure read_account(struct opening *opening)
{
    struct rpc_status status;
    opening->as_of_us = clock_of_us(opening->account_id);
    enum failure failure = identity_account_get(opening->task, opening->gateway->identity,
                                                opening->account_text, &opening->account, &status);
    return accepted(opening, "identity.GetAccount", failure, &status);
}

static enum failure read_currency(struct opening *opening)
{
    struct rpc_status status;
    enum failure failure =
        payments_currency_get(opening->task, opening->gateway->payments, opening->account_text,
                              &opening->currency, &status);
    return accepted(opening, "payments.GetAccount", failure, &status);
}

/* Individuals are their own owner from the billing address on; corporate accounts belong to the
 * verified company. */
static bool owner(const struct opening *opening, struct id *company_id)
{
    if (opening->account.corporate)
        return id_parse(opening->account.company_id, company_id);
    *company_id = opening->account_id;
    return opening->account.billing_address_present;
}

/* Where the money lives is decided once. A corporate account verified to another company later
 * keeps its money under the first and counts as not verified there, so nothing can leave it for
 * either. */
static enum failure settle_company(struct opening *opening)
{
    struct id company_id;
    bool has_owner = owner(opening, &company_id);
    enum failure failure =
        has_owner ? account_store_settle(reader_of(opening->task, opening->gateway->database),
                                         opening->account_id, company_id, &opening->company_id)
                  : account_store_company(reader_of(opening->task, opening->gateway->database),
                                          opening->account_id, &opening->company_id);
    if (failure != FAILURE_NONE)
        return failure;
    opening->verified =
        opening->account.corporate && has_owner && id_equal(company_id, opening->company_id);
    id_format(opening->company_id, opening->company_text);
    return FAILURE_NONE;
}

static enum failure tell_payments(struct opening *opening)
{
    if (!opening->account.billing_address_present)
        return FAILURE_NONE;
    struct payments_facts facts = {
        .account_id = opening->account_text,
        .request_id = id_new(opening->as_of_us),
        .country = opening->account.country,
        .corporate = opening->account.corporate,
        .principal_name = opening->account.principal_name,
        .billing_address_present = true,
        .as_of_us = opening->as_of_us,
    };
    struct rpc_status status;
    enum failure failure =
        payments_facts_update(opening->task, opening->gateway->payments, &facts, &status);
    return accepted(opening, "payments.UpdateAccountFacts", failure, &status);
}

static enum failure open_in_ledger(struct opening *opening, const struct ledger_place *place,
                                   struct ledger_account *account)
{
    struct rpc_status status;
    struct rpc_client *ledger = opening->gateway->ledger;
    enum failure failure = ledger_account_get(opening->task, ledger, place, account, &status);
    failure = accepted(opening, "ledger.GetAccount", failure, &status);
    if (failure != FAILURE_NONE || account->found)
        return failure;
    account->verified = opening->account.corporate;
    failure = ledger_account_open(opening->task, ledger, place, opening->account.corporate,
                                  id_derive(opening->account_id, "ledger.open"), &status);
    return accepted(opening, "ledger.OpenAccount", failure, &status);
}

static enum failure tell_ledger(struct opening *opening)
{
    struct ledger_place place = {opening->account_text, opening->company_text};
    struct rpc_client *ledger = opening->gateway->ledger;
    struct ledger_account account;
    struct rpc_status status;
    enum failure failure = open_in_ledger(opening, &place, &account);
    if (failure == FAILURE_NONE && account.verified != opening->verified) {
        failure = ledger_account_verify(opening->task, ledger, &place, opening->verified,
                                        id_new(clock_work_us()), &status);
        failure = accepted(opening, "ledger.UpdateAccount", failure, &status);
    }
    if (failure == FAILURE_NONE && text_is_empty(account.currency) &&
        !text_is_empty(opening->currency)) {
        failure = ledger_currency_set(opening->task, ledger, &place, opening->currency,
                                      id_derive(opening->account_id, "ledger.currency"), &status);
        failure = accepted(opening, "ledger.SetCurrency", failure, &status);
    }
    return failure;
}

static enum failure tell_sharing(struct opening *opening)
{
    struct sharing_account account = {
        .account_id = opening->account_text,
        .company_id = opening->company_text,
        .corporate = opening->account.corporate,
        .verified = opening->verified,
    };
    struct rpc_status status;
    enum failure failure = sharing_account_open(opening->task, opening->gateway->sharing, &account,
                                                id_new(clock_work_us()), &status);
    return accepted(opening, "sharing.OpenAccount", failure, &status);
}

static enum failure open_for_money(struct opening *opening)
{
    enum failure failure = at_peer(opening, PEER_IDENTITY, read_account);
    if (failure == FAILURE_NONE)
        failure = at_peer(opening, PEER_PAYMENTS, read_currency);
    if (failure == FAILURE_NONE)
        failure = settle_company(opening);
    if (failure == FAILURE_NONE)
        failure = at_peer(opening, PEER_PAYMENTS, tell_payments);
    if (failure != FAILURE_NONE || id_is_nil(opening->company_id))
        return failure;
    return at_peer(opening, PEER_LEDGER, tell_ledger);
}

static enum failure open_for_sharing(struct opening *opening)
{
    enum failure failure = at_peer(opening, PEER_IDENTITY, read_account);
    if (failure == FAILURE_NONE)
        failure = settle_company(opening);
    if (failure != FAILURE_NONE || id_is_nil(opening->company_id))
        return failure;
    return at_peer(opening, PEER_SHARING, tell_sharing);
}

/* Each with a lease of its own, under a name that is the account's or derived from it. */
static const struct part {
    const char *lease_name;
    enum failure (*open)(struct opening *opening);
    int64_t wait_ms; /* an rpc's */
} parts[] = {{NULL, open_for_money, MONEY_WAIT_MS},
             {"sharing.lease", open_for_sharing, SHARING_WAIT_MS}};
#define PART_COUNT (sizeof parts / sizeof parts[0])

/* One opening of an account at a time, so that of two the later one, with the later facts, is told
 * last. */
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

static enum failure run_part(struct task *task, struct gateway *gateway, struct id account_id,
                             const struct part *part, bool is_step)
{
    struct account_lease lease;
    struct opening opening = {
        .task = task, .gateway = gateway, .account_id = account_id, .is_step = is_step};
    struct id lease_key =
        part->lease_name != NULL ? id_derive(account_id, part->lease_name) : account_id;
    id_format(account_id, opening.account_text);
    enum failure failure = claim(task, gateway, lease_key, &lease);
    if (failure != FAILURE_NONE)
        return failure;
    struct arena_mark mark = arena_mark(task_arena(task));
    failure = part->open(&opening);
    arena_rewind(task_arena(task),
                 mark); /* or who ran out of memory would keep the lease to its end */
    enum failure released =
        account_store_release(reader_of(task, gateway->database), &lease, clock_work_us());
    return failure != FAILURE_NONE ? failure : released;
}

enum failure opening_carry_on(struct task *task, struct gateway *gateway, struct id account_id)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < PART_COUNT; i++) {
        enum failure of_part = run_part(task, gateway, account_id, &parts[i], true);
        failure = failure == FAILURE_NONE ? of_part : failure;
    }
    return failure;
}

/* ---- begun by an rpc ---- */

/* One part under way; the place is taken until both the rpc and the part have done with it. */
static struct begun {
    struct gateway *gateway;
    struct id account_id;
    const struct part *part;
    struct event ended;
    int references;    /* 0: free */
    struct task *task; /* while it runs */
} places[BEGUN_MAX];

void opening_stop(void)
{
    for (size_t i = 0; i < BEGUN_MAX; i++)
        if (places[i].task != NULL)
            task_cancel(places[i].task);
}

static void run_begun(struct task *task, void *argument)
{
    struct begun *begun = argument;
    begun->task = task;
    enum failure failure = run_part(task, begun->gateway, begun->account_id, begun->part, false);
    if (failure != FAILURE_NONE)
        log_write(LOG_WARN, "opening_left_to_the_saga", log_id("account_id", begun->account_id),
                  log_failure(failure));
    begun->task = NULL;
    event_signal(&begun->ended);
    begun->references--;
}

static struct begun *find_place(void)
{
    for (size_t i = 0; i < BEGUN_MAX; i++)
        if (places[i].references == 0)
            return &places[i];
    return NULL;
}

/* NULL: no place, for peers stand still; the saga does it. */
static struct begun *begin_part(struct task *task, struct gateway *gateway, struct id account_id,
                                const struct part *part)
{
    struct task_options options = {.name = "opening",
                                   .timeout_ms = LEASE_US / 1000,
                                   .request_id = task_request_id(task),
                                   .trace_parent = task_trace_parent(task)};
    struct begun *begun = find_place();
    if (begun == NULL)
        return NULL;
    *begun =
        (struct begun){.gateway = gateway, .account_id = account_id, .part = part, .references = 2};
    if (loop_spawn(task_loop(task), &options, run_begun, begun) == FAILURE_NONE)
        return begun;
    begun->references = 0;
    return NULL;
}

void opening_begin(struct task *task, struct gateway *gateway, struct id account_id)
{
    struct begun *begun[PART_COUNT];
    for (size_t i = 0; i < PART_COUNT; i++)
        begun[i] = begin_part(task, gateway, account_id, &parts[i]);
    for (size_t i = 0; i < PART_COUNT; i++) {
        if (begun[i] == NULL)
            continue;
        if (task_wait_ms(task, &begun[i]->ended, parts[i].wait_ms) != FAILURE_NONE)
            log_write(LOG_INFO, "opening_goes_on", log_id("account_id", account_id));
        begun[i]->references--;
    }
}
