/* Covers pieces of usage by assets with figures (D.9 step 1), for CoverUsage and for who asks what
 * would be. */
#ifndef SHARING_SERVICE_COVER_H
#define SHARING_SERVICE_COVER_H

#include "sharing/domain/coverage.h"
#include "sharing/service/usage_facts.h"
#include "sharing/store/coverage_store.h"

/* Of a kind with figures; of any other the last. */
enum coverage_tier asset_tier(enum asset_kind kind);

/* An asset with figures, its rates read. */
struct covering_asset {
    const struct asset *asset;
    enum coverage_tier tier;
    const struct coverage_rate *rates;
    size_t rate_count;
    int64_t width;
    int64_t used_micros; /* of the hour that is being covered */
    bool is_asked;       /* some pair of the hour is its own */
};

/* The facts that all is decided by. */
struct cover {
    struct arena *arena;
    struct id company_id; /* where things are now */
    struct covering_asset *assets;
    size_t asset_count;
    struct usage_facts facts;
    size_t pair_count; /* of all hours so far */
    bool is_too_wide;  /* more than a call may consider */
};

/* The pieces of one hour. */
struct cover_hour {
    const struct usage_piece *pieces;
    size_t count;
    struct coverage_pair *pairs;
    size_t pair_count;
    struct asset_hours hours;
    struct owed_list owed;             /* what corrections of before are more than usage by */
    struct considered_list considered; /* no more than pairs */
};

/* Reads the facts for the pieces. */
enum failure cover_read(struct source source, struct cover *cover, const struct usage_piece *pieces,
                        size_t count) must_check;

/* Pairs the pieces with the assets that name their skus, in the order of serving. */
void cover_pair(struct cover *cover, struct cover_hour *hour);

/* Serves the pieces with units, once hours.used_micros and owed are known, and changes the hours.
 */
void cover_serve(struct cover *cover, struct cover_hour *hour);

/* Of a correction: gives back what the list says and covers more than net_micros. */
void cover_give_back(struct cover *cover, struct cover_hour *hour, size_t piece, int64_t net_micros,
                     const struct considered_list *kept);

#endif
