#include "identity/domain/desk.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

#define DIGITS_SHOWN 3
#define DIGITS_MIN 7

static const struct refusal close_refusals[] = {LOOK_CLOSE_REFUSALS(REFUSAL_ROW)};

enum look_close_verdict look_close_decide(const struct look_facts *facts, int64_t now_us)
{
    assert(now_us > 0);
    if (!facts->is_theirs)
        return LOOK_CLOSE_NOT_FOUND;
    return facts->is_closed || facts->ends_us <= now_us ? LOOK_CLOSE_ENDED : LOOK_CLOSE_ACCEPTED;
}

const struct refusal *look_close_refusal(enum look_close_verdict verdict)
{
    assert(verdict > LOOK_CLOSE_ACCEPTED && verdict <= LOOK_CLOSE_ENDED);
    return &close_refusals[verdict - 1];
}

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
