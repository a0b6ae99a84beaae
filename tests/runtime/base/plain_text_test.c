/* Text that people write for people: nothing unseen, one spelling, no card number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/base/plain_text.h"
#include "runtime/base/text.h"

struct row {
    const char *text;
    enum text_fault fault;
};

static void judge_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum text_fault fault = plain_text_judge(rows[i].text, 64);
        if (fault != rows[i].fault)
            fail_msg("row %zu: %d in place of %d", i, (int)fault, (int)rows[i].fault);
    }
}
#define JUDGE(rows) judge_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void what_people_write_is_plain(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"", TEXT_PLAIN},
        {"ClientX-MarchQ2-AI-POC-Tokyo-OSS", TEXT_PLAIN},
        {"Zo\xc3\xab M\xc3\xbcller", TEXT_PLAIN},
        {"\xe6\x9d\x8e\xe9\x9b\xb7 \xe6\x9d\xad\xe5\xb7\x9e", TEXT_PLAIN}, /* Chinese */
        {"\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", TEXT_PLAIN},                  /* Arabic */
        {"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9\x85",
         TEXT_PLAIN},                                                     /* Persian, with U+200C */
        {"\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7", TEXT_PLAIN}, /* Hindi, with U+200D */
        {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", TEXT_PLAIN},     /* an emoji of two */
        {"\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd\xe2\x80\x8d\xf0\x9f\x92\xbb \xe2\x9c\x88\xef\xb8\x8f",
         TEXT_PLAIN}, /* … and a skin */
    };
    JUDGE(rows);
    assert_int_equal(plain_text_judge("abc", 3), TEXT_PLAIN);
    assert_int_equal(plain_text_judge("abcd", 3), TEXT_TOO_LONG);
    assert_int_equal(plain_text_judge(NULL, 3), TEXT_NOT_CLEAN);
}

static void nothing_hides_or_reorders(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a\nb", TEXT_NOT_CLEAN},
        {"a\xff", TEXT_NOT_CLEAN},
        {"pay \xe2\x80\xae"
         "001",
         TEXT_HIDES}, /* right-to-left override */
        {"\xe2\x81\xa6"
         "a\xe2\x81\xa9",
         TEXT_HIDES}, /* isolates */
        {"a\xe2\x80\x8b"
         "b",
         TEXT_HIDES}, /* zero width space */
        {"a\xc2\xad"
         "b",
         TEXT_HIDES}, /* soft hyphen */
        {"\xef\xbb\xbf"
         "a",
         TEXT_HIDES}, /* byte order mark */
        {"a\xe2\x80\xa8"
         "b",
         TEXT_HIDES}, /* line separator */
        {"a\xe2\x80\xa9"
         "b",
         TEXT_HIDES},                      /* paragraph separator */
        {"a\xf3\xa0\x81\xa1", TEXT_HIDES}, /* tag letter a */
        {"a\xee\x80\x80", TEXT_HIDES},     /* private use */
        {"a\xcd\xb8", TEXT_HIDES},         /* unassigned */
        {"admin\xe2\x80\x8d", TEXT_HIDES}, /* a joiner that joins nothing */
        {"\xe2\x80\x8d"
         "admin",
         TEXT_HIDES},
        {"\xe0\xa4\x95\xe2\x80\x8d"
         "x",
         TEXT_HIDES}, /* on one side alone */
        {"x\xe2\x80\x8d\xe0\xa4\x95", TEXT_HIDES},
        {"\xe0\xa4\x95\xe2\x80\xae\xe0\xa4\xb7",
         TEXT_HIDES},                      /* between such letters, and no joiner */
        {"ad\xe2\x80\x8cmin", TEXT_HIDES}, /* … or Latin letters, which need none */
        {"\xe0\xa4\x95\xe2\x80\x8d\xe2\x80\x8d\xe0\xa4\xb7", TEXT_HIDES}, /* two of them */
    };
    JUDGE(rows);
}

