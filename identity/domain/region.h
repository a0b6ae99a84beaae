/* Regions (GW-14): the one that an account prefers, and the others in which it confirmed that it
 * buys, as a text with spaces between. */
#ifndef IDENTITY_DOMAIN_REGION_H
#define IDENTITY_DOMAIN_REGION_H

#include <stdbool.h>
#include <stddef.h>

#define REGIONS_MAX 32 /* confirmed ones of an account */

/* 1 to 32 bytes of a-z, 0-9 and '-'. */
bool region_is_valid(const char *region);

bool region_is_listed(const char *regions, const char *region);
size_t regions_count(const char *regions);

#endif
