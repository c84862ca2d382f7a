#define G_LOG_DOMAIN "qy-judge"

/* The criteria as declared, checked against the pack and the assessment. */
#include "judge/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const gchar *const verdict_names[QY_N_VERDICTS] = {"met",         "not_met", "not_applicable", "not_due",
                                                          "no_evidence", "waived",  "error"};

const gchar *
qy_verdict_name(QyVerdictKind kind)
{
    g_return_val_if_fail(kind < QY_N_VERDICTS, NULL);
    return verdict_names[kind];
}

static void G_GNUC_PRINTF(3, 4) fault(GString *faults, const QyDeclaration *declaration, const gchar *format, ...)
{
    va_list arguments;

    g_string_append_printf(faults, "%s%s:%u: %s%s%s%s: ", faults->len > 0 ? "\n" : "", declaration->file,
                           declaration->line, declaration->kind, *declaration->id != '\0' ? " \"" : "", declaration->id,
                           *declaration->id != '\0' ? "\"" : "");
    va_start(arguments, format);
    g_string_append_vprintf(faults, format, arguments);
    va_end(arguments);
}

static QyLevel
read_level(const gchar *word)
{
    return word != NULL ? (QyLevel)qy_level_find(word) : QY_LEVEL_COMMUNITY;
}

static QyDuty
read_duty(const gchar *word)
{
    return g_strcmp0(word, "street") == 0       ? QY_DUTY_STREET
           : g_strcmp0(word, "department") == 0 ? QY_DUTY_DEPARTMENT
                                                : QY_DUTY_COMMUNITY;
}

static QyCriterion
read_criterion(const QyDeclaration *declaration)
{
    const QyValue *body = declaration->body, *clause = qy_value_field(body, "clause");
    const gchar *since = qy_value_field_text(body, "since");

    return (QyCriterion){
        .id = declaration->id,
        .star = qy_value_field_text(body, "star"),
        .owner = qy_value_field_text(body, "owner"),
        .title = qy_value_field(body, "title")->say,
        .have_not = g_strcmp0(qy_value_field_text(body, "kind"), "have-not") == 0,
        .duty = read_duty(qy_value_field_text(body, "duty")),
        .level = read_level(qy_value_field_text(body, "level")),
        .since = since != NULL ? qy_date_parse(since, strlen(since)) : QY_DATE_NONE,
        .clause = clause != NULL ? clause->say.zh : NULL,
        .declaration = declaration,
    };
}

static void
check_names(const QyPack *pack, const QyDeclaration *declaration, const QyCriterion *criterion, GString *faults)
{
    g_autoptr(GPtrArray) standards = qy_pack_declarations(pack, "standard");
    g_autofree gchar *owner = g_strconcat("owner:", criterion->owner, NULL);

    if (standards->len == 0)
        fault(faults, declaration, _("star: the pack has no standard that could have \"%s\""), criterion->star);
    if (qy_pack_find(pack, owner) == NULL)
        fault(faults, declaration, _("owner: no owner \"%s\" is declared"), criterion->owner);
    if (criterion->level > QY_LEVEL_COMMUNITY)
        fault(faults, declaration, _("level: communities are judged, and what is above them"));
}

/* A waiver of the tailoring, of which load has checked what doesn't need the data. */
static void
read_waiver(QyCriteria *self, const QyDeclaration *tailor, const QyValue *value, const QyDataset *dataset,
            GString *faults)
{
    const gchar *area = qy_value_field_text(value, "area"), *until = qy_value_field_text(value, "until");
    QyWaiver *waiver = &self->waivers[self->n_waivers];
    gboolean used = FALSE;

    *waiver = (QyWaiver){.tailor = tailor,
                         .criterion = qy_value_field_text(value, "criterion"),
                         .area = qy_dataset_find(dataset, QY_AREAS, area),
                         .reason = qy_value_field(value, "reason")->say,
                         .approver = qy_value_field(value, "approver")->say,
                         .until = qy_date_parse(until, strlen(until))};
    for (guint i = 0; i < self->n; i++)
        used = used || strcmp(self->criteria[i].id, waiver->criterion) == 0;
    if (waiver->area < 0)
        fault(faults, tailor, _("waive: the assessment has no area \"%s\""), area);
    else if (waiver->until < qy_dataset_settings(dataset)->as_of)
        fault(faults, tailor, _("waive: the waiver of %s for %s ended on %s, before the as-of date"), waiver->criterion,
              area, until);
    else if (!used)
        fault(faults, tailor, _("waive: the criterion \"%s\" is not judged"), waiver->criterion);
    else
        self->n_waivers++;
}

static void
read_waivers(QyCriteria *self, const QyPack *pack, const QyDataset *dataset, GString *faults)
{
    g_autoptr(GPtrArray) tailors = qy_pack_declarations(pack, "tailor");
    guint n = 0;

    for (guint i = 0; i < tailors->len; i++) {
        const QyValue *list = qy_value_field(((QyDeclaration *)g_ptr_array_index(tailors, i))->body, "waive");

        n += list != NULL ? list->n_items : 0;
    }
    self->waivers = g_new0(QyWaiver, MAX(n, 1));
    for (guint i = 0; i < tailors->len; i++) {
        const QyDeclaration *tailor = g_ptr_array_index(tailors, i);
        const QyValue *list = qy_value_field(tailor->body, "waive");

        for (guint w = 0; list != NULL && w < list->n_items; w++)
            read_waiver(self, tailor, list->items[w], dataset, faults);
    }
}

QyCriteria *
qy_criteria_new(QyView *view, const QyPack *pack, const QyDataset *dataset, GError **error)
{
    g_autoptr(QyCriteria) self = g_new0(QyCriteria, 1);
    g_autoptr(GPtrArray) declarations = qy_pack_declarations(pack, "criterion");
    g_autoptr(GString) faults = g_string_new(NULL);

    self->n = declarations->len;
    self->criteria = g_new0(QyCriterion, MAX(self->n, 1));
    self->uses = g_new0(QyUses *, MAX(self->n, 1));
    self->checks = g_new0(const QyValue *, MAX(self->n, 1));
    for (guint i = 0; i < self->n; i++) {
        const QyDeclaration *declaration = g_ptr_array_index(declarations, i);

        self->criteria[i] = read_criterion(declaration);
        check_names(pack, declaration, &self->criteria[i], faults);
        self->uses[i] = qy_uses_new(view, declaration, faults);
        self->checks[i] = qy_value_field(declaration->body, "check");
    }
    if (dataset != NULL)
        read_waivers(self, pack, dataset, faults);
    if (faults->len > 0) {
        g_set_error_literal(error, QY_ERROR, QY_ERROR_RULE, faults->str);
        return NULL;
    }
    return g_steal_pointer(&self);
}

void
qy_criteria_free(QyCriteria *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < self->n; i++)
        qy_uses_free(self->uses[i]);
    g_free(self->waivers);
    g_free(self->checks);
    g_free(self->uses);
    g_free(self->criteria);
    g_free(self);
}
