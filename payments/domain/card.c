#include "payments/domain/card.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

static const struct refusal refusals[] = {CARD_REFUSALS(REFUSAL_ROW)};
static const size_t refusal_count = sizeof(refusals) / sizeof(refusals[0]);

/* Years and months from days since 1970, proleptic Gregorian; the era arithmetic is Howard
 * Hinnant's civil_from_days. */
int64_t card_month_index(int64_t time_us)
{
    const int64_t day_us = INT64_C(86400000000);
    assert(time_us >= 0);
    int64_t days = time_us / day_us + 719468;
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    assert(month >= 1 && month <= 12 && year >= 1970);
    return year * 12 + month - 1;
}

static int64_t month_index(struct card_expiry expiry)
{
    assert(expiry.month >= 1 && expiry.month <= 12);
    return expiry.year * 12 + expiry.month - 1;
}

bool card_expiry_is_possible(struct card_expiry expiry, int64_t now_us)
{
    assert(now_us >= 0);
    return expiry.month >= 1 && expiry.month <= 12 && expiry.year >= 2000 && expiry.year <= 9999 &&
           month_index(expiry) <= card_month_index(now_us) + CARD_EXPIRY_YEARS_AHEAD_MAX * 12;
}

/* Somewhere it is still the last day of the month for as long as UTC is behind by twelve hours. */
int64_t card_month_valid(int64_t now_us)
{
    const int64_t last_time_zone_us = INT64_C(12) * 3600 * 1000000;
    assert(now_us >= last_time_zone_us);
    return card_month_index(now_us - last_time_zone_us);
}

bool card_expiry_is_past(struct card_expiry expiry, int64_t now_us)
{
    return month_index(expiry) < card_month_valid(now_us); /* PAY-03 */
}

const struct refusal *card_refusal(enum card_verdict verdict)
{
    assert(verdict > CARD_ACCEPTED && (size_t)verdict <= refusal_count);
    return &refusals[verdict - 1];
}

enum card_verdict card_verdict_find(const char *reason)
{
    assert(reason != NULL);
    for (size_t i = 0; i < refusal_count; i++) {
        if (text_equal(refusals[i].reason, reason))
            return (enum card_verdict)(i + 1);
    }
    return CARD_ACCEPTED;
}

static bool security_code_is_valid(const char *code)
{
    assert(code != NULL);
    return strlen(code) == 3 && strspn(code, "0123456789") == 3;
}

/* PAY-11 */
static bool brand_is_accepted(enum card_brand brand)
{
    return brand == CARD_BRAND_VISA || brand == CARD_BRAND_MASTERCARD;
}

const char *card_holder(const struct card *card, const struct card_owner *owner)
{
    assert(card->holder_name != NULL);
    if (!text_is_empty(card->holder_name))
        return card->holder_name;
    return owner->corporate && owner->principal_name != NULL ? owner->principal_name
                                                             : ""; /* PAY-03 */
}

enum card_verdict card_decide(const struct card *card, const struct card_owner *owner,
                              int64_t now_us)
{
    assert(owner->known || (!owner->billing_address_present && owner->method_count == 0));
    if (!owner->billing_address_present) /* PAY-04; an account that is not known here has none */
        return CARD_BILLING_ADDRESS_MISSING;
    if (!card_number_is_valid(card->number)) /* PAY-03 */
        return CARD_NUMBER_INVALID;
    if (!brand_is_accepted(card_number_brand(card->number)))
        return CARD_BRAND_NOT_ACCEPTED;
    if (card_expiry_is_past(card->expiry, now_us))
        return CARD_EXPIRED;
    if (!security_code_is_valid(card->security_code))
        return CARD_SECURITY_CODE_INVALID;
    if (text_is_empty(card_holder(card, owner)))
        return CARD_HOLDER_MISSING;
    assert(owner->corporate || !text_is_empty(card->holder_name));
    if (owner->has_this_card)
        return CARD_ALREADY_ADDED;
    if (owner->method_count >= CARD_METHODS_MAX)
        return CARD_METHOD_LIMIT;
    if (owner->other_accounts >= CARD_ACCOUNTS_MAX) /* S5 */
        return CARD_ACCOUNT_LIMIT;
    return CARD_ACCEPTED;
}

bool card_is_shared(size_t accounts_ever)
{
    return accounts_ever > CARD_ACCOUNTS_EVER_MAX;
}

enum card_verdict card_country_decide(const char *issuer_country, const char *account_country)
{
    assert(!text_is_empty(account_country));
    if (text_is_empty(issuer_country) || text_equal(issuer_country, account_country)) /* ID-03 */
        return CARD_ACCEPTED;
    return CARD_COUNTRY_MISMATCH;
}
