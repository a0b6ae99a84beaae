/* Results add up exactly, and the books follow what was acknowledged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/load/rules/books.h"
#include "bench/load/rules/result.h"

static struct result one, other, both;

static void note(struct result *result, int64_t due_s, enum outcome outcome, int64_t latency_ns)
{
    const struct ended ended = {.kind = PIECE_TRANSFER,
                                .outcome = outcome,
                                .answer = outcome == OUTCOME_SUCCEEDED ? "OK" : "UNAVAILABLE",
                                .phase = 1,
                                .is_measured = due_s % 2 == 0,
                                .due_ns = due_s * NS_PER_S,
                                .latency_ns = latency_ns};
    result_note(result, &ended);
}

static void reset(struct result *result)
{
    memset(result, 0, sizeof *result);
    result->interval_ns = NS_PER_S;
    result->phase_count = 2;
    result->generators = 1;
}

static void two_generators_are_as_one(void **state)
{
    (void)state;
    reset(&one);
    reset(&other);
    reset(&both);
    for (int64_t i = 0; i < 1000; i++) {
        enum outcome outcome = i % 7 == 0 ? OUTCOME_FAILED : OUTCOME_SUCCEEDED;
        int64_t latency_ns = (i * 7919) % 1000003, due_s = i % (i % 3 == 0 ? 200 : 600);
        note(i % 3 == 0 ? &one : &other, due_s, outcome, latency_ns);
        note(&both, due_s, outcome, latency_ns);
    }
    assert_int_equal(one.interval_ns, NS_PER_S);
    assert_true(other.interval_ns > NS_PER_S);
    result_add(&one, &other);
    both.generators = 2;
    assert_memory_equal(&one, &both, sizeof one);
}

static void limited_and_refused_calls_have_no_latency(void **state)
{
    (void)state;
    reset(&one);
    note(&one, 0, OUTCOME_LIMITED, 5);
    note(&one, 0, OUTCOME_REFUSED, 5);
    assert_int_equal(one.measured.latency.total, 0);
    note(&one, 0, OUTCOME_FAILED, 5);
    note(&one, 1, OUTCOME_SUCCEEDED, 7);
    assert_int_equal(one.measured.latency.total, 1);
    assert_int_equal(one.all.latency.total, 2);
    assert_int_equal(one.all.latency.maximum, 7);
}

static void answers_have_a_maximum(void **state)
{
    (void)state;
    reset(&one);
    for (int i = 0; i < 100; i++) {
        char text[8] = {(char)('a' + i / 10), (char)('a' + i % 10)};
        result_count_answer(&one, text, 1);
    }
    int64_t sum = 0;
    for (size_t i = 0; i < one.answer_count; i++)
        sum += one.answers[i].count;
    assert_int_equal(one.answer_count, RESULT_ANSWERS_MAX);
    assert_int_equal(sum, 100);
    assert_string_equal(one.answers[RESULT_ANSWERS_MAX - 1].text, "others");
}

static void a_revoke_takes_a_transfer_back(void **state)
{
    (void)state;
    struct books books;
    struct piece piece = {.kind = PIECE_TRANSFER, .company = 1, .payer = 0, .size = 1};
    books_init(&books, 2, 3);
    books_note(&books, &piece, 2);
    books_note(&books, &piece, 2);
    assert_int_equal(books_account(&books, 1, 0)->own_change, -20000);
    assert_int_equal(books_account(&books, 1, 2)->in_change, 20000);
    assert_int_equal(books_account(&books, 1, 2)->received, 2);
    piece.kind = PIECE_REVOKE;
    books_note(&books, &piece, 2);
    assert_int_equal(books_account(&books, 1, 0)->own_change, -10000);
    assert_int_equal(books_account(&books, 1, 2)->in_change, 10000);
    assert_int_equal(books_account(&books, 0, 0)->own_change, 0);
    books_deinit(&books);
}

/* A bulk is said again word for word: the same ids to the same accounts, none of them the payer. */
static void a_piece_follows_from_its_numbers(void **state)
{
    (void)state;
    struct traffic traffic;
    traffic_init(&traffic, TRAFFIC_UNIFORM, 2, 5, 1);
    struct piece piece = piece_draw(&traffic, PIECE_BULK, 1000, 1700000000000000);
    bool seen[5] = {false};
    for (size_t i = 0; i < 1000; i++) {
        size_t receiver = piece_receiver(&piece, &traffic, i);
        assert_true(receiver < 5 && receiver != piece.payer);
        seen[receiver] = true;
        (void)traffic_random(&traffic);
        assert_int_equal(piece_receiver(&piece, &traffic, i), receiver);
        if (i > 0)
            assert_false(id_equal(piece_request(&piece, i), piece_request(&piece, i - 1)));
    }
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(seen[i], i != piece.payer);
    traffic_deinit(&traffic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_generators_are_as_one),
        cmocka_unit_test(limited_and_refused_calls_have_no_latency),
        cmocka_unit_test(answers_have_a_maximum),
        cmocka_unit_test(a_revoke_takes_a_transfer_back),
        cmocka_unit_test(a_piece_follows_from_its_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
