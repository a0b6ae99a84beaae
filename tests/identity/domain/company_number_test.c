/* Company numbers: form, check digits and the key by which two are one company (ID-18). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/company_number.h"

#define USCC COMPANY_SCHEME_USCC
#define LEI COMPANY_SCHEME_LEI
#define ABN COMPANY_SCHEME_ABN
#define ACN COMPANY_SCHEME_ACN
#define GSTIN COMPANY_SCHEME_GSTIN
#define EIN COMPANY_SCHEME_EIN
#define EU_VAT COMPANY_SCHEME_EU_VAT
#define SIREN COMPANY_SCHEME_SIREN
#define NATIONAL COMPANY_SCHEME_NATIONAL
#define GOOD COMPANY_NUMBER_ACCEPTED
#define FORM COMPANY_NUMBER_FORM
#define CHECK COMPANY_NUMBER_CHECK
#define COUNTRY COMPANY_NUMBER_COUNTRY

static const struct {
    const char *country;
    enum company_scheme scheme;
    const char *text;
    enum company_number_verdict verdict;
} rows[] = {
    {"CN", USCC, "91110000600037341L", GOOD},
    {"CN", USCC, "91350100M000100Y43", GOOD},
    {"CN", USCC, "91330100799655058B", GOOD},
    {"CN", USCC, "91440300708461136T", GOOD},
    {"CN", USCC, "91110000600037341N", CHECK},
    {"CN", USCC, "911100001000054493", CHECK},
    {"CN", USCC, "9111000060003734IL", FORM},
    {"CN", USCC, "9111A000600037341L", FORM},
    {"CN", USCC, "91110000600037341", FORM},
    {"US", USCC, "91110000600037341L", COUNTRY},
    {"GB", LEI, "213800KUD8LAJWSQ9D15", GOOD},
    {"GB", LEI, "5493001KJTIIGC8Y1R12", GOOD},
    {"DE", LEI, "529900T8BM49AURSDO55", GOOD},
    {"GB", LEI, "213800KUD8LXJWSQ9D15", CHECK},
    {"GB", LEI, "98", FORM},
    {"GB", LEI, "213800KUD8LAJWSQ9DX4", FORM},
    {"GB", LEI, "213800KUD8LAJWSQ9D99", FORM},
    {"GB", LEI, "213800KUD8LAJWSQ9D01", FORM},
    {"AU", ABN, "83914571673", GOOD},
    {"AU", ABN, "51824753556", GOOD},
    {"AU", ABN, "53 004 085 616", GOOD},
    {"AU", ABN, "99999999999", CHECK},
    {"AU", ACN, "004 085 616", GOOD},
    {"AU", ACN, "004085617", CHECK},
    {"AU", ACN, "00408561", FORM},
    {"IN", GSTIN, "27AAPFU0939F1ZV", GOOD},
    {"IN", GSTIN, "29AAGCB7383J1Z4", GOOD},
    {"IN", GSTIN, "37AADCB2230M2ZR", GOOD},
    {"IN", GSTIN, "27AAPFU0939F1ZO", CHECK},
    {"IN", GSTIN, "38AAPFU0939F1ZV", FORM},
    {"IN", GSTIN, "00AAPFU0939F1ZV", FORM},
    {"US", EIN, "91-1144442", GOOD},
    {"US", EIN, "07-1144442", FORM},
    {"FR", SIREN, "552 008 443", GOOD},
    {"FR", SIREN, "552008442", CHECK},
    {"DE", EU_VAT, "DE 136,695 976", FORM},
    {"DE", EU_VAT, "DE136695976", GOOD},
    {"DE", EU_VAT, "DE136695978", CHECK},
    {"DE", EU_VAT, "136695976", COUNTRY},
    {"DE", EU_VAT, "FR40303265045", COUNTRY},
    {"GR", EU_VAT, "EL094259216", GOOD},
    {"GR", EU_VAT, "GR094259216", COUNTRY},
    {"GB", EU_VAT, "GB980780684", COUNTRY},
    {"FR", EU_VAT, "FR40303265045", GOOD},
    {"FR", EU_VAT, "FR84323140391", CHECK},
    {"FR", EU_VAT, "FRK7399859412", GOOD},
    {"IE", EU_VAT, "IE6433435F", GOOD},
    {"NL", EU_VAT, "NL004495445B01", GOOD},
    {"NL", EU_VAT, "NL123456789B90", CHECK},
    {"RO", EU_VAT, "RO18547290", GOOD},
    {"JP", NATIONAL, "7000012050002", GOOD},
    {"CN", NATIONAL, "91110000600037341L", COUNTRY},
    {"JP", NATIONAL, "", FORM},
    {"JP", NATIONAL, "7000*", FORM},
};

static void numbers_are_judged(void **state)
{
    (void)state;
    struct company_number number;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (company_number_read(&number, rows[i].country, rows[i].scheme, rows[i].text) !=
            rows[i].verdict)
            fail_msg("%s %s: %d", rows[i].country, rows[i].text,
                     company_number_read(&number, rows[i].country, rows[i].scheme, rows[i].text));
}

/* Another of the same kind: a letter for a letter, a digit for a digit; no scheme promises more. */
static char mistyped(char c)
{
    if (c >= 'A')
        return c == 'B' ? 'C' : 'B';
    return c == '7' ? '8' : '7';
}

