/* The billing time zone of an account whose holder chose none, by the country where it is
 * registered (D.14, LED-28). */
#ifndef LEDGER_DOMAIN_COUNTRY_ZONE_H
#define LEDGER_DOMAIN_COUNTRY_ZONE_H

#define COUNTRY_ZONE_UNKNOWN "UTC"

/* Of an ISO 3166-1 code; of a country that has several, the zone in which most of its business is
 * done. UTC where nobody lives, as in AQ and UM, and of what is no country. */
const char *country_zone(const char *country);

#endif
