/* Origins are kept for ever beside request ids: they are told apart, and never become others
 * (rules, settled 2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/base/origin.h"

/* 64 and 65 bytes: the longest part that counts by itself, and one that counts by its hash. */
#define LONGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LONGER LONGEST "0"

static void everybody_is_somebody_else(void **state)
{
    (void)state;
    const struct origin origins[] = {
        origin_of_principal("a", "b"),
        origin_of_principal("b", "a"),
        origin_of_principal("ab", ""),
        origin_of_principal("", "ab"),
        origin_of_principal("", ""),
        origin_of_step("a"),
        origin_of_step(""),
        origin_of_public(),
        origin_of_peer("a"),
        origin_of_peer(""),
        origin_of_peer(LONGEST),
        origin_of_peer(LONGER),
        origin_of_peer(LONGER "0"),
        origin_of_principal(LONGER, "b"),
        origin_of_principal("b", LONGER),
        origin_of_principal(LONGER, ""),
        origin_of_principal(LONGEST, LONGER),
    };
    size_t count = sizeof origins / sizeof origins[0];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(id_equal(origins[i].id, origins[j].id));
}

static void only_a_step_is_one(void **state)
{
    (void)state;
    assert_true(origin_of_step("a").is_step);
    assert_false(origin_of_principal("a", "b").is_step || origin_of_public().is_step ||
                 origin_of_peer("a").is_step);
}

/* Those that stand in rows by now; the second and third also in migrations. */
static void they_stay_what_they_are(void **state)
{
    (void)state;
    static const char principal[] = "0190163d-8694-739b-aea5-966c26f8ad91",
                      account[] = "292edc31-8fbb-8b5c-81f6-da65b5ca6756";
    const struct {
        struct origin origin;
        const char *text;
    } cases[] = {
        {origin_of_principal(principal, account), "d5e2d947-02dc-8004-9f5c-4ac398876aa6"},
        {origin_of_step("gateway.credit_top_up"), "7d1dddbe-e28c-8345-bccd-f5f0afdd890c"},
        {origin_of_step("gateway.send_notice"), "f7497143-3fda-8ae8-b466-33f2c2afce27"},
        {origin_of_public(), "bce25a49-ec47-845c-9eb4-ed5503d24cde"},
        {origin_of_peer(""), "8ef027f2-1eb4-8ce5-9198-3738e29f659c"},
        {origin_of_peer("spiffe://kontor/" LONGEST), "79a48f19-23dc-8f6b-b6be-103cbb6f6ebf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[ID_TEXT_SIZE];
        assert_string_equal(id_format(cases[i].origin.id, text), cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_somebody_else),
        cmocka_unit_test(only_a_step_is_one),
        cmocka_unit_test(they_stay_what_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
