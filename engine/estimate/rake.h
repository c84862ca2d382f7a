/* Raking: weights of the cells of a domain made to agree with the margins of
 * each of its communities. Internal to estimate/. */
#pragma once

#include "estimate/estimate.h"

G_BEGIN_DECLS

#define QY_MAX_MARGINS 4

/* Cells of one domain with what the estimators add to each. */
typedef struct {
    guint n;
    const QySurveyCell *cells;
    gdouble *factor;                /* on the design weights: 1 until raked */
    gdouble *fitted;                /* what the margins say of y beyond the mean: 0 until fitted */
    gint (*target)[QY_MAX_MARGINS]; /* index of the cell's target per margin, -1 none */
    guint n_margins;
    guint n_communities, n_raked; /* of those that answered; counted by qy_domain_rake() */
} QyDomain;

/**
 * qy_domain_rake:
 * Iterative proportional fitting in each community. Levels nobody answered from are left out
 * of their margin; responses with an unknown level keep their share of it. Where few answers
 * can't meet all margins (it doesn't converge), the community keeps its design weights, brought
 * to its number of people, so that it weighs what it should beside the others.
 * Returns: FALSE (factors back at 1) when a community has no targets
 */
gboolean qy_domain_rake(QyDomain *self, const QySurveyDesign *design);

/* Additive effects of the margins on y − @mean (in a community that wasn't raked: its own mean's), by least
 * squares with the design weights (backfitting); the residuals from them carry the variance of a raked mean. */
void qy_domain_fit(QyDomain *self, const QySurveyDesign *design, gdouble mean);

G_END_DECLS
