/* Keeps the provider's messages, each event once, until they are applied. */
#ifndef PAYMENTS_STORE_WEBHOOK_STORE_H
#define PAYMENTS_STORE_WEBHOOK_STORE_H

#include "payments/store/subject.h"

enum webhook_state { WEBHOOK_RECEIVED, WEBHOOK_APPLIED, WEBHOOK_IGNORED };

struct webhook {
    const char *provider;
    const char *event_id;
    const char *type;
    struct subject_key about; /* nil: the message names none of ours */
    int64_t tries;
};

/* Nothing happens when the event is there already. */
enum failure webhook_store_insert(struct reader reader, const struct webhook *webhook,
                                  int64_t now_us) must_check;
/* In the task's arena. */
enum failure webhook_store_claim(struct reader reader, const struct claim *claim,
                                 struct webhook **webhooks, size_t *count) must_check;
/* next_us is when to look again at one that stays RECEIVED. */
enum failure webhook_store_settle(struct reader reader, const struct webhook *webhook,
                                  enum webhook_state state, int64_t next_us) must_check;
/* Removes up to count_max that were settled and received before. */
enum failure webhook_store_forget(struct reader reader, int64_t before_us, int64_t count_max,
                                  int64_t *removed) must_check;

#endif
