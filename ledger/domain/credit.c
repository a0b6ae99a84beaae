#include "ledger/domain/credit.h"

#include <assert.h>

static const struct refusal refusals[] = {CREDIT_REFUSALS(REFUSAL_ROW)};

const struct refusal *credit_refusal(enum credit_verdict verdict)
{
    assert(verdict != CREDIT_ACCEPTED);
    return &refusals[verdict - 1];
}

static enum credit_verdict self_service(const struct account *account, int64_t now_us)
{
    switch (account_self_service(account, now_us)) {
    case SELF_SERVICE_PAY_ON_BEHALF:
        return CREDIT_PAY_ON_BEHALF; /* LED-17 */
    case SELF_SERVICE_RECEIVABLES:
        return CREDIT_RECEIVABLES; /* LED-18 */
    case SELF_SERVICE_OPEN:
        break;
    }
    return CREDIT_ACCEPTED;
}

static enum credit_verdict raise(const struct credit_line *line, int64_t more_micros,
                                 struct allowance *allowance)
{
    allowance_bound(allowance, "allocatable", line->line_micros - line->allocated_micros);
    return more_micros > allowance->micros ? CREDIT_ABOVE_ALLOCATABLE : CREDIT_ACCEPTED;
}

/* Only a limit in effect can be used: a pending one is lowered freely. Something must stay
 * available, 0.00 is refused (E20). */
static enum credit_verdict lower(const struct account *account, int64_t less_micros,
                                 struct allowance *allowance)
{
    if (account->contract_state != CONTRACT_CONFIRMED)
        return CREDIT_ACCEPTED;
    *allowance = account_available_explained(account);
    return allowance->micros - less_micros > 0 ? CREDIT_ACCEPTED : CREDIT_BELOW_USAGE;
}

enum credit_verdict limit_set_decide(const struct account *account, const struct credit_line *line,
                                     const struct order *order, int64_t now_us,
                                     struct allowance *allowance)
{
    if (account == NULL)
        return CREDIT_ACCOUNT_UNKNOWN;
    if (account->state == ACCOUNT_CLOSED)
        return CREDIT_ACCOUNT_CLOSED;
    if (!account_has_currency(account, order->currency))
        return CREDIT_CURRENCY_MISMATCH;
    enum credit_verdict verdict = self_service(account, now_us);
    if (verdict != CREDIT_ACCEPTED)
        return verdict;
    if (!account_meets_version(account, order->expected_version))
        return CREDIT_VERSION_MISMATCH;
    assert(line != NULL);
    int64_t more = order->amount_micros - account->credit_limit_micros;
    return more > 0   ? raise(line, more, allowance)
           : more < 0 ? lower(account, -more, allowance)
                      : CREDIT_ACCEPTED;
}

enum credit_verdict limit_confirm_decide(const struct account *account, int64_t now_us)
{
    if (account == NULL)
        return CREDIT_ACCOUNT_UNKNOWN;
    if (account->state == ACCOUNT_CLOSED)
        return CREDIT_ACCOUNT_CLOSED;
    enum credit_verdict verdict = self_service(account, now_us);
    if (verdict != CREDIT_ACCEPTED)
        return verdict;
    return account->contract_state == CONTRACT_PENDING ? CREDIT_ACCEPTED
                                                       : CREDIT_CONTRACT_NOT_PENDING;
}

void limit_set_book(struct facts *facts, struct entry *entry, struct credit_line *line)
{
    struct account *account = entry->account;
    FACTS_CHANGE(facts, line);
    line->allocated_micros += entry->amount_micros - account->credit_limit_micros;
    line->changed = true;
    account->credit_limit_micros = entry->amount_micros;
    if (account->contract_state ==
        CONTRACT_NONE) /* LED-15: the first waits; LED-16: later ones count at once */
        account->contract_state = CONTRACT_PENDING;
}

void limit_confirm_book(struct entry *entry)
{
    entry->amount_micros = entry->account->credit_limit_micros;
    entry->account->contract_state = CONTRACT_CONFIRMED;
    entry->account->confirmed_us = entry->recorded_us;
}
