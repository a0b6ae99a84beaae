/* Takes a recorded card through the provider: a token, the issuer's country, the 1.00 USD hold. The
 * only code that shows a card number to anybody; whoever calls it wipes the number. */
#ifndef PAYMENTS_JOBS_CARD_H
#define PAYMENTS_JOBS_CARD_H

#include "payments/payments.h"
#include "payments/store/payment_method_store.h"

/* From wherever the method stands (a repeated request goes on where the first was cut off) until it
 * is ACTIVE or FAILED, or the provider takes too long: then it stays VERIFYING and the job of the
 * holds goes on. *method is read again at the end. */
enum failure card_add(struct task *task, struct payments *payments, const struct card *card,
                      struct payment_method **method) must_check;

/* The periodic job: cards whose number went with the call that brought it are given up; cards past
 * their month become EXPIRED. */
enum failure card_clean(struct task *task, void *payments) must_check;

#endif
