/* The ladder of warnings before an account is suspended (A.6, c-2): rungs that its money falls
 * through. A rung is told once when it is crossed, and again only after the money was above it. */
#ifndef LEDGER_DOMAIN_LADDER_H
#define LEDGER_DOMAIN_LADDER_H

#include "ledger/domain/runway.h"

/* From the highest to the lowest; the wire's numbers. The last two are no rungs: notices that tell
 * of a suspension to come, and of one that is there. */
enum rung {
    RUNG_FIVE_DAYS = 1,  /* the runway is below five days (LED-32) */
    RUNG_TWENTY_PERCENT, /* available is at most 20 % of what a month costs */
    RUNG_FIVE_PERCENT,
    RUNG_DAY, /* by the last days or the last hour, whichever is faster, a day is left */
    RUNG_HOUR,
    RUNG_SUSPENDING,
    RUNG_SUSPENDED
};
#define RUNG_BIT(rung) (1u << (rung))

/* A bit for each rung that the money is below. Below the line it is below all of them: a suspension
 * tells of itself. */
unsigned ladder_below(const struct runway_facts *facts);

/* The lowest rung that was crossed since: what is told, naming all; 0: none. */
enum rung ladder_crossed(unsigned before, unsigned now);

/* Whether a notice is of the ladder, so that whoever got it was warned. */
bool ladder_warns(enum rung rung);

#endif
