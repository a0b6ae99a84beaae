/* Settings: precedence, refusals by name, limits on both sides, help without secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/settings.h"

#define ARGUMENTS_MAX 8

static const struct setting process_rows[] = {
    {"listen-address", SETTING_TEXT, "127.0.0.1:7403", "Where to listen.", 0, 0},
    {"calls-max", SETTING_INT64, "100", "Calls at once.", 1, 1000},
    {"any-number", SETTING_INT64, "-7", "Any number.", 0, 0},
};
static const struct setting service_rows[] = {
    {"drain-grace", SETTING_DURATION_MS, "30s", "How long a drain waits.", 0, 600000},
    {"insecure-allowed", SETTING_BOOL, "false", "Plaintext anywhere.", 0, 0},
    {"database-url", SETTING_SECRET, "host=default", "The database.", 0, 0},
};
static const struct setting_table tables[] = {
    {process_rows, 3, NULL}, {service_rows, 3, NULL}, {NULL, 0, NULL}};

static char output[8192];

/* The output of both streams while reading is kept in output. */
static struct settings *read_settings(const char *const arguments[], int *exit_code)
{
    char *argv[ARGUMENTS_MAX + 2] = {strdup("kontor-test")};
    int argc = 1;
    for (; arguments[argc - 1] != NULL; argc++)
        argv[argc] = strdup(arguments[argc - 1]);
    FILE *printed = tmpfile();
    int streams[] = {dup(1), dup(2)};
    fflush(stdout);
    dup2(fileno(printed), 1);
    dup2(fileno(printed), 2);
    struct settings *settings = settings_read("kontor-test", argc, argv, tables, exit_code);
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        dup2(streams[i], i + 1);
        close(streams[i]);
    }
    rewind(printed);
    output[fread(output, 1, sizeof output - 1, printed)] = '\0';
    fclose(printed);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return settings;
}

#define READ(exit_code, ...) read_settings((const char *const[]){__VA_ARGS__, NULL}, (exit_code))

static const char *write_file(const char *content)
{
    static char path[] = "/tmp/kontor-settings-XXXXXX";
    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, content, strlen(content)), (ssize_t)strlen(content));
    close(file);
    return path;
}

static void what_has_no_default_is_given_unless_a_bool_spares_it(void **state)
{
    (void)state;
    static const struct setting rows[] = {
        {"key", SETTING_SECRET, NULL, "A key.", 0, 0},
        {"count", SETTING_INT64, NULL, "A count.", 1, 9},
        {"migrate-only", SETTING_BOOL, "false", "Another way.", 0, 0},
    };
    static const struct setting_table sparing[] = {{rows, 3, "migrate-only"}, {NULL, 0, NULL}};
    const char *const arguments[][3] = {{"x", "--key=a", "--count=1"},
                                        {"x", "--key=a", "--migrate-only=false"},
                                        {"x", "--migrate-only", "--count=10"},
                                        {"x", "--migrate-only", "--count=9"}};
    const bool reads[] = {true, false, false, true};
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        int exit_code;
        char *argv[3];
        for (int at = 0; at < 3; at++)
            argv[at] = strdup(arguments[i][at]);
        struct settings *settings = settings_read("x", 3, argv, sparing, &exit_code);
        assert_int_equal(settings != NULL, reads[i]);
        if (i == 3)
            assert_null(secret_reveal(settings_secret(settings, "key")));
        settings_free(settings);
        for (int at = 0; at < 3; at++)
            free(argv[at]);
    }
}

static char told[256], mistaken[512];

static void tell(const char *name)
{
    strcat(told, name);
    strcat(told, " ");
}

static void hear_mistake(const char *sentence)
{
    snprintf(mistaken, sizeof mistaken, "%s", sentence);
}

static bool accept(const struct settings *anew)
{
    return strcmp(settings_text(anew, "listen-address"), "refused") != 0;
}

static void rewrite(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static void a_secret_changes_where_it_lies_and_the_rest_stays(void **state)
{
    (void)state;
    const char *path = write_file("database-url = a\ncalls-max = 5\n");
    char flag[128];
    snprintf(flag, sizeof flag, "--settings-file=%s", path);
    int exit_code;
    struct settings *settings = READ(&exit_code, flag, "--any-number=3");
    assert_non_null(settings);
    struct secret lent = settings_secret(settings, "database-url");
    const struct {
        const char *content;
        bool is_taken;
        const char *secret;
        const char *told;
    } cases[] = {
        {"database-url = a longer one\ncalls-max = 5\n", true, "a longer one", ""},
        {"database-url = b\ncalls-max = 6\nany-number = 9\n", true, "b", "calls-max "},
        {"database-url = c\ncalls-max = 5000\n", false, "b", ""},
        {"database-url = c\nno-such = 1\n", false, "b", ""},
        {"database-url = c\nlisten-address = refused\n", false, "b", ""},
        {"calls-max = 5\n", true, "host=default", ""},
        {"database-url =\n", true, "host=default", "calls-max database-url "}, /* not taken away */
    };
    static const struct settings_hearers hearers = {accept, tell, hear_mistake};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        told[0] = '\0';
        rewrite(path, cases[i].content);
        assert_int_equal(settings_reload(settings, &hearers), cases[i].is_taken);
        assert_string_equal(secret_reveal(lent), cases[i].secret);
        assert_string_equal(told, cases[i].told);
        assert_int_equal(settings_int64(settings, "calls-max"), 5);
        assert_int_equal(settings_int64(settings, "any-number"), 3);
    }
    unlink(path);
    assert_false(settings_reload(settings, &hearers));
    assert_non_null(strstr(mistaken, "cannot be read"));
    settings_free(settings);
    settings = READ(&exit_code, flag);
    assert_null(settings);
}

