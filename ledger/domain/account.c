#include "ledger/domain/account.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/amount.h"

int64_t account_own(const struct account *account)
{
    return account->books[BOOK_OWN];
}

int64_t account_transferred_in(const struct account *account)
{
    return account->books[BOOK_TRANSFERRED_IN];
}

int64_t account_refund_credit(const struct account *account)
{
    return account->books[BOOK_REFUND_CREDIT];
}

int64_t account_unbilled(const struct account *account)
{
    return -account->books[BOOK_UNBILLED];
}

int64_t account_outstanding(const struct account *account)
{
    return -account->books[BOOK_OUTSTANDING];
}

int64_t account_cash(const struct account *account) /* D.1 */
{
    assert(account_own(account) >= 0 && account_transferred_in(account) >= 0);
    return account_own(account) + account_transferred_in(account);
}

void account_judge_self_service(struct account *account, int64_t now_us)
{
    account->credit_disabled = account_self_service(account, now_us) != SELF_SERVICE_OPEN;
}

int64_t account_limit_effective(const struct account *account) /* D.3, LED-14, E21 */
{
    assert(account->credit_limit_micros >= 0);
    return account->contract_state == CONTRACT_CONFIRMED && !account->credit_disabled
               ? account->credit_limit_micros
               : 0;
}

int64_t account_available(const struct account *account) /* D.5, E1, E2 */
{
    return account_cash(account) + account_limit_effective(account) +
           account_refund_credit(account) - account_unbilled(account) -
           account_outstanding(account) - account->frozen_micros;
}

bool account_is_past_due(const struct account *account, int64_t now_us)
{
    return account_outstanding(account) > 0 && account->earliest_due_us != 0 &&
           account->earliest_due_us <= now_us;
}

bool account_is_overdue(const struct account *account, int64_t now_us) /* D.8 */
{
    if (account->foreign)
        return account->overdrawn ||
               (account->earliest_due_us != 0 && account->earliest_due_us <= now_us);
    return account_is_past_due(account, now_us) || account_available(account) < 0;
}

struct account account_foreign(const struct account *account)
{
    assert(!account->foreign);
    struct account foreign = {.company_id = account->company_id,
                              .id = account->id,
                              .corporate = account->corporate,
                              .verified_company_id = account->verified_company_id,
                              .opened_in_id = account->opened_in_id,
                              .state = account->state,
                              .spending = account->spending,
                              .version = account->version,
                              .number = account->number,
                              .earliest_due_us =
                                  account_outstanding(account) > 0 ? account->earliest_due_us : 0,
                              .overdrawn = account_available(account) < 0,
                              .lots_horizon = -1,
                              .foreign = true};
    memcpy(foreign.currency, account->currency, sizeof foreign.currency);
    return foreign;
}

bool account_is_in_trouble(const struct account *account, int64_t now_us)
{
    assert(account != NULL && account->state != ACCOUNT_CLOSED);
    return account->state == ACCOUNT_FROZEN || account_is_overdue(account, now_us);
}

int64_t account_suspension_line(const struct account *account)
{
    return account->payment_mode == PAYMENT_POSTPAID ? account->buffer_micros : 0;
}

bool account_is_below_line(const struct account *account) /* E19 */
{
    int64_t available = account_available(account);
    if (account->payment_mode == PAYMENT_POSTPAID)
        return available < account->buffer_micros; /* LED-04: equal runs */
    return available <= 0;                         /* LED-01: 0.00 stops */
}

bool account_suspended_next(const struct account *account, int64_t now_us)
{
    return account_is_below_line(account) ||
           (account->suspended && account_is_past_due(account, now_us));
}

enum self_service account_self_service(const struct account *account, int64_t now_us)
{
    if (now_us < account->override_until_us) /* LED-19 */
        return SELF_SERVICE_OPEN;
    if (account->pay_on_behalf) /* LED-17 */
        return SELF_SERVICE_PAY_ON_BEHALF;
    if (account->receivables) /* LED-18 */
        return SELF_SERVICE_RECEIVABLES;
    return SELF_SERVICE_OPEN;
}

