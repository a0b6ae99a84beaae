/* Names a thing of a company: everything is kept under the id of the company that it is of. */
#ifndef SHARING_STORE_COMPANY_KEY_H
#define SHARING_STORE_COMPANY_KEY_H

#include "runtime/base/id.h"

struct company_key {
    struct id company_id;
    struct id id; /* of an account, an asset, a pool, an organization */
};

#endif
