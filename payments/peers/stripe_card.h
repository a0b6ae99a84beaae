/* Customers and the tokens of their cards. Only tokenising shows a card number, and wipes it. */
#ifndef PAYMENTS_PEERS_STRIPE_CARD_H
#define PAYMENTS_PEERS_STRIPE_CARD_H

#include "payments/peers/stripe_exchange.h"

struct provider_answer stripe_create_customer(struct task *task, const struct provider *provider,
                                              struct id account_id, struct id reference);
struct provider_answer stripe_tokenise(struct task *task, const struct provider *provider,
                                       struct id reference, const struct provider_card *card);
struct provider_answer stripe_remove_token(struct task *task, const struct provider *provider,
                                           const char *token);

#endif
