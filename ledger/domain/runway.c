#include "ledger/domain/runway.h"

#include <assert.h>

#include "runtime/base/clock.h"

#define DAY_S INT64_C(86400)
#define HOUR_S INT64_C(3600)
#define US_OF_S INT64_C(1000000)
#define TENTHS 10

__extension__ typedef __int128 wide; /* an amount times seconds leaves 64 bits */

/* floor(left * scale / spend), of amounts above zero; INT64_MAX beyond. */
static int64_t lasts(int64_t left, int64_t scale, int64_t spend)
{
    wide span = (wide)left * scale / spend;
    return span > INT64_MAX ? INT64_MAX : (int64_t)span;
}

static int64_t left_of(const struct runway_facts *facts)
{
    return facts->available_micros > facts->line_micros
               ? facts->available_micros - facts->line_micros
               : 0; /* a line is never below zero */
}

/* (A - line) * days < 5 * spend, as D.11 has it; of an account that spends nothing never. */
static bool alarms(const struct runway_facts *facts)
{
    wide left = (wide)facts->available_micros - facts->line_micros;
    return facts->spend_micros > 0 &&
           left * facts->days < (wide)RUNWAY_ALARM_DAYS * facts->spend_micros;
}

static int64_t burn(const struct runway_facts *facts)
{
    return facts->days == 0 ? 0
                            : (int64_t)(((wide)2 * facts->spend_micros +
                                         (facts->spend_micros < 0 ? -facts->days : facts->days)) /
                                        (2 * facts->days));
}

static int64_t instant_us(const struct runway_facts *facts, int64_t left_s)
{
    int64_t latest_s = (MOMENT_MAX_US - facts->now_us) / US_OF_S;
    return left_s > latest_s ? 0 : facts->now_us + left_s * US_OF_S;
}

struct runway runway_of(const struct runway_facts *facts)
{
    assert(facts->days >= 0 && facts->days <= RUNWAY_BURN_DAYS && facts->now_us <= MOMENT_MAX_US);
    int64_t left = left_of(facts);
    struct runway runway = {.burn_micros = burn(facts),
                            .is_endless = facts->days == 0 || facts->spend_micros <= 0,
                            .alarms = alarms(facts)};
    if (!runway.is_endless) {
        runway.tenths = lasts(left, facts->days * TENTHS, facts->spend_micros);
        runway.depletion_us =
            instant_us(facts, lasts(left, facts->days * DAY_S, facts->spend_micros));
    }
    if (facts->last_hour_micros > 0)
        runway.hour_depletion_us = instant_us(facts, lasts(left, HOUR_S, facts->last_hour_micros));
    return runway;
}
