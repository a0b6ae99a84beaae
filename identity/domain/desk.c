#include "identity/domain/desk.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

#define DIGITS_SHOWN 3
#define DIGITS_MIN 7

bool desk_number(const char *typed, char number[DESK_TEXT_SIZE])
{
    size_t length = 0;
    assert(typed != NULL);
    for (; *typed != '\0' && length + 1 < DESK_TEXT_SIZE; typed++) {
        if (strchr(" .-/", *typed) != NULL)
            continue;
        bool is_small = *typed >= 'a' && *typed <= 'z';
        number[length++] = (char)(is_small ? *typed - 'a' + 'A' : *typed);
    }
    number[length] = '\0';
    return length > 0 && *typed == '\0';
}

void desk_mask_email(const char *email, char masked[DESK_TEXT_SIZE])
{
    const char *host = strchr(email, '@');
    bool is_known = host != NULL && host > email &&
                    text_print(masked, DESK_TEXT_SIZE, "%c\xE2\x80\xA6%s", email[0], host);
    if (!is_known)
        memcpy(masked, "\xE2\x80\xA6", sizeof "\xE2\x80\xA6");
}

void desk_mask_phone(const char *phone, char masked[DESK_TEXT_SIZE])
{
    size_t length = strlen(phone);
    const char *shown = length >= DIGITS_MIN ? phone + length - DIGITS_SHOWN : "";
    bool fits = text_print(masked, DESK_TEXT_SIZE, "\xE2\x80\xA6%s", shown);
    assert(fits);
    (void)fits;
}
