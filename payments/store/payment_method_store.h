/* Keeps payment methods. A change names the state it starts from and changes nothing when another
 * was faster. */
#ifndef PAYMENTS_STORE_PAYMENT_METHOD_STORE_H
#define PAYMENTS_STORE_PAYMENT_METHOD_STORE_H

#include "payments/domain/card.h"
#include "payments/domain/hold.h"
#include "payments/domain/payment_method.h"
#include "payments/store/subject.h"

#define CARD_FINGERPRINT_SIZE 32

struct payment_method {
    struct id account_id;
    struct id payment_method_id;
    enum payment_method_kind kind;
    enum payment_method_state state;
    enum card_brand brand;
    const char *last_four;
    struct card_expiry expiry;
    const char *holder_name;
    const char *card_country;
    const char *provider_token; /* NULL before the provider made one */
    const char *failure_reason;
    const char *failure_advice;
    int64_t created_us;
    bool has_hold;
    enum hold_state hold_state;
    int64_t hold_authorized_us;
    int64_t hold_voided_us;
};

struct payment_method_count {
    size_t saved;
    bool has_this_card;
};

enum failure
payment_method_store_insert(struct transaction *transaction, const struct payment_method *method,
                            const uint8_t fingerprint[CARD_FINGERPRINT_SIZE]) must_check;
enum failure payment_method_store_count(struct transaction *transaction, struct id account_id,
                                        const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                        struct payment_method_count *count) must_check;

/* On how many other accounts the card is, or is about to be. */
enum failure payment_method_store_count_accounts(struct transaction *transaction,
                                                 struct id account_id,
                                                 const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                                 size_t *count) must_check;
/* The card's fingerprint; *found is false when there is no such method. */
enum failure payment_method_store_fingerprint(struct transaction *transaction,
                                              struct subject_key key,
                                              uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                              bool *found) must_check;

/* *method is NULL when there is none; it lives in the task's arena. */
enum failure payment_method_store_find(struct reader reader, struct subject_key key,
                                       struct payment_method **method) must_check;
enum failure payment_method_store_look(struct transaction *transaction, struct subject_key key,
                                       struct payment_method **method) must_check;

struct payment_method_filter {
    struct id account_id;
    struct id below_id;
    size_t limit;
};
/* Newest first; in the task's arena. */
enum failure payment_method_store_list(struct reader reader,
                                       const struct payment_method_filter *filter,
                                       struct payment_method **methods, size_t *count) must_check;

struct shared_card_filter {
    struct id card_id;
    struct id before_id;
    size_t limit;
};
/* Each time that a shared card was put on an account, in every state; newest first. */
enum failure payment_method_store_list_shared(struct reader reader,
                                              const struct shared_card_filter *filter,
                                              struct payment_method **methods,
                                              size_t *count) must_check;

struct payment_method_change {
    enum payment_method_state next;
    const char *failure_reason; /* "" unless it is refused */
    const char *failure_advice;
};
/* *changed is false when the method was not in method->state any more. */
enum failure payment_method_store_change(struct transaction *transaction,
                                         const struct payment_method *method,
                                         const struct payment_method_change *change,
                                         bool *changed) must_check;
enum failure payment_method_store_tokenise(struct transaction *transaction,
                                           const struct payment_method *method, const char *token,
                                           const char *card_country, bool *changed) must_check;

/* Whether there is any: a fingerprint that was made with the key. */
enum failure payment_method_store_any(struct reader reader, bool *any) must_check;

enum failure payment_method_store_in_use(struct transaction *transaction, struct subject_key key,
                                         bool *in_use) must_check;

/* The provider needs these to charge the method; NULL when it is not there yet. */
struct payment_method_token {
    const char *token;
    const char *customer;
};
enum failure payment_method_store_token(struct reader reader, struct subject_key key,
                                        struct payment_method_token *token) must_check;

/* NEW methods made before a moment: their number went with the call that brought it. */
enum failure payment_method_store_abandoned(struct reader reader, int64_t before_us, size_t limit,
                                            struct subject_keys *abandoned) must_check;
/* ACTIVE becomes EXPIRED for cards whose month ended before this one (months since year 0). */
enum failure payment_method_store_expire(struct reader reader, int64_t month_index,
                                         int64_t *expired) must_check;

#endif
