/* The operators' desk: what customers are found by, what of them is shown, and how long an account
 * is open to an operator's look. */
#ifndef IDENTITY_DOMAIN_DESK_H
#define IDENTITY_DOMAIN_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOK_LIFETIME_US (INT64_C(3600) * 1000000)

#define DESK_TEXT_SIZE 512

/* A company's number as registers' numbers are kept (company_number.h): letters are capitals,
 * spaces, dots, hyphens and slashes are dropped. false: it does not fit. */
bool desk_number(const char *typed, char number[DESK_TEXT_SIZE]);

/* "anna@example.com" is shown as "a…@example.com", "+8613800004567" as "…567"; what is too short
 * to hide anything as "…". */
void desk_mask_email(const char *email, char masked[DESK_TEXT_SIZE]);
void desk_mask_phone(const char *phone, char masked[DESK_TEXT_SIZE]);

#endif
