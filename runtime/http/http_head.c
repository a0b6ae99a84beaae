#include "runtime/http/http_head.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define CONTENT_LENGTH_DIGITS_MAX 9

/* Cuts the line off text and returns what follows; NULL at the end. */
static char *line_cut(char *text)
{
    char *end = strstr(text, "\r\n");
    if (end == NULL)
        return NULL;
    *end = '\0';
    return end + 2;
}

/* "POST /webhooks/stripe?x=y HTTP/1.1" */
static bool request_line_read(char *line, struct http_head *head)
{
    char *path = strchr(line, ' ');
    char *version = path == NULL ? NULL : strchr(path + 1, ' ');
    if (version == NULL || path == line || path[1] != '/' || strncmp(version, " HTTP/1.", 8) != 0)
        return false;
    *path++ = *version = '\0';
    path[strcspn(path, "?")] = '\0';
    head->method = line;
    head->path = path;
    return true;
}

static bool field_read(char *line, struct http_field *field)
{
    char *colon = strchr(line, ':');
    if (colon == NULL || colon == line || strcspn(line, " \t") < (size_t)(colon - line))
        return false;
    *colon = '\0';
    for (char *c = line; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t size = strlen(value);
    while (size > 0 && (value[size - 1] == ' ' || value[size - 1] == '\t'))
        value[--size] = '\0';
    *field = (struct http_field){line, value};
    return true;
}

static bool length_read(struct http_head *head)
{
    bool given = false;
    for (size_t i = 0; i < head->field_count; i++) {
        const char *value = head->fields[i].value;
        if (strcmp(head->fields[i].name, "transfer-encoding") == 0)
            return false;
        if (strcmp(head->fields[i].name, "content-length") != 0)
            continue;
        size_t digits = strspn(value, "0123456789");
        if (given || digits == 0 || digits > CONTENT_LENGTH_DIGITS_MAX || value[digits] != '\0')
            return false;
        given = true;
        head->content_length = (size_t)strtoul(value, NULL, 10);
    }
    return true;
}

bool http_head_read(char *text, struct http_head *head)
{
    *head = (struct http_head){.field_count = 0};
    char *next = line_cut(text);
    if (!request_line_read(text, head))
        return false;
    for (char *line = next; line != NULL && *line != '\0'; line = next) {
        next = line_cut(line);
        if (head->field_count == HTTP_FIELDS_MAX ||
            !field_read(line, &head->fields[head->field_count]))
            return false;
        head->field_count++;
    }
    return length_read(head);
}

const char *http_head_field(const struct http_head *head, const char *name)
{
    for (size_t i = 0; i < head->field_count; i++) {
        if (strcmp(head->fields[i].name, name) == 0)
            return head->fields[i].value;
    }
    return NULL;
}
