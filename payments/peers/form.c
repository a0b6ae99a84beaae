#include "payments/peers/form.h"

#include <string.h>

#include "runtime/base/secret.h"
#include "runtime/base/text.h"

static void put(struct form *form, char c)
{
    if (form->size + 1 >= sizeof form->text) {
        form->overflowed = true;
        return;
    }
    form->text[form->size++] = c;
    form->text[form->size] = '\0';
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

static void put_encoded(struct form *form, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        if (is_plain(*text)) {
            put(form, *text);
            continue;
        }
        put(form, '%');
        put(form, hex[(unsigned char)*text >> 4]);
        put(form, hex[(unsigned char)*text & 15]);
    }
}

void form_add(struct form *form, const char *name, const char *value)
{
    if (value == NULL)
        return;
    if (form->size > 0)
        put(form, '&');
    put_encoded(form, name);
    put(form, '=');
    put_encoded(form, value);
}

void form_add_int64(struct form *form, const char *name, int64_t value)
{
    char text[24];
    if (!text_print(text, sizeof text, "%lld", (long long)value))
        form->overflowed = true;
    form_add(form, name, text);
}

void form_wipe(struct form *form)
{
    secret_wipe(form, sizeof *form);
}
