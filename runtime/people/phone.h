/* Phone numbers by their countries' numbering plans (ITU E.164), through libphonenumber. Its
 * prefixes are those of 2022, so a number whose prefix it does not know is accepted; one whose
 * length no number of that country has, or that is not in its one normal form (a trunk prefix kept
 * behind the calling code), is not: it would be a second name of somebody's phone. */
#ifndef RUNTIME_PEOPLE_PHONE_H
#define RUNTIME_PEOPLE_PHONE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "+8613800138000": a plus and up to 15 ASCII digits, possible in the country of its calling code,
 * in E.164's normal form. */
bool phone_is_possible(const char *phone);

/* The same, with a length that mobile numbers of that country have: messages reach it. */
bool phone_is_possible_mobile(const char *phone);

#ifdef __cplusplus
}
#endif

#endif
