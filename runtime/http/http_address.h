/* Where an HTTP port of ours listens: the admin port and the webhook port read their settings the
 * same way. */
#ifndef RUNTIME_HTTP_HTTP_ADDRESS_H
#define RUNTIME_HTTP_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "runtime/base/failure.h"

/* Reads "127.0.0.1:7410" or "[::1]:7410"; names are not looked up, because that blocks. false: it
 * is neither. */
bool http_address_read(const char *text, struct sockaddr_storage *address) must_check;

#endif
