/* The catalogue: ids, bounds, and the lists of FOCUS. */
#include "ledger/domain/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/domain/focus.h"

static const char *create(enum catalogue_kind kind, struct catalogue_facts facts)
{
    enum catalogue_verdict verdict = catalogue_create_decide(kind, &facts);
    return verdict == CATALOGUE_ACCEPTED ? "" : catalogue_refusal(verdict)->reason;
}

static void what_is_added(void **state)
{
    (void)state;
    static const struct {
        enum catalogue_kind kind;
        int64_t count_max;
    } rows[] = {{CATALOGUE_REGION, 200}, {CATALOGUE_PRODUCT, 2000}, {CATALOGUE_SKU, 20000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct catalogue_facts facts = {.has_parent = true, .count = rows[i].count_max - 1};
        assert_string_equal(create(rows[i].kind, facts), "");
        facts.count++;
        assert_string_equal(create(rows[i].kind, facts), "CATALOGUE_LIMIT");
        facts.is_taken = true;
        assert_string_equal(create(rows[i].kind, facts), "CATALOGUE_ID_TAKEN");
        facts.has_parent = false;
        assert_string_equal(create(rows[i].kind, facts), rows[i].kind == CATALOGUE_SKU
                                                             ? "PRODUCT_NOT_FOUND"
                                                             : "CATALOGUE_ID_TAKEN");
    }
}

static void what_is_named(void **state)
{
    (void)state;
    static const char *const missing[] = {"REGION_NOT_FOUND", "PRODUCT_NOT_FOUND", "SKU_NOT_FOUND"};
    for (int i = 0; i < CATALOGUE_KIND_END; i++) {
        enum catalogue_kind kind = (enum catalogue_kind)i;
        assert_int_equal(catalogue_find_decide(kind, true, 0), CATALOGUE_ACCEPTED);
        assert_string_equal(catalogue_refusal(catalogue_find_decide(kind, true, 1))->reason,
                            missing[i]);
        assert_string_equal(catalogue_refusal(catalogue_find_decide(kind, false, 0))->reason,
                            missing[i]);
    }
}

#define LETTERS_32 "abcdefghijklmnopqrstuvwxyz-01234"

static void ids(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        bool is_region, is_product, is_sku;
    } rows[] = {
        {"cn-hangzhou", true, true, true},
        {"", false, false, false},
        {"*", false, false, false},
        {"OSS_2", false, true, true},
        {"oss.storage", false, false, true},
        {"a b", false, false, false},
        {"\xc3\xa9", false, false, false},
        {LETTERS_32, true, true, true},
        {LETTERS_32 "x", false, false, true},
        {LETTERS_32 LETTERS_32, false, false, true},
        {LETTERS_32 LETTERS_32 "x", false, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(catalogue_id_is_one(CATALOGUE_REGION, rows[i].id), rows[i].is_region);
        assert_int_equal(catalogue_id_is_one(CATALOGUE_PRODUCT, rows[i].id), rows[i].is_product);
        assert_int_equal(catalogue_word_is_one(rows[i].id), rows[i].is_product);
        assert_int_equal(catalogue_id_is_one(CATALOGUE_SKU, rows[i].id), rows[i].is_sku);
    }
}

static void categories_are_those_of_focus(void **state)
{
    (void)state;
    static const char *const all[] = {"AI and Machine Learning",
                                      "Analytics",
                                      "Business Applications",
                                      "Compute",
                                      "Databases",
                                      "Developer Tools",
                                      "Multicloud",
                                      "Identity",
                                      "Integration",
                                      "Internet of Things",
                                      "Management and Governance",
                                      "Media",
                                      "Migration",
                                      "Mobile",
                                      "Networking",
                                      "Security",
                                      "Storage",
                                      "Web",
                                      "Other"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char other[64] = "Other (";
        strncat(other, all[i], 40);
        strncat(other, ")", 2);
        assert_true(focus_is_category(all[i]));
        assert_true(focus_is_subcategory(all[i], other));
    }
    assert_false(focus_is_category("storage"));
    assert_false(focus_is_category(""));
    assert_true(focus_is_subcategory("Storage", "Object Storage"));
    assert_false(focus_is_subcategory("Compute", "Object Storage"));
    assert_false(focus_is_subcategory("Storage", "Other (Compute)"));
    assert_false(focus_is_subcategory("Storage", "Other (Storage"));
    assert_false(focus_is_subcategory("Storage", ""));
    assert_false(focus_is_subcategory("Else", "Other (Else)"));
}

static void units_as_focus_writes_them(void **state)
{
    (void)state;
    static const char *const good[] = {"Hours",         "GB-Hours",  "GiB",        "Requests",
                                       "1000 Requests", "GB-Months", "vCPU-Hours", "Gb/s"};
    static const char *const bad[] = {"",       "1000",      "1000Requests", "0 Requests", "GB-",
                                      "-Hours", "GB  Hours", "GB_Hours",     "Stunden\n",  "1 "};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(focus_is_unit(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(focus_is_unit(bad[i]));
    char longest[FOCUS_UNIT_SIZE_MAX + 2];
    memset(longest, 'a', sizeof longest);
    longest[FOCUS_UNIT_SIZE_MAX] = '\0';
    assert_true(focus_is_unit(longest));
    longest[FOCUS_UNIT_SIZE_MAX] = 'a';
    longest[FOCUS_UNIT_SIZE_MAX + 1] = '\0';
    assert_false(focus_is_unit(longest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added),
        cmocka_unit_test(what_is_named),
        cmocka_unit_test(ids),
        cmocka_unit_test(categories_are_those_of_focus),
        cmocka_unit_test(units_as_focus_writes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
