/* The text of a setting, read by the kind of the setting. false: it says no such thing. */
#ifndef RUNTIME_BASE_SETTING_TEXT_H
#define RUNTIME_BASE_SETTING_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/failure.h"

bool setting_parse_int64(const char *text, int64_t *number) must_check; /* "12" */
/* "250ms", "2s", "5m" or "1h", in milliseconds; without a unit only "0". */
bool setting_parse_duration(const char *text, int64_t *ms) must_check;
bool setting_parse_bool(const char *text, int64_t *number) must_check; /* "true" or "false" */

#endif
