//! `harness list`: what can be chosen, from the registries themselves.

use crate::columns::align;
use crate::stdio;
use clap::ValueEnum;
use sparsity::SettingSpec;
use suites::{SUITES, Suite};
use trial::Exit;

/// List the methods, suites, models, profiles, tables or settings that can be chosen
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// What to list
    what: What,
}

const EXAMPLES: &str = "\
Examples:
  harness list methods
  harness list settings | grep update";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Methods, with what they do and where they were published
    Methods,
    /// Suites, with what they measure
    Suites,
    /// Families of models
    Models,
    /// Profiles, with their model, sparsities, seeds and data
    Profiles,
    /// Tables of the paper, and that of your own results
    Tables,
    /// Settings for --set, with default, allowed values, meaning and source
    Settings,
}

impl Arguments {
    /// Prints the list.
    pub fn run(self) -> anyhow::Result<Exit> {
        stdio::show(&self.what.text())?;
        Ok(Exit::Done)
    }
}

impl What {
    fn text(self) -> String {
        match self {
            Self::Methods => {
                let row =
                    |m: &sparsity::Description| [m.name, m.summary, m.source].map(String::from).to_vec();
                align(&trial::registry::all().iter().map(row).collect::<Vec<_>>(), 0)
            }
            Self::Suites => pairs(&SUITES.iter().map(|suite| (suite.name, suite.about)).collect::<Vec<_>>()),
            Self::Models => pairs(&network::models::names().collect::<Vec<_>>()),
            Self::Profiles => profiles(),
            Self::Tables => {
                let table = |id| results::table(id).ok().map(|definition| (id, definition.title));
                let own = (results::own::ID, "Your own results: one line for each condition");
                pairs(&results::table_ids().into_iter().filter_map(table).chain([own]).collect::<Vec<_>>())
            }
            Self::Settings => settings(),
        }
    }
}

fn pairs(entries: &[(&str, &str)]) -> String {
    align(
        &entries.iter().map(|(name, about)| vec![name.to_string(), about.to_string()]).collect::<Vec<_>>(),
        0,
    )
}

fn profiles() -> String {
    let list = |values: Vec<String>| values.join(",");
    let row = |suite: &Suite, preset: suites::preset::Preset| {
        vec![
            suite.name.to_string(),
            preset.name.to_string(),
            preset.model,
            format!("sparsity {}", list(preset.sparsities.iter().map(f64::to_string).collect())),
            format!("latency {}", list(preset.latency_targets.iter().map(f64::to_string).collect())),
            format!("seeds {}", list(preset.seeds.iter().map(u64::to_string).collect())),
            if preset.synthetic.is_some() { "synthetic images" } else { "real data" }.to_string(),
            preset.summary,
        ]
    };
    let rows = SUITES.iter().flat_map(|suite| suite.presets().into_iter().map(|preset| row(suite, preset)));
    align(&rows.collect::<Vec<_>>(), 0)
}

/// Every setting in one table, so that columns align throughout and each line is complete.
fn settings() -> String {
    let mut rows =
        vec![["owner", "setting", "default", "allowed", "meaning", "source"].map(String::from).to_vec()];
    let mut add = |owner: &str, specs: Vec<SettingSpec>| {
        rows.extend(specs.into_iter().map(|spec| {
            let (default, allowed) = (spec.default.to_string(), spec.allowed.to_string());
            vec![owner.to_string(), spec.key.into(), default, allowed, spec.doc.into(), spec.source.into()]
        }));
    };
    for suite in SUITES {
        add(&format!("{} recipe", suite.name), (suite.settings)());
    }
    for method in trial::registry::all() {
        add(method.name, (method.settings)());
    }
    add("channels", trial::channel_settings());
    align(&rows, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_from_the_registries() {
        for (what, word) in [
            (What::Methods, "iee"),
            (What::Suites, "cifar10"),
            (What::Models, "wrn"),
            (What::Profiles, "smoke"),
            (What::Tables, "table3"),
            (What::Settings, "exploration_steps"),
        ] {
            assert!(what.text().contains(word), "{what:?}");
        }
    }
}
