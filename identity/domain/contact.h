/* Contacts: the e-mail addresses and phone numbers over which people are reached, their syntax and
 * their form for comparison; and the two channels of verification, of which an account needs both
 * (ID-04, ID-06). */
#ifndef IDENTITY_DOMAIN_CONTACT_H
#define IDENTITY_DOMAIN_CONTACT_H

#include <stdbool.h>
#include <stddef.h>

#include "identity/domain/country.h"
#include "runtime/base/failure.h"

#define EMAIL_SIZE 255 /* 254 bytes (RFC 5321) and the NUL */

enum channel { CHANNEL_NONE, CHANNEL_EMAIL, CHANNEL_PHONE };
enum delivery { DELIVERY_NONE, DELIVERY_EMAIL, DELIVERY_SMS, DELIVERY_VOICE };

/* The other of the two. */
enum channel channel_complement(enum channel channel);

/* EMAIL travels on the e-mail channel, SMS and VOICE on the phone (ID-05). */
enum channel delivery_channel(enum delivery delivery);

const char *channel_name(enum channel channel);    /* "EMAIL", "PHONE" */
const char *delivery_name(enum delivery delivery); /* "EMAIL", "SMS", "VOICE" */

/* The form for uniqueness, log-in and sending: surrounding spaces cut, lower case, the host as DNS
 * has it ("bücher.example" is "xn--bcher-kva.example"). Tags ("+news") and dots stay, they may be
 * other people. An address is a dot-atom in ASCII (RFC 5321), an at sign and a host name of at
 * least two labels, at most 64 and 254 bytes in this form; anything else is false. */
bool email_normalise(const char *email, char normal[EMAIL_SIZE]) must_check;

/* ID-03: the calling code of a number in E.164 form is the country's. */
bool phone_is_of_country(const char *phone, const struct country *country);

#endif
