/* kontor asset, share, benefit, coupon: benefits and who may use them. */
#include "cli/invocation.h"
#include "cli/options.h"
#include "sharing/v1/asset.pb-c.h"
#include "sharing/v1/benefit.pb-c.h"
#include "sharing/v1/coupon.pb-c.h"
#include "sharing/v1/share.pb-c.h"

#define ASSET &sharing__v1__asset_service__descriptor
#define SHARE &sharing__v1__share_service__descriptor
#define COUPON &sharing__v1__coupon_service__descriptor

#define ASSET_OPTION                                                               \
    {                                                                              \
        "asset", "ID", "asset_id", OPTION_REQUIRED, "From asset list.", NULL, NULL \
    }
#define WITH_OPTION                                                      \
    {                                                                    \
        "with", "ACCOUNTS", "recipient_account_ids", OPTION_REQUIRED,    \
            "One or more, separated by commas; at most 100.", NULL, NULL \
    }

static const struct option register_options[] = {
    {"kind", "KIND", "kind", OPTION_REQUIRED, "savings-plan, reserved-instance or storage-package.",
     NULL, NULL},
    {"name", "TEXT", "name", OPTION_REQUIRED, "At most 128 bytes.", NULL, NULL},
    {"expires", "TIME", "expire_time", OPTION_REQUIRED, "\"2027-01-31T00:00:00Z\" or \"now+365d\".",
     NULL, NULL},
    {"products", "CODES", "products", 0,
     "What it covers, separated by commas; everything when not given.", NULL, NULL},
    {"bill-types", "TYPES", "bill_types", 0, "Separated by commas; every type when not given.",
     NULL, NULL},
    {0},
};

static const struct option asset_options[] = {ASSET_OPTION, {0}};
static const struct option page_options[] = {PAGE_OPTIONS, {0}};
static const struct option share_options[] = {ASSET_OPTION, WITH_OPTION, {0}};
static const struct option share_list_options[] = {ASSET_OPTION, PAGE_OPTIONS, {0}};

static const struct option share_organization_options[] = {
    ASSET_OPTION,
    {"organization", "ID", "organization_id", OPTION_REQUIRED, "From organization create.", NULL,
     NULL},
    {0},
};

static const struct option rule_options[] = {
    {"kind", "KIND", "kind", OPTION_REQUIRED, "savings-plan, reserved-instance or storage-package.",
     NULL, NULL},
    {"with", "ACCOUNTS", "recipient_account_ids", 0,
     "Separated by commas; none switches the rule off.", NULL, NULL},
    {"organization", "ID", "organization_id", 0, "Or an organization.", NULL, NULL},
    {0},
};

static const struct option organization_options[] = {
    {"name", "TEXT", "name", OPTION_REQUIRED, "At most 128 bytes.", NULL, NULL},
    {"members", "ACCOUNTS", "member_account_ids", 0, "Separated by commas.", NULL, NULL},
    {0},
};

static const struct option organization_change_options[] = {
    {"organization", "ID", "organization_id", OPTION_REQUIRED, "Which one.", NULL, NULL},
    {"add", "ACCOUNTS", "add_account_ids", 0, "Separated by commas.", NULL, NULL},
    {"remove", "ACCOUNTS", "remove_account_ids", 0, "Separated by commas.", NULL, NULL},
    {0},
};

static const struct option benefit_options[] = {
    ASSET_OPTION,
    {"used", "TIME", "usage_time", 0, "When the usage started; now when not given.", NULL, "now"},
    {"product", "CODE", "product", 0, "For example ecs.", NULL, "ecs"},
    {"bill-type", "TYPE", "bill_type", 0, "For example PAY_AS_YOU_GO.", NULL, "PAY_AS_YOU_GO"},
    {0},
};

static const struct option pool_options[] = {
    {"amount", "AMOUNT", "total_micros", OPTION_REQUIRED, "The value of all its coupons together.",
     NULL, NULL},
    {"currency", "CODE", "currency", OPTION_REQUIRED, "Its currency.", NULL, NULL},
    {"expires", "TIME", "expire_time", OPTION_REQUIRED, "Of the pool and its coupons.", NULL, NULL},
    {"target", "TARGET", "target", 0, "enterprise-management-account or other.", NULL,
     "enterprise-management-account"},
    {"products", "CODES", "products", 0, "What the coupons cover.", NULL, NULL},
    {"bill-types", "TYPES", "bill_types", 0, "Separated by commas.", NULL, NULL},
    {0},
};

