#define G_LOG_DOMAIN "qy-settings"

#include "load/settings.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define SETTINGS_FILE "assessment.ini"
#define MAX_FAULTS 20

typedef enum { SECTION_NONE, SECTION_ASSESSMENT, SECTION_COLUMNS, SECTION_VALUES, SECTION_UNKNOWN } Section;

typedef struct {
    QyAssessment *result;
    GString *faults; /* one line each */
    guint n_faults;
    guint line;
    Section section;
    QyTableId table;    /* of columns and values */
    gchar *column;      /* of values: English name */
    guint seen_line[8]; /* where a key of [assessment] stands, 0 nowhere */
    gchar *texts[8];    /* its value */
} Parser;

static const gchar *const assessment_keys[] = {"period", "as_of",     "cutoff", "areas",
                                               "rules",  "tailoring", "title",  NULL};
enum { KEY_PERIOD, KEY_AS_OF, KEY_CUTOFF, KEY_AREAS, KEY_RULES, KEY_TAILORING, KEY_TITLE, N_KEYS };

static void
column_mapping_free(gpointer data)
{
    QyColumnMapping *self = data;

    g_free(self->column);
    g_free(self->header);
    g_free(self->shown);
    g_free(self);
}

static void
value_mapping_free(gpointer data)
{
    QyValueMapping *self = data;

    g_free(self->column);
    g_free(self->from);
    g_free(self->to);
    g_free(self);
}

void
qy_assessment_free(QyAssessment *self)
{
    if (self == NULL)
        return;
    g_free(self->settings.folder);
    g_free(self->settings.title);
    g_free(self->settings.areas);
    g_free(self->settings.rules);
    g_free(self->settings.tailoring);
    g_ptr_array_unref(self->columns);
    g_ptr_array_unref(self->values);
    g_free(self);
}

/* Bytes of the blank that @text begins with (V9): 0 when it begins with none. */
static gsize
blank_at(const gchar *text)
{
    if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
        return 1;
    if (strncmp(text, "\xC2\xA0", 2) == 0)
        return 2;
    if (strncmp(text, "\xE3\x80\x80", 3) == 0)
        return 3;
    return 0;
}

gchar *
qy_header_fold(const gchar *text)
{
    GString *out = g_string_new(NULL);

    while (*text != '\0') {
        gsize blank = blank_at(text);

        if (blank == 0)
            g_string_append_c(out, *text++);
        else
            text += blank;
    }
    return g_string_free(out, FALSE);
}

gint
qy_header_column(const QyTableDef *def, const gchar *folded)
{
    for (guint i = 0; i < def->n_columns; i++) {
        const QyColumnDef *column = &def->columns[i];
        g_autofree gchar *alias = NULL;

        if ((column->flags & QY_COLUMN_MADE) != 0)
            continue;
        if (strcmp(column->name, folded) == 0)
            return (gint)i;
        alias = column->alias_zh != NULL ? qy_header_fold(column->alias_zh) : NULL;
        if (alias != NULL && *alias != '\0' && strcmp(alias, folded) == 0)
            return (gint)i;
    }
    return -1;
}

static void G_GNUC_PRINTF(2, 3) fault(Parser *self, const gchar *format, ...)
{
    g_autofree gchar *text = NULL;
    va_list args;

    if (self->n_faults++ >= MAX_FAULTS)
        return;
    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    if (self->faults->len > 0)
        g_string_append_c(self->faults, '\n');
    g_string_append_printf(self->faults, SETTINGS_FILE ":%u: %s", self->line, text);
}

static gchar *
shown(const gchar *text)
{
    return qy_text_safe(text, -1);
}

/* Trims in place. Returns: where the text begins */
static gchar *
trim(gchar *text)
{
    gchar *end;
    gsize blank;

    while ((blank = blank_at(text)) > 0)
        text += blank;
    for (end = text + strlen(text); end > text;) {
        gchar *before = g_utf8_prev_char(end);

        if (blank_at(before) == 0)
            break;
        end = before;
    }
    *end = '\0';
    return text;
}

/* Reads "…" at @text, doubled quotes undone in place. Returns: what stands behind it, NULL when it never closes */
static gchar *
unquote(gchar *text, gchar **out)
{
    gchar *from = text + 1, *to = text;

    *out = text;
    for (; *from != '\0'; from++) {
        if (*from == '"') {
            if (from[1] != '"') {
                *to = '\0';
                return from + 1;
            }
            from++;
        }
        *to++ = *from;
    }
    return NULL;
}

