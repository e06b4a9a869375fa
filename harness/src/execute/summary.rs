//! What is recorded of a plan's trials, printed at the end of its run.

use crate::options::TrainingOptions;
use crate::plan::PreparedPlan;
use crate::recorded;
use crate::stdio;
use records::{Record, Store};
use results::TableFormat;

/// Prints the table of the planned trials, as `harness table own` does of all, and says where the records are.
pub fn summarise(prepared: &PreparedPlan, options: &TrainingOptions) -> anyhow::Result<()> {
    let keys: Vec<String> = prepared.trials.iter().map(|trial| trial.spec.key()).collect();
    let store = Store::new(&options.out);
    let mut records: Vec<Record> = recorded::load(&options.out)?;
    records.retain(|record| keys.contains(&record.key));
    stdio::show_page(&results::own::render(&records, &[], TableFormat::Text))?;
    if records.is_empty() && !options.quiet {
        recorded::unfinished::said(&options.out).into_iter().for_each(stdio::say);
    }
    if !options.quiet && store.path().exists() {
        stdio::say(format!("records: {}", store.path().display()));
    }
    Ok(())
}
