#include "identity/domain/real_name.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

#define ELLIPSIS "\xE2\x80\xA6"
#define CHARACTERS_SHOWN 3
#define CHARACTERS_MIN 7

static bool counts_at(const struct real_name_standing *standing, int64_t moment_us)
{
    assert(standing->expire_us >= 0);
    return standing->verified && (standing->expire_us == 0 || standing->expire_us > moment_us);
}

bool real_name_counts(const struct real_name_standing *standing, int64_t now_us) /* ID-08 */
{
    return counts_at(standing, now_us);
}

bool real_name_lasts(const struct real_name_standing *standing, int64_t now_us)
{
    assert(now_us > 0);
    return counts_at(standing, now_us + REAL_NAME_RENEWAL_US);
}

/* Of the first character of UTF-8. */
static int first_length(const char *text)
{
    assert(text != NULL);
    int length = text[0] != '\0' ? 1 : 0;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length++;
    return length;
}

void real_name_mask(const char *name, char masked[REAL_NAME_MASK_SIZE])
{
    int length = first_length(name);
    bool fits = text_print(masked, REAL_NAME_MASK_SIZE, "%.*s" ELLIPSIS,
                           name[length] != '\0' ? length : 0, name);
    assert(fits);
    (void)fits;
}

void document_number_mask(const char *number, char masked[REAL_NAME_MASK_SIZE])
{
    size_t length = strlen(number);
    const char *shown = length >= CHARACTERS_MIN ? number + length - CHARACTERS_SHOWN : "";
    bool fits = text_print(masked, REAL_NAME_MASK_SIZE, ELLIPSIS "%s", shown);
    assert(fits);
    (void)fits;
}
