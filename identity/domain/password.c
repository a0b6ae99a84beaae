#include "identity/domain/password.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "runtime/people/password_strength.h"
#include "runtime/base/text.h"

#define OWN_CHARACTERS_MIN 8         /* what must be left when the address is taken out */
#define PASSWORD_EMAIL_LOCAL_SIZE 65 /* 64 bytes (RFC 5321) and the NUL */
#define DISTINCT_CHARACTERS_MIN 5
#define EMAIL_PART_MIN 4 /* shorter parts of an address are syllables, not the address */

static const struct refusal refusals[] = {PASSWORD_REFUSALS(REFUSAL_ROW)};

/* A guesser would try these here before anything else: our own words, and columns of keys, which
 * zxcvbn has as rows only. */
static const char *const own_words[] = {"kontor", "cloud", "agency", "billing", "qaz", "wsx",
                                        "edc",    "rfv",   "tgb",    "yhn",     "ujm", "zaq",
                                        "xsw",    "cde",   "vfr",    "bgt",     "nhy", "mju"};
#define OWN_WORDS (sizeof(own_words) / sizeof(own_words[0]))

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The letter that a digit or sign stands for in "P@55w0rd", else the character itself in lower
 * case. */
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
    assert(text[length] == '\0');
    for (size_t period = 1; period <= length / 2; period++) {
        size_t i = period;
        while (i < length && lower(text[i]) == lower(text[i - period]))
            i++;
        if (i == length)
            return true;
    }
    return false;
}

/* The length of the word at text, or 0 when another text is there. */
static size_t word_at(const char *text, const char *word, size_t word_length)
{
    assert(word_length > 0);
    for (size_t i = 0; i < word_length; i++)
        if (text[i] == '\0' || (letter_meant(text[i]) != word[i] && lower(text[i]) != word[i]))
            return 0;
    return word_length;
}

/* Characters that are left when every occurrence of the address's local part is taken out. */
static size_t characters_without(const char *password, const char *part, size_t part_length)
{
    size_t left = 0;
    assert(part_length >= EMAIL_PART_MIN);
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
    assert(left <= all);
    return left < all && left < OWN_CHARACTERS_MIN;
}

/* A guesser knows the address. */
static bool is_guessable(const char *password, const char *email)
{
    const char *words[OWN_WORDS + 2] = {NULL};
    char local[PASSWORD_EMAIL_LOCAL_SIZE];
    size_t length = strcspn(email, "@");
    assert(password[0] != '\0');
    for (size_t i = 0; i < OWN_WORDS; i++)
        words[i] = own_words[i];
    if (length > 0 && length < sizeof local) {
        memcpy(local, email, length);
        local[length] = '\0';
        words[OWN_WORDS] = local;
    }
    return password_strength_bits(password, words) < PASSWORD_BITS_MIN;
}

/* ID-33 */
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
    if (is_guessable(password, email))
        return PASSWORD_COMMON;
    return PASSWORD_ACCEPTED;
}

struct password_mistake password_mistake(const char *password, const char *email)
{
    assert(email != NULL);
    if (text_is_empty(password))
        return (struct password_mistake){FAULT_REQUIRED, "The password is missing."};
    enum password_verdict verdict = password_judge(password, email);
    return verdict == PASSWORD_ACCEPTED
               ? (struct password_mistake){FAULT_NONE, NULL}
               : (struct password_mistake){FAULT_WEAK_PASSWORD,
                                           password_refusal(verdict)->sentence};
}

struct password_mistake password_repeated(const char *password, const char *confirmation)
{
    assert(password != NULL && confirmation != NULL);
    if (text_is_empty(confirmation))
        return (struct password_mistake){FAULT_REQUIRED, "The password confirmation is missing."};
    return text_equal(password, confirmation)
               ? (struct password_mistake){FAULT_NONE, NULL}
               : (struct password_mistake){FAULT_MISMATCH, "The confirmation is not the password."};
}

const struct refusal *password_refusal(enum password_verdict verdict)
{
    assert(verdict > PASSWORD_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
