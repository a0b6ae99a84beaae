/* The months of a partner, and the discount that its group has in one (LED-25). */
#ifndef LEDGER_JOBS_GROUP_RATE_H
#define LEDGER_JOBS_GROUP_RATE_H

#include "ledger/store/group_store.h"

/* The calendar months that the moment lies in, and that before and after it, by the partner's
 * billing time zone. */
struct group_calendar {
    int64_t month, month_before, month_after; /* domain/month.h */
};
enum failure group_calendar_find(struct reader reader, struct id agent_id, int64_t at_us,
                                 struct group_calendar *calendar) must_check;

/* When a month begins there. */
enum failure group_month_begin(struct reader reader, struct id agent_id, int64_t month,
                               int64_t *begin_us) must_check;

/* Of a month of the partner's: by the table that counts in it and the volume of the month before,
 * until a line has it; then as that line had it. */
struct group_rate {
    struct group_table table;
    int64_t volume_micros; /* of the month before */
    int64_t ppm;
    bool is_kept;
};
enum failure group_rate_read(struct reader reader, const struct group_month *month,
                             struct group_rate *rate) must_check;

/* The group that usage of an account counts for that begins at a moment, and at which discount: the
 * rate of the agent's month in which it begins. Its volume is that of the month of now, for what
 * comes late must not change a rate that is under way (A.3). */
struct group_part {
    struct id agent_id;       /* the account itself when it is nobody's customer */
    int64_t month;            /* of the agent, to which the volume is added */
    int64_t ppm;              /* 0: none, or its terms do not share it */
    struct billing_span span; /* all usage that begins in it has the same part */
};
enum failure group_part_find(struct reader reader, const struct price_wanted *usage,
                             struct group_part *part) must_check;

#endif
