/* Identity as the gateway sees it: accounts, events and messages to people; who calls, and what
 * they may do, stands in identity_session.h. */
#ifndef GATEWAY_PEERS_IDENTITY_PEER_H
#define GATEWAY_PEERS_IDENTITY_PEER_H

#include <stdbool.h>

#include "gateway/peers/peer_call.h"
#include "runtime/base/arena.h"
#include "runtime/base/id.h"

struct identity_account {
    bool corporate;
    bool billing_address_present;
    const char *country;
    const char *company_id;
    char *const *merged_company_ids; /* of companies that are that one by now (ID-18) */
    size_t merged_company_count;
    const char *principal_name; /* who acts for it: the person, or the corporate contact; "" before
                                   the billing address */
    bool second_channel_verified;
    bool sign_up_by_phone; /* else by e-mail: the second channel is the other */
    bool company_in_review;
    bool real_name_registered; /* a person's, or the company is verified (ID-08) */
    bool real_name_in_review;
    const char *region; /* that is preferred; "" before it is chosen */
    char *const *confirmed_regions;
    size_t confirmed_region_count;
    unsigned feature_steps, provisioning_steps; /* policy_step bits (readiness.h) */
};

enum failure identity_account_get(struct peer_call call, const char *account_id,
                                  struct identity_account *account) must_check;

/* Whether its verified company is this one, or this one was merged into that (ID-18). */
bool identity_account_is_of(const struct identity_account *account, const char *company_id);

/* The account of an event that changes what the other contexts must know of it:
 * identity.v1.BillingAddressAdded, CompanyVerified, CompanyRevoked, PromotionActivated. false: not
 * such a payload. */
bool identity_event_account(struct arena *arena, const char *type, struct bytes payload,
                            struct id *account_id) must_check;

/* Of identity.v1.RelationBegan, RelationChanged or RelationEnded; the terms of one that ended are
 * not told. false: not such a payload. */
struct identity_relation {
    struct id relation_id;
    const char *agent_id;
    const char *customer_id;
    int64_t version;
    int64_t previous_version; /* of what is told before it; 0: nothing, or it is not known */
    int settlement_mode;      /* of identity.v1.SettlementMode */
    bool pay_on_behalf;
    bool allocates;
    bool agent_purchases;
    const char *price_book_id; /* "": the list; NULL: it ended */
    bool shares_discount;
    bool resells;
    bool ended;
    int64_t since_us;
};
bool identity_event_relation(struct arena *arena, const char *type, struct bytes payload,
                             struct identity_relation *relation) must_check;

/* The relation in which the account is a customer now, as who the headers say is asking is told;
 * agent_id "": in none. */
enum failure identity_relation_of(struct peer_call call, const struct rpc_header *headers,
                                  const char *customer_id,
                                  struct identity_relation *relation) must_check;

/* The leaver of identity.v1.MemberLeft. false: not such a payload. */
bool identity_event_leaver(struct arena *arena, struct bytes payload,
                           struct id *principal_id) must_check;

enum identity_delivery { IDENTITY_DELIVERY_EMAIL, IDENTITY_DELIVERY_SMS };

/* As identity's notices are about them. */
enum identity_notice_kind {
    IDENTITY_NOTICE_ACCOUNT = 2,
    IDENTITY_NOTICE_PAYMENT = 3,
    IDENTITY_NOTICE_CREDIT_LIMIT = 4,
    IDENTITY_NOTICE_APPROVAL = 5
};

struct identity_notice {
    const char *account_id;
    enum identity_notice_kind kind;
    struct id request_id; /* the same id is sent once, whatever is repeated */
    enum identity_delivery delivery;
    const char *subject;
    const char *text;
    bool is_owed; /* goes out however many went before */
};

/* Its id there, for identity_notice_follow; "" when identity said no. */
enum failure identity_notice_send(struct peer_call call, const struct identity_notice *notice,
                                  const char **notification_id) must_check;

/* How far a notice is that was sent. */
struct identity_delivered {
    bool ended;           /* delivered, or given up */
    int64_t delivered_us; /* 0: not yet, or never */
};
enum failure identity_notice_follow(struct peer_call call, const char *notification_id,
                                    struct identity_delivered *delivered) must_check;

#endif
