#include "identity/domain/digits.h"

#include <assert.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool digits_only(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_digit(text[i]))
            return false;
    return true;
}

static bool fits(char c, char pattern)
{
    switch (pattern) {
    case '9':
        return is_digit(c);
    case 'A':
        return is_capital(c);
    case 'X':
        return is_digit(c) || is_capital(c);
    default:
        return c == pattern;
    }
}

bool digits_fit(const char *text, const char *pattern)
{
    assert(pattern[0] != '\0');
    for (; *pattern != '\0'; text++, pattern++)
        if (*text == '\0' || !fits(*text, *pattern))
            return false;
    return *text == '\0';
}

int digit_value(char c)
{
    assert(is_digit(c) || is_capital(c));
    return is_digit(c) ? c - '0' : c - 'A' + 10;
}

int digits_weighted(const char *text, const int *weights, size_t count)
{
    int sum = 0;
    assert(count > 0);
    for (size_t i = 0; i < count; i++)
        sum += digit_value(text[i]) * weights[i];
    return sum;
}

int digits_modulo(const char *text, size_t count, int divisor)
{
    int rest = 0;
    assert(count > 0 && divisor > 1);
    for (size_t i = 0; i < count; i++)
        rest = (rest * 10 + digit_value(text[i])) % divisor;
    assert(rest >= 0 && rest < divisor);
    return rest;
}

bool digits_luhn(const char *text, size_t count)
{
    int sum = 0;
    assert(count > 1);
    for (size_t i = 0; i < count; i++) {
        int value = digit_value(text[count - 1 - i]) * (i % 2 == 0 ? 1 : 2);
        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

bool digits_mod_11_10(const char *text, size_t count)
{
    int check = 5;
    for (size_t i = 0; i < count; i++)
        check = ((check == 0 ? 10 : check) * 2 % 11 + digit_value(text[i])) % 10;
    assert(check >= 0 && check <= 9);
    return check == 1;
}

bool digits_mod_97_10(const char *text)
{
    int rest = 0;
    for (; *text != '\0'; text++) {
        int value = digit_value(*text);
        rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    assert(rest >= 0 && rest < 97);
    return rest == 1;
}
