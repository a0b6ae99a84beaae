/* How long an account's money lasts (LED-32, D.11): what it has above its line, by what it spent a
 * day in the last seven complete days of its calendar, and, for a job that runs away, in the last
 * hour. All in integers, so that exactly 5.0 days raise no alarm (E28). */
#ifndef LEDGER_DOMAIN_RUNWAY_H
#define LEDGER_DOMAIN_RUNWAY_H

#include <stdbool.h>
#include <stdint.h>

#define RUNWAY_BURN_DAYS 7
#define RUNWAY_ALARM_DAYS 5

struct runway_facts {
    int64_t available_micros;
    int64_t line_micros; /* what it stops at: 0, or the buffer of a postpaid account */
    bool below_line; /* its services stop: of a postpaid account at its buffer they run (LED-04) */
    int64_t spend_micros; /* of the last complete days: charges less refunds */
    int64_t days;         /* how many these are, at most RUNWAY_BURN_DAYS; 0: the first goes on */
    int64_t last_hour_micros; /* spent in the last 60 minutes */
    int64_t now_us;
};

struct runway {
    int64_t burn_micros;  /* a day, rounded half away from zero */
    bool is_endless;      /* nothing was spent: there is no date */
    int64_t tenths;       /* of days, rounded down: 4.99999 is 49 */
    int64_t depletion_us; /* whole seconds, rounded down; 0: endless, or later than can be said */
    bool alarms;          /* below five days */

    int64_t hour_depletion_us; /* by the last hour alone; the earlier of both is what counts */
};

struct runway runway_of(const struct runway_facts *facts);

#endif
