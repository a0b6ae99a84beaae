#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "runtime/base/clock.h"
#include "runtime/base/id.h"
#include "runtime/base/log.h"
#include "runtime/http/http_transfer.h"

#define ADDRESS_BYTES_MAX ((size_t)254)
#define SUBJECT_BYTES_MAX ((size_t)200)
#define BODY_BYTES_MAX ((size_t)65536)
#define BODY_LINE_BYTES_MAX ((size_t)4096)
#define LINE_LENGTH_MAX 76 /* RFC 2045, 6.7 */

/* ---- what may be sent ---- */

static bool is_printable_ascii(const char *text, size_t size_max)
{
    if (!text_is_clean(text, size_max))
        return false;
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text > 126)
            return false;
    }
    return true;
}

/* One address and nothing but: what would begin another address, a comment or another header is
 * refused. */
static bool address_is_valid(const char *address)
{
    if (!is_printable_ascii(address, ADDRESS_BYTES_MAX) ||
        strpbrk(address, " ,;:<>()[]\"\\") != NULL)
        return false;
    const char *at = strchr(address, '@');
    return at != NULL && at != address && at[1] != '\0' && strchr(at + 1, '@') == NULL;
}

static bool body_is_valid(const char *body)
{
    if (body == NULL || strnlen(body, BODY_BYTES_MAX + 1) > BODY_BYTES_MAX)
        return false;
    while (*body != '\0') {
        size_t length = strcspn(body, "\n");
        char line[BODY_LINE_BYTES_MAX + 1];
        if (length >= sizeof line)
            return false;
        memcpy(line, body, length);
        line[length] = '\0';
        if (!text_is_clean(line, sizeof line))
            return false;
        body += length + (body[length] == '\n');
    }
    return true;
}

static bool mail_is_valid(const struct mail *mail)
{
    return address_is_valid(mail->from) && address_is_valid(mail->to) &&
           is_printable_ascii(mail->subject, SUBJECT_BYTES_MAX) && body_is_valid(mail->body);
}

/* ---- the message ---- */

struct message {
    char *text;
    size_t size;
    size_t sent;
};

static void put(struct message *message, const char *bytes, size_t size)
{
    memcpy(message->text + message->size, bytes, size);
    message->size += size;
}

/* Whether the byte stands for itself in quoted-printable; a space at a line's end does not. */
static bool stands_for_itself(const char *at)
{
    unsigned char byte = (unsigned char)*at;
    if (byte == ' ')
        return at[1] != '\n' && at[1] != '\0';
    return byte > ' ' && byte < 127 && byte != '=';
}

static void put_quoted_printable(struct message *message, const char *body)
{
    size_t column = 0;
    for (const char *at = body; *at != '\0'; at++) {
        if (*at == '\n') {
            put(message, "\r\n", 2);
            column = 0;
            continue;
        }
        size_t width = stands_for_itself(at) ? 1 : 3;
        if (column + width >= LINE_LENGTH_MAX) {
            put(message, "=\r\n", 3);
            column = 0;
        }
        char escaped[4];
        snprintf(escaped, sizeof escaped, "=%02X", (unsigned char)*at);
        put(message, width == 1 ? at : escaped, width);
        column += width;
    }
    put(message, "\r\n", 2);
}

static const char *head(struct task *task, const struct mail *mail)
{
    int64_t now_us = clock_now_us();
    time_t seconds = now_us / 1000000;
    struct tm date;
    char written[64], id[ID_TEXT_SIZE];
    gmtime_r(&seconds, &date);
    strftime(written, sizeof written, "%a, %d %b %Y %H:%M:%S +0000", &date);
    return arena_printf(task_arena(task),
                        "Date: %s\r\nFrom: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nMessage-ID: "
                        "<%s@%s>\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
                        "quoted-printable\r\n\r\n",
                        written, mail->from, mail->to, mail->subject, id_format(id_new(now_us), id),
                        strchr(mail->from, '@') + 1);
}

static bool message_write(struct task *task, const struct mail *mail, struct message *message)
{
    const char *header = head(task, mail);
    /* Each byte may take three, and a soft line break three more in each line of at least 73. */
    size_t size_max = strlen(header) + strlen(mail->body) * 4 + 16;
    *message = (struct message){.text = arena_try_alloc(task_arena(task), size_max)};
    if (message->text == NULL)
        return false;
    put(message, header, strlen(header));
    put_quoted_printable(message, mail->body);
    assert(message->size <= size_max);
    return true;
}

/* ---- the exchange ---- */

static size_t give_message(char *out, size_t one, size_t room, void *context)
{
    struct message *message = context;
    size_t size = message->size - message->sent;
    if (size > one * room)
        size = one * room;
    memcpy(out, message->text + message->sent, size);
    message->sent += size;
    return size;
}

static void set_mail(CURL *easy, const struct mail *mail, const struct curl_slist *recipients,
                     struct message *message)
{
    bool has_user = !text_is_empty(mail->user);
    curl_easy_setopt(easy, CURLOPT_URL, mail->server_url);
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(has_user || mail->tls_required ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (has_user) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, mail->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, secret_reveal(mail->password));
    }
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_message);
    curl_easy_setopt(easy, CURLOPT_READDATA, message);
}

/* Until the last byte left, the server cannot have taken the mail; after it, its answer code tells.
 */
static enum failure verdict(const struct transfer *transfer, const struct message *message)
{
    if (transfer->is_over && transfer->result == CURLE_OK)
        return FAILURE_NONE;
    long code = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &code);
    const char *why = transfer->is_over ? curl_easy_strerror(transfer->result) : "given up";
    log_write(LOG_WARN, "mail_not_taken", log_int64("code", code), log_text("why", why));
    if (code >= 500)
        return FAILURE_INVALID;
    return message->sent == message->size && code < 400 ? FAILURE_INDEFINITE : FAILURE_UNAVAILABLE;
}

enum failure http_client_mail(struct task *task, struct http_client *client,
                              const struct mail *mail, int64_t timeout_ms)
{
    if (!mail_is_valid(mail))
        return FAILURE_INVALID;
    if (arena_exhausted(task_arena(task)))
        return FAILURE_EXHAUSTED;
    struct message message;
    struct transfer transfer;
    if (!message_write(task, mail, &message) || !transfer_init(&transfer, "smtp,smtps", timeout_ms))
        return FAILURE_EXHAUSTED;
    struct curl_slist *recipients = curl_slist_append(NULL, mail->to);
    set_mail(transfer.easy, mail, recipients, &message);
    enum failure failure = transfer_run(task, client, &transfer);
    if (failure == FAILURE_NONE || message.sent == message.size)
        failure = verdict(&transfer, &message);
    transfer_deinit(&transfer);
    curl_slist_free_all(recipients);
    return failure;
}
