#include "identity/domain/password.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define OWN_CHARACTERS_MIN 8 /* what must be left when everything common is taken out */
#define DISTINCT_CHARACTERS_MIN 5
#define EMAIL_PART_MIN 4 /* shorter parts of an address are syllables, not the address */

static const struct refusal refusals[] = {PASSWORD_REFUSALS(REFUSAL_ROW)};

/* What leaked lists begin with, and our own words. Compared after reading "P@55w0rd" as "password". */
static const char *const common_words[] = {
    "password", "passwort", "passwd",  "passphrase", "cloud",    "kontor",   "account",  "admin",    "administrator",
    "root",     "welcome",  "letmein", "login",      "signup",   "secret",   "default",  "changeme", "test",
    "guest",    "user",     "master",  "service",    "partner",  "agency",   "billing",  "company",  "alibaba",
    "aliyun",   "tencent",  "huawei",  "google",     "amazon",   "azure",    "qwerty",   "qwertz",   "azerty",
    "asdf",     "zxcv",     "dragon",  "monkey",     "football", "baseball", "iloveyou", "sunshine", "princess",
    "superman", "batman",   "shadow",  "trustno",    "starwars", "whatever", "hello",    "freedom",  "ninja",
    "flower",   "spring",   "summer",  "autumn",     "winter",   "january",  "february", "march",    "april",
    "june",     "july",     "august",  "september",  "october",  "november", "december", "monday",   "friday",
};

/* Rows along which fingers run, read in both directions. */
static const char *const rows[] = {"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "!@#$%^&*()"};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The letter that a digit or sign stands for in "P@55w0rd", else the character itself in lower case. */
static char letter_meant(char c)
{
    static const char from[] = "0134578@$!", to[] = "oieastbasi";
    const char *at = c != '\0' ? strchr(from, c) : NULL;
    return at != NULL ? to[at - from] : lower(c);
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += !is_continuation(*text);
    return count;
}

static size_t distinct_bytes(const char *text)
{
    bool seen[256] = {false};
    size_t count = 0;
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)lower(*text);
        count += !seen[byte];
        seen[byte] = true;
    }
    return count;
}

/* Whether the whole is one part of at most half its length, over and over. */
static bool is_periodic(const char *text, size_t length)
{
    for (size_t period = 1; period <= length / 2; period++) {
        size_t i = period;
        while (i < length && lower(text[i]) == lower(text[i - period]))
            i++;
        if (i == length)
            return true;
    }
    return false;
}

/* The length of the word at text, or 0 when it stands not there. */
static size_t word_at(const char *text, const char *word, size_t word_length)
{
    for (size_t i = 0; i < word_length; i++)
        if (text[i] == '\0' || (letter_meant(text[i]) != word[i] && lower(text[i]) != word[i]))
            return 0;
    return word_length;
}

static size_t common_word_at(const char *text)
{
    size_t longest = 0;
    for (size_t i = 0; i < sizeof common_words / sizeof *common_words; i++) {
        size_t length = word_at(text, common_words[i], strlen(common_words[i]));
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* The length of a year from 1900 to 2099 at text, else 0. */
static size_t year_at(const char *text)
{
    bool century = strncmp(text, "19", 2) == 0 || strncmp(text, "20", 2) == 0;
    return century && strspn(text, "0123456789") >= 4 ? 4 : 0;
}

static size_t row_run(const char *text, const char *row, int step)
{
    const char *at = strchr(row, lower(text[0]));
    size_t length = 0;
    while (at != NULL && at >= row && *at != '\0' && text[length] != '\0' && lower(text[length]) == *at) {
        length++;
        at += step;
    }
    return length;
}

/* The length of a run of three or more along a row, or of one character, at text. */
static size_t run_at(const char *text)
{
    size_t longest = 1;
    while (text[longest] != '\0' && text[longest] == text[0])
        longest++;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t up = row_run(text, rows[i], 1), down = row_run(text, rows[i], -1);
        longest = up > longest ? up : longest;
        longest = down > longest ? down : longest;
    }
    return longest >= 3 ? longest : 0;
}

static size_t common_at(const char *text)
{
    size_t word = common_word_at(text), year = year_at(text), run = run_at(text);
    size_t longest = word > year ? word : year;
    return run > longest ? run : longest;
}

/* Letters, digits and signs that are left when every common part is taken out. */
static size_t own_characters(const char *password)
{
    size_t own = 0;
    while (*password != '\0') {
        size_t common = common_at(password);
        own += common == 0 && !is_continuation(*password);
        password += common > 0 ? common : 1;
    }
    return own;
}

/* Characters that are left when every occurrence of the address's local part is taken out. */
static size_t characters_without(const char *password, const char *part, size_t part_length)
{
    size_t left = 0;
    while (*password != '\0') {
        size_t found = word_at(password, part, part_length);
        left += found == 0 && !is_continuation(*password);
        password += found > 0 ? found : 1;
    }
    return left;
}

static bool is_like_email(const char *password, const char *email)
{
    size_t local_length = strcspn(email, "@");
    if (local_length < EMAIL_PART_MIN)
        return false;
    size_t all = characters(password), left = characters_without(password, email, local_length);
    return left < all && left < OWN_CHARACTERS_MIN;
}

enum password_verdict password_judge(const char *password, const char *email)
{
    assert(password != NULL && email != NULL);
    size_t length = strlen(password), count = characters(password);
    assert(length <= PASSWORD_BYTES_MAX);
    if (count < PASSWORD_CHARACTERS_MIN)
        return PASSWORD_TOO_SHORT;
    if (count > PASSWORD_CHARACTERS_MAX)
        return PASSWORD_TOO_LONG;
    if (is_periodic(password, length) || distinct_bytes(password) < DISTINCT_CHARACTERS_MIN)
        return PASSWORD_REPEATED;
    if (is_like_email(password, email))
        return PASSWORD_LIKE_EMAIL;
    if (own_characters(password) < OWN_CHARACTERS_MIN)
        return PASSWORD_COMMON;
    return PASSWORD_ACCEPTED;
}

const struct refusal *password_refusal(enum password_verdict verdict)
{
    assert(verdict != PASSWORD_ACCEPTED);
    return &refusals[verdict - 1];
}
