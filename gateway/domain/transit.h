/* Money between two chains of the ledger (settled 11, LED-22): what was sent is received, or goes
 * back. */
#ifndef GATEWAY_DOMAIN_TRANSIT_H
#define GATEWAY_DOMAIN_TRANSIT_H

#include <stdbool.h>

/* Whether the ledger's reason not to receive it is one that it keeps under the request id, so that
 * no late duplicate can receive it after it went back. Anything else, a time-out above all, says
 * nothing about what was done: it is received again and again. */
bool transit_goes_back(const char *reason);

#endif
