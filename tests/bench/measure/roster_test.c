/* A roster's lines are read as they stand, and a traffic with one draws from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/measure/traffic.h"

#define COMPANY_A "00000000-0000-4000-8000-00000000000a"
#define COMPANY_B "00000000-0000-4000-8000-00000000000b"
#define ACCOUNT_1 "00000000-0000-4000-8000-000000000001"
#define ACCOUNT_2 "00000000-0000-4000-8000-000000000002"
#define ACCOUNT_3 "00000000-0000-4000-8000-000000000003"
#define ACCOUNT_4 "00000000-0000-4000-8000-000000000004"

static const char lines[] =
    COMPANY_A " " ACCOUNT_1 " red green\n" COMPANY_A " " ACCOUNT_2 " blue\n" COMPANY_B " " ACCOUNT_3
              "\n" COMPANY_B " " ACCOUNT_4 "\n";

static void read_text(struct roster *roster, const char *text)
{
    char path[] = "/tmp/kontor-roster-XXXXXX", mistake[ROSTER_MISTAKE_SIZE];
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    assert_true(roster_read(roster, path, mistake));
    unlink(path);
}

static void lines_are_read_as_they_stand(void **state)
{
    (void)state;
    struct roster roster;
    struct id wanted;
    read_text(&roster, lines);
    assert_int_equal(roster.companies, 2);
    assert_int_equal(roster.accounts, 2);
    const struct roster_row *row = roster_row(&roster, 1, 1);
    assert_true(id_parse(ACCOUNT_4, &wanted) && id_equal(row->account, wanted));
    assert_true(id_parse(COMPANY_B, &wanted) && id_equal(row->company, wanted));
    assert_int_equal(row->sessions, 0);
    assert_int_equal(roster_row(&roster, 0, 0)->sessions, 2);
    assert_string_equal(roster_row(&roster, 0, 0)->tokens[1], "green");
    roster_free(&roster);
}

static void shards_share_companies_without_overlap(void **state)
{
    (void)state;
    struct roster roster;
    struct id wanted;
    read_text(&roster, lines);
    assert_true(roster_keep_shard(&roster, 1, 2));
    assert_int_equal(roster.companies, 1);
    assert_true(id_parse(ACCOUNT_3, &wanted) &&
                id_equal(roster_row(&roster, 0, 0)->account, wanted));
    assert_false(roster_keep_shard(&roster, 1, 2));
    roster_free(&roster);
}

static void a_mistake_is_told_with_its_line(void **state)
{
    (void)state;
    struct roster roster;
    char path[] = "/tmp/kontor-roster-XXXXXX", mistake[ROSTER_MISTAKE_SIZE];
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, lines, 10) == 10);
    close(file);
    assert_false(roster_read(&roster, path, mistake));
    assert_non_null(strstr(mistake, "line 1: two ids"));
    unlink(path);
    assert_false(roster_read(&roster, path, mistake));
}

static void traffic_draws_from_it(void **state)
{
    (void)state;
    struct roster roster;
    struct traffic traffic;
    struct id wanted;
    bool red = false, green = false;
    read_text(&roster, lines);
    traffic_init(&traffic, TRAFFIC_UNIFORM, roster.companies, roster.accounts, 1);
    traffic.roster = &roster;
    assert_true(id_parse(COMPANY_A, &wanted) && id_equal(traffic_company_id(&traffic, 0), wanted));
    assert_true(id_parse(ACCOUNT_3, &wanted) &&
                id_equal(traffic_account_id(&traffic, 1, 0), wanted));
    for (int i = 0; i < 100; i++) {
        const char *token = traffic_token(&traffic, 0, 0);
        red = red || strcmp(token, "red") == 0;
        green = green || strcmp(token, "green") == 0;
    }
    assert_true(red && green);
    assert_string_equal(traffic_token(&traffic, 0, 1), "blue");
    assert_null(traffic_token(&traffic, 1, 0));
    traffic_deinit(&traffic);
    roster_free(&roster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_as_they_stand),
        cmocka_unit_test(shards_share_companies_without_overlap),
        cmocka_unit_test(a_mistake_is_told_with_its_line),
        cmocka_unit_test(traffic_draws_from_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
