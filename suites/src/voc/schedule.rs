//! The learning-rate schedules that are published: that of the logs and SMCP's.

use crate::recipe::Schedule;
use sparsity::Settings;

/// The factor of the learning rate over 900 epochs, as the logs have it.
pub(super) const KNOTS: &str =
    "0:0.05,50:1,700:1,701:0.375,800:0.375,801:0.125,840:0.125,841:0.05,870:0.05,871:0.005,900:0.005";
/// SMCP's over 800 epochs: (e + 1) / 51 of the peak in epoch e of a warm-up of 50, then four drops.
const SMCP_STEPS: [(f64, f64); 11] = [
    (0.0, 1.0 / 51.0),
    (50.0, 1.0),
    (600.0, 1.0),
    (600.0, 0.375),
    (700.0, 0.375),
    (700.0, 0.125),
    (740.0, 0.125),
    (740.0, 0.05),
    (770.0, 0.05),
    (770.0, 0.005),
    (800.0, 0.005),
];

/// The schedule that `settings` name.
pub(super) fn schedule(settings: &Settings) -> Schedule {
    match settings.word("learning_rate_schedule") {
        "smcp" => {
            let (end, _) = SMCP_STEPS[SMCP_STEPS.len() - 1];
            Schedule::Knots(SMCP_STEPS.iter().map(|(epoch, factor)| (epoch / end, *factor)).collect())
        }
        _ => Schedule::Knots(settings.knots("learning_rate_knots")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::SUITE;
    use crate::recipe::Recipe;

    /// Images of VOC2007 trainval and VOC2012 trainval.
    const IMAGES: usize = 16_551;

    fn with(changes: &[(&str, &str)]) -> Recipe {
        SUITE.recipe_with(changes)
    }

    /// The rate at the start of an epoch; a fraction for a place within one.
    fn rate(recipe: &Recipe, epoch: f64) -> f64 {
        let steps = recipe.steps(IMAGES);
        recipe.rate((epoch / recipe.epochs * steps as f64).round() as u64, steps, IMAGES)
    }

    #[test]
    fn the_rates_of_the_logs_follow() {
        let recipe = with(&[]);
        assert_eq!(recipe.steps(IMAGES), 116_374);
        for (epoch, expected) in [
            (0.0, 4e-4),
            (25.0, 4.2e-3),
            (50.0, 8e-3),
            (699.0, 8e-3),
            (702.0, 3e-3),
            (799.0, 3e-3),
            (802.0, 1e-3),
            (842.0, 4e-4),
            (872.0, 4e-5),
            (899.9, 4e-5),
        ] {
            let found = rate(&recipe, epoch);
            assert!((found - expected).abs() < 2e-3 * expected, "{epoch}: {found}");
        }
    }

    #[test]
    fn the_steps_of_smcp_follow() {
        let recipe = with(&[("learning_rate_schedule", "smcp"), ("epochs", "800")]);
        for (epoch, expected) in [
            (0.0, 8e-3 / 51.0),
            (24.0, 8e-3 * 25.0 / 51.0),
            (50.0, 8e-3),
            (599.0, 8e-3),
            (601.0, 3e-3),
            (701.0, 1e-3),
            (741.0, 4e-4),
            (771.0, 4e-5),
            (799.0, 4e-5),
        ] {
            let found = rate(&recipe, epoch);
            assert!((found - expected).abs() < 1e-3 * expected, "{epoch}: {found}");
        }
    }
}
