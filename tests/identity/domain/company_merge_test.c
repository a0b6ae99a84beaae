/* ID-18, R9: two companies that are one legal entity become one: which may, and by whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/company_merge.h"

static const struct id one = {{1}}, other = {{2}};

/* One that is accepted. */
static struct company_merge mergeable(void)
{
    return (struct company_merge){.both_exist = true,
                                  .numbers = COMPANY_NUMBERS_MAX,
                                  .accounts = MERGED_ACCOUNTS_MAX,
                                  .above = 1,
                                  .below = 1,
                                  .operator_id = one,
                                  .approver_id = other};
}

static void two_known_companies_are_merged_by_two(void **state)
{
    (void)state;
    struct company_merge merge = mergeable();
    assert_int_equal(company_merge_decide(&merge), MERGE_ACCEPTED);
    merge.approver_id = (struct id){{0}};
    assert_int_equal(company_merge_decide(&merge), MERGE_UNAPPROVED);
    merge.approver_id = one;
    assert_int_equal(company_merge_decide(&merge), MERGE_BY_ONE);
    assert_int_equal(company_merge_refusal(MERGE_UNAPPROVED)->kind, NOT_YET);
    for (int verdict = MERGE_UNKNOWN; verdict < MERGE_UNAPPROVED; verdict++)
        assert_int_equal(company_merge_refusal((enum company_merge_verdict)verdict)->kind, NEVER);
}

static void limits_hold_on_both_sides(void **state)
{
    (void)state;
    static const struct {
        int64_t numbers, accounts, above, below;
        enum company_merge_verdict verdict;
    } rows[] = {
        {16, 500, 2, 0, MERGE_ACCEPTED}, {17, 500, 2, 0, MERGE_NUMBERS},
        {16, 501, 2, 0, MERGE_ACCOUNTS}, {2, 1, 0, 2, MERGE_ACCEPTED},
        {2, 0, 0, 0, MERGE_ACCEPTED},    {2, 1, 1, 2, MERGE_DEPTH},
        {2, 1, 2, 1, MERGE_DEPTH},       {2, 1, 0, 3, MERGE_DEPTH},
        {2, 1, 3, 0, MERGE_DEPTH},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct company_merge merge = mergeable();
        merge.numbers = rows[i].numbers;
        merge.accounts = rows[i].accounts;
        merge.above = rows[i].above;
        merge.below = rows[i].below;
        assert_int_equal(company_merge_decide(&merge), rows[i].verdict);
    }
}

/* Each alone, and each before whatever comes behind it in the list. */
static void refusals_come_in_the_order_of_their_list(void **state)
{
    (void)state;
    struct company_merge merge = mergeable();
    merge.operator_id = merge.approver_id;
    assert_int_equal(company_merge_decide(&merge), MERGE_BY_ONE);
    merge.below = 3;
    assert_int_equal(company_merge_decide(&merge), MERGE_DEPTH);
    merge.is_cycle = true;
    assert_int_equal(company_merge_decide(&merge), MERGE_CYCLE);
    merge.is_frozen = true;
    assert_int_equal(company_merge_decide(&merge), MERGE_FROZEN);
    merge.is_related = true;
    assert_int_equal(company_merge_decide(&merge), MERGE_RELATED);
    merge.accounts = MERGED_ACCOUNTS_MAX + 1;
    assert_int_equal(company_merge_decide(&merge), MERGE_ACCOUNTS);
    merge.numbers = COMPANY_NUMBERS_MAX + 1;
    assert_int_equal(company_merge_decide(&merge), MERGE_NUMBERS);
    merge.shares_register = true;
    assert_int_equal(company_merge_decide(&merge), MERGE_SAME_REGISTER);
    merge.is_merged = true;
    assert_int_equal(company_merge_decide(&merge), MERGE_MERGED);
    merge.is_one = true;
    assert_int_equal(company_merge_decide(&merge), MERGE_ONE);
    merge.both_exist = false;
    assert_int_equal(company_merge_decide(&merge), MERGE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_known_companies_are_merged_by_two),
        cmocka_unit_test(limits_hold_on_both_sides),
        cmocka_unit_test(refusals_come_in_the_order_of_their_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
