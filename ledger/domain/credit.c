#include "ledger/domain/credit.h"

#include <assert.h>

#include "ledger/domain/credit_contract.h"
#include "runtime/base/amount.h"
#include "runtime/base/text.h"

static const struct refusal refusals[] = {CREDIT_REFUSALS(REFUSAL_ROW)};

const struct refusal *credit_refusal(enum credit_verdict verdict)
{
    assert(verdict != CREDIT_ACCEPTED);
    return &refusals[verdict - 1];
}

static const struct refusal line_refusals[] = {LINE_REFUSALS(REFUSAL_ROW)};

const struct refusal *line_refusal(enum line_verdict verdict)
{
    assert(verdict != LINE_ACCEPTED);
    return &line_refusals[verdict - 1];
}

static const struct {
    enum fault fault;
    const char *sentence;
} line_mistakes[] = {
#define LINE_MISTAKE_ROW(mistake, fault, sentence) {(fault), (sentence)},
    LINE_MISTAKES(LINE_MISTAKE_ROW)
#undef LINE_MISTAKE_ROW
};

enum line_mistake line_check(int64_t line_micros, const struct currency *currency) /* D.3, E18 */
{
    assert(currency != NULL);
    if (line_micros < 0)
        return LINE_NEGATIVE;
    if (line_micros > ACCOUNT_MICROS_MAX)
        return LINE_OUT_OF_RANGE;
    return amount_is_whole(line_micros, currency) ? LINE_FITS : LINE_NOT_WHOLE;
}

enum fault line_mistake_fault(enum line_mistake mistake)
{
    assert(mistake != LINE_FITS);
    return line_mistakes[mistake - 1].fault;
}

const char *line_mistake_sentence(enum line_mistake mistake)
{
    assert(mistake != LINE_FITS);
    return line_mistakes[mistake - 1].sentence;
}

const struct refusal *line_set_decide(const struct credit_line *line, int64_t wanted_micros)
{
    assert(wanted_micros >= 0 && line->allocated_micros >= 0);
    return wanted_micros < line->allocated_micros ? line_refusal(LINE_BELOW_ALLOCATED) : NULL;
}

/* LED-17, LED-18; CREDIT_ACCEPTED: it is open. */
static enum credit_verdict self_service(const struct account *account, int64_t now_us)
{
    switch (account_self_service(account, now_us)) {
    case SELF_SERVICE_PAY_ON_BEHALF:
        return CREDIT_PAY_ON_BEHALF;
    case SELF_SERVICE_RECEIVABLES:
        return CREDIT_RECEIVABLES;
    case SELF_SERVICE_OPEN:
        break;
    }
    return CREDIT_ACCEPTED;
}

const struct refusal *limit_set_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    if (account == NULL)
        return credit_refusal(CREDIT_ACCOUNT_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return credit_refusal(CREDIT_ACCOUNT_CLOSED);
    if (!account_has_currency(account, order->currency))
        return credit_refusal(CREDIT_CURRENCY_MISMATCH);
    enum credit_verdict closed = self_service(account, settling->now_us);
    if (closed != CREDIT_ACCEPTED)
        return credit_refusal(closed);
    if (!account_meets_version(account, order->expected_version))
        return credit_refusal(CREDIT_VERSION_MISMATCH);
    const struct credit_line *line = settling->line;
    assert(line != NULL);
    int64_t more = order->amount_micros - account->credit_limit_micros;
    if (more > 0)
        allowance_bound(allowance, "allocatable", line->line_micros - line->allocated_micros);
    if (more > 0 && more > allowance->micros)
        return credit_refusal(CREDIT_ABOVE_ALLOCATABLE);
    /* Only a limit in effect can be used: a pending one is lowered freely. Something must stay
     * available, 0.00 is refused (E20). */
    bool lowers_effective = more < 0 && account->contract_state == CONTRACT_CONFIRMED;
    if (lowers_effective)
        *allowance = account_available_explained(account);
    if (lowers_effective && allowance->micros + more <= 0)
        return credit_refusal(CREDIT_BELOW_USAGE);
    assert(more <= 0 || line->allocated_micros + more <= line->line_micros);
    return NULL;
}

const struct refusal *limit_confirm_decide(const struct settling *settling,
                                           struct allowance *allowance)
{
    const struct account *account = settling->account;
    (void)allowance;
    if (account == NULL)
        return credit_refusal(CREDIT_ACCOUNT_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return credit_refusal(CREDIT_ACCOUNT_CLOSED);
    enum credit_verdict closed = self_service(account, settling->now_us);
    if (closed != CREDIT_ACCEPTED)
        return credit_refusal(closed);
    if (account->contract_state != CONTRACT_PENDING)
        return credit_refusal(CREDIT_CONTRACT_NOT_PENDING);
    char hash[CREDIT_CONTRACT_HASH_SIZE];
    credit_contract_hash(account, account->credit_limit_micros, hash);
    const char *shown = settling->order->contract_hash;
    if (shown == NULL || !text_equal(shown, hash)) /* LED-42 */
        return credit_refusal(CREDIT_CONTRACT_CHANGED);
    return NULL;
}

static void note_before(struct settling *settling)
{
    assert(settling->account->credit_limit_micros >= 0);
    settling->outcome->previous_limit_micros = settling->account->credit_limit_micros;
    settling->outcome->previous_contract = settling->account->contract_state;
}

void limit_set_book(struct settling *settling)
{
    struct account *account = settling->account;
    struct credit_line *line = settling->line;
    int64_t limit = settling->entry->amount_micros;
    note_before(settling);
    FACTS_CHANGE(settling->facts, line);
    line->allocated_micros += limit - account->credit_limit_micros;
    line->changed = true;
    assert(limit >= 0 && line->allocated_micros >= 0);
    assert(limit <= account->credit_limit_micros || line->allocated_micros <= line->line_micros);
    account->credit_limit_micros = limit;
    if (account->contract_state ==
        CONTRACT_NONE) /* LED-15: the first waits; LED-16: later ones count at once */
        account->contract_state = CONTRACT_PENDING;
}

void limit_confirm_book(struct settling *settling)
{
    struct account *account = settling->account;
    assert(account->contract_state == CONTRACT_PENDING);
    note_before(settling);
    settling->entry->amount_micros = account->credit_limit_micros;
    account->contract_state = CONTRACT_CONFIRMED;
    account->confirmed_us = settling->entry->recorded_us;
}
