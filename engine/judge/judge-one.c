#define G_LOG_DOMAIN "qy-judge"

/* One criterion for one subject: the call, and the verdict from its answer. */
#include "judge/private.h"

#include <string.h>

static const gchar *
text_or_null(const gchar *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

/* A reason that is not an answer's. */
static void
say(QyView *view, QyJudged *out, const gchar *zh, const gchar *en, const gchar *what)
{
    GString *zh_text = qy_view_scratch(view, 0), *en_text = qy_view_scratch(view, 1);

    g_string_printf(zh_text, zh, what);
    g_string_printf(en_text, en, what);
    out->reason_zh = zh_text->str;
    out->reason_en = en_text->str;
}

static void
take_answer(QyView *view, const QyAnswer *answer, QyJudged *out)
{
    GString *evidence = qy_view_scratch(view, 2);

    out->kind = answer->kind;
    out->value = text_or_null(answer->value);
    out->threshold = text_or_null(answer->threshold);
    out->margin = text_or_null(answer->margin);
    out->unit = answer->unit;
    out->reason_zh = answer->zh->str;
    out->reason_en = answer->en->str;
    g_string_truncate(evidence, 0);
    qy_view_evidence(view, evidence);
    out->evidence = text_or_null(evidence->str);
}

void
qy_judge_one(QyView *view, const QyCriteria *criteria, guint number, QySubject subject, QyJudged *out)
{
    const QyCriterion *criterion = &criteria->criteria[number];
    QyPack *pack = qy_view_pack(view);
    g_autoptr(GError) error = NULL;
    const QyAnswer *answer = NULL;
    gchar date[QY_DATE_TEXT_BYTES];

    memset(out, 0, sizeof *out);
    if (criterion->since != QY_DATE_NONE && criterion->since > qy_view_source(view)->as_of) {
        out->kind = QY_NOT_APPLICABLE;
        say(view, out, "自 %s 起施行，评估日尚未施行", "In force from %s, after the as-of date",
            qy_date_text(criterion->since, date));
        return;
    }
    qy_pack_push_function(pack, criteria->checks[number]);
    qy_view_push(view, subject);
    if (qy_pack_call(pack, 1, &error))
        answer = qy_view_take(view, &error);
    if (answer != NULL && !answer->is_grant) {
        take_answer(view, answer, out);
        return;
    }
    if (answer != NULL)
        g_set_error(&error, QY_ERROR, QY_ERROR_RULE, "%s:%u: it gave back c.grant(…) or c.deny(…), which are for lists",
                    criterion->declaration->file, criterion->declaration->line);
    out->kind = QY_RULE_ERROR;
    out->timed_out = qy_pack_timed_out(pack);
    say(view, out, "规则出错：%s", "The rule failed: %s", error->message);
}
