/* Calendar months of an account by a number, which stays the same when its zone changes: January
 * 1970 is 0. */
#ifndef LEDGER_DOMAIN_MONTH_H
#define LEDGER_DOMAIN_MONTH_H

#include "ledger/domain/billing_period.h"
#include "runtime/base/failure.h"

#define MONTH_SIZE 8 /* "2027-01" and the NUL */

/* The number of a month in whatever zone. */
int64_t month_number(struct billing_span month);

/* A moment that lies in it in every zone. */
int64_t month_middle_us(int64_t number);

/* false: it is not "2027-01", of 1970 to 9998. */
bool month_parse(const char *text, int64_t *number) must_check;
void month_format(int64_t number, char text[MONTH_SIZE]);

#endif
