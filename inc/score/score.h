/* score: stars, indices, ranks and lists, from verdicts and figures. */
#pragma once

#include "judge/judge.h"

G_BEGIN_DECLS

typedef struct _QyScores QyScores;

/**
 * qy_score_run:
 * All of @pack, @dataset, @measures and @verdicts must outlive the result.
 * Errors: %QY_ERROR_RULE for indices and lists that can't be meant, all at
 * once, one line each with file and line.
 */
QyScores *qy_score_run(QyPack *pack, const QyDataset *dataset, const QyMeasures *measures, const QyVerdicts *verdicts,
                       GError **error);
void qy_scores_free(QyScores *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyScores, qy_scores_free)

typedef enum { QY_STAR_EARNED, QY_STAR_LOST, QY_STAR_BLOCKED, QY_STAR_UNDECIDED } QyStarState;

/* (transfer none), each documented in docs/outputs.md:
 * stars: community_id, then one column a star (earned|lost|blocked|undecided), stars, five_star, accepted,
 * accepted_stage scores: subject_id, level, index, value, std_error, low, high, n, method, mark ranks: list,
 * subject_id, score, low, high, rank, rank_low, rank_high, p_top, place, reason_zh, reason_en second-look:
 * subject_table, subject_id, community_id, look, advice, reason_zh, reason_en streets: area_id, level, communities,
 * five_star, accepted, share, uplifted, target, on_target (streets and above) indices: index, title_zh, title_en,
 * subject, better, scale (how to read scores) lists: list, title_zh, title_en, subject, level, size (how to read ranks)
 * points: holder, holder_id, points, rule, reason_zh, reason_en, reference
 * findings of scoring: the columns of qy_dataset_findings()
 */
const QyTable *qy_scores_stars(const QyScores *self);
const QyTable *qy_scores_scores(const QyScores *self);
const QyTable *qy_scores_ranks(const QyScores *self);
const QyTable *qy_scores_second_look(const QyScores *self);
const QyTable *qy_scores_streets(const QyScores *self);
const QyTable *qy_scores_indices(const QyScores *self);
const QyTable *qy_scores_lists(const QyScores *self);
const QyTable *qy_scores_points(const QyScores *self);
const QyTable *qy_scores_findings(const QyScores *self);

/* Functions of the pack's lists that failed; each is a finding as well. */
guint qy_scores_n_errors(const QyScores *self);

G_END_DECLS
