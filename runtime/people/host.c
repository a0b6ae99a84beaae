#include "runtime/people/host.h"

#include <idn2.h>
#include <string.h>

/* libidn2 maps some of ASCII away ("b_c" becomes "bc"); only what is not ASCII is for it to judge.
 */
static bool ascii_is_clean(const char *host)
{
    for (; *host != '\0'; host++) {
        bool letter = (*host >= 'a' && *host <= 'z') || (*host >= 'A' && *host <= 'Z');
        bool other = (*host >= '0' && *host <= '9') || *host == '-' || *host == '.';
        if ((unsigned char)*host < 0x80 && !letter && !other)
            return false;
    }
    return true;
}

bool host_to_ascii(const char *host, char *out, size_t out_size)
{
    char *ascii = NULL;
    if (!ascii_is_clean(host))
        return false;
    int result = idn2_to_ascii_8z(
        host, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES);
    bool fits = result == IDN2_OK && strlen(ascii) < out_size;
    if (fits)
        memcpy(out, ascii, strlen(ascii) + 1);
    idn2_free(ascii);
    return fits;
}
