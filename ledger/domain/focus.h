/* The categories of services as FOCUS 1.2 has them, a closed list (breadth A.10). */
#ifndef LEDGER_DOMAIN_FOCUS_H
#define LEDGER_DOMAIN_FOCUS_H

#include <stdbool.h>

/* "Storage" and "Object Storage": a subcategory has one category. */
bool focus_is_category(const char *category);
bool focus_is_subcategory(const char *category, const char *subcategory);

/* Whether it is written as FOCUS writes a unit: "Hours", "GB-Hours", "GiB", "1000 Requests". */
#define FOCUS_UNIT_SIZE_MAX 64
bool focus_is_unit(const char *unit);

#endif
