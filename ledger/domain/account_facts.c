#include "ledger/domain/account_facts.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/amount.h"

static const struct {
    enum fault fault;
    const char *field;
    const char *sentence;
} mistakes[] = {
#define ACCOUNT_MISTAKE_ROW(mistake, fault, field, sentence) {(fault), (field), (sentence)},
    ACCOUNT_MISTAKES(ACCOUNT_MISTAKE_ROW)
#undef ACCOUNT_MISTAKE_ROW
};

const char *account_mistake_field(enum account_mistake mistake)
{
    assert(mistake != ACCOUNT_FACTS_FIT);
    return mistakes[mistake - 1].field;
}

enum fault account_mistake_fault(enum account_mistake mistake)
{
    assert(mistake != ACCOUNT_FACTS_FIT);
    return mistakes[mistake - 1].fault;
}

const char *account_mistake_sentence(enum account_mistake mistake)
{
    assert(mistake != ACCOUNT_FACTS_FIT);
    return mistakes[mistake - 1].sentence;
}

/* LED-03 gives a range for CNY alone. The last row is every other currency's. */
static const struct buffer_rule {
    const char *currency;
    int64_t min_micros, max_micros, default_micros;
    enum account_mistake broken;
} buffer_rules[] = {
    {"CNY", 100 * MICROS_PER_UNIT, 500 * MICROS_PER_UNIT, 100 * MICROS_PER_UNIT,
     ACCOUNT_BUFFER_NOT_YUAN},
    {"", 0, ACCOUNT_MICROS_MAX, 100 * MICROS_PER_UNIT, ACCOUNT_BUFFER_OUT_OF_RANGE},
};

static const struct buffer_rule *buffer_rule(const char *currency)
{
    bool yuan = currency[0] == '\0' || strcmp(currency, buffer_rules[0].currency) == 0;
    return &buffer_rules[yuan ? 0 : 1];
}

enum account_mistake account_buffer_check(enum payment_mode mode, const char *currency,
                                          int64_t buffer_micros)
{
    const struct buffer_rule *rule = buffer_rule(currency);
    if (buffer_micros == 0)
        return ACCOUNT_FACTS_FIT;
    if (mode == PAYMENT_PREPAID)
        return ACCOUNT_BUFFER_OF_PREPAID;
    if (buffer_micros < rule->min_micros || buffer_micros > rule->max_micros)
        return rule->broken;
    return ACCOUNT_FACTS_FIT;
}

int64_t account_buffer(enum payment_mode mode, const char *currency, int64_t buffer_micros)
{
    assert(account_buffer_check(mode, currency, buffer_micros) == ACCOUNT_FACTS_FIT);
    if (mode == PAYMENT_PREPAID)
        return 0;
    return buffer_micros != 0 ? buffer_micros : buffer_rule(currency)->default_micros;
}

static bool is_mode(enum payment_mode mode)
{
    return mode == PAYMENT_PREPAID || mode == PAYMENT_POSTPAID;
}

/* ---- spending permission: an account may spend when it is opened, and joining a company changes
 * nothing of it (ID-23) ---- */

static const struct refusal spending_refusals[] = {SPENDING_REFUSALS(REFUSAL_ROW)};

const struct refusal *spending_refusal(enum spending_verdict verdict)
{
    assert(verdict != SPENDING_ACCEPTED);
    return &spending_refusals[verdict - 1];
}

enum account_mistake spending_check(enum spending spending)
{
    bool is_known = spending == SPENDING_ALLOWED || spending == SPENDING_READ_ONLY;
    return is_known ? ACCOUNT_FACTS_FIT : ACCOUNT_SPENDING_UNKNOWN;
}

const char *spending_name(enum spending spending)
{
    assert(spending == SPENDING_READ_ONLY || spending == SPENDING_ALLOWED);
    return spending == SPENDING_READ_ONLY ? "READ_ONLY" : "SPEND";
}

const struct refusal *spending_decide(const struct account *account) /* PAY-16 */
{
    if (account == NULL)
        return spending_refusal(SPENDING_NOT_OPENED);
    return account->state == ACCOUNT_CLOSED ? spending_refusal(SPENDING_OF_CLOSED) : NULL;
}

void spending_set(struct account *account, enum spending spending, const struct actor *actor,
                  int64_t now_us)
{
    assert(spending_decide(account) == NULL && now_us > 0);
    account->spending = spending;
    account->spending_set_us = now_us;
    account->spending_set_by = actor != NULL ? actor->principal_id : (struct id){{0}};
}

/* ---- opening ---- */

static const struct refusal opening_refusals[] = {OPENING_REFUSALS(REFUSAL_ROW)};

const struct refusal *opening_refusal(enum opening_verdict verdict)
{
    assert(verdict != OPENING_ACCEPTED);
    return &opening_refusals[verdict - 1];
}

enum account_mistake account_opening_check(const struct account *wanted)
{
    if (!wanted->corporate && !id_equal(wanted->id, wanted->company_id))
        return ACCOUNT_COMPANY_NOT_ITSELF; /* settled 5: an individual is nobody's company */
    if (!is_mode(wanted->payment_mode))
        return ACCOUNT_MODE_UNKNOWN;
    return account_buffer_check(wanted->payment_mode, wanted->currency, wanted->buffer_micros);
}

