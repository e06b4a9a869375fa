//! What is recorded of a plan's trials, printed at the end of its run.

use crate::options::TrainingOptions;
use crate::plan::PreparedPlan;
use crate::recorded;
use crate::stdio;
use records::{Record, Store};
use results::TableFormat;
use results::evidence::command::Places;

/// Prints the table of the planned trials, as `harness table own` does of all, and says where the records are.
pub fn summarise(prepared: &PreparedPlan, options: &TrainingOptions) -> anyhow::Result<()> {
    let keys: Vec<String> = prepared.trials.iter().map(|trial| trial.spec.key()).collect();
    let store = Store::new(&options.out);
    let mut records: Vec<Record> = recorded::load(&options.out)?;
    let has_others = !records.is_empty();
    records.retain(|record| keys.contains(&record.key));
    if records.is_empty() && has_others {
        stdio::show("None of the trials that were asked for is recorded.\n")?;
    } else {
        stdio::show_page(&results::own::render(&records, &[], TableFormat::Text))?;
    }
    if records.is_empty() && !options.quiet {
        let generated = options.data.is_none() && prepared.plan.request.preset.synthetic.is_some();
        let places = Places {
            data: (!generated).then_some(prepared.data.folder.as_path()),
            table: options.latency_table(),
            weights: options.weights_file().map(|(file, _)| file),
            ..Places::default()
        };
        let said = recorded::unfinished::said_after(&options.out, &keys, places);
        said.into_iter().for_each(stdio::say);
    }
    if !options.quiet && store.path().exists() {
        stdio::say(format!("records: {}", store.path().display()));
    }
    Ok(())
}
