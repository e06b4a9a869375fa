//! CSV files whose reader says what is wrong with them: every row comes with its line, and every line that
//! is not used with the reason.
//!
//! [`ParsedCsv`] is the text of such a file; [`SharedCsv`] is one that several processes change.

mod columns;
mod entry;
mod error;
mod fault;
mod lines;
mod numbered;
mod parsed;
mod seal;
mod shared;
mod tidied;

pub use columns::{columns, fields};
pub use entry::Entry;
pub use error::StoreError;
pub(crate) use error::and_more;
pub(crate) use fault::fault;
pub(crate) use numbered::NumberedRows;
pub(crate) use parsed::{ParsedCsv, ParsedRow};
pub(crate) use shared::SharedCsv;
pub(crate) use tidied::is_rounded;
