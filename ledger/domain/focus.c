#include "ledger/domain/focus.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "runtime/base/text.h"

#define SUBCATEGORIES_MAX 10

static const struct {
    const char *name;
    const char *subcategories[SUBCATEGORIES_MAX]; /* beside "Other (name)" */
} categories[] = {
    {"AI and Machine Learning",
     {"AI Platforms", "Bots", "Generative AI", "Machine Learning", "Natural Language Processing"}},
    {"Analytics",
     {"Analytics Platforms", "Business Intelligence", "Data Processing", "Search",
      "Streaming Analytics"}},
    {"Business Applications", {"Productivity and Collaboration"}},
    {"Compute",
     {"Containers", "End User Computing", "Quantum Compute", "Serverless Compute",
      "Virtual Machines"}},
    {"Databases",
     {"Caching", "Data Warehouses", "Ledger Databases", "NoSQL Databases", "Relational Databases",
      "Time Series Databases"}},
    {"Developer Tools",
     {"Developer Platforms", "Continuous Integration and Deployment", "Development Environments",
      "Source Code Management", "Quality Assurance"}},
    {"Identity", {"Identity and Access Management"}},
    {"Integration", {"API Management", "Messaging", "Workflow Orchestration"}},
    {"Internet of Things", {"IoT Analytics", "IoT Platforms"}},
    {"Management and Governance",
     {"Architecture", "Compliance", "Cost Management", "Data Governance", "Disaster Recovery",
      "Endpoint Management", "Observability", "Support"}},
    {"Media", {"Content Creation", "Gaming", "Media Streaming", "Mixed Reality"}},
    {"Migration", {"Data Migration", "Resource Migration"}},
    {"Mobile", {NULL}},
    {"Multicloud", {"Multicloud Integration"}},
    {"Networking",
     {"Application Networking", "Content Delivery", "Network Connectivity",
      "Network Infrastructure", "Network Routing", "Network Security"}},
    {"Security",
     {"Secret Management", "Security Posture Management", "Threat Detection and Response"}},
    {"Storage",
     {"Backup Storage", "Block Storage", "File Storage", "Object Storage", "Storage Platforms"}},
    {"Web", {"Application Platforms"}},
    {"Other", {NULL}},
};
#define CATEGORY_COUNT (sizeof categories / sizeof categories[0])

/* CATEGORY_COUNT: there is none. */
static size_t find(const char *category)
{
    size_t i = 0;
    assert(category != NULL);
    while (i < CATEGORY_COUNT && !text_equal(categories[i].name, category))
        i++;
    return i;
}

bool focus_is_category(const char *category)
{
    assert(category != NULL);
    return find(category) < CATEGORY_COUNT;
}

static bool is_other(const char *category, const char *subcategory)
{
    static const char opening[] = "Other (";
    size_t head = sizeof opening - 1, size = strlen(category);
    assert(size > 0 && subcategory != NULL);
    return strncmp(subcategory, opening, head) == 0 &&
           strncmp(subcategory + head, category, size) == 0 &&
           strcmp(subcategory + head + size, ")") == 0;
}

bool focus_is_subcategory(const char *category, const char *subcategory)
{
    assert(category != NULL && subcategory != NULL);
    size_t place = find(category);
    bool is = place < CATEGORY_COUNT && is_other(category, subcategory);
    for (size_t i = 0; place < CATEGORY_COUNT && !is && i < SUBCATEGORIES_MAX; i++)
        is = categories[place].subcategories[i] != NULL &&
             text_equal(categories[place].subcategories[i], subcategory);
    return is;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* "1000 " in "1000 Requests"; NULL: it begins with a number that is none. */
static const char *behind_number(const char *unit)
{
    assert(unit != NULL);
    size_t digits = strspn(unit, DIGITS);
    if (digits == 0)
        return unit;
    return unit[0] != '0' && unit[digits] == ' ' ? unit + digits + 1 : NULL;
}

bool focus_is_unit(const char *unit)
{
    assert(unit != NULL);
    const char *at =
        strnlen(unit, FOCUS_UNIT_SIZE_MAX + 1) <= FOCUS_UNIT_SIZE_MAX ? behind_number(unit) : NULL;
    while (at != NULL && strspn(at, LETTERS) > 0) {
        at += strspn(at, LETTERS DIGITS);
        if (*at == '\0')
            return true;
        at = strchr("-/ ", *at) != NULL ? at + 1 : NULL;
    }
    return false;
}