static void defaults_hold(void **state)
{
    (void)state;
    int exit_code;
    struct settings *settings = READ(&exit_code, NULL);
    assert_non_null(settings);
    assert_string_equal(settings_text(settings, "listen-address"), "127.0.0.1:7403");
    assert_int_equal(settings_int64(settings, "calls-max"), 100);
    assert_int_equal(settings_int64(settings, "any-number"), -7);
    assert_int_equal(settings_int64(settings, "drain-grace"), 30000);
    assert_false(settings_bool(settings, "insecure-allowed"));
    assert_string_equal(secret_reveal(settings_secret(settings, "database-url")), "host=default");
    settings_free(settings);
}

static void a_flag_wins_over_the_environment_and_that_over_the_file(void **state)
{
    (void)state;
    const char *path =
        write_file("# a comment\n\nlisten-address = file\ncalls-max = 1\n  drain-grace=1s  \n"
                   "insecure-allowed = true\r\ndatabase-url = host=a dbname=b");
    char flag[128];
    snprintf(flag, sizeof flag, "--settings-file=%s", path);
    setenv("KONTOR_LISTEN_ADDRESS", "environment", 1);
    setenv("KONTOR_CALLS_MAX", "2", 1);
    int exit_code;
    struct settings *settings = READ(&exit_code, "--listen-address=flag", flag);
    unsetenv("KONTOR_LISTEN_ADDRESS");
    unsetenv("KONTOR_CALLS_MAX");
    unlink(path);
    assert_non_null(settings);
    assert_string_equal(settings_text(settings, "listen-address"), "flag");
    assert_int_equal(settings_int64(settings, "calls-max"), 2);
    assert_int_equal(settings_int64(settings, "drain-grace"), 1000);
    assert_true(settings_bool(settings, "insecure-allowed"));
    assert_string_equal(secret_reveal(settings_secret(settings, "database-url")),
                        "host=a dbname=b");
    settings_free(settings);
}

static void flags_have_three_forms(void **state)
{
    (void)state;
    int exit_code;
    struct settings *settings = READ(&exit_code, "--calls-max", "5", "--insecure-allowed",
                                     "--listen-address=a=b", "--calls-max=6");
    assert_non_null(settings);
    assert_int_equal(settings_int64(settings, "calls-max"), 6);
    assert_true(settings_bool(settings, "insecure-allowed"));
    assert_string_equal(settings_text(settings, "listen-address"), "a=b");
    settings_free(settings);
}

static void limits_hold_on_both_sides(void **state)
{
    (void)state;
    static const struct {
        const char *flag;
        int64_t value; /* -1: refused */
        const char *name;
    } cases[] = {
        {"--calls-max=0", -1, "calls-max"},
        {"--calls-max=1", 1, "calls-max"},
        {"--calls-max=1000", 1000, "calls-max"},
        {"--calls-max=1001", -1, "calls-max"},
        {"--drain-grace=0", 0, "drain-grace"},
        {"--drain-grace=-1ms", -1, "drain-grace"},
        {"--drain-grace=250ms", 250, "drain-grace"},
        {"--drain-grace=10m", 600000, "drain-grace"},
        {"--drain-grace=600001ms", -1, "drain-grace"},
        {"--drain-grace=1h", -1, "drain-grace"},
        {"--any-number=9223372036854775807", INT64_MAX, "any-number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int exit_code;
        struct settings *settings = READ(&exit_code, cases[i].flag);
        if (cases[i].value == -1) {
            assert_null(settings);
            assert_int_equal(exit_code, 2);
            assert_non_null(strstr(output, cases[i].name));
        } else {
            assert_non_null(settings);
            assert_int_equal(settings_int64(settings, cases[i].name), cases[i].value);
        }
        settings_free(settings);
    }
}

static void mistakes_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *flag;
        const char *said;
    } cases[] = {
        {"--listen-adress=x", "--listen-adress"},
        {"--listen", "--listen"},
        {"host=x", "argument 1 is no setting"},
        {"--calls-max=many", "calls-max must be a whole number"},
        {"--calls-max=", "calls-max must be a whole number"},
        {"--calls-max=1x", "calls-max must be a whole number"},
        {"--any-number=9223372036854775808", "any-number must be a whole number"},
        {"--calls-max", "--calls-max needs a value"},
        {"--drain-grace=5", "drain-grace must be a duration"},
        {"--drain-grace=5d", "drain-grace must be a duration"},
        {"--drain-grace=9223372036854775807h", "drain-grace must be a duration"},
        {"--insecure-allowed=yes", "insecure-allowed must be true or false"},
        {"--listen-address=a\nb", "listen-address must be UTF-8"},
        {"--settings-file=/nowhere", "/nowhere"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int exit_code = 0;
        assert_null(READ(&exit_code, cases[i].flag));
        assert_int_equal(exit_code, 2);
        assert_non_null(strstr(output, cases[i].said));
    }
}

