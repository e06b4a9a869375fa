//! The points of a curve, from the rows of the files in a run directory.

use records::run_directory::{COHORTS, Evaluation, LayerDensity, StructureUpdate};
use records::{Complaint, Metric, RunDirectory};

use crate::paper::Curve;
use crate::statistics::mean;

/// One place of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePoint {
    /// Horizontal coordinate.
    pub x: f64,
    /// The quantity.
    pub y: f64,
    /// The layer it is of.
    pub layer: Option<String>,
}

/// The rows of the files of one run directory, as far as they are needed.
#[derive(Debug, Default)]
pub struct RunRows {
    evaluations: Vec<Evaluation>,
    updates: Vec<StructureUpdate>,
    layers: Vec<LayerDensity>,
}

impl RunRows {
    /// The points of a curve, in the order of the file, of a suite with this metric.
    pub fn curve(&self, curve: Curve, metric: Metric) -> Vec<CurvePoint> {
        match curve {
            Curve::Score | Curve::TestLoss => {
                let value = |row: &Evaluation| match curve {
                    Curve::TestLoss => row.val_loss,
                    _ => row.score(metric),
                };
                self.evaluations.iter().filter_map(|row| Some(point(row.epoch, value(row)?))).collect()
            }
            Curve::TrainLoss => self.training_losses().collect(),
            Curve::Density => {
                let last = self.layers.iter().map(|row| row.step).max();
                let layers = self.layers.iter().filter(|row| Some(row.step) == last);
                let point = |(at, row): (u32, &LayerDensity)| CurvePoint {
                    x: f64::from(at),
                    y: row.density,
                    layer: Some(row.layer.clone()),
                };
                (1..).zip(layers).map(point).collect()
            }
            Curve::SurvivalByAge => {
                let at_age = |age: usize| {
                    let all: Vec<f64> =
                        self.updates.iter().filter_map(|row| row.survival_after(age)).collect();
                    Some(point(age as f64, mean(&all)?))
                };
                (1..=COHORTS).filter_map(at_age).collect()
            }
            Curve::IouPrevious | Curve::IouFinal | Curve::Survival => {
                let value = |row: &StructureUpdate| match curve {
                    Curve::IouPrevious => row.iou_previous,
                    Curve::IouFinal => row.iou_final,
                    _ => row.survival_after(1),
                };
                self.updates.iter().filter_map(|row| Some(point(row.step as f64, value(row)?))).collect()
            }
        }
    }

    /// The mean losses of the steps since the evaluation before. Where the last evaluation follows that one after a few steps,
    /// their mean scatters more than those of whole intervals, and is left out.
    fn training_losses(&self) -> impl Iterator<Item = CurvePoint> {
        let steps: Vec<u64> = [0].into_iter().chain(self.evaluations.iter().map(|row| row.step)).collect();
        let is_short = matches!(steps[..], [.., a, b, c] if 2 * c.saturating_sub(b) < b.saturating_sub(a));
        let whole = &self.evaluations[..self.evaluations.len() - usize::from(is_short)];
        // Before the first step there is none.
        let rows = whole.iter().filter(|row| row.step > 0);
        rows.filter_map(|row| Some(point(row.epoch, row.train_loss?)))
    }

    /// Reads the files that some curves need; what cannot be read is added to the complaints.
    pub fn of(run: &RunDirectory, curves: &[Curve], complaints: &mut Vec<Complaint>) -> RunRows {
        let mut rows = RunRows::default();
        let needs = |some: &[Curve]| curves.iter().any(|curve| some.contains(curve));
        if needs(&[Curve::Score, Curve::TrainLoss, Curve::TestLoss]) {
            let read = run.evaluations();
            complaints.extend(read.complaints);
            rows.evaluations = read.rows;
        }
        if needs(&[Curve::IouPrevious, Curve::IouFinal, Curve::Survival, Curve::SurvivalByAge]) {
            let read = run.updates();
            complaints.extend(read.complaints);
            rows.updates = read.rows;
        }
        if needs(&[Curve::Density]) {
            let read = run.layers();
            complaints.extend(read.complaints);
            rows.layers = read.rows;
        }
        rows
    }
}

fn point(x: f64, y: f64) -> CurvePoint {
    CurvePoint { x, y, layer: None }
}
