/* ID-08: numbers of documents, both sides of each form and check; what is shown of them; and how
 * long a real name counts. With --judge, the library of oracle_test.py asks line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/person_document.h"
#include "identity/domain/real_name.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)
#define NOW_US (20000 * DAY_US)

static enum document_verdict judged(const char *country, enum document_kind kind, const char *text)
{
    struct person_document document = {.kind = kind};
    snprintf(document.country, sizeof document.country, "%s", country);
    return person_document_read(&document, text, NOW_US);
}

static void numbers_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *country;
        enum document_kind kind;
        const char *text;
        enum document_verdict verdict;
    } rows[] = {
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "11010519491231002X", DOCUMENT_ACCEPTED}, /* GB 11643 */
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "440524 18800101 0014", DOCUMENT_ACCEPTED},
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "11010519491231002x", DOCUMENT_ACCEPTED},
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "110105194912310020", DOCUMENT_CHECK},
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "440524188001010015", DOCUMENT_CHECK},
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "11010519490229002X", DOCUMENT_FORM}, /* no leap year */
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "11010519491301002X", DOCUMENT_FORM},
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "10010519491231002X", DOCUMENT_FORM}, /* no province */
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "1101051949123100X2", DOCUMENT_FORM},
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "11010519491231002", DOCUMENT_FORM},
        {"CN", DOCUMENT_KIND_RESIDENT_CARD, "", DOCUMENT_FORM},
        {"HK", DOCUMENT_KIND_RESIDENT_CARD, "11010519491231002X", DOCUMENT_COUNTRY},
        {"HK", DOCUMENT_KIND_HONG_KONG_CARD, "A123456(3)", DOCUMENT_ACCEPTED},
        {"HK", DOCUMENT_KIND_HONG_KONG_CARD, "G123456(A)", DOCUMENT_ACCEPTED},
        {"HK", DOCUMENT_KIND_HONG_KONG_CARD, "A123456(4)", DOCUMENT_CHECK},
        {"HK", DOCUMENT_KIND_HONG_KONG_CARD, "A123456(B)", DOCUMENT_FORM},
        {"HK", DOCUMENT_KIND_HONG_KONG_CARD, "1123456(3)", DOCUMENT_FORM},
        {"DE", DOCUMENT_KIND_PASSPORT, "C01X00T47", DOCUMENT_ACCEPTED},
        {"CN", DOCUMENT_KIND_PASSPORT, "E1234", DOCUMENT_ACCEPTED},
        {"CN", DOCUMENT_KIND_PASSPORT, "E123", DOCUMENT_FORM},
        {"DE", DOCUMENT_KIND_PASSPORT, "C01X00T478", DOCUMENT_FORM},
        {"DE", DOCUMENT_KIND_PASSPORT, "C01X00T4\xC3\x9F", DOCUMENT_FORM},
        {"DE", DOCUMENT_KIND_NATIONAL_CARD, "L01X", DOCUMENT_ACCEPTED},
        {"DE", DOCUMENT_KIND_NATIONAL_CARD, "L01", DOCUMENT_FORM},
        {"DE", DOCUMENT_KIND_NATIONAL_CARD, "12345678901234567890123456789012", DOCUMENT_ACCEPTED},
        {"DE", DOCUMENT_KIND_NATIONAL_CARD, "123456789012345678901234567890123", DOCUMENT_FORM},
        {"CN", DOCUMENT_KIND_NATIONAL_CARD, "11010519491231002X", DOCUMENT_COUNTRY},
        {"HK", DOCUMENT_KIND_NATIONAL_CARD, "A1234563", DOCUMENT_COUNTRY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (judged(rows[i].country, rows[i].kind, rows[i].text) != rows[i].verdict)
            fail_msg("%s %s: %d", rows[i].country, rows[i].text,
                     judged(rows[i].country, rows[i].kind, rows[i].text));
}

static void a_document_is_valid_to_its_last_moment(void **state)
{
    (void)state;
    struct person_document document = {"DE", DOCUMENT_KIND_PASSPORT, "", NOW_US + 1};
    assert_int_equal(person_document_read(&document, "C01X00T47", NOW_US), DOCUMENT_ACCEPTED);
    document.expire_us = NOW_US;
    assert_int_equal(person_document_read(&document, "C01X00T47", NOW_US), DOCUMENT_EXPIRED);
}

static void a_real_name_counts_while_its_document_does(void **state)
{
    (void)state;
    struct real_name_standing standing = {.verified = true};
    assert_true(real_name_counts(&standing, NOW_US));
    assert_true(real_name_lasts(&standing, NOW_US));
    standing.expire_us = NOW_US + 30 * DAY_US + 1;
    assert_true(real_name_lasts(&standing, NOW_US));
    standing.expire_us = NOW_US + 30 * DAY_US;
    assert_false(real_name_lasts(&standing, NOW_US)); /* the next one may be submitted */
    standing.expire_us = NOW_US + 1;
    assert_true(real_name_counts(&standing, NOW_US));
    standing.expire_us = NOW_US;
    assert_false(real_name_counts(&standing, NOW_US));
    standing = (struct real_name_standing){.in_review = true};
    assert_false(real_name_counts(&standing, NOW_US));
}

static void little_is_shown(void **state)
{
    (void)state;
    char masked[REAL_NAME_MASK_SIZE];
    static const struct {
        void (*mask)(const char *text, char masked[REAL_NAME_MASK_SIZE]);
        const char *text, *shown;
    } rows[] = {
        {real_name_mask, "Li Lei", "L…"},
        {real_name_mask, "李雷", "李…"},
        {real_name_mask, "李", "…"},
        {document_number_mask, "11010519491231002X", "…02X"},
        {document_number_mask, "1234567", "…567"},
        {document_number_mask, "123456", "…"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rows[i].mask(rows[i].text, masked);
        assert_string_equal(masked, rows[i].shown);
    }
}

static void kinds_have_names(void **state)
{
    (void)state;
    for (int kind = 1; kind < DOCUMENT_KIND_COUNT; kind++)
        assert_int_equal(document_kind_find(document_kind_name((enum document_kind)kind)), kind);
    assert_int_equal(document_kind_find("passport"), DOCUMENT_KIND_NONE);
    assert_string_equal(document_refusal(DOCUMENT_CHECK)->reason, "DOCUMENT_NUMBER_CHECK");
}

static int judge_lines(void)
{
    static const char *const names[] = {"GOOD", "COUNTRY", "FORM", "CHECK"};
    char country[3], kind[16], text[128];
    while (scanf("%2s %15s %127s", country, kind, text) == 3)
        printf("%s\n", names[judged(country, document_kind_find(kind), text)]);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_judged),
        cmocka_unit_test(a_document_is_valid_to_its_last_moment),
        cmocka_unit_test(a_real_name_counts_while_its_document_does),
        cmocka_unit_test(little_is_shown),
        cmocka_unit_test(kinds_have_names),
    };
    if (argc > 1 && strcmp(argv[1], "--judge") == 0)
        return judge_lines();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
