#include "identity/domain/eu_vat.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "identity/domain/digits.h"

#define WEIGHTED(number, ...)                             \
    digits_weighted((number), (const int[]){__VA_ARGS__}, \
                    sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static int last_digit(const char *number)
{
    assert(number[0] != '\0');
    return digit_value(number[strlen(number) - 1]);
}

static bool form_is_enough(const char *number)
{
    (void)number;
    return true;
}

static bool austria(const char *number)
{
    assert(strlen(number) == 9);
    int sum = 4;
    for (size_t i = 1; i < 8; i++) {
        int value = digit_value(number[i]) * (i % 2 == 0 ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
    }
    return (10 - sum % 10) % 10 == last_digit(number);
}

static bool belgium(const char *number)
{
    assert(strlen(number) == 10);
    return number[0] <= '1' &&
           97 - digits_modulo(number, 8, 97) == digits_modulo(number + 8, 2, 100);
}

static bool germany(const char *number)
{
    assert(strlen(number) == 9);
    return number[0] != '0' && digits_mod_11_10(number, 9);
}

static bool croatia(const char *number)
{
    assert(strlen(number) == 11);
    return digits_mod_11_10(number, 11);
}

static bool denmark(const char *number)
{
    assert(strlen(number) == 8);
    return number[0] != '0' && WEIGHTED(number, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0;
}

static bool estonia(const char *number)
{
    assert(strlen(number) == 9);
    return WEIGHTED(number, 3, 7, 1, 3, 7, 1, 3, 7, 1) % 10 == 0;
}

static bool greece(const char *number)
{
    assert(strlen(number) == 9);
    return WEIGHTED(number, 256, 128, 64, 32, 16, 8, 4, 2) % 11 % 10 == last_digit(number);
}

static bool finland(const char *number)
{
    assert(strlen(number) == 8);
    return WEIGHTED(number, 7, 9, 10, 5, 8, 4, 2, 1) % 11 == 0;
}

/* The value of a character in the key of a French number; there is no I and no O. */
static int french_value(char c)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const char *at = strchr(alphabet, c);
    return at != NULL ? (int)(at - alphabet) : -1;
}

static bool french_key(const char *number)
{
    int first = french_value(number[0]), second = french_value(number[1]);
    if (first < 0 || second < 0)
        return false;
    if (first < 10 && second < 10)
        return (digits_modulo(number + 2, 9, 97) * 100 + 12) % 97 == first * 10 + second;
    assert(first < 34 && second < 34);
    int key = first < 10 ? first * 24 + second - 10 : first * 34 + second - 100;
    return (digits_modulo(number + 2, 9, 11) + 1 + key / 11) % 11 == key % 11;
}

/* Numbers of Monaco, which begin with 000, carry no SIREN. */
static bool france(const char *number)
{
    assert(strlen(number) == 11);
    bool monaco = strncmp(number + 2, "000", 3) == 0;
    return (monaco || digits_luhn(number + 2, 9)) && french_key(number);
}

static bool hungary(const char *number)
{
    assert(strlen(number) == 8);
    return WEIGHTED(number, 9, 7, 3, 1, 9, 7, 3, 1) % 10 == 0;
}

static const char irish_letters[] = "WABCDEFGHIJKLMNOPQRSTUV";

static int irish_value(char c)
{
    const char *at = c != '\0' ? strchr(irish_letters, c) : irish_letters;
    return at != NULL ? (int)(at - irish_letters) : -1;
}

static bool ireland(const char *number)
{
    assert(strlen(number) == 8 || strlen(number) == 9);
    int second_letter = irish_value(number[8]);
    int sum = WEIGHTED(number, 8, 7, 6, 5, 4, 3, 2) + 9 * second_letter;
    return second_letter >= 0 && irish_letters[sum % 23] == number[7];
}

static bool italy(const char *number)
{
    assert(strlen(number) == 11);
    int province = digits_modulo(number + 7, 3, 1000);
    bool known = (province >= 1 && province <= 100) || province == 120 || province == 121 ||
                 province == 888 || province == 999;
    return known && strncmp(number, "0000000", 7) != 0 && digits_luhn(number, 11);
}

static bool luxembourg(const char *number)
{
    assert(strlen(number) == 8);
    return digits_modulo(number, 6, 89) == digits_modulo(number + 6, 2, 100);
}

static bool malta(const char *number)
{
    assert(strlen(number) == 8);
    return number[0] != '0' && WEIGHTED(number, 3, 4, 6, 7, 8, 9, 10, 1) % 37 == 0;
}

/* Either the old number of a person or company, or the MOD 97-10 of the whole with its prefix. */
static bool netherlands(const char *number)
{
    char whole[15] = "NL";
    assert(strlen(number) == 12);
    memcpy(whole + 2, number, 12);
    bool old = WEIGHTED(number, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0;
    return strncmp(number, "000000000", 9) != 0 && strcmp(number + 10, "00") != 0 &&
           (old || digits_mod_97_10(whole));
}

static bool poland(const char *number)
{
    assert(strlen(number) == 10);
    return WEIGHTED(number, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == last_digit(number);
}

static bool portugal(const char *number)
{
    assert(strlen(number) == 9);
    return number[0] != '0' &&
           (11 - WEIGHTED(number, 9, 8, 7, 6, 5, 4, 3, 2) % 11) % 11 % 10 == last_digit(number);
}

static bool romania(const char *number)
{
    char padded[11] = "0000000000";
    size_t length = strlen(number);
    assert(length <= 10);
    memcpy(padded + 10 - length, number, length);
    return number[0] != '0' &&
           10 * WEIGHTED(padded, 7, 5, 3, 2, 1, 7, 5, 3, 2) % 11 % 10 == last_digit(number);
}

static bool sweden(const char *number)
{
    assert(strlen(number) == 12);
    return digits_luhn(number, 10) && strncmp(number, "0000000000", 10) != 0;
}

static bool slovenia(const char *number)
{
    assert(strlen(number) == 8);
    int check = 11 - WEIGHTED(number, 8, 7, 6, 5, 4, 3, 2) % 11;
    return number[0] != '0' && check != 11 && check % 10 == last_digit(number);
}

static bool slovakia(const char *number)
{
    assert(strlen(number) == 10);
    return number[0] != '0' && strchr("234789", number[2]) != NULL &&
           digits_modulo(number, 10, 11) == 0;
}

/* In the order of countries; a country may have several forms. */
static const struct {
    const char *country;
    const char *form; /* as in digits_fit */
    bool (*check)(const char *number);
} formulas[] = {
    {"AT", "U99999999", austria},
    {"BE", "9999999999", belgium},
    {"BG", "999999999", form_is_enough},
    {"BG", "9999999999", form_is_enough},
    {"CY", "99999999A", form_is_enough},
    {"CZ", "99999999", form_is_enough},
    {"CZ", "999999999", form_is_enough},
    {"CZ", "9999999999", form_is_enough},
    {"DE", "999999999", germany},
    {"DK", "99999999", denmark},
    {"EE", "999999999", estonia},
    {"ES", "X9999999X", form_is_enough},
    {"FI", "99999999", finland},
    {"FR", "XX999999999", france},
    {"GR", "999999999", greece},
    {"HR", "99999999999", croatia},
    {"HU", "99999999", hungary},
    {"IE", "9999999A", ireland},
    {"IE", "9999999AA", ireland},
    {"IT", "99999999999", italy},
    {"LT", "999999999", form_is_enough},
    {"LT", "999999999999", form_is_enough},
    {"LU", "99999999", luxembourg},
    {"LV", "99999999999", form_is_enough},
    {"MT", "99999999", malta},
    {"NL", "999999999B99", netherlands},
    {"PL", "9999999999", poland},
    {"PT", "999999999", portugal},
    {"RO", "99", romania},
    {"RO", "999", romania},
    {"RO", "9999", romania},
    {"RO", "99999", romania},
    {"RO", "999999", romania},
    {"RO", "9999999", romania},
    {"RO", "99999999", romania},
    {"RO", "999999999", romania},
    {"RO", "9999999999", romania},
    {"SE", "999999999901", sweden},
    {"SI", "99999999", slovenia},
    {"SK", "9999999999", slovakia},
};

#define FORMULA_COUNT (sizeof formulas / sizeof *formulas)

/* The row of the country whose form fits, or FORMULA_COUNT. */
static size_t formula_find(const char *country, const char *number)
{
    assert(strlen(country) == 2);
    size_t i = 0;
    while (i < FORMULA_COUNT &&
           (strcmp(formulas[i].country, country) != 0 || !digits_fit(number, formulas[i].form)))
        i++;
    return i;
}

const char *eu_vat_prefix(const char *country)
{
    assert(strlen(country) == 2);
    for (size_t i = 0; i < FORMULA_COUNT; i++)
        if (strcmp(formulas[i].country, country) == 0)
            return strcmp(country, "GR") == 0 ? "EL" : formulas[i].country;
    return NULL;
}

bool eu_vat_has_form(const char *country, const char *number)
{
    return formula_find(country, number) < FORMULA_COUNT;
}

bool eu_vat_check(const char *country, const char *number)
{
    size_t i = formula_find(country, number);
    assert(i < FORMULA_COUNT);
    return formulas[i].check(number);
}
