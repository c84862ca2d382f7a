#define G_LOG_DOMAIN "qy-report"

#include "report/model.h"

#include <string.h>

struct _QyModel {
    QyStore *store;
    QyTable *manifest, *subject_rows, *standard_rows; /* own the texts of what follows */
    GHashTable *notes;                                /* key → value */
    GArray *subjects;                                 /* (element-type QySubject) */
    GHashTable *areas, *units;                        /* id → number of the subject + 1 */
    GArray *criteria;                                 /* (element-type QyStandardRow) */
    GArray *stars;                                    /* (element-type QyStarTitle) */
    GPtrArray *owned;                                 /* texts made here */
};

/* --- Tables --- */

static const QyColumnSpec name_column[] = {{"name", QY_CELL_TEXT}};

/* "second-look" is second_look in SQL. */
static gchar *
sql_name(const gchar *table)
{
    return g_strdelimit(g_strdup(table), "-", '_');
}

GPtrArray *
qy_model_columns(const QyModel *self, const gchar *table)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autofree gchar *name = sql_name(table);
    const gchar *arguments[] = {name, NULL};
    g_autoptr(QyTable) rows = qy_store_query(self->store, "SELECT name FROM pragma_table_info(?1) ORDER BY cid",
                                             arguments, name_column, 1, NULL);
    for (gsize i = 0; rows && i < qy_table_n_rows(rows); i++)
        g_ptr_array_add(names, g_strdup(qy_table_text(rows, i, 0)));
    return names;
}

static gboolean
has_column(const GPtrArray *names, const gchar *name)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

QyTable *
qy_model_read(const QyModel *self, const gchar *table, const QyColumnSpec *columns, guint n_columns, const gchar *rest,
              const gchar *const *arguments, GError **error)
{
    g_autoptr(GPtrArray) present = qy_model_columns(self, table);
    g_autofree gchar *name = sql_name(table);
    g_autoptr(GString) sql = g_string_new("SELECT ");
    if (present->len == 0)
        return qy_table_new(table, columns, n_columns);
    for (guint i = 0; i < n_columns; i++) {
        g_string_append(sql, i ? ", " : "");
        if (has_column(present, columns[i].name))
            g_string_append_printf(sql, "\"%s\"", columns[i].name);
        else
            g_string_append(sql, "NULL");
    }
    g_string_append_printf(sql, " FROM \"%s\" %s", name, rest ? rest : "ORDER BY rowid");
    return qy_store_query(self->store, sql->str, arguments, columns, n_columns, error);
}

gint64
qy_model_count(const QyModel *self, const gchar *table, const gchar *rest)
{
    static const QyColumnSpec count_column[] = {{"count", QY_CELL_INTEGER}};
    g_autofree gchar *name = sql_name(table);
    g_autofree gchar *sql = g_strdup_printf("SELECT count(*) FROM \"%s\" %s", name, rest ? rest : "");
    g_autoptr(QyTable) count = qy_store_query(self->store, sql, NULL, count_column, 1, NULL);
    return count ? qy_table_integer(count, 0, 0) : 0;
}

/* --- Opening --- */

static const gchar *
or_empty(const gchar *text)
{
    return text ? text : "";
}

static gboolean
read_manifest(QyModel *self, GError **error)
{
    static const QyColumnSpec columns[] = {{"key", QY_CELL_TEXT}, {"value", QY_CELL_TEXT}};
    self->manifest = qy_model_read(self, "manifest", columns, G_N_ELEMENTS(columns), NULL, NULL, error);
    for (gsize i = 0; self->manifest && i < qy_table_n_rows(self->manifest); i++)
        g_hash_table_insert(self->notes, (gpointer)or_empty(qy_table_text(self->manifest, i, 0)),
                            (gpointer)or_empty(qy_table_text(self->manifest, i, 1)));
    return self->manifest != NULL;
}

enum { SUBJECT_ID, SUBJECT_KIND, SUBJECT_LEVEL, SUBJECT_NAME, SUBJECT_PARENT };