/* Settled 11: a company that is verified later has its account moved, from a chain of its own only.
 */
bool account_opening_moves(const struct account *account, const struct account *wanted)
{
    assert(id_equal(account->id, wanted->id));
    bool is_alone = id_equal(account->company_id, account->id);
    return is_alone && !id_equal(wanted->company_id, account->id) && account->corporate &&
           wanted->corporate && id_equal(wanted->verified_company_id, wanted->company_id);
}

const struct refusal *account_opening_decide(const struct account *account,
                                             const struct account *wanted)
{
    if (account == NULL)
        return NULL;
    assert(id_equal(account->id, wanted->id));
    bool is_there = id_equal(account->company_id, wanted->company_id) ||
                    id_equal(account_scope(account), wanted->company_id);
    if (!is_there && !account_opening_moves(account, wanted))
        return opening_refusal(OPENING_ELSEWHERE);
    if (account->corporate != wanted->corporate)
        return opening_refusal(OPENING_DIFFERS);
    if (wanted->currency[0] != '\0' && !account_has_currency(account, wanted->currency))
        return opening_refusal(OPENING_DIFFERS);
    return NULL;
}

/* ---- currency ---- */

static const struct refusal currency_refusals[] = {CURRENCY_REFUSALS(REFUSAL_ROW)};

const struct refusal *currency_refusal(enum currency_verdict verdict)
{
    assert(verdict != CURRENCY_ACCEPTED);
    return &currency_refusals[verdict - 1];
}

const struct refusal *account_currency_decide(const struct account *account,
                                              const char *currency) /* PAY-24 */
{
    if (account == NULL)
        return currency_refusal(CURRENCY_NOT_OPENED);
    if (account->currency[0] != '\0' && !account_has_currency(account, currency))
        return currency_refusal(CURRENCY_LOCKED);
    return NULL;
}

/* ---- what operators and other contexts set ---- */

enum account_update_field account_update_find(const char *name)
{
#define ACCOUNT_UPDATE_NAME(update, name) name,
    static const char *const names[] = {ACCOUNT_UPDATES(ACCOUNT_UPDATE_NAME)};
#undef ACCOUNT_UPDATE_NAME
    int field = 0;
    while (field < ACCOUNT_UPDATE_COUNT && strcmp(names[field], name) != 0)
        field++;
    return (enum account_update_field)field;
}

static enum payment_mode mode_after(const struct account_update *update,
                                    const struct account *account)
{
    assert(is_mode(account->payment_mode));
    return update->fields[UPDATE_PAYMENT_MODE] ? update->wanted.payment_mode
                                               : account->payment_mode;
}

enum account_mistake account_update_check(const struct account_update *update)
{
    const struct account *wanted = &update->wanted;
    if (update->fields[UPDATE_STATE] && wanted->state != ACCOUNT_ACTIVE &&
        wanted->state != ACCOUNT_FROZEN && wanted->state != ACCOUNT_CLOSED)
        return ACCOUNT_STATE_UNKNOWN;
    if (update->fields[UPDATE_PAYMENT_MODE] && !is_mode(wanted->payment_mode))
        return ACCOUNT_MODE_UNKNOWN;
    if (update->fields[UPDATE_CORPORATE] && !wanted->corporate)
        return ACCOUNT_INDIVIDUAL_AGAIN; /* ID-31 */
    return ACCOUNT_FACTS_FIT;
}

enum account_mistake account_update_fits(const struct account_update *update,
                                         const struct account *account)
{
    assert(account_update_check(update) == ACCOUNT_FACTS_FIT);
    return update->fields[UPDATE_BUFFER]
               ? account_buffer_check(mode_after(update, account), account->currency,
                                      update->wanted.buffer_micros)
               : ACCOUNT_FACTS_FIT;
}

void account_update_apply(const struct account_update *update, struct account *account)
{
    const struct account *wanted = &update->wanted;
    assert(account_update_check(update) == ACCOUNT_FACTS_FIT);
    if (update->fields[UPDATE_STATE])
        account->state = wanted->state;
    if (update->fields[UPDATE_COMPANY_VERIFIED])
        account->verified_company_id =
            update->company_verified ? account->company_id : (struct id){{0}};
    if (update->fields[UPDATE_VERIFIED_COMPANY])
        account->verified_company_id = wanted->verified_company_id;
    account->payment_mode = mode_after(update, account);
    if (update->fields[UPDATE_BUFFER] || update->fields[UPDATE_PAYMENT_MODE])
        account->buffer_micros =
            account_buffer(account->payment_mode, account->currency,
                           update->fields[UPDATE_BUFFER] ? wanted->buffer_micros : 0);
    if (update->fields[UPDATE_RECEIVABLES])
        account->receivables = wanted->receivables;
    if (update->fields[UPDATE_CORPORATE])
        account->corporate = true;
}
