/* The review of companies and real names as a table of every state and every event (ID-08, ID-18),
 * and the parts of a billing address (ID-10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/billing_address.h"
#include "identity/domain/submission.h"

#define REFUSED REVIEW_STATE_COUNT

static void each_state_takes_the_events_that_are_its_own(void **state)
{
    (void)state;
    static const struct {
        enum review_state state;
        enum review_state approved, rejected, revoked, referred, expired, succeeded;
    } rows[] = {
        {REVIEW_SUBMITTED, REVIEW_VERIFIED, REVIEW_REJECTED, REFUSED, REVIEW_IN_REVIEW, REFUSED,
         REFUSED},
        {REVIEW_IN_REVIEW, REVIEW_VERIFIED, REVIEW_REJECTED, REFUSED, REFUSED, REFUSED, REFUSED},
        {REVIEW_VERIFIED, REFUSED, REFUSED, REVIEW_REVOKED, REFUSED, REVIEW_EXPIRED,
         REVIEW_SUPERSEDED},
        {REVIEW_REJECTED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED},
        {REVIEW_REVOKED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED},
        {REVIEW_EXPIRED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED},
        {REVIEW_SUPERSEDED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const enum review_state expected[] = {
            [REVIEW_APPROVAL] = rows[i].approved,  [REVIEW_REJECTION] = rows[i].rejected,
            [REVIEW_REVOCATION] = rows[i].revoked, [REVIEW_REFERRAL] = rows[i].referred,
            [REVIEW_EXPIRY] = rows[i].expired,     [REVIEW_SUCCESSION] = rows[i].succeeded};
        for (int event = REVIEW_APPROVAL; event <= REVIEW_SUCCESSION; event++) {
            enum review_state moved = rows[i].state;
            enum review_verdict verdict = review_move(&moved, (enum review_event)event);
            if (expected[event] != REFUSED) {
                assert_int_equal(verdict, REVIEW_ACCEPTED);
                assert_int_equal(moved, expected[event]);
                continue;
            }
            bool of_verified =
                event == REVIEW_REVOCATION || event == REVIEW_EXPIRY || event == REVIEW_SUCCESSION;
            assert_string_equal(review_refusal(verdict)->reason,
                                of_verified ? "NOT_VERIFIED" : "SUBMISSION_DECIDED");
            assert_int_equal(moved, rows[i].state);
        }
    }
    assert_int_equal(review_move(NULL, REVIEW_APPROVAL), REVIEW_UNKNOWN);
    assert_int_equal(review_refusal(REVIEW_UNKNOWN)->code, CODE_NOT_FOUND);
}

static void a_state_is_kept_by_its_name(void **state)
{
    (void)state;
    for (int i = 0; i < REVIEW_STATE_COUNT; i++)
        assert_int_equal(review_state_read(review_state_name((enum review_state)i)), i);
    assert_string_equal(review_state_name(REVIEW_REVOKED), "REVOKED");
    assert_int_equal(review_state_read("verified"), REVIEW_STATE_COUNT);
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
        cmocka_unit_test(each_state_takes_the_events_that_are_its_own),
        cmocka_unit_test(a_state_is_kept_by_its_name),
        cmocka_unit_test(a_billing_address_has_the_parts_of_its_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
