/* What of the page doesn't depend on the record: page.css and page.js. Internal to report/. */
#pragma once

#include <glib.h>

extern const gchar qy_page_css[];
extern const gchar qy_page_js[];
