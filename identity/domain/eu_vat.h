/* VAT numbers of the European Union, each country with its own formula. */
#ifndef IDENTITY_DOMAIN_EU_VAT_H
#define IDENTITY_DOMAIN_EU_VAT_H

#include <stdbool.h>

/* The prefix of a country's VAT numbers ("EL" for Greece), or NULL when it is not in the union. */
const char *eu_vat_prefix(const char *country);

/* Whether the number, without its prefix, has the form of the country's; and whether its check
 * digits fit. Bulgaria, Cyprus, Czechia, Spain, Latvia and Lithuania are judged by form alone. */
bool eu_vat_has_form(const char *country, const char *number);
bool eu_vat_check(const char *country, const char *number);

#endif
