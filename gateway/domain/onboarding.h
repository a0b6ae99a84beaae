/* The steps after registration (ID-09) and what a portal shows above every page (GW-11). A step is
 * open as long as its blocker stands (blocker.h), so a purchase never lacks what is called done. */
#ifndef GATEWAY_DOMAIN_ONBOARDING_H
#define GATEWAY_DOMAIN_ONBOARDING_H

#include "gateway/domain/blocker.h"

/* In the order in which they are offered. */
enum onboarding_kind {
    ONBOARDING_SECOND_CHANNEL,
    ONBOARDING_ADDRESS,
    ONBOARDING_CURRENCY,
    ONBOARDING_METHOD,
    ONBOARDING_REGION,
    ONBOARDING_COMPANY,
    ONBOARDING_REAL_NAME,
    ONBOARDING_KINDS
};

enum onboarding_state { ONBOARDING_OPEN = 1, ONBOARDING_IN_REVIEW, ONBOARDING_DONE };

struct onboarding_facts {
    struct blocker_facts blockers; /* of a purchase in the region that is preferred */
    bool chosen_corporate;         /* with the billing address (ID-10) */
    bool company_in_review;
    bool real_name_in_review;
};

struct onboarding_step {
    enum onboarding_kind kind;
    enum onboarding_state state;
    const char *reason; /* of its blocker; "" when none stands */
};

/* Returns how many. */
size_t onboarding_steps(const struct onboarding_facts *facts,
                        struct onboarding_step steps[ONBOARDING_KINDS]);

#define ONBOARDING_BANNERS(X)                                                          \
    X(BANNER_SECOND_CHANNEL, "SECOND_CHANNEL_UNVERIFIED",                              \
      "Verify the other channel: nothing can be bought before.")                       \
    X(BANNER_COMPANY, "COMPANY_UNVERIFIED", "Submit the company: it is not verified.") \
    X(BANNER_COMPANY_IN_REVIEW, "COMPANY_IN_REVIEW",                                   \
      "The company is under review; whatever needs it waits until it is verified.")    \
    X(BANNER_REAL_NAME, "REAL_NAME_MISSING",                                           \
      "Register your real name: the region that you prefer needs it.")                 \
    X(BANNER_REAL_NAME_IN_REVIEW, "REAL_NAME_IN_REVIEW",                               \
      "Your real name is under review; regions in mainland China wait for it.")

#define ONBOARDING_BANNER_ENUM(banner, reason, sentence) banner,
enum onboarding_banner { ONBOARDING_BANNERS(ONBOARDING_BANNER_ENUM) BANNER_COUNT };

struct onboarding_notice {
    const char *reason;
    const char *sentence;
};

/* Returns how many. */
size_t onboarding_notices(const struct onboarding_facts *facts,
                          struct onboarding_notice notices[BANNER_COUNT]);

#endif