static gboolean
read_subjects(QyModel *self, GError **error)
{
    static const QyColumnSpec columns[] = {{"subject_id", QY_CELL_TEXT},
                                           {"kind", QY_CELL_TEXT},
                                           {"level", QY_CELL_TEXT},
                                           {"name", QY_CELL_TEXT},
                                           {"parent_id", QY_CELL_TEXT}};
    QyTable *rows = qy_model_read(self, "subjects", columns, G_N_ELEMENTS(columns), NULL, NULL, error);
    self->subject_rows = rows;
    for (gsize i = 0; rows && i < qy_table_n_rows(rows); i++) {
        QySubject subject = {.id = or_empty(qy_table_text(rows, i, SUBJECT_ID)),
                             .name = qy_table_text(rows, i, SUBJECT_NAME),
                             .level = or_empty(qy_table_text(rows, i, SUBJECT_LEVEL)),
                             .is_unit = g_strcmp0(qy_table_text(rows, i, SUBJECT_KIND), "unit") == 0};
        if (!subject.name)
            subject.name = subject.id;
        g_array_append_val(self->subjects, subject);
        g_hash_table_insert(subject.is_unit ? self->units : self->areas, (gpointer)subject.id, GSIZE_TO_POINTER(i + 1));
    }
    for (gsize i = 0; rows && i < qy_table_n_rows(rows); i++) {
        QySubject *subject = &g_array_index(self->subjects, QySubject, i);
        const gchar *parent = qy_table_text(rows, i, SUBJECT_PARENT);
        subject->parent = parent ? (gint)GPOINTER_TO_SIZE(g_hash_table_lookup(self->areas, parent)) - 1 : -1;
    }
    return rows != NULL;
}

static void
add_star(QyModel *self, const gchar *id)
{
    for (guint i = 0; i < self->stars->len; i++)
        if (g_str_equal(qy_model_star(self, i)->id, id))
            return;
    gchar *key = g_strconcat("star.", id, NULL);
    QyStarTitle star = {.id = id, .title = qy_model_note_say(self, key, ".", (QySay){id, id})};
    g_ptr_array_add(self->owned, key);
    g_array_append_val(self->stars, star);
}

enum {
    STANDARD_ID,
    STANDARD_STAR,
    STANDARD_KIND,
    STANDARD_ZH,
    STANDARD_EN,
    STANDARD_OWNER,
    STANDARD_OWNER_ZH,
    STANDARD_OWNER_EN,
    STANDARD_DUTY,
    STANDARD_LEVEL,
    STANDARD_CLAUSE,
    STANDARD_SINCE
};

static gboolean
read_standard(QyModel *self, GError **error)
{
    static const QyColumnSpec columns[] = {
        {"criterion_id", QY_CELL_TEXT}, {"star", QY_CELL_TEXT},  {"kind", QY_CELL_TEXT},     {"title_zh", QY_CELL_TEXT},
        {"title_en", QY_CELL_TEXT},     {"owner", QY_CELL_TEXT}, {"owner_zh", QY_CELL_TEXT}, {"owner_en", QY_CELL_TEXT},
        {"duty", QY_CELL_TEXT},         {"level", QY_CELL_TEXT}, {"clause", QY_CELL_TEXT},   {"since", QY_CELL_TEXT}};
    QyTable *rows = qy_model_read(self, "standard", columns, G_N_ELEMENTS(columns), NULL, NULL, error);
    self->standard_rows = rows;
    for (gsize i = 0; rows && i < qy_table_n_rows(rows); i++) {
        QyStandardRow row = {.id = or_empty(qy_table_text(rows, i, STANDARD_ID)),
                             .star = or_empty(qy_table_text(rows, i, STANDARD_STAR)),
                             .kind = or_empty(qy_table_text(rows, i, STANDARD_KIND)),
                             .owner = or_empty(qy_table_text(rows, i, STANDARD_OWNER)),
                             .duty = or_empty(qy_table_text(rows, i, STANDARD_DUTY)),
                             .level = or_empty(qy_table_text(rows, i, STANDARD_LEVEL)),
                             .clause = or_empty(qy_table_text(rows, i, STANDARD_CLAUSE)),
                             .since = or_empty(qy_table_text(rows, i, STANDARD_SINCE)),
                             .title = {.en = or_empty(qy_table_text(rows, i, STANDARD_EN)),
                                       .zh = or_empty(qy_table_text(rows, i, STANDARD_ZH))},
                             .owner_title = {.en = or_empty(qy_table_text(rows, i, STANDARD_OWNER_EN)),
                                             .zh = or_empty(qy_table_text(rows, i, STANDARD_OWNER_ZH))}};
        g_array_append_val(self->criteria, row);
        add_star(self, row.star);
    }
    return rows != NULL;
}

