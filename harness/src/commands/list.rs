//! `harness list`: what can be chosen, from the registries themselves.

mod settings;

use super::table::OWN_TITLE;
use crate::columns::{align, fit, width};
use crate::stdio;
use anyhow::bail;
use clap::ValueEnum;
use serde_json::{Map, Value};
use suites::{SUITES, Suite};
use trial::Exit;

/// List the methods, suites, models, profiles, tables or settings that can be chosen
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// What to list
    what: What,
    /// Of settings: those of this method alone, of the recipe of this suite, or of `channels` [default: all]
    #[arg(value_name = "METHOD|SUITE")]
    of: Option<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

const EXAMPLES: &str = "\
Examples:
  harness list methods
  harness list settings iee
  harness list settings cifar10 --format json
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

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum ListFormat {
    /// A line each, within the width of the terminal
    Text,
    /// An array of objects
    Json,
}

/// What is listed: the names of its columns, and its rows.
struct List {
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Arguments {
    /// Prints the list.
    pub fn run(self) -> anyhow::Result<Exit> {
        let list = self.what.list(self.of.as_deref())?;
        stdio::show(&match (self.format, self.what) {
            (ListFormat::Json, _) => list.json()?,
            (ListFormat::Text, What::Settings) => settings::text(&list, width()),
            (ListFormat::Text, _) => fit(&list.rows, 0, width()),
        })?;
        Ok(Exit::Done)
    }
}

impl What {
    fn list(self, of: Option<&str>) -> anyhow::Result<List> {
        if let (Some(of), false) = (of, matches!(self, Self::Settings)) {
            bail!("only settings are listed of something, as in `harness list settings {of}`");
        }
        let pairs = |head, entries: Vec<(&str, &str)>| List {
            heads: vec![head, "about"],
            rows: entries.iter().map(|(name, about)| vec![name.to_string(), about.to_string()]).collect(),
        };
        Ok(match self {
            Self::Methods => {
                let row =
                    |m: &sparsity::Description| [m.name, m.summary, m.source].map(String::from).to_vec();
                let rows = trial::registry::all().iter().map(row).collect();
                List { heads: vec!["method", "about", "source"], rows }
            }
            Self::Suites => pairs("suite", SUITES.iter().map(|suite| (suite.name, suite.about)).collect()),
            Self::Models => pairs("model", network::models::names().collect()),
            Self::Profiles => profiles(),
            Self::Tables => {
                let table = |id| results::table(id).ok().map(|definition| (id, definition.title));
                let own = (results::own::ID, OWN_TITLE);
                pairs("table", results::table_ids().into_iter().filter_map(table).chain([own]).collect())
            }
            Self::Settings => settings::list(of)?,
        })
    }
}

impl List {
    fn json(&self) -> anyhow::Result<String> {
        let object = |row: &Vec<String>| {
            let cells = self.heads.iter().zip(row);
            Value::Object(
                cells.map(|(head, cell)| (head.to_string(), cell.clone().into())).collect::<Map<_, _>>(),
            )
        };
        Ok(format!("{}\n", serde_json::to_string_pretty(&self.rows.iter().map(object).collect::<Vec<_>>())?))
    }

    /// The rows under the names of the columns, each in a line.
    fn table(&self) -> String {
        let heads = self.heads.iter().map(|head| head.to_string()).collect();
        align(&[&[heads][..], &self.rows].concat(), 0)
    }
}

fn profiles() -> List {
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
    let heads = vec!["suite", "profile", "model", "sparsities", "latencies", "seeds", "data", "about"];
    List { heads, rows: rows.collect() }
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
            let list = what.list(None).unwrap();
            assert!(list.table().contains(word), "{what:?}");
            assert!(list.rows.iter().all(|row| row.len() == list.heads.len()), "{what:?}");
            let json: Vec<Map<String, Value>> = serde_json::from_str(&list.json().unwrap()).unwrap();
            assert_eq!(json.len(), list.rows.len());
            assert_eq!(json[0][list.heads[0]], list.rows[0][0].as_str());
        }
        assert!(What::Methods.list(Some("iee")).is_err());
    }
}