static void a_text_has_one_spelling(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"caf\xc3\xa9", TEXT_PLAIN},
        {"cafe\xcc\x81", TEXT_NOT_NORMAL},
        {"\xe2\x84\xab", TEXT_NOT_NORMAL}, /* the sign of an angstrom is the letter */
        {"q\xcc\x87\xcc\xa3", TEXT_NOT_NORMAL},
        {"q\xcc\xa3\xcc\x87", TEXT_PLAIN}, /* no composed form, and in canonical order */
    };
    JUDGE(rows);
    char longest[PLAIN_TEXT_BYTES_MAX + 1] = "";
    for (size_t i = 0; i + 3 <= PLAIN_TEXT_BYTES_MAX; i += 3)
        memcpy(longest + i, "\xe1\xbe\x82", 4); /* decomposes into four */
    assert_int_equal(plain_text_judge(longest, PLAIN_TEXT_BYTES_MAX), TEXT_PLAIN);
}

static void card_numbers_are_found(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"4242424242424242", TEXT_HOLDS_CARD_NUMBER},
        {"pay with 4242 4242 4242 4242 12/30", TEXT_HOLDS_CARD_NUMBER},
        {"4242-4242-4242-4242", TEXT_HOLDS_CARD_NUMBER},
        {"x5555555555554444y", TEXT_HOLDS_CARD_NUMBER},
        {"4242\xe2\x80\x91"
         "4242\xe2\x80\x93"
         "4242\xc2\xa0"
         "4242",
         TEXT_HOLDS_CARD_NUMBER}, /* other dashes and spaces */
        {"\xef\xbc\x94\xef\xbc\x92\xef\xbc\x94\xef\xbc\x92"
         "424242424242",
         TEXT_HOLDS_CARD_NUMBER}, /* full width */
        {"\xd9\xa4\xd9\xa2\xd9\xa4\xd9\xa2"
         "424242424242",
         TEXT_HOLDS_CARD_NUMBER}, /* Arabic digits */
        {"4242424242424241", TEXT_PLAIN},
        {"order 2026-11-21", TEXT_PLAIN},
        {"ref 12345678901234567890123456", TEXT_PLAIN},
    };
    JUDGE(rows);
}

/* For the comparison with Python's unicodedata: hex in, the fault's number out. */
static int judge_lines(void)
{
    char hex[2 * PLAIN_TEXT_BYTES_MAX + 2], text[PLAIN_TEXT_BYTES_MAX + 1];
    while (scanf("%2048s", hex) == 1) {
        size_t size = strlen(hex) / 2;
        if (!bytes_from_hex(hex, text, size))
            return 1;
        text[size] = '\0';
        printf("%d\n", (int)plain_text_judge(text, PLAIN_TEXT_BYTES_MAX));
    }
    return 0;
}

static void spaces_alone_are_blank(void **state)
{
    (void)state;
    static const char *const blank[] = {"", " ", "   ", "\xc2\xa0", " \xe3\x80\x80 "};
    static const char *const said[] = {".", " . ", "a ", "  \xe4\xb8\xad", "\xff"};
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++)
        assert_true(plain_text_is_blank(blank[i]));
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        assert_false(plain_text_is_blank(said[i]));
}

static void what_differs_in_spelling_alone_is_like(void **state)
{
    (void)state;
    static const char *const like[][2] = {
        {"Client-Success", "CLIENT_SUCCESS"},
        {"  client success", "CLIENT_SUCCESS"},
        {"\xef\xbc\xa3lient\xe2\x80\x93success", "CLIENT_SUCCESS"}, /* full width, a dash */
        {"stra\xc3\x9f"
         "e",
         "STRASSE"},
        {"\xc3\xa4", "A\xcc\x88"},
    };
    static const char *const unlike[][2] = {
        {"client success 2", "CLIENT_SUCCESS"},
        {"client.success", "CLIENT_SUCCESS"},
        {"", ""},
        {"- _", "-"},
        {"\xff", "\xff"},
        {"caf\xc3\xa9", "cafe"},
    };
    for (size_t i = 0; i < sizeof like / sizeof *like; i++)
        assert_true(plain_text_is_like(like[i][0], like[i][1]));
    for (size_t i = 0; i < sizeof unlike / sizeof *unlike; i++)
        assert_false(plain_text_is_like(unlike[i][0], unlike[i][1]));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_write_is_plain),
        cmocka_unit_test(nothing_hides_or_reorders),
        cmocka_unit_test(a_text_has_one_spelling),
        cmocka_unit_test(card_numbers_are_found),
        cmocka_unit_test(spaces_alone_are_blank),
        cmocka_unit_test(what_differs_in_spelling_alone_is_like),
    };
    if (argc > 1 && strcmp(argv[1], "--judge") == 0)
        return judge_lines();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
