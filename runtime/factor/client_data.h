/* clientDataJSON: what the browser says it was asked, by whom. */
#ifndef RUNTIME_FACTOR_CLIENT_DATA_H
#define RUNTIME_FACTOR_CLIENT_DATA_H

#include "runtime/factor/webauthn.h"

/* type: "webauthn.create" or "webauthn.get". */
enum webauthn_verdict client_data_judge(const struct webauthn_site *site, struct bytes json,
                                        const char *type);

#endif
