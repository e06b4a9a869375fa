//! The file of a table while it is being built: every entry is written as soon as it is measured, and at
//! the end the whole table is written in order.

use super::model::image_side;
use crate::stdio;
use anyhow::{anyhow, bail};
use network::ConvShape;
use records::check_named;
use sparsity::{LatencyAbout, LatencyColumns, LatencyEntry, LatencyTable, TableError};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A table that grows, and its file.
pub struct Growing {
    path: PathBuf,
    /// None until there is an entry.
    file: Option<File>,
    columns: LatencyColumns,
    /// What is in it.
    pub table: LatencyTable,
}

impl Growing {
    /// The table in `path` if there is one, which must be about the same. Nothing is written yet, unless its file
    /// lacks `columns` that entries to come need.
    pub fn open(
        path: &Path,
        about: LatencyAbout,
        side: usize,
        columns: LatencyColumns,
    ) -> anyhow::Result<Self> {
        let mut growing = Self {
            path: path.into(),
            file: None,
            columns,
            table: LatencyTable { about, entries: Default::default() },
        };
        if !path.exists() {
            return Ok(growing);
        }
        check_named(path).map_err(|cause| growing.unwritable(&cause))?;
        // Before it is read, so that a line which another process is writing is not taken for torn.
        let file = growing.locked(OpenOptions::new().append(true))?;
        let content = fs::read(path).map_err(|cause| TableError::Read { path: path.into(), cause })?;
        let partial = LatencyTable::parse_partial(path, &content)?;
        if let Some(difference) = difference(&partial.table, &growing.table.about, side) {
            bail!(
                "{} holds another table: {difference}; choose another file with --into, or continue with \
                 what it was built for",
                path.display()
            );
        }
        growing.table = partial.table;
        if let Some(dropped) = partial.dropped {
            stdio::say(format!("{dropped}; measuring it again"));
            let whole = content.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            file.set_len(whole as u64).map_err(|cause| growing.unwritable(&cause))?;
        }
        growing.file = Some(file);
        if columns > partial.columns {
            write_text(path, &growing.table.to_text_with(columns))?;
            growing.file = Some(growing.locked(OpenOptions::new().append(true))?);
        } else {
            growing.columns = partial.columns;
        }
        Ok(growing)
    }

    /// Adds an entry, to the file too.
    pub fn add(&mut self, shape: ConvShape, entry: LatencyEntry) -> anyhow::Result<()> {
        if self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder).map_err(|cause| self.unwritable(&cause))?;
            }
            let mut file = self.locked(OpenOptions::new().append(true).create_new(true))?;
            let header = self.table.about.header(self.columns);
            file.write_all(header.as_bytes()).map_err(|cause| self.unwritable(&cause))?;
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            let row = entry.row(&shape, self.columns);
            file.write_all(row.as_bytes()).map_err(|cause| unwritable(&self.path, &cause))?;
        }
        self.table.entries.insert(shape, entry);
        Ok(())
    }

    /// Writes the whole table in order.
    pub fn rewrite(&self) -> anyhow::Result<()> {
        write(&self.path, &self.table)
    }

    /// The file, for this process alone.
    fn locked(&self, options: &OpenOptions) -> anyhow::Result<File> {
        let busy = || anyhow!("another process is building {}; wait until it is done", self.path.display());
        let file = options.open(&self.path).map_err(|cause| match cause.kind() {
            ErrorKind::AlreadyExists => busy(),
            _ => self.unwritable(&cause),
        })?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(busy()),
            Err(TryLockError::Error(cause)) => Err(self.unwritable(&cause)),
        }
    }

    fn unwritable(&self, cause: &std::io::Error) -> anyhow::Error {
        unwritable(&self.path, cause)
    }
}

fn unwritable(path: &Path, cause: &std::io::Error) -> anyhow::Error {
    anyhow!(
        "cannot write {}: {cause}; free some space, make its folder writable or choose another file with --into",
        path.display()
    )
}

/// Writes `table` to `path`, whole or not at all.
pub fn write(path: &Path, table: &LatencyTable) -> anyhow::Result<()> {
    write_text(path, &table.to_text())
}

fn write_text(path: &Path, text: &str) -> anyhow::Result<()> {
    records::write_atomically(path, text.as_bytes()).map_err(|error| unwritable(path, &error.into_cause()))
}

/// In what `table` differs from one about `wanted` for images of `side`.
fn difference(table: &LatencyTable, wanted: &LatencyAbout, side: usize) -> Option<String> {
    let LatencyAbout { device, batch, precision, layout, model, origin: _ } = &table.about;
    let none = || "no model".to_string();
    let pairs = [
        ("model", model.clone().unwrap_or_else(none), wanted.model.clone().unwrap_or_else(none)),
        ("device", device.clone(), wanted.device.clone()),
        ("batch", batch.to_string(), wanted.batch.to_string()),
        ("number format", precision.clone(), wanted.precision.clone()),
        ("layout", layout.clone(), wanted.layout.clone()),
        ("side of the images", image_side(table).unwrap_or(side).to_string(), side.to_string()),
    ];
    let (what, there, here) = pairs.into_iter().find(|(_, there, here)| there != here)?;
    Some(format!("its {what} is {there}, not {here}"))
}