static void one_mistyped_character_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[COMPANY_NUMBER_SIZE];
        struct company_number number;
        if (rows[i].verdict != GOOD || rows[i].scheme == EIN || rows[i].scheme == NATIONAL ||
            rows[i].scheme == EU_VAT)
            continue;
        assert_int_equal(
            company_number_read(&number, rows[i].country, rows[i].scheme, rows[i].text), GOOD);
        size_t length = strlen(number.number);
        for (size_t at = 0; at < length; at++) {
            memcpy(text, number.number, sizeof text);
            text[at] = mistyped(text[at]);
            assert_int_not_equal(
                company_number_read(&number, rows[i].country, rows[i].scheme, text), GOOD);
            assert_int_equal(
                company_number_read(&number, rows[i].country, rows[i].scheme, rows[i].text), GOOD);
        }
    }
}

static struct company_key key_of(const char *country, enum company_scheme scheme, const char *text)
{
    struct company_number number;
    assert_int_equal(company_number_read(&number, country, scheme, text), GOOD);
    return company_number_key(&number);
}

static void assert_key(struct company_key key, const char *country, const char *scheme,
                       const char *number)
{
    assert_string_equal(key.country, country);
    assert_string_equal(key.scheme, scheme);
    assert_string_equal(key.number, number);
}

/* ID-18: only what follows by rule is joined. */
static void equal_keys_are_one_company(void **state)
{
    (void)state;
    assert_key(key_of("IN", GSTIN, "27AAPFU0939F1ZV"), "IN", "PAN", "AAPFU0939F");
    assert_key(key_of("IN", GSTIN, "29AAPFU0939F1ZR"), "IN", "PAN", "AAPFU0939F");
    assert_key(key_of("AU", ABN, "53004085616"), "AU", "ACN", "004085616");
    assert_key(key_of("AU", ACN, "004085616"), "AU", "ACN", "004085616");
    assert_key(key_of("FR", EU_VAT, "FR40303265045"), "FR", "SIREN", "303265045");
    assert_key(key_of("FR", SIREN, "303265045"), "FR", "SIREN", "303265045");
    assert_key(key_of("GB", LEI, "213800KUD8LAJWSQ9D15"), "ZZ", "LEI", "213800KUD8LAJWSQ9D15");
    assert_key(key_of("IE", LEI, "213800KUD8LAJWSQ9D15"), "ZZ", "LEI", "213800KUD8LAJWSQ9D15");
    assert_key(key_of("CN", USCC, "9111 0000-6000.3734/1l"), "CN", "USCC", "91110000600037341L");
    assert_key(key_of("DE", EU_VAT, "de136695976"), "DE", "EU_VAT", "DE136695976");
}

/* For the comparison with a library of such numbers: answers "<country> <scheme> <number>" lines
 * with a verdict. */
static int judge_lines(void)
{
    static const char *const names[] = {"GOOD", "COUNTRY", "FORM", "CHECK"};
    char country[3], scheme[16], text[128];
    struct company_number number;
    while (scanf("%2s %15s %127s", country, scheme, text) == 3)
        printf("%s\n",
               names[company_number_read(&number, country, company_scheme_find(scheme), text)]);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_judged),
        cmocka_unit_test(one_mistyped_character_is_found),
        cmocka_unit_test(equal_keys_are_one_company),
    };
    if (argc > 1 && strcmp(argv[1], "--judge") == 0)
        return judge_lines();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
