/* ID-31: identity hears how the account stands, as of an association, and decides; then the other
 * contexts hear that it is an organisation's. */
#include "gateway/service/filter.h"

const struct filter filter_conversion = {.before = relation_standing_ask,
                                         .after = open_account_after};
