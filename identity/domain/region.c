#include "identity/domain/region.h"

#include <assert.h>
#include <string.h>

bool region_is_valid(const char *region)
{
    size_t length = strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length >= 1 && length <= 32 && region[length] == '\0';
}

/* The next word's place, "" at the end. */
static const char *after_word(const char *words)
{
    assert(words[0] != '\0');
    words += strcspn(words, " ");
    return words + strspn(words, " ");
}

bool region_is_listed(const char *regions, const char *region)
{
    size_t size = strlen(region);
    assert(region_is_valid(region));
    while (*regions != '\0' &&
           (strcspn(regions, " ") != size || strncmp(regions, region, size) != 0))
        regions = after_word(regions);
    return *regions != '\0';
}

size_t regions_count(const char *regions)
{
    size_t count = 0;
    assert(*regions != ' ');
    for (; *regions != '\0'; regions = after_word(regions))
        count++;
    return count;
}
