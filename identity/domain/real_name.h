/* A person's real name, as an individual's account registers it (ID-08): how far it is, and until
 * when it counts. Its submission is in submission.h, its states are in review.h. */
#ifndef IDENTITY_DOMAIN_REAL_NAME_H
#define IDENTITY_DOMAIN_REAL_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One person on more accounts than these is shown to operators (ID-19). */
#define PERSON_ACCOUNTS_MAX 5

/* Before a document expires, the next one may be submitted. */
#define REAL_NAME_RENEWAL_US (INT64_C(30) * 24 * 3600 * 1000000)

struct real_name_standing {
    bool verified;
    int64_t expire_us; /* of the verified document; 0: it does not expire */
    bool in_review;
};

/* Whether purchases that need a real name have one. */
bool real_name_counts(const struct real_name_standing *standing, int64_t now_us);

/* Whether it counts for so long that no other is submitted yet. */
bool real_name_lasts(const struct real_name_standing *standing, int64_t now_us);

#define REAL_NAME_MASK_SIZE 512

/* "Li Lei" is shown as "L…", "11010519491231002X" as "…02X"; what is too short to hide anything as
 * "…". */
void real_name_mask(const char *name, char masked[REAL_NAME_MASK_SIZE]);
void document_number_mask(const char *number, char masked[REAL_NAME_MASK_SIZE]);

#endif