/* The names of a table's columns, for qy_nearest_name(). */
static const gchar **
column_names(const QyTableDef *def)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < def->n_columns; i++) {
        if ((def->columns[i].flags & QY_COLUMN_MADE) == 0)
            g_ptr_array_add(names, (gpointer)def->columns[i].name);
    }
    g_ptr_array_add(names, NULL);
    return (const gchar **)g_ptr_array_free(names, FALSE);
}

/* (transfer full): the English name of a table's column; NULL after a fault. Surveys
 * may have any item, so there an unknown name is taken as it is. */
static gchar *
find_column(Parser *self, const gchar *name)
{
    const QyTableDef *def = qy_dictionary_table(self->table);
    g_autofree gchar *folded = qy_header_fold(name);
    g_autofree const gchar **names = column_names(def);
    g_autofree gchar *safe = shown(name);
    gint column = qy_header_column(def, folded);
    const gchar *nearest;

    if (column >= 0)
        return g_strdup(def->columns[column].name);
    if (self->table == QY_SURVEYS)
        return g_strdup(name);
    nearest = qy_nearest_name(folded, names);
    if (nearest != NULL)
        fault(self, _("%s has no column \"%s\"; did you mean \"%s\"?"), def->name, safe, nearest);
    else
        fault(self, _("%s has no column \"%s\"; its columns are in docs/dictionary.md"), def->name, safe);
    return NULL;
}

static gboolean
find_table(Parser *self, const gchar *name)
{
    const QyTableDef *def = qy_dictionary_find(name);

    if (def == NULL || def->id == QY_PROJECTS) {
        const gchar *names[QY_N_TABLES + 1] = {NULL};
        g_autofree gchar *safe = shown(name);
        const gchar *nearest;

        for (guint i = 0; i < QY_N_TABLES; i++)
            names[i] = qy_dictionary_table((QyTableId)i)->name;
        nearest = qy_nearest_name(name, names);
        if (nearest != NULL)
            fault(self, _("there is no table \"%s\"; did you mean \"%s\"?"), safe, nearest);
        else
            fault(self, _("there is no table \"%s\"; the tables are in docs/dictionary.md"), safe);
        return FALSE;
    }
    self->table = def->id;
    return TRUE;
}

/* [columns.TABLE], [values.TABLE.COLUMN]; a column's name may hold dots. */
static void
read_section(Parser *self, gchar *name)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", 3);
    guint n = g_strv_length(parts);

    for (guint i = 0; i < n; i++) {
        gchar *part = g_strdup(trim(parts[i]));

        g_free(parts[i]);
        parts[i] = part;
    }
    self->section = SECTION_UNKNOWN;
    g_clear_pointer(&self->column, g_free);
    if (n == 1 && strcmp(parts[0], "assessment") == 0) {
        self->section = SECTION_ASSESSMENT;
    } else if (n >= 2 && strcmp(parts[0], "columns") == 0) {
        if (n == 2 && find_table(self, parts[1]))
            self->section = SECTION_COLUMNS;
        else if (n > 2)
            fault(self, _("[columns.TABLE] names a table and nothing more: [columns.%s]"), parts[1]);
    } else if (n == 3 && strcmp(parts[0], "values") == 0) {
        if (find_table(self, parts[1]) && (self->column = find_column(self, parts[2])) != NULL)
            self->section = SECTION_VALUES;
    } else {
        g_autofree gchar *safe = shown(name);

        fault(self, _("unknown section [%s]; there are [assessment], [columns.TABLE] and [values.TABLE.COLUMN]"), safe);
    }
}

static void
read_assessment_key(Parser *self, const gchar *key, const gchar *value)
{
    for (guint i = 0; i < N_KEYS; i++) {
        if (strcmp(assessment_keys[i], key) != 0)
            continue;
        if (self->seen_line[i] != 0) {
            fault(self, _("\"%s\" stands in line %u already"), key, self->seen_line[i]);
            return;
        }
        self->seen_line[i] = self->line;
        self->texts[i] = g_strdup(value);
        return;
    }
    g_autofree gchar *safe = shown(key);
    const gchar *nearest = qy_nearest_name(key, assessment_keys);

    if (nearest != NULL)
        fault(self, _("unknown key \"%s\"; did you mean \"%s\"?"), safe, nearest);
    else
        fault(self, _("unknown key \"%s\"; [assessment] has period, as_of, cutoff, areas, rules, tailoring, title"),
              safe);
}