static void a_file_is_refused_by_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *content;
        const char *said;
    } cases[] = {
        {"calls-max = 5\nlisten-adress = x\n", ":2: there is no setting listen-adress"},
        {"calls-max\n", ":1: a line is"},
        {"calls-max = 5\nmySecret0=\n", ":2: a line begins with the name of a setting"},
        {"settings-file = /x\n", ":1: there is no setting settings-file"},
        {"calls-max = 5000\n", "calls-max must be between 1 and 1000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = write_file(cases[i].content);
        int exit_code = 0;
        assert_null(READ(&exit_code, "--settings-file", path));
        unlink(path);
        assert_int_equal(exit_code, 2);
        assert_non_null(strstr(output, cases[i].said));
    }
}

/* Of a file whose writing was cut off, or of a line that is none. */
static void a_part_of_a_secret_is_not_told(void **state)
{
    (void)state;
    static const char cut[] = "calls-max = 5\ndatabase-url = pass\0word";
    const char *path = write_file("database-url postgres://me:Pass=word\n");
    int exit_code = 0;
    assert_null(READ(&exit_code, "--settings-file", path));
    assert_null(strstr(output, "Pass"));
    assert_null(READ(&exit_code, "--database-url", "host=x", "password=Pass"));
    assert_null(strstr(output, "Pass"));
    FILE *file = fopen(path, "w");
    assert_int_equal(fwrite(cut, 1, sizeof cut - 1, file), sizeof cut - 1);
    fclose(file);
    assert_null(READ(&exit_code, "--settings-file", path));
    assert_non_null(strstr(output, ":2: the line is no text"));
    assert_null(strstr(output, "pass"));
    unlink(path);
}

static void help_lists_every_setting_and_no_secret(void **state)
{
    (void)state;
    int exit_code = 1;
    assert_null(READ(&exit_code, "--help"));
    assert_int_equal(exit_code, 0);
    assert_non_null(strstr(output, "--listen-address=127.0.0.1:7403"));
    assert_non_null(strstr(output, "--drain-grace=30s"));
    assert_non_null(strstr(output, "--database-url=(secret)"));
    assert_null(strstr(output, "host=default"));
    assert_null(READ(&exit_code, "--version"));
    assert_string_equal(output, "kontor-test " KONTOR_VERSION "\n");
    assert_null(READ(&exit_code, "--database-url=pass\x01word"));
    assert_null(strstr(output, "pass"));
}

static void a_flag_is_told_from_what_stays(void **state)
{
    (void)state;
    const char *path = write_file("calls-max = 7\nany-number = 1\n");
    int exit_code;
    struct settings *settings = READ(&exit_code, "--settings-file", path, "--any-number=2");
    assert_non_null(settings);
    assert_true(settings_is_flag(settings, "any-number"));
    assert_false(settings_is_flag(settings, "calls-max"));
    assert_false(settings_is_flag(settings, "listen-address"));
    settings_free(settings);
    unlink(path);
}

/* S15 */
static void a_secret_is_taken_out_of_the_list_of_processes(void **state)
{
    (void)state;
    char program[] = "kontor-test", joined[] = "--database-url=host=here password=hidden";
    char name[] = "--database-url", value[] = "password=hidden";
    char other[] = "--drain-grace=5s";
    int exit_code;
    struct settings *settings = settings_read(
        "kontor-test", 3, (char *[]){program, joined, other, NULL}, tables, &exit_code);
    assert_non_null(settings);
    assert_string_equal(joined, "--database-url=");
    assert_null(memmem(joined, sizeof joined, "hidden", 6));
    assert_string_equal(other, "--drain-grace=5s");
    settings_free(settings);
    settings =
        settings_read("kontor-test", 3, (char *[]){program, name, value, NULL}, tables, &exit_code);
    assert_non_null(settings);
    assert_null(memmem(value, sizeof value, "hidden", 6));
    settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flag_is_told_from_what_stays),
        cmocka_unit_test(a_secret_is_taken_out_of_the_list_of_processes),
        cmocka_unit_test(what_has_no_default_is_given_unless_a_bool_spares_it),
        cmocka_unit_test(a_secret_changes_where_it_lies_and_the_rest_stays),
        cmocka_unit_test(defaults_hold),
        cmocka_unit_test(a_flag_wins_over_the_environment_and_that_over_the_file),
        cmocka_unit_test(flags_have_three_forms),
        cmocka_unit_test(limits_hold_on_both_sides),
        cmocka_unit_test(mistakes_are_refused_by_name),
        cmocka_unit_test(a_file_is_refused_by_its_line),
        cmocka_unit_test(a_part_of_a_secret_is_not_told),
        cmocka_unit_test(help_lists_every_setting_and_no_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