struct allowance account_available_explained(const struct account *account)
{
    struct allowance allowance = allowance_empty();
    allowance_add(&allowance, "cash", account_cash(account));
    allowance_add(&allowance, "effective_credit_limit", account_limit_effective(account));
    allowance_add(&allowance, "refund_credit", account_refund_credit(account));
    allowance_add(&allowance, "unbilled", -account_unbilled(account));
    allowance_add(&allowance, "outstanding", -account_outstanding(account));
    allowance_add(&allowance, "frozen", -account->frozen_micros);
    allowance.micros = account_available(account);
    allowance.binding = "available";
    return allowance;
}

struct allowance account_revocable(const struct account *destination, int64_t remaining_micros,
                                   bool of_all_lots) /* LED-13, D.7 */
{
    assert(remaining_micros >= 0);
    struct allowance allowance = allowance_empty();
    allowance_bound(&allowance, "transferred_in", account_transferred_in(destination));
    allowance_bound(&allowance, of_all_lots ? "remaining" : "newest_lots", remaining_micros);
    allowance_bound(&allowance, "available", account_available(destination)); /* LED-12 */
    allowance.micros = amount_max(0, allowance.micros);
    return allowance;
}

int64_t account_withdrawable(const struct account *account, int64_t reserve_micros,
                             int64_t unpaid_micros) /* D.13, E5 */
{
    assert(reserve_micros >= 0 && unpaid_micros >= 0);
    int64_t transferred_in = account_transferred_in(account);
    int64_t owed = account_unbilled(account) + account_outstanding(account) + unpaid_micros;
    int64_t owed_beyond_transferred = amount_max(0, owed - transferred_in);
    return amount_max(0, account_cash(account) - transferred_in - owed_beyond_transferred -
                             reserve_micros - account->frozen_micros);
}

bool account_lives_on_credit(const struct account *account) /* E23 */
{
    int64_t limit = account_limit_effective(account),
            owed = account_unbilled(account) + account_outstanding(account);
    bool lives = account_own(account) == 0 && limit > 0 &&
                 owed > account_transferred_in(account) + account_refund_credit(account);
    assert(!lives || account_available(account) + account->frozen_micros < limit);
    return lives;
}

bool account_may_spend(const struct account *account)
{
    assert(account != NULL);
    return account->spending != SPENDING_READ_ONLY;
}

bool account_takes(const struct account *account, bool accept_read_only)
{
    assert(account != NULL);
    return account_may_spend(account) || accept_read_only;
}

bool account_has_currency(const struct account *account, const char *currency)
{
    return strcmp(account->currency, currency) == 0;
}

struct id account_scope(const struct account *account)
{
    assert(account != NULL);
    return id_is_nil(account->opened_in_id) ? account->company_id : account->opened_in_id;
}

bool account_meets_version(const struct account *account, int64_t expected_version)
{
    return expected_version == 0 || account->version == expected_version;
}

bool account_meets_minimum(const struct account *account, int64_t leaving_micros,
                           int64_t minimum_left_micros)
{
    assert(leaving_micros >= 0);
    return minimum_left_micros == 0 ||
           account_available(account) - leaving_micros >= minimum_left_micros;
}

bool account_would_suspend(const struct account *account, int64_t leaving_micros) /* E10 */
{
    assert(leaving_micros >= 0);
    if (account->suspended)
        return false;
    struct account after = *account;
    after.frozen_micros += leaving_micros; /* available falls by as much */
    return account_is_below_line(&after);
}

bool account_waits_for_contract(const struct account *account, int64_t micros) /* LED-14 */
{
    assert(micros > 0);
    return account->contract_state == CONTRACT_PENDING &&
           micros <= account_available(account) + account->credit_limit_micros;
}

bool account_has_room(const struct account *account, enum book book,
                      int64_t amount_micros) /* E31 */
{
    assert(book < BOOK_COUNT);
    int64_t after;
    return amount_add(account->books[book], amount_micros, &after) && after <= ACCOUNT_MICROS_MAX &&
           after >= -ACCOUNT_MICROS_MAX;
}
