#include "identity/domain/entry.h"

#include <assert.h>
#include <string.h>

enum entry_channel entry_channel_of(enum entry_channel named)
{
    return named == ENTRY_NONE ? ENTRY_DIRECT : named;
}

const char *entry_channel_name(enum entry_channel channel)
{
    static const char *const names[] = {[ENTRY_DIRECT] = "DIRECT",
                                        [ENTRY_REFERRAL] = "REFERRAL",
                                        [ENTRY_PARTNER] = "PARTNER",
                                        [ENTRY_UPGRADE] = "UPGRADE"};
    assert(channel >= ENTRY_DIRECT && channel <= ENTRY_UPGRADE);
    return names[channel];
}

enum fault entry_channel_fault(enum entry_channel channel)
{
    bool is_known = channel >= ENTRY_DIRECT && channel <= ENTRY_PARTNER;
    return is_known ? FAULT_NONE : FAULT_UNKNOWN_VALUE;
}

enum fault campaign_fault(const struct entry *entry)
{
    assert(entry->campaign != NULL);
    size_t length = strspn(entry->campaign, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789-_.");
    if (entry->channel == ENTRY_DIRECT)
        return entry->campaign[0] == '\0' ? FAULT_NONE : FAULT_MALFORMED;
    if (entry->campaign[0] == '\0')
        return FAULT_REQUIRED;
    if (length > CAMPAIGN_BYTES_MAX)
        return FAULT_TOO_LONG;
    return entry->campaign[length] == '\0' ? FAULT_NONE : FAULT_MALFORMED;
}
