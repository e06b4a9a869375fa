//! Records and training curves in the formats of other programs: CSV, JSON, Parquet, TensorBoard.
//!
//! Records go out with the throughput joined and with columns of other origin, as text. The columns and their
//! kinds follow from [`Record`](records::Record) itself, so that a new one is exported without a change here.

mod columns;
mod parquet;
mod tensorboard;
mod text;

pub use self::parquet::{SCHEMA_ENTRY, render_parquet};
pub use tensorboard::{Curves, ExportError, LiveCurves, export_curves};
pub use text::{render_records_csv, render_records_json};
