//! What is recorded in a folder, as every command that prints it reads it.

pub mod folders;
pub mod unfinished;

use crate::stdio;
use anyhow::ensure;
use records::{Loaded, Record, RunDirectory, Store};
use std::path::Path;
use trial::TrialSpec;

/// The folder of results where none is named.
const USUAL: &str = "runs";

/// The records of a folder that can be trusted; what is wrong with other rows is said.
pub fn load(out: &Path) -> anyhow::Result<Vec<Record>> {
    Ok(loaded(out)?.records)
}

/// The same when what is wrong has been said already.
pub fn quietly(out: &Path) -> anyhow::Result<Vec<Record>> {
    Ok(judged(out)?.records)
}

/// The same with the columns that the harness does not know.
pub fn loaded(out: &Path) -> anyhow::Result<Loaded> {
    let loaded = judged(out)?;
    say(&loaded);
    Ok(loaded)
}

/// What is recorded, each record judged by the definitions of today.
fn judged(out: &Path) -> anyhow::Result<Loaded> {
    let mut loaded = Store::new(out).load()?;
    loaded.records.iter_mut().for_each(|record| judge(record, &[out]));
    Ok(loaded)
}

/// Judges a record by the definitions of today, and by its run where one of the folders has that: by its spec, by how many
/// images it was tested on, and why it diverged, if it did.
pub fn judge<P: AsRef<Path>>(record: &mut Record, outs: &[P]) {
    let runs: Vec<RunDirectory> =
        outs.iter().map(|out| RunDirectory::of(out.as_ref(), &record.key)).collect();
    let spec = runs.iter().find_map(|run| {
        let without = |error| stdio::say(format!("warning: {error}; its record is judged without it"));
        run.spec().map_err(without).ok().flatten()
    });
    let spec: Option<TrialSpec> = spec.and_then(|text| serde_json::from_str(&text).ok());
    let tested = runs.iter().find_map(RunDirectory::test_images);
    if !record.is_ok() {
        let why = runs.iter().find_map(|run| run.divergence().ok().flatten());
        record.divergence = why.map(|why| why.trim().to_string());
    }
    trial::judge(record, spec.as_ref(), tested);
}

/// The records of a folder. Only the usual one may be without any, where nothing has been recorded yet; what was begun
/// there is said.
pub fn load_named(out: &Path) -> anyhow::Result<Vec<Record>> {
    ensure!(out.is_dir() || !out.exists() && out == Path::new(USUAL), no_folder(out));
    let records = load(out)?;
    if records.is_empty() {
        let begun = unfinished::said(out);
        let known = begun.is_some() || out == Path::new(USUAL) || Store::new(out).path().exists();
        ensure!(
            known,
            "nothing is recorded in {}, which has neither records.csv nor unfinished trials; give the folder of the \
             results with --out",
            out.display()
        );
        begun.into_iter().for_each(stdio::say);
    }
    Ok(records)
}

/// What is recorded in a folder that must be there; if nothing is recorded in it, that is said.
pub fn loaded_from_there(out: &Path) -> anyhow::Result<Loaded> {
    ensure!(out.is_dir(), no_folder(out));
    let loaded = loaded(out)?;
    if loaded.records.is_empty() {
        stdio::say(format!("note: there is no usable record in {}", Store::new(out).path().display()));
    }
    Ok(loaded)
}

/// The finished run that `named` is: its directory, or its key in the results `out`.
pub fn finished_run(named: &str, out: &Path) -> anyhow::Result<RunDirectory> {
    let given = Path::new(named);
    let run = if given.is_dir() { RunDirectory::at(given) } else { RunDirectory::of(out, named) };
    ensure!(
        run.is_committed()?,
        "`{named}` is neither the directory nor the key of a finished run in {}",
        out.display()
    );
    Ok(run)
}

/// What is wrong with a folder that is not there.
pub fn no_folder(out: &Path) -> String {
    let exists = out.exists();
    let out = out.display();
    match exists {
        true => format!("{out} is not a folder; give the folder of the results with --out"),
        false => format!("there is no folder {out}; give the folder of the results with --out"),
    }
}

/// Says which rows are left out and why, and what is to be known of others.
pub fn say(loaded: &Loaded) {
    for complaint in &loaded.complaints {
        stdio::say(format!("warning: {complaint}; this row is left out"));
    }
    for remark in &loaded.remarks {
        stdio::say(format!("note: {remark}"));
    }
}
