/* Countries: ISO 3166-1 alpha-2 codes with the calling code of their phone numbers. Several
 * countries may share one calling code
 * (+1, +7, +44 …), so a number fits a set of countries, not always one (ID-03). */
#ifndef IDENTITY_DOMAIN_COUNTRY_H
#define IDENTITY_DOMAIN_COUNTRY_H

struct country {
    char code[3];
    char calling_code[4]; /* one to three digits without the plus; no calling code is the beginning
                             of another */
};

/* Lends the table's row, or NULL when the code is none. Upper case only. */
const struct country *country_find(const char *code);

/* The first country with the calling code of a number in E.164 form, or NULL. */
const struct country *country_called(const char *phone);

#endif