static void
read_column_mapping(Parser *self, const gchar *key, const gchar *value)
{
    g_autofree gchar *column = find_column(self, key);
    g_autofree gchar *header = qy_header_fold(value);
    QyColumnMapping *mapping;

    if (column == NULL)
        return;
    if (*header == '\0') {
        fault(self, _("\"%s =\" names no header; write the column's name as the file has it"), column);
        return;
    }
    for (guint i = 0; i < self->result->columns->len; i++) {
        const QyColumnMapping *other = g_ptr_array_index(self->result->columns, i);

        if (other->table == self->table && (strcmp(other->column, column) == 0 || strcmp(other->header, header) == 0)) {
            fault(self, _("line %u maps %s already; a column has one header and a header one column"), other->line,
                  strcmp(other->column, column) == 0 ? other->column : other->shown);
            return;
        }
    }
    mapping = g_new0(QyColumnMapping, 1);
    mapping->table = self->table;
    mapping->column = g_steal_pointer(&column);
    mapping->header = g_steal_pointer(&header);
    mapping->shown = g_strdup(value);
    mapping->line = self->line;
    g_ptr_array_add(self->result->columns, mapping);
}

static void
read_value_mapping(Parser *self, const gchar *key, const gchar *value)
{
    QyValueMapping *mapping;

    for (guint i = 0; i < self->result->values->len; i++) {
        const QyValueMapping *other = g_ptr_array_index(self->result->values, i);

        if (other->table == self->table && strcmp(other->column, self->column) == 0 && strcmp(other->from, key) == 0) {
            g_autofree gchar *safe = shown(key);

            fault(self, _("line %u maps \"%s\" already"), other->line, safe);
            return;
        }
    }
    mapping = g_new0(QyValueMapping, 1);
    mapping->table = self->table;
    mapping->column = g_strdup(self->column);
    mapping->from = g_strdup(key);
    mapping->to = g_strdup(value);
    mapping->line = self->line;
    g_ptr_array_add(self->result->values, mapping);
}

/* Takes "key = value" apart. Returns: FALSE after a fault */
static gboolean
split_pair(Parser *self, gchar *line, gchar **key, gchar **value)
{
    gchar *rest;

    if (*line == '"') {
        rest = unquote(line, key);
        if (rest != NULL) {
            rest = trim(rest);
            if (*rest != '=')
                rest = NULL;
        }
    } else {
        *key = line;
        rest = strchr(line, '=');
    }
    if (rest == NULL) {
        g_autofree gchar *safe = shown(line);

        fault(self, _("\"%s\" is neither [section] nor key = value"), safe);
        return FALSE;
    }
    *rest++ = '\0';
    if (*line != '"')
        *key = trim(*key);
    *value = trim(rest);
    if (**value == '"') {
        rest = unquote(*value, value);
        if (rest == NULL) {
            fault(self, _("the value's quote is never closed"));
            return FALSE;
        }
        rest = trim(rest);
        if (*rest != '\0' && *rest != '#' && *rest != ';') {
            fault(self, _("text stands behind the closing quote; write a quote inside a value twice"));
            return FALSE;
        }
    }
    return TRUE;
}

static void
read_line(Parser *self, gchar *line)
{
    gchar *key, *value;

    line = trim(line);
    if (*line == '\0' || *line == '#' || *line == ';')
        return;
    if (*line == '[') {
        gchar *end = strrchr(line, ']');

        if (end == NULL || end[1] != '\0') {
            self->section = SECTION_UNKNOWN;
            fault(self, _("a section is written [name] and stands alone in its line"));
            return;
        }
        *end = '\0';
        read_section(self, trim(line + 1));
        return;
    }
    if (!split_pair(self, line, &key, &value))
        return;
    switch (self->section) {
    case SECTION_ASSESSMENT:
        read_assessment_key(self, key, value);
        break;
    case SECTION_COLUMNS:
        read_column_mapping(self, key, value);
        break;
    case SECTION_VALUES:
        read_value_mapping(self, key, value);
        break;
    case SECTION_NONE:
        fault(self, _("a section must come first: [assessment]"));
        break;
    case SECTION_UNKNOWN:
        break; /* said already */
    }
}

static QyDate
read_date(Parser *self, guint key, QyDate fallback)
{
    const gchar *text = self->texts[key];
    QyDate date;

    if (text == NULL || *text == '\0')
        return fallback;
    date = qy_date_parse(text, strlen(text));
    if (date == QY_DATE_NONE) {
        g_autofree gchar *safe = shown(text);

        self->line = self->seen_line[key];
        fault(self, _("%s: \"%s\" is no day; write it as 2026-09-30"), assessment_keys[key], safe);
        return fallback;
    }
    return date;
}

static gchar *
take_text(Parser *self, guint key)
{
    if (self->texts[key] == NULL || *self->texts[key] == '\0')
        return NULL;
    return g_steal_pointer(&self->texts[key]);
}

