#include "identity/domain/company_number.h"

#include <assert.h>
#include <string.h>

#include "identity/domain/digits.h"
#include "identity/domain/eu_vat.h"
#include "runtime/base/text.h"

static const struct refusal refusals[] = {COMPANY_NUMBER_REFUSALS(REFUSAL_ROW)};

#define COMPANY_SCHEME_ROW(scheme, country, length) {#scheme, country, length},
static const struct {
    const char *name;
    const char *country;
    size_t length;
} schemes[] = {{"", "", 0}, COMPANY_SCHEMES(COMPANY_SCHEME_ROW)};
#undef COMPANY_SCHEME_ROW

/* Capitals and digits of text; false when another character is there, nothing is left or it is too
 * long. */
static bool normalise(const char *text, char normal[COMPANY_NUMBER_SIZE])
{
    size_t length = 0;
    for (; *text != '\0'; text++) {
        if (strchr(" .-/", *text) != NULL)
            continue;
        char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) ||
            length == COMPANY_NUMBER_SIZE - 1)
            return false;
        normal[length++] = c;
    }
    assert(length < COMPANY_NUMBER_SIZE);
    normal[length] = '\0';
    return length > 0;
}

/* GB 32100-2015: 31 characters, without I, O, S, V and Z; -1 for those. */
static int uscc_value(char c)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const char *at = strchr(alphabet, c);
    return at != NULL ? (int)(at - alphabet) : -1;
}

static bool uscc_has_form(const char *number)
{
    assert(strlen(number) == 18);
    for (size_t i = 0; number[i] != '\0'; i++)
        if (uscc_value(number[i]) < 0)
            return false;
    return digits_only(number, 8);
}

static bool uscc_check(const char *number)
{
    assert(strlen(number) == 18 && uscc_has_form(number));
    int sum = 0, weight = 1;
    for (size_t i = 0; i < 17; i++, weight = weight * 3 % 31)
        sum += uscc_value(number[i]) * weight;
    return (31 - sum % 31) % 31 == uscc_value(number[17]);
}

static bool lei_has_form(const char *number)
{
    assert(strlen(number) == 20);
    int check = digits_only(number + 18, 2) ? digits_modulo(number + 18, 2, 100) : 0;
    return check >= 2 && check <= 98;
}

static bool abn_has_form(const char *number)
{
    assert(strlen(number) == 11);
    return digits_only(number, 11) && number[0] != '0';
}

static bool abn_check(const char *number)
{
    assert(strlen(number) == 11);
    static const int weights[] = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
    return (digits_weighted(number, weights, 11) - weights[0]) % 89 == 0;
}

static bool acn_has_form(const char *number)
{
    assert(strlen(number) == 9);
    return digits_only(number, 9);
}

static bool acn_check(const char *number)
{
    assert(strlen(number) == 9);
    static const int weights[] = {8, 7, 6, 5, 4, 3, 2, 1};
    return (10 - digits_weighted(number, weights, 8) % 10) % 10 == digit_value(number[8]);
}

/* State, PAN, number of the registration, Z, check character. The PAN's fourth letter is the kind
 * of its holder. */
static bool gstin_has_form(const char *number)
{
    assert(strlen(number) == 15);
    if (!digits_fit(number, "99AAAAA9999AXZX") || number[12] == '0')
        return false;
    int state = digits_modulo(number, 2, 100);
    return state >= 1 && state <= 37 && strchr("ABCFGHJKLPT", number[5]) != NULL &&
           strncmp(number + 7, "0000", 4) != 0;
}

static bool gstin_check(const char *number)
{
    assert(strlen(number) == 15);
    int sum = 0;
    for (size_t i = 0; i < 14; i++) {
        int product = digit_value(number[i]) * (i % 2 == 0 ? 1 : 2);
        sum += product / 36 + product % 36;
    }
    return (36 - sum % 36) % 36 == digit_value(number[14]);
}

/* Prefixes that the tax office gives out; there is no check digit. */
static bool ein_has_form(const char *number)
{
    assert(strlen(number) == 9);
    static const char never_given[] = "00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97";
    const char prefix[] = {number[0], number[1], '\0'};
    return digits_only(number, 9) && strstr(never_given, prefix) == NULL;
}

static bool siren_has_form(const char *number)
{
    assert(strlen(number) == 9);
    return digits_only(number, 9);
}

static bool siren_check(const char *number)
{
    assert(strlen(number) == 9);
    return digits_luhn(number, 9);
}

/* With its prefix, which is the country's. */
static enum company_number_verdict eu_vat_judge(const struct company_number *number)
{
    assert(number->scheme == COMPANY_SCHEME_EU_VAT);
    const char *prefix = eu_vat_prefix(number->country);
    if (prefix == NULL || strncmp(number->number, prefix, 2) != 0)
        return COMPANY_NUMBER_COUNTRY;
    if (!eu_vat_has_form(number->country, number->number + 2))
        return COMPANY_NUMBER_FORM;
    return eu_vat_check(number->country, number->number + 2) ? COMPANY_NUMBER_ACCEPTED
                                                             : COMPANY_NUMBER_CHECK;
}

