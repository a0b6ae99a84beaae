/* How hard a password is to guess, by zxcvbn: it knows leaked passwords, names, words of several
 * languages, keyboard walks, dates, repetitions and usual substitutions, and counts the guesses of
 * whoever tries the likeliest first. */
#ifndef RUNTIME_PEOPLE_PASSWORD_STRENGTH_H
#define RUNTIME_PEOPLE_PASSWORD_STRENGTH_H

/* The binary logarithm of the guesses. words: what else a guesser would try, lower case, ended by
 * NULL. Takes milliseconds at worst. */
double password_strength_bits(const char *password, const char *const *words);

#endif
