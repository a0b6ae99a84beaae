/* Reports on assets and lines, as they are kept. */
#ifndef SHARING_STORE_REPORT_STORE_H
#define SHARING_STORE_REPORT_STORE_H

#include "sharing/store/coverage_store.h"

/* Assets of a company, in the order of the ids, without those that are not there. */
enum failure report_store_assets(struct reader reader, struct id company_id,
                                 const struct id_array *ids, struct asset_list *assets) must_check;

struct expiring_filter {
    struct company_key account;
    int64_t now_us;
    int64_t end_us;
    struct id before_id;
    size_t limit;
};

/* The assets that an account owns or is given, newest first. */
enum failure report_store_expiring(struct reader reader, const struct expiring_filter *filter,
                                   struct asset_list *assets) must_check;

/* Of days, as many as there are rows. */
struct used_day {
    int64_t day_us;
    int64_t used_micros;
};
struct used_days {
    struct used_day *days;
    size_t count;
};

/* Of the hours within the intervals, which share none. */
enum failure report_store_days(struct reader reader, struct company_key asset,
                               const struct interval *held, size_t count,
                               struct used_days *days) must_check;

/* Whether a piece is an account's, and a line. */
enum failure report_store_has_piece(struct reader reader, struct company_key piece,
                                    struct id account_id, bool *has) must_check;
enum failure report_store_has_line(struct reader reader, struct company_key line,
                                   struct id account_id, bool *has) must_check;

#endif
