/* Memory for libcurl that is wiped when it is given back: curl copies a request's body, which may
 * hold a card number. */
#ifndef RUNTIME_HTTP_HTTP_MEMORY_H
#define RUNTIME_HTTP_HTTP_MEMORY_H

#include <stdbool.h>

/* Initialises libcurl for this process; again is nothing. */
bool http_memory_init(void);

#endif