/* Only where no scheme with a rule serves the country, so that one company cannot have two keys. */
static bool national_is_of(const char *country)
{
    assert(strlen(country) == 2);
    for (size_t i = 0; i < COMPANY_SCHEME_COUNT; i++)
        if (strcmp(schemes[i].country, country) == 0)
            return false;
    return true;
}

static enum company_number_verdict verdict_of(bool has_form, bool (*check)(const char *number),
                                              const char *number)
{
    assert(number[0] != '\0');
    if (!has_form)
        return COMPANY_NUMBER_FORM;
    return check == NULL || check(number) ? COMPANY_NUMBER_ACCEPTED : COMPANY_NUMBER_CHECK;
}

static enum company_number_verdict judge(const struct company_number *company)
{
    const char *number = company->number;
    switch (company->scheme) {
    case COMPANY_SCHEME_USCC:
        return verdict_of(uscc_has_form(number), uscc_check, number);
    case COMPANY_SCHEME_LEI:
        return verdict_of(lei_has_form(number), digits_mod_97_10, number);
    case COMPANY_SCHEME_ABN:
        return verdict_of(abn_has_form(number), abn_check, number);
    case COMPANY_SCHEME_ACN:
        return verdict_of(acn_has_form(number), acn_check, number);
    case COMPANY_SCHEME_GSTIN:
        return verdict_of(gstin_has_form(number), gstin_check, number);
    case COMPANY_SCHEME_EIN:
        return verdict_of(ein_has_form(number), NULL, number);
    case COMPANY_SCHEME_SIREN:
        return verdict_of(siren_has_form(number), siren_check, number);
    case COMPANY_SCHEME_EU_VAT:
        return eu_vat_judge(company);
    case COMPANY_SCHEME_NATIONAL:
        return national_is_of(company->country) ? COMPANY_NUMBER_ACCEPTED : COMPANY_NUMBER_COUNTRY;
    case COMPANY_SCHEME_NONE:
    case COMPANY_SCHEME_COUNT:
        break;
    }
    assert(false);
    return COMPANY_NUMBER_FORM;
}

enum company_number_verdict company_number_read(struct company_number *out, const char *country,
                                                enum company_scheme scheme, const char *text)
{
    assert(scheme > COMPANY_SCHEME_NONE && scheme < COMPANY_SCHEME_COUNT && strlen(country) == 2);
    *out = (struct company_number){.country = {country[0], country[1], '\0'}, .scheme = scheme};
    if (schemes[scheme].country[0] != '\0' && strcmp(schemes[scheme].country, country) != 0)
        return COMPANY_NUMBER_COUNTRY;
    if (!normalise(text, out->number))
        return COMPANY_NUMBER_FORM;
    if (schemes[scheme].length != 0 && strlen(out->number) != schemes[scheme].length)
        return COMPANY_NUMBER_FORM;
    return judge(out);
}

static struct company_key key_of(const char *country, const char *scheme, const char *number,
                                 size_t length)
{
    struct company_key key = {.country = {country[0], country[1], '\0'}, .scheme = scheme};
    assert(length < sizeof key.number);
    memcpy(key.number, number, length);
    return key;
}

struct company_key company_number_key(const struct company_number *company)
{
    const char *number = company->number, *country = company->country;
    size_t length = strlen(number);
    assert(company->scheme > COMPANY_SCHEME_NONE && length > 0);
    switch (company->scheme) {
    case COMPANY_SCHEME_LEI:
        return key_of("ZZ", "LEI", number, length);
    case COMPANY_SCHEME_GSTIN:
        return key_of(country, "PAN", number + 2, 10);
    case COMPANY_SCHEME_ABN:
        if (acn_check(number + 2))
            return key_of(country, "ACN", number + 2, 9);
        break;
    case COMPANY_SCHEME_EU_VAT:
        if (strcmp(country, "FR") == 0 && strncmp(number + 4, "000", 3) != 0)
            return key_of(country, "SIREN", number + 4, 9);
        break;
    default:
        break;
    }
    return key_of(country, company_scheme_name(company->scheme), number, length);
}

const char *company_scheme_name(enum company_scheme scheme)
{
    assert(scheme < COMPANY_SCHEME_COUNT);
    return schemes[scheme].name;
}

enum company_scheme company_scheme_find(const char *name)
{
    assert(name != NULL);
    for (int scheme = COMPANY_SCHEME_NONE + 1; scheme < COMPANY_SCHEME_COUNT; scheme++)
        if (text_equal(schemes[scheme].name, name))
            return (enum company_scheme)scheme;
    return COMPANY_SCHEME_NONE;
}

const struct refusal *company_number_refusal(enum company_number_verdict verdict)
{
    assert(verdict > COMPANY_NUMBER_ACCEPTED &&
           (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
