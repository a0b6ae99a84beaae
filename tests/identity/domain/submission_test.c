/* The submission of a company as a table of every state and every decision (ID-18), and the
 * parts of a billing address (ID-10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/billing_address.h"
#include "identity/domain/submission.h"

#define REFUSED COMPANY_STATE_COUNT

static void each_state_takes_the_decisions_that_are_its_own(void **state)
{
    (void)state;
    static const struct {
        enum company_state state;
        enum company_state approved, rejected, revoked;
    } rows[] = {
        {COMPANY_SUBMITTED, COMPANY_VERIFIED, COMPANY_REJECTED, REFUSED},
        {COMPANY_VERIFIED, REFUSED, REFUSED, COMPANY_REVOKED},
        {COMPANY_REJECTED, REFUSED, REFUSED, REFUSED},
        {COMPANY_REVOKED, REFUSED, REFUSED, REFUSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const enum company_state expected[] = {[COMPANY_APPROVAL] = rows[i].approved,
                                               [COMPANY_REJECTION] = rows[i].rejected,
                                               [COMPANY_REVOCATION] = rows[i].revoked};
        for (int event = COMPANY_APPROVAL; event <= COMPANY_REVOCATION; event++) {
            enum company_state moved = rows[i].state;
            enum company_move_verdict verdict = company_move(&moved, (enum company_event)event);
            if (expected[event] != REFUSED) {
                assert_int_equal(verdict, COMPANY_MOVE_ACCEPTED);
                assert_int_equal(moved, expected[event]);
                continue;
            }
            assert_string_equal(company_move_refusal(verdict)->reason, event == COMPANY_REVOCATION
                                                                           ? "NOT_VERIFIED"
                                                                           : "SUBMISSION_DECIDED");
            assert_int_equal(moved, rows[i].state);
        }
    }
    assert_int_equal(company_move(NULL, COMPANY_APPROVAL), COMPANY_MOVE_UNKNOWN);
    assert_int_equal(company_move_refusal(COMPANY_MOVE_UNKNOWN)->code, CODE_NOT_FOUND);
}

static void a_state_is_kept_by_its_name(void **state)
{
    (void)state;
    for (int i = 0; i < COMPANY_STATE_COUNT; i++)
        assert_int_equal(company_state_read(company_state_name((enum company_state)i)), i);
    assert_string_equal(company_state_name(COMPANY_REVOKED), "REVOKED");
    assert_int_equal(company_state_read("verified"), COMPANY_STATE_COUNT);
}

static void a_billing_address_has_the_parts_of_its_type(void **state) /* ID-10 */
{
    (void)state;
    static const struct {
        enum account_type type;
        bool has[BILLING_PART_COUNT]; /* address, contact */
        const char *missing[BILLING_PART_COUNT];
    } rows[] = {
        {ACCOUNT_TYPE_INDIVIDUAL, {true, false}, {NULL}},
        {ACCOUNT_TYPE_INDIVIDUAL, {false, true}, {"individual.address"}},
        {ACCOUNT_TYPE_CORPORATE, {true, true}, {NULL}},
        {ACCOUNT_TYPE_CORPORATE, {true, false}, {"corporate.contact"}},
        {ACCOUNT_TYPE_CORPORATE, {false, true}, {"corporate.address"}},
        {ACCOUNT_TYPE_CORPORATE, {false, false}, {"corporate.address", "corporate.contact"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct billing_need *missing[BILLING_PART_COUNT];
        size_t count = billing_address_missing(rows[i].type, rows[i].has, missing);
        for (size_t k = 0; k < BILLING_PART_COUNT; k++) {
            assert_int_equal(k < count, rows[i].missing[k] != NULL);
            if (k < count)
                assert_string_equal(missing[k]->field, rows[i].missing[k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_takes_the_decisions_that_are_its_own),
        cmocka_unit_test(a_state_is_kept_by_its_name),
        cmocka_unit_test(a_billing_address_has_the_parts_of_its_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
