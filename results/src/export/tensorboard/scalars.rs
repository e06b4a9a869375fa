//! Which curves a run has.

use records::run_directory::{Evaluation, StructureUpdate};

use super::event::EventMessage;

/// The curves of evaluations; of the initial weights there is no training loss.
pub fn of_evaluations(rows: &[Evaluation]) -> Vec<EventMessage> {
    let event = |row: &Evaluation| {
        let values = [
            ("evaluation/top1", row.top1),
            ("evaluation/top5", row.top5),
            ("evaluation/map", row.map),
            ("evaluation/map_all_points", row.map_all_points),
            ("evaluation/train_loss", row.train_loss.filter(|_| row.step > 0)),
            ("evaluation/val_loss", row.val_loss),
            ("evaluation/learning_rate", row.learning_rate.filter(|_| row.step > 0)),
            ("evaluation/sparsity", row.sparsity),
        ];
        EventMessage::scalars(row.step, &values)
    };
    rows.iter().filter_map(event).collect()
}

/// The curves of updates of the structure.
pub fn of_updates(rows: &[StructureUpdate]) -> Vec<EventMessage> {
    let event = |row: &StructureUpdate| {
        let values = [
            ("structure/iou_previous", row.iou_previous),
            ("structure/iou_final", row.iou_final),
            ("structure/survival_1", row.survival_after(1)),
            ("structure/active", Some(row.active as f64)),
            ("structure/latency", row.latency),
        ];
        EventMessage::scalars(row.step, &values)
    };
    rows.iter().filter_map(event).collect()
}
