//! What is recorded in a folder, as every command that prints it reads it.

use crate::stdio;
use results::{Record, Store};
use std::path::Path;

/// The records of a folder; what is wrong with other rows is said.
pub fn load(out: &Path) -> anyhow::Result<Vec<Record>> {
    let loaded = Store::new(out).load()?;
    for complaint in &loaded.complaints {
        stdio::say(format!("warning: {complaint}; this row is left out"));
    }
    Ok(loaded.records)
}
