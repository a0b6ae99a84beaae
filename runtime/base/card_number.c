#include "runtime/base/card_number.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "runtime/base/text.h"

#define CARD_BRAND_NAME(brand, text) text,
static const char *const brand_names[] = {CARD_BRANDS(CARD_BRAND_NAME)};
static const size_t brand_count = sizeof(brand_names) / sizeof(brand_names[0]);

/* The longest prefix that fits wins: 622126 to 622925 is Discover's too, and goes to UnionPay here.
 */
static const struct brand_range {
    uint32_t first;
    uint32_t last;
    size_t prefix_digits;
    enum card_brand brand;
} brand_ranges[] = {
    {2221, 2720, 4, CARD_BRAND_MASTERCARD}, {3528, 3589, 4, CARD_BRAND_JCB},
    {8100, 8171, 4, CARD_BRAND_UNIONPAY},   {6011, 6011, 4, CARD_BRAND_DISCOVER},
    {300, 305, 3, CARD_BRAND_DINERS},       {644, 649, 3, CARD_BRAND_DISCOVER},
    {51, 55, 2, CARD_BRAND_MASTERCARD},     {34, 34, 2, CARD_BRAND_AMEX},
    {37, 37, 2, CARD_BRAND_AMEX},           {36, 36, 2, CARD_BRAND_DINERS},
    {38, 39, 2, CARD_BRAND_DINERS},         {62, 62, 2, CARD_BRAND_UNIONPAY},
    {65, 65, 2, CARD_BRAND_DISCOVER},       {4, 4, 1, CARD_BRAND_VISA},
};

const char *card_brand_name(enum card_brand brand)
{
    assert((size_t)brand < brand_count);
    return brand_names[brand];
}

enum card_brand card_brand_find(const char *name)
{
    for (size_t i = 0; i < brand_count; i++) {
        if (text_equal(brand_names[i], name))
            return (enum card_brand)i;
    }
    return CARD_BRAND_UNKNOWN;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_separator(char c)
{
    return c == ' ' || c == '-';
}

bool card_number_read(const char *text, struct card_number *number)
{
    assert(text != NULL && number != NULL);
    *number = (struct card_number){.count = 0};
    for (const char *c = text; *c != '\0'; c++) {
        if (is_separator(*c))
            continue;
        if (!is_digit(*c) || number->count == CARD_DIGITS_MAX)
            return false;
        number->digits[number->count++] = *c;
    }
    return number->count >= CARD_DIGITS_MIN;
}

static bool luhn_holds(const char *digits, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)(digits[count - 1 - i] - '0');
        unsigned doubled = digit * 2;
        sum += i % 2 == 0 ? digit : (doubled > 9 ? doubled - 9 : doubled);
    }
    return sum % 10 == 0;
}

static uint32_t prefix_of(const char *digits, size_t count)
{
    uint32_t prefix = 0;
    for (size_t i = 0; i < count; i++)
        prefix = prefix * 10 + (uint32_t)(digits[i] - '0');
    return prefix;
}

enum card_brand card_number_brand(const struct card_number *number)
{
    if (number->count < CARD_DIGITS_MIN)
        return CARD_BRAND_UNKNOWN;
    for (size_t i = 0; i < sizeof(brand_ranges) / sizeof(brand_ranges[0]); i++) {
        const struct brand_range *range = &brand_ranges[i];
        uint32_t prefix = prefix_of(number->digits, range->prefix_digits);
        if (prefix >= range->first && prefix <= range->last)
            return range->brand;
    }
    return CARD_BRAND_UNKNOWN;
}

static bool length_is_of_brand(enum card_brand brand, size_t count)
{
    if (brand == CARD_BRAND_VISA)
        return count == 16 || count == 18 || count == 19;
    if (brand == CARD_BRAND_MASTERCARD)
        return count == 16;
    return true;
}

bool card_number_is_valid(const struct card_number *number)
{
    return number->count >= CARD_DIGITS_MIN && luhn_holds(number->digits, number->count) &&
           length_is_of_brand(card_number_brand(number), number->count);
}

const char *card_number_last_four(const struct card_number *number, char text[CARD_LAST_FOUR_SIZE])
{
    assert(number->count >= CARD_DIGITS_MIN);
    memcpy(text, number->digits + number->count - 4, 4);
    text[4] = '\0';
    return text;
}

static bool is_card_number(const struct card_number *number)
{
    return number->count >= 13 && card_number_brand(number) != CARD_BRAND_UNKNOWN &&
           card_number_is_valid(number);
}

/* Reads on from the start of a group of digits; a number ends where a group ends: "4242 4242 4242
 * 4242 12/30" holds one. */
static bool card_number_starts_at(const char *text)
{
    struct card_number number = {.count = 0};
    for (const char *c = text; is_digit(*c) || is_separator(*c); c++) {
        if (is_separator(*c))
            continue;
        if (number.count == CARD_DIGITS_MAX)
            return false;
        number.digits[number.count++] = *c;
        if (!is_digit(c[1]) && is_card_number(&number))
            return true;
    }
    return false;
}

bool card_number_is_in(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        bool group_starts = is_digit(*c) && (c == text || !is_digit(c[-1]));
        if (group_starts && card_number_starts_at(c))
            return true;
    }
    return false;
}
