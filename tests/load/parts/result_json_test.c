/* A result is read as it was written, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/load/result_json.h"

/* mistakes: as JSON */
#define MONEY(mistakes)                                                                    \
    "\"money\": {\"acknowledged\": 1, \"refused\": 0, \"undecided\": 0, \"repeated\": 0, " \
    "\"accounts\": 1, \"companies\": 1, \"moved_micros\": 1, \"unread\": 0, "              \
    "\"mistakes\": " mistakes "}"

static struct result result;

static void fill(void)
{
    memset(&result, 0, sizeof result);
    strcpy(result.scenario, "agency-day");
    strcpy(result.gateway, "door:443");
    strcpy(result.began, "2026-11-29T01:27:11.176711Z");
    result.generators = 2;
    result.interval_ns = 2 * NS_PER_S;
    result.phase_count = 1;
    strcpy(result.phase_names[0], "steady");
    result.phase_seconds[0] = 4;
    result.measured_seconds = 4;
    result.planned = 100;
    result.money = (struct money){.acknowledged = 99, .mistakes = 1, .moved_micros = 990000};
    result_add_sentence(&result, "account \"7\": <own> 1 for 2");
    const char *rest = objective_read("p99=50ms", &result.objectives[result.objective_count++]);
    assert_non_null(rest);
    for (int i = 0; i < 100; i++) {
        const struct ended ended = {.kind = i % 2 == 0 ? PIECE_TRANSFER : PIECE_BALANCE,
                                    .outcome = (enum outcome)(i % OUTCOMES),
                                    .answer = i % OUTCOMES == 0 ? "OK" : "UNAVAILABLE LOCKED",
                                    .is_measured = true,
                                    .due_ns = i * NS_PER_S / 25,
                                    .latency_ns = i * 77777};
        result_note(&result, &ended);
    }
    result_judge(&result);
}

static void write_file(char path[], const char *text)
{
    int file = mkstemp(path);
    FILE *stream = fdopen(file, "w");
    assert_non_null(stream);
    if (text == NULL)
        assert_true(result_write(&result, stream));
    else
        fputs(text, stream);
    fclose(stream);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    char path[] = "/tmp/kontor-result-XXXXXX", mistake[RESULT_TEXT_SIZE] = "";
    fill();
    write_file(path, NULL);
    struct result *read = result_read(path, mistake);
    unlink(path);
    assert_non_null(read);
    result_judge(read);
    assert_int_equal(read->verdict, VERDICT_MONEY);
    assert_memory_equal(read, &result, sizeof result);
    free(read);
}

static void nothing_else_is_a_result(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{}",
        "[1]",
        "{\"interval_ns\": 1000000000}",
        "{\"interval_ns\": 3000000000, \"measured\": {}}",
        "{\"interval_ns\": 1000000001, \"measured\": {}}",
        "{\"interval_ns\": -1000000000, \"measured\": {}}",
        "{\"interval_ns\": 9223372036854775807, \"measured\": {}}",
        "{\"interval_ns\": 1000000000, \"measured\": {}}",
        "{\"interval_ns\": 1000000000, \"measured\": {}, " MONEY("-1") "}",
        "{\"interval_ns\": 1000000000, \"measured\": {}, " MONEY("9223372036854775807") "}",
        "{\"interval_ns\": 1000000000, \"measured\": {}, " MONEY("\"0\"") "}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char path[] = "/tmp/kontor-result-XXXXXX", mistake[RESULT_TEXT_SIZE] = "";
        write_file(path, texts[i]);
        assert_null(result_read(path, mistake));
        assert_non_null(strstr(mistake, "is no result"));
        unlink(path);
    }
}

static void numbers_beyond_all_counting_are_left_out(void **state)
{
    (void)state;
    char path[] = "/tmp/kontor-result-XXXXXX", mistake[RESULT_TEXT_SIZE] = "";
    write_file(
        path,
        "{" MONEY(
            "0") ", \"interval_ns\": 1000000000, \"planned\": 9223372036854775807, \"measured\": "
                 "{\"succeeded\": 3, \"latency\": {\"max_ns\": 5, \"buckets\": [-1, 2, 99999, 2, "
                 "5, "
                 "3, 6, -1, 7, 9223372036854775807, 8]}}}");
    struct result *read = result_read(path, mistake);
    unlink(path);
    assert_non_null(read);
    assert_int_equal(read->planned, 0);
    assert_int_equal(read->measured.calls[OUTCOME_SUCCEEDED], 3);
    assert_int_equal(read->measured.latency.total, 3);
    free(read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(nothing_else_is_a_result),
        cmocka_unit_test(numbers_beyond_all_counting_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