static void
finish_settings(Parser *self)
{
    QySettings *settings = &self->result->settings;
    const gchar *period = self->texts[KEY_PERIOD];

    if (period == NULL || *period == '\0') {
        self->line = MAX(1, self->seen_line[KEY_PERIOD]);
        fault(self, _("[assessment] says no period; write period = 2026Q3 (or 2026-07, or 2026)"));
        return;
    }
    if (!qy_period_parse(period, &settings->period)) {
        g_autofree gchar *safe = shown(period);

        self->line = self->seen_line[KEY_PERIOD];
        fault(self, _("period: \"%s\" is no period; write 2026Q3, 2026-07 or 2026"), safe);
        return;
    }
    settings->as_of = read_date(self, KEY_AS_OF, settings->period.last);
    settings->cutoff = read_date(self, KEY_CUTOFF, QY_DATE_NONE);
    if (settings->as_of < settings->period.first || settings->as_of > settings->period.last) {
        gchar first[QY_DATE_TEXT_BYTES], last[QY_DATE_TEXT_BYTES];

        self->line = self->seen_line[KEY_AS_OF];
        fault(self, _("as_of: %s is not in %s, which goes from %s to %s"), self->texts[KEY_AS_OF],
              settings->period.label, qy_date_text(settings->period.first, first),
              qy_date_text(settings->period.last, last));
    }
    settings->areas = take_text(self, KEY_AREAS);
    settings->rules = take_text(self, KEY_RULES);
    settings->tailoring = take_text(self, KEY_TAILORING);
    settings->title = take_text(self, KEY_TITLE);
}

/* The text as UTF-8 without a mark; NULL with @error when it is neither UTF-8 nor GB18030. */
static gchar *
decode(const gchar *text, gsize length, GError **error)
{
    g_autoptr(GError) local = NULL;
    gchar *decoded;

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    if (g_utf8_validate_len(text, length, NULL))
        return g_strndup(text, length);
    decoded = memchr(text, '\0', length) == NULL
                  ? g_convert(text, (gssize)length, "UTF-8", "GB18030", NULL, NULL, &local)
                  : NULL;
    if (decoded == NULL)
        g_set_error(error, QY_ERROR, QY_ERROR_DATA, _(SETTINGS_FILE ": neither UTF-8 nor GB18030; save it as UTF-8"));
    return decoded;
}

QyAssessment *
qy_assessment_parse(const gchar *folder, const gchar *text, gsize length, GError **error)
{
    g_autoptr(QyAssessment) result = g_new0(QyAssessment, 1);
    g_autoptr(GString) faults = g_string_new(NULL);
    Parser parser = {.result = result, .faults = faults};
    g_autofree gchar *decoded = NULL;

    result->settings.folder = g_strdup(folder);
    result->settings.cutoff = QY_DATE_NONE;
    result->columns = g_ptr_array_new_with_free_func(column_mapping_free);
    result->values = g_ptr_array_new_with_free_func(value_mapping_free);
    decoded = decode(text, length, error);
    if (decoded == NULL)
        return NULL;

    for (gchar *line = decoded; line != NULL;) {
        gsize n = strcspn(line, "\r\n");
        gchar *next = line[n] == '\0' ? NULL : line + n + 1 + (line[n] == '\r' && line[n + 1] == '\n');

        line[n] = '\0';
        parser.line++;
        read_line(&parser, line);
        line = next;
    }
    finish_settings(&parser);
    g_free(parser.column);
    for (guint i = 0; i < N_KEYS; i++)
        g_free(parser.texts[i]);
    if (parser.n_faults > MAX_FAULTS)
        g_string_append_printf(faults, _("\n… and %u more faults"), parser.n_faults - MAX_FAULTS);
    if (parser.n_faults > 0) {
        g_set_error_literal(error, QY_ERROR, QY_ERROR_DATA, faults->str);
        return NULL;
    }
    return g_steal_pointer(&result);
}

QyAssessment *
qy_assessment_read(const gchar *folder, GError **error)
{
    g_autofree gchar *path = g_build_filename(folder, SETTINGS_FILE, NULL);
    g_autofree gchar *text = NULL;
    g_autoptr(GError) local = NULL;
    gsize length;

    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("%s: there is no such folder"), folder);
        return NULL;
    }
    if (!g_file_get_contents(path, &text, &length, &local)) {
        if (g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            g_set_error(error, QY_ERROR, QY_ERROR_FILE,
                        _("%s: no assessment.ini, so this is no assessment; \"qiyue init\" writes an empty one"),
                        folder);
        else
            g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s", local->message);
        return NULL;
    }
    return qy_assessment_parse(folder, text, length, error);
}
