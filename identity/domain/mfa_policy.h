/* The demands of an account on factors (ID-32). The values are those of the wire. */
#ifndef IDENTITY_DOMAIN_MFA_POLICY_H
#define IDENTITY_DOMAIN_MFA_POLICY_H

enum mfa_demand {
    MFA_DEMAND_UNSPECIFIED,
    MFA_DEMAND_NONE,
    MFA_DEMAND_WHEN_ENROLLED,
    MFA_DEMAND_REQUIRED,
};

struct mfa_policy {
    enum mfa_demand money;
    enum mfa_demand who_may_what;
    unsigned required_roles; /* bits of enum role */
};

/* The demand on somebody with these roles in the account: a role may make it more, never less. One
 * of the account's own cannot be named and is no way past those that are: it counts as one. */
enum mfa_demand mfa_demand_on(enum mfa_demand demand, const struct mfa_policy *policy,
                              unsigned roles);

const char *mfa_demand_name(enum mfa_demand demand); /* UNSPECIFIED is WHEN_ENROLLED */
enum mfa_demand mfa_demand_find(const char *name);   /* UNSPECIFIED when there is none */

#endif
