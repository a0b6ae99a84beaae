/* Contacts: the e-mail addresses and phone numbers over which people are reached, their syntax and their form for comparison; and
 * the two channels of verification, of which an account needs both (ID-04, ID-06). */
#ifndef IDENTITY_DOMAIN_CONTACT_H
#define IDENTITY_DOMAIN_CONTACT_H

#include <stdbool.h>
#include <stddef.h>

#include "identity/domain/country.h"
#include "runtime/base/failure.h"

#define EMAIL_SIZE 255 /* 254 bytes (RFC 5321) and the NUL */
#define PHONE_SIZE 17  /* a plus, 15 digits (E.164) and the NUL */

enum channel { CHANNEL_NONE, CHANNEL_EMAIL, CHANNEL_PHONE };
enum delivery { DELIVERY_NONE, DELIVERY_EMAIL, DELIVERY_SMS, DELIVERY_VOICE };

/* The other of the two. */
enum channel channel_complement(enum channel channel);

/* EMAIL travels on the e-mail channel, SMS and VOICE on the phone (ID-05). */
enum channel delivery_channel(enum delivery delivery);

const char *channel_name(enum channel channel);    /* "EMAIL", "PHONE" */
const char *delivery_name(enum delivery delivery); /* "EMAIL", "SMS", "VOICE" */

/* A dot-atom, an at sign and a host name of at least two labels, all ASCII; at most 64 and 254 bytes. */
bool email_is_valid(const char *email);

/* The form for uniqueness and log-in: surrounding spaces cut, lower case. Tags ("+news") and dots stay, they may be other people.
 * false: not a valid address. */
bool email_normalise(const char *email, char normal[EMAIL_SIZE]) must_check;

/* A plus and 7 to 15 digits, the first of them not 0. */
bool phone_is_valid(const char *phone);

/* ID-03: the number's calling code is the country's. */
bool phone_is_of_country(const char *phone, const struct country *country);

#endif
