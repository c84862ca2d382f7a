#define G_LOG_DOMAIN "qy-judge"

/* One criterion for one subject: the call, and the verdict from its answer. */
#include "judge/private.h"

#include <string.h>

static gchar *
text_or_null(const gchar *text)
{
    return text != NULL && *text != '\0' ? g_strdup(text) : NULL;
}

void
qy_verdict_clear(QyVerdict *self)
{
    g_free(self->value);
    g_free(self->threshold);
    g_free(self->margin);
    g_free(self->unit);
    g_free(self->evidence);
    qy_say_text_clear(&self->reason);
    memset(self, 0, sizeof *self);
}

QyVerdict
qy_verdict_error(const gchar *why)
{
    QyVerdict verdict = {.kind = QY_RULE_ERROR};

    verdict.reason.zh = g_strdup_printf("规则出错：%s", why);
    verdict.reason.en = g_strdup_printf("The rule failed: %s", why);
    return verdict;
}

static QyVerdict
not_in_force(QyDate since)
{
    QyVerdict verdict = {.kind = QY_NOT_APPLICABLE};
    gchar date[QY_DATE_TEXT_BYTES];

    qy_date_text(since, date);
    verdict.reason.zh = g_strdup_printf("自 %s 起施行，评估日尚未施行", date);
    verdict.reason.en = g_strdup_printf("In force from %s, after the as-of date", date);
    return verdict;
}

static QyVerdict
take_verdict(QyView *view, const QyAnswer *answer)
{
    g_autoptr(GString) evidence = g_string_new(NULL);
    QyVerdict verdict = {.kind = answer->kind};

    verdict.value = text_or_null(answer->value);
    verdict.threshold = text_or_null(answer->threshold);
    verdict.margin = text_or_null(answer->margin);
    verdict.unit = text_or_null(answer->unit);
    verdict.reason.zh = g_strndup(answer->zh->str, answer->zh->len);
    verdict.reason.en = g_strndup(answer->en->str, answer->en->len);
    qy_view_evidence(view, evidence);
    verdict.evidence = text_or_null(evidence->str);
    return verdict;
}

QyVerdict
qy_judge_one(QyView *view, const QyCriteria *criteria, guint number, QySubject subject, gboolean *timed_out)
{
    const QyCriterion *criterion = &criteria->criteria[number];
    QyPack *pack = qy_view_pack(view);
    g_autoptr(GError) error = NULL;
    const QyAnswer *answer = NULL;

    *timed_out = FALSE;
    if (criterion->since != QY_DATE_NONE && criterion->since > qy_view_source(view)->as_of)
        return not_in_force(criterion->since);
    qy_pack_push_function(pack, qy_value_field(criterion->declaration->body, "check"));
    qy_view_push(view, subject);
    if (qy_pack_call(pack, 1, &error))
        answer = qy_view_take(view, &error);
    if (answer != NULL && !answer->is_grant)
        return take_verdict(view, answer);
    if (answer != NULL)
        g_set_error(&error, QY_ERROR, QY_ERROR_RULE, "%s:%u: it gave back c.grant(…) or c.deny(…), which are for lists",
                    criterion->declaration->file, criterion->declaration->line);
    *timed_out = qy_pack_timed_out(pack);
    return qy_verdict_error(error->message);
}