QyModel *
qy_model_open(const gchar *result_path, GError **error)
{
    QyStore *store = qy_store_open(result_path, error);
    if (!store)
        return NULL;
    g_autoptr(QyModel) self = g_new0(QyModel, 1);
    self->store = store;
    self->notes = g_hash_table_new(g_str_hash, g_str_equal);
    self->areas = g_hash_table_new(g_str_hash, g_str_equal);
    self->units = g_hash_table_new(g_str_hash, g_str_equal);
    self->subjects = g_array_new(FALSE, FALSE, sizeof(QySubject));
    self->criteria = g_array_new(FALSE, FALSE, sizeof(QyStandardRow));
    self->stars = g_array_new(FALSE, FALSE, sizeof(QyStarTitle));
    self->owned = g_ptr_array_new_with_free_func(g_free);
    if (!read_manifest(self, error) || !read_subjects(self, error) || !read_standard(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
qy_model_free(QyModel *self)
{
    if (!self)
        return;
    qy_store_free(self->store);
    g_hash_table_unref(self->notes);
    g_hash_table_unref(self->areas);
    g_hash_table_unref(self->units);
    g_array_unref(self->subjects);
    g_array_unref(self->criteria);
    g_array_unref(self->stars);
    g_ptr_array_unref(self->owned);
    qy_table_free(self->manifest);
    qy_table_free(self->subject_rows);
    qy_table_free(self->standard_rows);
    g_free(self);
}

/* --- Asking --- */

const gchar *
qy_model_note(const QyModel *self, const gchar *key)
{
    return g_hash_table_lookup(self->notes, key);
}

QySay
qy_model_note_say(const QyModel *self, const gchar *key, const gchar *separator, QySay otherwise)
{
    g_autofree gchar *zh = g_strconcat(key, separator, "zh", NULL);
    g_autofree gchar *en = g_strconcat(key, separator, "en", NULL);
    const gchar *said_zh = qy_model_note(self, zh), *said_en = qy_model_note(self, en);
    if (!said_zh && !said_en)
        return otherwise;
    return (QySay){.en = said_en ? said_en : said_zh, .zh = said_zh ? said_zh : said_en};
}

guint
qy_model_n_subjects(const QyModel *self)
{
    return self->subjects->len;
}

const QySubject *
qy_model_subject(const QyModel *self, guint i)
{
    return &g_array_index(self->subjects, QySubject, i);
}

static const QySubject *
look_up(const QyModel *self, GHashTable *ids, const gchar *id)
{
    gsize number = id ? GPOINTER_TO_SIZE(g_hash_table_lookup(ids, id)) : 0;
    return number ? qy_model_subject(self, (guint)(number - 1)) : NULL;
}

const QySubject *
qy_model_find(const QyModel *self, const gchar *id)
{
    const QySubject *area = look_up(self, self->areas, id);
    return area ? area : look_up(self, self->units, id);
}

const QySubject *
qy_model_find_unit(const QyModel *self, const gchar *id)
{
    return look_up(self, self->units, id);
}

const gchar *
qy_model_name(const QyModel *self, const gchar *id)
{
    const QySubject *subject = qy_model_find(self, id);
    return subject ? subject->name : id;
}

const QySubject *
qy_model_above(const QyModel *self, const QySubject *area, const gchar *level)
{
    /* As many steps as there are subjects at most: a record of a stranger may hold a circle. */
    for (guint steps = 0; area && steps < self->subjects->len; steps++) {
        if (g_str_equal(area->level, level))
            return area;
        area = area->parent >= 0 ? qy_model_subject(self, (guint)area->parent) : NULL;
    }
    return NULL;
}

guint
qy_model_n_criteria(const QyModel *self)
{
    return self->criteria->len;
}

const QyStandardRow *
qy_model_criterion(const QyModel *self, guint i)
{
    return &g_array_index(self->criteria, QyStandardRow, i);
}

gint
qy_model_find_criterion(const QyModel *self, const gchar *id)
{
    for (guint i = 0; i < self->criteria->len; i++)
        if (g_strcmp0(qy_model_criterion(self, i)->id, id) == 0)
            return (gint)i;
    return -1;
}

guint
qy_model_n_stars(const QyModel *self)
{
    return self->stars->len;
}

const QyStarTitle *
qy_model_star(const QyModel *self, guint i)
{
    return &g_array_index(self->stars, QyStarTitle, i);
}
