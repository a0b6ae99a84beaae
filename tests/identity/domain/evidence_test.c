/* Files that prove a submission (ID-08, ID-18, ID-19): their forms, how many, in which pieces, by
 * whom they are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/evidence.h"

#define MIB INT64_C(1048576)
#define PIECE INT64_C(262144)
#define DAY_US INT64_C(86400000000)

static void a_form_is_told_by_the_first_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        size_t size;
        enum evidence_form form;
    } rows[] = {
        {"%PDF-1.7\n", 9, EVIDENCE_PDF},
        {"%PDF-", 5, EVIDENCE_PDF},
        {"%PDF", 4, EVIDENCE_NONE},
        {"%PDF-", 4, EVIDENCE_NONE}, /* what is behind the bytes does not count */
        {" %PDF-", 6, EVIDENCE_NONE},
        {"\xFF\xD8\xFF\xE0", 4, EVIDENCE_JPEG},
        {"\xFF\xD8\xFF", 3, EVIDENCE_JPEG},
        {"\xFF\xD8", 2, EVIDENCE_NONE},
        {"\x89PNG\r\n\x1A\n", 8, EVIDENCE_PNG},
        {"\x89PNG\r\n\x1A", 7, EVIDENCE_NONE},
        {"\x89PNG\n\x1A\n", 7, EVIDENCE_NONE},
        {"MZ\x90", 3, EVIDENCE_NONE},
        {"<html>", 6, EVIDENCE_NONE},
        {"", 0, EVIDENCE_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            evidence_form_of((struct bytes){(const uint8_t *)rows[i].head, rows[i].size}),
            rows[i].form);
}

static void a_form_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(evidence_form_name(EVIDENCE_JPEG), "JPEG");
    assert_string_equal(evidence_form_name(EVIDENCE_NONE), "");
    assert_int_equal(evidence_form_named("PNG"), EVIDENCE_PNG);
    assert_int_equal(evidence_form_named("PDF"), EVIDENCE_PDF);
    assert_int_equal(evidence_form_named(""), EVIDENCE_NONE);
    assert_int_equal(evidence_form_named("GIF"), EVIDENCE_NONE);
}

static void four_files_of_a_submission_and_64_mib_of_an_account(void **state)
{
    (void)state;
    static const struct {
        struct evidence_room room;
        int64_t size;
        enum evidence_verdict verdict;
    } rows[] = {
        {{0, 0}, 4 * MIB, EVIDENCE_ACCEPTED},
        {{3, 12 * MIB}, 4 * MIB, EVIDENCE_ACCEPTED},
        {{4, 4}, 1, EVIDENCE_FILES_LIMIT},
        {{0, 60 * MIB}, 4 * MIB, EVIDENCE_ACCEPTED},
        {{0, 60 * MIB + 1}, 4 * MIB, EVIDENCE_LIMIT},
        {{0, 64 * MIB}, 1, EVIDENCE_LIMIT},
        {{4, 64 * MIB}, 1, EVIDENCE_FILES_LIMIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(evidence_begin_decide(&rows[i].room, rows[i].size), rows[i].verdict);
}

static void pieces_come_one_after_the_other(void **state)
{
    (void)state;
    const int64_t size = 2 * PIECE + 5;
    const struct {
        int64_t received, offset;
        size_t piece;
        enum evidence_verdict verdict;
        bool is_repeated;
    } rows[] = {
        {0, 0, PIECE, EVIDENCE_ACCEPTED, false},
        {0, 0, PIECE - 1, EVIDENCE_PIECE, false},
        {0, 0, PIECE + 1, EVIDENCE_PIECE, false},
        {0, 0, 0, EVIDENCE_PIECE, false},
        {0, PIECE, PIECE, EVIDENCE_OFFSET, false},
        {0, 1, PIECE, EVIDENCE_OFFSET, false},
        {0, -PIECE, PIECE, EVIDENCE_OFFSET, false},
        {PIECE, PIECE, PIECE, EVIDENCE_ACCEPTED, false},
        {PIECE, 0, PIECE, EVIDENCE_ACCEPTED, true},
        {PIECE, 0, 5, EVIDENCE_PIECE, true},
        {PIECE, 2 * PIECE, 5, EVIDENCE_OFFSET, false},
        {2 * PIECE, 2 * PIECE, 5, EVIDENCE_ACCEPTED, false},
        {2 * PIECE, 2 * PIECE, 4, EVIDENCE_PIECE, false},
        {2 * PIECE, 2 * PIECE, 6, EVIDENCE_PIECE, false},
        {2 * PIECE, 2 * PIECE, 7, EVIDENCE_PIECE, false},
        {2 * PIECE, 2 * PIECE, PIECE / 2, EVIDENCE_PIECE, false},
        {2 * PIECE, 2 * PIECE, PIECE - 1, EVIDENCE_PIECE, false},
        {2 * PIECE, 2 * PIECE, PIECE, EVIDENCE_PIECE, false},
        {size, 2 * PIECE, 5, EVIDENCE_ACCEPTED, true},
        {size, 0, PIECE, EVIDENCE_ACCEPTED, true},
        {size, size, 1, EVIDENCE_WHOLE, false},
        {size, 3 * PIECE, PIECE, EVIDENCE_WHOLE, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct evidence_progress progress = {.size = size, .received = rows[i].received};
        bool is_repeated = !rows[i].is_repeated;
        assert_int_equal(
            evidence_piece_decide(&progress, rows[i].offset, rows[i].piece, &is_repeated),
            rows[i].verdict);
        assert_int_equal(is_repeated, rows[i].is_repeated);
    }
}

static void who_looks_into_the_account_reads_what_is_whole(void **state)
{
    (void)state;
    static const struct {
        struct evidence_progress progress;
        bool has_look;
        int64_t offset;
        enum evidence_verdict verdict;
    } rows[] = {
        {{5, 5, false}, true, 0, EVIDENCE_ACCEPTED},
        {{5, 5, false}, false, 0, EVIDENCE_LOOK},
        {{5, 5, true}, true, 0, EVIDENCE_DELETED},
        {{5, 4, true}, true, 0, EVIDENCE_DELETED},
        {{5, 5, true}, false, 0, EVIDENCE_LOOK},
        {{5, 4, false}, true, 0, EVIDENCE_INCOMPLETE},
        {{PIECE, PIECE, false}, true, PIECE, EVIDENCE_OFFSET},
        {{PIECE + 1, PIECE + 1, false}, true, PIECE, EVIDENCE_ACCEPTED},
        {{PIECE + 1, PIECE + 1, false}, true, 1, EVIDENCE_OFFSET},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(evidence_read_decide(&rows[i].progress, rows[i].has_look, rows[i].offset),
                         rows[i].verdict);
}

static void it_is_kept_for_thirty_days_after_the_decision(void **state)
{
    (void)state;
    assert_int_equal(evidence_due_us(1000), 1000 + 30 * DAY_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_is_told_by_the_first_bytes),
        cmocka_unit_test(a_form_has_a_name),
        cmocka_unit_test(four_files_of_a_submission_and_64_mib_of_an_account),
        cmocka_unit_test(pieces_come_one_after_the_other),
        cmocka_unit_test(who_looks_into_the_account_reads_what_is_whole),
        cmocka_unit_test(it_is_kept_for_thirty_days_after_the_decision),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
