/* D.14, LED-28: an account is billed at first in a zone of the country where it is registered, by
 * the database's own list of which country has which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/domain/country_zone.h"
#include "runtime/base/zone.h"

#define COUNTRIES_MAX 300

struct seen {
    char country[3];
    bool has_its_own; /* the zone that we say is in the list */
};

static struct seen countries[COUNTRIES_MAX];
static size_t country_count;

static struct seen *country_of(const char *code)
{
    for (size_t i = 0; i < country_count; i++)
        if (strcmp(countries[i].country, code) == 0)
            return &countries[i];
    assert_true(country_count < COUNTRIES_MAX);
    memcpy(countries[country_count].country, code, sizeof countries->country);
    return &countries[country_count++];
}

static void read_list(void)
{
    char line[512], country[3], name[ZONE_NAME_SIZE];
    FILE *list = fopen(ZONE_DIRECTORY "/zone.tab", "re");
    assert_non_null(list);
    while (fgets(line, sizeof line, list) != NULL)
        if (sscanf(line, "%2[A-Z] %*s %47s", country, name) == 2)
            country_of(country)->has_its_own |= strcmp(country_zone(country), name) == 0;
    fclose(list);
}

static void each_country_has_a_zone_of_its_own(void **state)
{
    (void)state;
    read_list();
    assert_true(country_count > 240);
    for (size_t i = 0; i < country_count; i++) {
        bool is_empty =
            strcmp(countries[i].country, "AQ") == 0 || strcmp(countries[i].country, "UM") == 0;
        if (countries[i].has_its_own == is_empty)
            fail_msg("%s is billed in %s", countries[i].country,
                     country_zone(countries[i].country));
        struct zone *zone;
        if (zone_read(country_zone(countries[i].country), &zone) != FAILURE_NONE)
            fail_msg("%s is a zone", country_zone(countries[i].country));
        zone_free(zone);
    }
}

/* Written down from where a country's business is done. */
static void a_country_of_several_has_its_usual_one(void **state)
{
    (void)state;
    static const char *const usual[][2] = {
        {"US", "America/New_York"},  {"CN", "Asia/Shanghai"},       {"AU", "Australia/Sydney"},
        {"BR", "America/Sao_Paulo"}, {"CA", "America/Toronto"},     {"RU", "Europe/Moscow"},
        {"ID", "Asia/Jakarta"},      {"MX", "America/Mexico_City"}, {"ES", "Europe/Madrid"},
        {"IE", "Europe/Dublin"},     {"ZW", "Africa/Harare"},       {"AD", "Europe/Andorra"}};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        assert_string_equal(country_zone(usual[i][0]), usual[i][1]);
}

static void no_country_is_billed_in_utc(void **state)
{
    (void)state;
    static const char *const none[] = {"", "A", "XX", "AQ", "ZZ", "AA", "us"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_string_equal(country_zone(none[i]), "UTC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_country_has_a_zone_of_its_own),
        cmocka_unit_test(a_country_of_several_has_its_usual_one),
        cmocka_unit_test(no_country_is_billed_in_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
