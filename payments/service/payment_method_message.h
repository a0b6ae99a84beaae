/* Payment methods on the wire. */
#ifndef PAYMENTS_SERVICE_PAYMENT_METHOD_MESSAGE_H
#define PAYMENTS_SERVICE_PAYMENT_METHOD_MESSAGE_H

#include "payments/store/shared_card_store.h"
#include "payments/v1/payment_method.pb-c.h"
#include "runtime/base/arena.h"

/* In the arena. */
Payments__V1__PaymentMethod *
payment_method_to_message(struct arena *arena, const struct payment_method *method) must_check;

/* The same without the holder's name, for operators who do not look into the account. */
Payments__V1__PaymentMethod *
payment_method_to_nameless_message(struct arena *arena,
                                   const struct payment_method *method) must_check;

Payments__V1__SharedCard *shared_card_to_message(struct arena *arena,
                                                 const struct shared_card *card) must_check;

/* false: unspecified or unknown. */
bool payment_method_kind_from_message(Payments__V1__PaymentMethodKind message,
                                      enum payment_method_kind *kind) must_check;

#endif
