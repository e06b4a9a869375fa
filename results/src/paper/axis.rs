//! What results are drawn over, and where a published value is on it.

use records::cost::latency_weighted_cost;

use super::published_value::PublishedValue;
use super::row::DENSE;
use super::table::TableDefinition;

/// What results are drawn over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Sparsity: the fraction of weights that are zero, percent.
    Sparsity,
    /// Fraction of the dense network's latency that remains, percent.
    Latency,
    /// Training FLOPs relative to dense training.
    TrainFlops,
    /// Throughput, of measurements with the same settings.
    Throughput,
    /// Throughput relative to the dense network's on the same device, because throughputs of
    /// different devices are not comparable.
    Speed,
    /// Latency-weighted cost of training relative to dense training.
    TrainingCost,
}

impl Axis {
    /// What it is called in a title.
    pub fn quantity(self) -> &'static str {
        match self {
            Axis::Sparsity => "sparsity",
            Axis::Latency => "latency",
            Axis::TrainFlops => "training FLOPs",
            Axis::Throughput => "throughput",
            Axis::Speed => "speedup",
            Axis::TrainingCost => "training cost",
        }
    }

    /// Whether it is what was asked of a method, so that many have the same place on it.
    pub fn is_level(self) -> bool {
        matches!(self, Axis::Sparsity | Axis::Latency)
    }

    /// Label of the axis, with its unit.
    pub fn label(self) -> &'static str {
        match self {
            Axis::Sparsity => "Sparsity (% of weights that are zero)",
            Axis::Latency => "Remaining latency (% of the dense network's)",
            Axis::TrainFlops => "Training FLOPs relative to dense training (×)",
            Axis::Throughput => "Throughput (FPS, images per second)",
            Axis::Speed => "FPS relative to the dense network, same device (×)",
            Axis::TrainingCost => "Latency-weighted training cost over dense (×)",
        }
    }

    /// Horizontal coordinate of a quantity: sparsity by the logarithm of the fraction of weights that
    /// remain, as 80, 90 and 95 % would else lie in one corner.
    pub fn place(self, x: f64) -> f64 {
        if self == Axis::Sparsity { -(1.0 - x / 100.0).log10() } else { x }
    }

    /// The numbers written under it; none if any round ones will do.
    pub fn ticks(self) -> &'static [f64] {
        if self == Axis::Sparsity { &[0.0, 50.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.9] } else { &[] }
    }

    /// Its least margin, in the coordinates in which it is drawn.
    pub fn margin(self) -> f64 {
        match self {
            Axis::Sparsity => 0.03,
            Axis::Latency => 3.0,
            Axis::Throughput => 1.0,
            Axis::TrainFlops | Axis::Speed | Axis::TrainingCost => 0.05,
        }
    }

    /// Whether points are labelled with their levels, because the axis does not show them.
    pub fn labels_levels(self) -> bool {
        !self.is_level()
    }

    /// Whether it is of throughput.
    pub fn is_timed(self) -> bool {
        matches!(self, Axis::Throughput | Axis::Speed)
    }

    /// Whether its points have a Pareto front: they were measured in one way, and better is meant of both
    /// quantities.
    pub fn has_front(self) -> bool {
        self == Axis::Throughput
    }

    /// The coordinate of a published value, if it is known.
    pub fn of_published(self, table: &TableDefinition, value: &PublishedValue) -> Option<f64> {
        let speed = table.speedup(value);
        match self {
            Axis::Sparsity => value.sparsity.filter(|_| !table.structured()).map(|share| 100.0 * share),
            Axis::Latency => {
                table.level_published(value).filter(|_| table.structured()).map(|share| 100.0 * share)
            }
            Axis::Throughput => None,
            // By definition.
            _ if table.is_dense(value) => Some(1.0),
            Axis::TrainFlops => value.train_flops_ratio,
            Axis::Speed => speed,
            // HALP prunes a trained network and trains it once more, at its final latency.
            Axis::TrainingCost => value.train_cost_ratio.or_else(|| {
                let speed = speed.filter(|_| value.method == "halp")?;
                Some(latency_weighted_cost(1.0, &[(1.0, 1.0 / speed)]))
            }),
        }
    }

    /// Whether the coordinate of a published value is computed from others, and not stated itself.
    pub fn is_computed(self, value: &PublishedValue) -> bool {
        let told = match self {
            Axis::Sparsity | Axis::Latency | Axis::Throughput => return false,
            Axis::TrainFlops => value.train_flops_ratio,
            Axis::Speed => value.speedup,
            Axis::TrainingCost => value.train_cost_ratio,
        };
        told.is_none() && value.method != DENSE
    }
}
