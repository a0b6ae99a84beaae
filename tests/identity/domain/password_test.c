/* The password policy (ID-33). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/password.h"

#define EMAIL "marianne.keller@example.com"

static void passwords_are_judged(void **state)
{
    (void)state;
    const struct {
        const char *password;
        enum password_verdict verdict;
    } rows[] = {
        {"correct horse battery staple", PASSWORD_ACCEPTED},
        {"nine wet umbrellas", PASSWORD_ACCEPTED},
        {"gRuBx8!vmz+3kWe", PASSWORD_ACCEPTED},
        {"zwölf Boxkämpfer jagen", PASSWORD_ACCEPTED},
        {"agency pays on friday with a blue pen", PASSWORD_ACCEPTED},
        {"gRuBx8!vmz+3kW", PASSWORD_TOO_SHORT},
        {"", PASSWORD_TOO_SHORT},
        {"Cloud123!", PASSWORD_TOO_SHORT},
        {"äöüäöüßéèêáàâå", PASSWORD_TOO_SHORT}, /* 14 characters, 28 bytes */
        {"äöüßéèêáàâåñõãç", PASSWORD_ACCEPTED}, /* 15 characters */
        {"aaaaaaaaaaaaaaaaaaaa", PASSWORD_REPEATED},
        {"abcXabcXabcXabcX", PASSWORD_REPEATED},
        {"rgb rgb rgb rgb rgb ", PASSWORD_REPEATED},
        {"Gp7#Gp7#Gp7#Gp7#G", PASSWORD_REPEATED},
        {"Cloud123!Cloud1234!", PASSWORD_COMMON},
        {"Cloud123!Cloud123!", PASSWORD_REPEATED},
        {"C10ud123!Passw0rd", PASSWORD_COMMON},
        {"P@55w0rd-2026-Kontor", PASSWORD_COMMON},
        {"WelcomeWelcome2026!!", PASSWORD_COMMON},
        {"qwertyuiopasdfghjkl", PASSWORD_COMMON},
        {"0987654321abcdefgh", PASSWORD_COMMON},
        {"Summer2025Winter2026", PASSWORD_COMMON},
        {"correcthorsebatterystaple", PASSWORD_COMMON}, /* from here on: in every list of leaked
                                                           ones, or walks over the keys (S15) */
        {"1q2w3e4r5t6y7u8i9o0p", PASSWORD_COMMON},
        {"1qaz2wsx3edc4rfv5tgb", PASSWORD_COMMON},
        {"zaq12wsxcde34rfv", PASSWORD_COMMON},
        {"qazwsxedcrfvtgbyhnujm", PASSWORD_COMMON},
        {"thequickbrownfoxjumps", PASSWORD_COMMON},
        {"manchesterunited", PASSWORD_COMMON},
        {"supercalifragilistic", PASSWORD_COMMON},
        {"ilovemyfamily123", PASSWORD_COMMON},
        {"iamthebestintheworld", PASSWORD_COMMON},
        {"tobeornottobethatis", PASSWORD_COMMON},
        {"marianne.keller2026", PASSWORD_LIKE_EMAIL},
        {"Marianne.Keller!!x9", PASSWORD_LIKE_EMAIL},
        {"marianne.keller has blue hats", PASSWORD_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (password_judge(rows[i].password, EMAIL) != rows[i].verdict)
            fail_msg("row %zu is %d", i, password_judge(rows[i].password, EMAIL));
}

static void at_most_256_characters(void **state)
{
    (void)state;
    char password[PASSWORD_CHARACTERS_MAX + 2];
    for (size_t i = 0; i < sizeof password; i++)
        password[i] = (char)('b' + (i * i + i / 7) % 24);
    password[PASSWORD_CHARACTERS_MAX] = '\0';
    assert_int_equal(password_judge(password, EMAIL), PASSWORD_ACCEPTED);
    password[PASSWORD_CHARACTERS_MAX] = 'x';
    password[PASSWORD_CHARACTERS_MAX + 1] = '\0';
    assert_int_equal(password_judge(password, EMAIL), PASSWORD_TOO_LONG);
}

/* Both sides of each number that makes a password too plain, and what the address adds to what
 * guessers know. */
static void what_is_left_without_the_address_counts(void **state)
{
    (void)state;
    const struct {
        const char *password;
        const char *email;
        enum password_verdict verdict;
    } rows[] = {
        {"marianne.keller", EMAIL, PASSWORD_LIKE_EMAIL},
        {"Vq7#marianne.kellerzW9", EMAIL, PASSWORD_LIKE_EMAIL}, /* seven of one's own */
        {"Vq7#marianne.kellerzW9%", EMAIL, PASSWORD_ACCEPTED},  /* eight */
        {"Vq7#mikamikamikazW", "mika@example.com",
         PASSWORD_LIKE_EMAIL}, /* four characters of an address are the address */
        {"V#kimq7kim%kimWkimz", "kim@example.com", PASSWORD_ACCEPTED}, /* three are a syllable */
        {"xkvbqxzvkqbvzkxqv", EMAIL, PASSWORD_ACCEPTED}, /* x k v b q z: six characters */
        {"xkvbqxqvkqbvkkxqv", EMAIL, PASSWORD_ACCEPTED}, /* five */
        {"xkvbxvbkkxbvbkxxv", EMAIL, PASSWORD_REPEATED}, /* four */
        {"vqzxkwpj and Tsc9", "someone@example.com", PASSWORD_ACCEPTED},
        {"vqzxkwpj and Tsc9", "vqzxkwpj@example.com",
         PASSWORD_COMMON}, /* the word that everybody knows of this one */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (password_judge(rows[i].password, rows[i].email) != rows[i].verdict)
            fail_msg("row %zu is %d", i, password_judge(rows[i].password, rows[i].email));
}

/* Common words alone never do, however they are put together. */
static void every_pair_of_common_words_is_refused(void **state)
{
    (void)state;
    static const char *const words[] = {"password", "cloud",   "welcome", "admin",
                                        "qwerty",   "letmein", "dragon",  "kontor"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t j = 0; j < sizeof words / sizeof *words; j++) {
            char password[64] = "";
            snprintf(password, sizeof password, "%s%s1999!x%s", words[i], words[j], words[i]);
            if (strlen(password) >= PASSWORD_CHARACTERS_MIN)
                assert_int_equal(password_judge(password, EMAIL), PASSWORD_COMMON);
        }
}

static void a_password_that_is_chosen_is_strong_and_repeated(void **state)
{
    (void)state;
    static const char good[] = "seven green bicycles in rain";
    assert_int_equal(password_mistake("", "").fault, FAULT_REQUIRED);
    assert_int_equal(password_mistake("Cloud123!", "").fault, FAULT_WEAK_PASSWORD);
    assert_int_equal(password_mistake(good, "").fault, FAULT_NONE);
    assert_int_equal(
        password_mistake("somebody.long@example.com", "somebody.long@example.com").fault,
        FAULT_WEAK_PASSWORD);
    assert_int_equal(password_repeated(good, "").fault, FAULT_REQUIRED);
    assert_int_equal(password_repeated(good, "seven green bicycles in rain.").fault,
                     FAULT_MISMATCH);
    assert_int_equal(password_repeated(good, good).fault, FAULT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_are_judged),
        cmocka_unit_test(at_most_256_characters),
        cmocka_unit_test(what_is_left_without_the_address_counts),
        cmocka_unit_test(every_pair_of_common_words_is_refused),
        cmocka_unit_test(a_password_that_is_chosen_is_strong_and_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
