#include "identity/domain/contact.h"

#include <assert.h>
#include <string.h>

#include "runtime/people/host.h"

#define LOCAL_PART_MAX 64
#define LABEL_MAX 63

enum channel channel_complement(enum channel channel)
{
    assert(channel == CHANNEL_EMAIL || channel == CHANNEL_PHONE);
    return channel == CHANNEL_EMAIL ? CHANNEL_PHONE : CHANNEL_EMAIL;
}

enum channel delivery_channel(enum delivery delivery)
{
    assert(delivery != DELIVERY_NONE);
    return delivery == DELIVERY_EMAIL ? CHANNEL_EMAIL : CHANNEL_PHONE;
}

const char *channel_name(enum channel channel)
{
    assert(channel != CHANNEL_NONE);
    return channel == CHANNEL_EMAIL ? "EMAIL" : "PHONE";
}

const char *delivery_name(enum delivery delivery)
{
    static const char *const names[] = {"", "EMAIL", "SMS", "VOICE"};
    assert(delivery > DELIVERY_NONE && delivery <= DELIVERY_VOICE);
    return names[delivery];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

static bool is_atom(char c)
{
    return is_letter_or_digit(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* RFC 5321 dot-string: atoms joined by single dots. */
static bool local_part_is_valid(const char *text, size_t length)
{
    assert(text[length] == '@');
    if (length == 0 || length > LOCAL_PART_MAX || text[0] == '.' || text[length - 1] == '.')
        return false;
    for (size_t i = 0; i < length; i++) {
        bool dot = text[i] == '.';
        if ((!dot && !is_atom(text[i])) || (dot && text[i - 1] == '.'))
            return false;
    }
    return true;
}

static bool label_is_valid(const char *label, size_t length)
{
    assert(label[length] == '.' || label[length] == '\0');
    if (length == 0 || length > LABEL_MAX || label[0] == '-' || label[length - 1] == '-')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_letter_or_digit(label[i]) && label[i] != '-')
            return false;
    return true;
}

/* At least two labels, the last of them not a number. */
static bool host_is_valid(const char *host)
{
    size_t labels = 0;
    for (;;) {
        size_t length = strcspn(host, ".");
        if (!label_is_valid(host, length))
            return false;
        labels++;
        if (host[length] == '\0')
            return labels >= 2 && !is_digit(host[0]);
        host += length + 1;
    }
}

/* The host in place, as DNS has it. */
static bool normalise_host(char address[EMAIL_SIZE], char *host)
{
    char ascii[EMAIL_SIZE];
    assert(host > address && host[-1] == '@');
    size_t room = EMAIL_SIZE - (size_t)(host - address);
    if (!host_to_ascii(host, ascii, room))
        return false;
    memcpy(host, ascii, strlen(ascii) + 1);
    return host_is_valid(host);
}

bool email_normalise(const char *email, char normal[EMAIL_SIZE])
{
    assert(email != NULL);
    email += strspn(email, " ");
    size_t length = strnlen(email, 2 * EMAIL_SIZE);
    while (length > 0 && email[length - 1] == ' ')
        length--;
    if (length >= EMAIL_SIZE)
        return false;
    for (size_t i = 0; i < length; i++)
        normal[i] = email[i] >= 'A' && email[i] <= 'Z' ? (char)(email[i] - 'A' + 'a') : email[i];
    normal[length] = '\0';
    char *at = strrchr(normal, '@');
    return at != NULL && local_part_is_valid(normal, (size_t)(at - normal)) &&
           normalise_host(normal, at + 1);
}

bool phone_is_of_country(const char *phone, const struct country *country)
{
    assert(phone[0] == '+');
    return strncmp(phone + 1, country->calling_code, strlen(country->calling_code)) == 0;
}