static const struct option issue_options[] = {
    {"pool", "ID", "pool_id", OPTION_REQUIRED, "From coupon pools.", NULL, NULL},
    WITH_OPTION,
    {"count", "NUMBER", "coupon_count", OPTION_REQUIRED, "1 to 1000.", NULL, NULL},
    {"face", "AMOUNT", "face_micros", OPTION_REQUIRED, "The value of one.", NULL, NULL},
    {0},
};

static const char *const register_examples[] = {
    "asset register --account 0198c5b2-… --kind savings-plan --name \"compute, one year\" "
    "--expires now+365d --products ecs",
    NULL};
static const char *const share_examples[] = {
    "share add --asset 0198c5b2-… --with 0198c5b3-…,0198c5b4-…", NULL};
static const char *const benefit_examples[] = {
    "benefit check --asset 0198c5b2-… --used now-1h --product ecs --profile project-a", NULL};

const struct command sharing_commands[] = {
    {.noun = "asset",
     .verb = "register",
     .summary = "Registers an asset that an account has bought; operators only.",
     .service = ASSET,
     .method = "RegisterAsset",
     .options = register_options,
     .examples = register_examples},
    {.noun = "asset",
     .verb = "list",
     .summary = "Lists the account's assets.",
     .service = ASSET,
     .method = "ListAssets",
     .options = page_options},
    {.noun = "asset",
     .verb = "show",
     .summary = "Shows one.",
     .service = ASSET,
     .method = "GetAsset",
     .options = asset_options},
    {.noun = "share",
     .verb = "add",
     .summary = "Shares an asset with accounts of the company, at once.",
     .service = SHARE,
     .method = "ShareWithAccounts",
     .options = share_options,
     .examples = share_examples},
    {.noun = "share",
     .verb = "organization",
     .summary = "Shares an asset with an organization, in about a minute.",
     .service = SHARE,
     .method = "ShareWithOrganization",
     .options = share_organization_options},
    {.noun = "share",
     .verb = "stop",
     .summary = "Stops sharing with accounts.",
     .service = SHARE,
     .method = "StopSharing",
     .options = share_options},
    {.noun = "share",
     .verb = "list",
     .summary = "Lists the shares of an asset.",
     .service = SHARE,
     .method = "ListShares",
     .options = share_list_options},
    {.noun = "share",
     .verb = "rule",
     .summary = "Shares new assets of a kind by themselves.",
     .service = SHARE,
     .method = "SetAutomaticRule",
     .options = rule_options},
    {.noun = "organization",
     .verb = "create",
     .summary = "Makes an organization of accounts.",
     .service = SHARE,
     .method = "CreateOrganization",
     .options = organization_options},
    {.noun = "organization",
     .verb = "change",
     .summary = "Adds and removes members.",
     .service = SHARE,
     .method = "UpdateOrganizationMembers",
     .options = organization_change_options},
    {.noun = "benefit",
     .verb = "check",
     .summary = "Tells whether an asset applies to a usage, and why.",
     .service = &sharing__v1__benefit_service__descriptor,
     .method = "CheckBenefit",
     .options = benefit_options,
     .examples = benefit_examples},
    {.noun = "coupon",
     .verb = "request-pool",
     .summary = "Requests a coupon pool for a customer; operators only.",
     .service = COUPON,
     .method = "RequestCouponPool",
     .options = pool_options},
    {.noun = "coupon",
     .verb = "pools",
     .summary = "Lists the pools that coupons may be issued from.",
     .service = COUPON,
     .method = "ListCouponPools",
     .options = page_options},
    {.noun = "coupon",
     .verb = "issue",
     .summary = "Issues coupons to accounts.",
     .service = COUPON,
     .method = "IssueCoupons",
     .options = issue_options},
    {.noun = "coupon",
     .verb = "revoke",
     .summary = "Takes back what is left of a coupon.",
     .service = COUPON,
     .method = "RevokeCoupon",
     .options = asset_options},
    {0},
};
