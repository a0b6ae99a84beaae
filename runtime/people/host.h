/* Host names as people write them, in the form that DNS and SMTP take: "bücher.example" is
 * "xn--bcher-kva.example" (IDNA 2008, UTS 46, through libidn2). */
#ifndef RUNTIME_PEOPLE_HOST_H
#define RUNTIME_PEOPLE_HOST_H

#include <stdbool.h>
#include <stddef.h>

/* Lower case A-labels; false: not a host name, or longer than out_size - 1 bytes. */
bool host_to_ascii(const char *host, char *out, size_t out_size);

#endif
