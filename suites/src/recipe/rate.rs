//! The learning rate of each step: warm-up, then the schedule.

use super::{Recipe, Schedule};

/// When the learning rate changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateSteps {
    /// With every step.
    #[default]
    Each,
    /// With every pass over the training images, and not within one.
    Epoch,
}

impl Recipe {
    /// Learning rate at `step` of `steps` on `images` images.
    ///
    /// The warm-up rises linearly to the peak, which its last step or epoch has. Drops and knots are placed in the
    /// whole training; a cosine begins after the warm-up.
    pub fn rate(&self, step: u64, steps: u64, images: usize) -> f64 {
        let (now, warmup, end) = match self.rate_steps {
            RateSteps::Each => {
                let warmup = self.warmup_epochs * images as f64 / self.batch_size as f64;
                (step as f64, warmup, steps as f64)
            }
            RateSteps::Epoch => {
                let epoch = (step * self.batch_size) / images.max(1) as u64;
                (epoch as f64, self.warmup_epochs, self.epochs)
            }
        };
        if now < warmup {
            return self.learning_rate * ((now + 1.0) / warmup).min(1.0);
        }
        let progress = match self.schedule {
            Schedule::Cosine => (now - warmup) / (end - warmup).max(1.0),
            Schedule::Drops { .. } | Schedule::Knots(_) => now / end,
        };
        self.schedule.rate(self.learning_rate, progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A recipe of 100 images in batches of 10, at a peak of 1.
    fn recipe(rate_steps: RateSteps, schedule: Schedule) -> Recipe {
        let recipe = crate::SUITES[0].published_recipe();
        Recipe {
            epochs: 12.0,
            batch_size: 10,
            learning_rate: 1.0,
            warmup_epochs: 2.0,
            schedule,
            rate_steps,
            ..recipe
        }
    }

    #[test]
    fn a_rate_by_epochs_is_constant_within_one() {
        let recipe = recipe(RateSteps::Epoch, Schedule::Cosine);
        let rates: Vec<f64> = (0..120).map(|step| recipe.rate(step, 120, 100)).collect();
        for (epoch, rates) in rates.chunks(10).enumerate() {
            assert!(rates.iter().all(|rate| *rate == rates[0]), "epoch {epoch}");
        }
        assert_eq!([rates[0], rates[10], rates[20]], [0.5, 1.0, 1.0]);
        assert!((rates[70] - 0.5).abs() < 1e-12, "half way between the warm-up and the end");
    }

    #[test]
    fn drops_are_placed_in_the_whole_training_and_a_cosine_after_the_warm_up() {
        let drops = Schedule::Drops { at: vec![0.5], factor: 0.1 };
        for rate_steps in [RateSteps::Each, RateSteps::Epoch] {
            let recipe = recipe(rate_steps, drops.clone());
            assert_eq!([recipe.rate(59, 120, 100), recipe.rate(60, 120, 100)], [1.0, 0.1]);
        }
        let recipe = recipe(RateSteps::Each, Schedule::Cosine);
        assert_eq!([recipe.rate(0, 120, 100), recipe.rate(19, 120, 100)], [0.05, 1.0]);
        assert!((recipe.rate(70, 120, 100) - 0.5).abs() < 1e-12);
    }
}
