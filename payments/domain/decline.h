/* Advice after a decline: a provider's many codes become five pieces of it. The words never tell
 * fraud, loss or theft. */
#ifndef PAYMENTS_DOMAIN_DECLINE_H
#define PAYMENTS_DOMAIN_DECLINE_H

#define DECLINE_ADVICES(X)                  \
    X(DECLINE_RETRY_LATER, "RETRY_LATER")   \
    X(DECLINE_OTHER_METHOD, "OTHER_METHOD") \
    X(DECLINE_FIX_DATA, "FIX_DATA")         \
    X(DECLINE_AUTHENTICATE, "AUTHENTICATE") \
    X(DECLINE_BLOCKED, "BLOCKED")

#define DECLINE_ENUM(advice, text) advice,
enum decline_advice { DECLINE_ADVICES(DECLINE_ENUM) };

/* Of a card that was never verified, whatever the provider said: it tells a thief nothing (S5). */
#define DECLINE_UNVERIFIED DECLINE_OTHER_METHOD

/* An unknown code advises another method. */
enum decline_advice decline_advise(const char *provider_code);
const char *decline_advice_name(enum decline_advice advice);

#endif
