//! A dot a row: how much it differs from another row, seed by seed, with the interval of that difference.

use records::Record;

use crate::evidence::group::groups;
use crate::evidence::paired::{Differences, PairedDifference};
use crate::evidence::table_row::{TableRow, table_rows};
use crate::page::number::{difference, interval, percent, plain};
use crate::page::{Grid, csv, left};
use crate::paper::{FigureDefinition, Pairing, TableDefinition};

use super::build::NO_POINT;
use super::{Drawing, Look};

mod svg;

/// The columns of the CSV form.
const COLUMNS: [&str; 15] = [
    "figure",
    "series",
    "settings",
    "sparsity_target",
    "difference",
    "ci_low",
    "ci_high",
    "pairs",
    "shows",
    "difference_from_rival",
    "kind",
    "key",
    "profile",
    "dataset",
    "model",
];

/// What is drawn.
struct Dots {
    title: String,
    /// What is subtracted, with the unit.
    axis: String,
    /// How far the records are evidence, and how to read the drawing.
    worth: String,
    notes: Vec<String>,
    dots: Vec<Dot>,
    /// The difference of the method that the choices are held against, where they can be.
    rival: Option<f64>,
}

/// One row.
struct Dot {
    label: String,
    difference: PairedDifference,
    /// Whether it is another method, and no choice.
    other_method: bool,
    /// Whether it is the method that the choices are held against.
    is_rival: bool,
    /// Its line of the CSV form.
    cells: Vec<Option<String>>,
}

impl Dot {
    /// Whether it is the difference of one pair of trials, which has no interval.
    fn is_single(&self) -> bool {
        self.difference.summary.interval.is_none()
    }
}

/// Draws the differences that the table of a figure is about, of the group that comes closest to the published
/// recipe.
pub fn draw(definition: &FigureDefinition, pairing: Pairing, records: &[Record], look: &Look) -> Drawing {
    let found = of(definition, pairing, records, look);
    let rows: Vec<_> = found.dots.iter().map(|dot| dot.cells.clone()).collect();
    Drawing {
        id: definition.id.to_string(),
        title: found.title.clone(),
        description: described(&found),
        svg: svg::draw(&found, look),
        csv: csv::grid(&Grid { columns: COLUMNS.map(left).to_vec(), blocks: vec![rows.into()] }),
        shows_course: true,
    }
}

/// Whether there is anything to draw.
pub fn is_empty(definition: &FigureDefinition, pairing: Pairing, records: &[Record]) -> bool {
    of(definition, pairing, records, &Look::default()).dots.is_empty()
}

fn of(definition: &FigureDefinition, pairing: Pairing, records: &[Record], look: &Look) -> Dots {
    let table = &definition.table;
    let mut all = groups(table, records).into_iter().filter(|group| !group.records.is_empty());
    let Pairing { reference, rival } = pairing;
    let mut dots = Dots {
        title: definition.title.to_string(),
        axis: format!("Difference from {reference}, {}, better to the right", unit(table)),
        worth: match records.is_empty() {
            true => "No results are recorded yet.".to_string(),
            false => NO_POINT.to_string(),
        },
        notes: vec![
            format!(
                "Each dot: the mean difference from {reference} over pairs of trials with the same seed; bars: its 95 % \
                 interval (Student's t)."
            ),
            "Where a bar crosses the line at 0, no difference has been shown.".to_string(),
        ],
        dots: Vec::new(),
        rival: None,
    };
    if let Some(group) = all.next() {
        let rows = table_rows(table, &group);
        let others = if all.next().is_some() {
            " Records of other profiles, data sets or networks are not shown."
        } else {
            ""
        };
        dots.worth = format!("Measured: {}.{others}", group.nature(table));
        let level_is_said = table.sparsities.len() > 1;
        dots.dots = self::dots(definition, pairing, &rows, level_is_said, look);
        dots.rival = rival_line(&dots.dots);
    }
    if dots.dots.iter().any(Dot::is_single) {
        dots.notes.push("Grey, without a bar: a single pair, too few for an interval.".to_string());
    }
    if dots.dots.iter().any(|dot| dot.other_method) {
        dots.notes.push("Hollow: other methods.".to_string());
    }
    match (&dots.rival, dots.dots.iter().any(|dot| dot.is_rival)) {
        (Some(_), _) => dots.notes.push(format!("Dashed: {rival}.")),
        (None, true) => dots.notes.push(format!(
            "Numbers of pairs differ, so no line is drawn for {rival}: the table and the CSV compare it seed by seed."
        )),
        (None, false) => (),
    }
    dots
}

/// The rival's difference, unless the dots have different numbers of pairs: beside a mean over other seeds, a dot would
/// seem better or worse than it is seed by seed.
fn rival_line(dots: &[Dot]) -> Option<f64> {
    let rival = dots.iter().find(|dot| dot.is_rival)?.difference.summary;
    dots.iter().all(|dot| dot.difference.summary.n == rival.n).then_some(rival.mean)
}

fn unit(table: &TableDefinition) -> &'static str {
    if table.metric.unit == "%" { "percentage points" } else { table.metric.unit }
}

/// The rows with a difference of the methods that are drawn, the largest first.
fn dots(
    definition: &FigureDefinition,
    pairing: Pairing,
    rows: &[TableRow],
    level_is_said: bool,
    look: &Look,
) -> Vec<Dot> {
    let Some(differences) = Differences::of(&definition.table, rows) else { return Vec::new() };
    let mut sorted: Vec<&TableRow> = rows.iter().collect();
    differences.sort(&mut sorted);
    let dot = |row: &TableRow| {
        let difference = differences.against_reference(row)?;
        let level = if level_is_said { format!(", {}", percent(row.level)) } else { String::new() };
        Some(Dot {
            label: format!("{}{level}", row.subject.label),
            difference,
            other_method: !differences.is_choice(rows, row),
            is_rival: row.subject.label == pairing.rival,
            cells: cells(definition, &differences, row, &difference),
        })
    };
    sorted.into_iter().filter(|row| look.draws(row.subject.method)).filter_map(dot).collect()
}

fn cells(
    definition: &FigureDefinition,
    differences: &Differences,
    row: &TableRow,
    it: &PairedDifference,
) -> Vec<Option<String>> {
    let text = |value: &str| Some(value.to_string());
    let keys: Vec<&str> = row.trials.ok().map(|record| record.key.as_str()).collect();
    let of = |field: fn(&Record) -> &str| row.trials.ok().next().map(|record| field(record).to_string());
    vec![
        text(definition.id),
        text(&row.subject.label),
        text(&row.subject.settings),
        Some(plain(row.level)),
        Some(plain(it.summary.mean)),
        it.summary.interval.map(|(low, _)| plain(low)),
        it.summary.interval.map(|(_, high)| plain(high)),
        text(&it.summary.n.to_string()),
        text(it.effect().words()),
        differences.against_rival(row).map(|it| plain(it.summary.mean)),
        text("measured"),
        text(&keys.join(";")),
        of(|record| &record.profile),
        of(|record| &record.dataset),
        of(|record| &record.model),
    ]
}

/// The drawing in words.
fn described(found: &Dots) -> String {
    let said = found.dots.iter().map(|dot| {
        let bounds = dot.difference.summary.interval.map(|bounds| format!(" {}", interval(bounds)));
        format!("{}: {}{}", dot.label, difference(dot.difference.summary.mean), bounds.unwrap_or_default())
    });
    let said: Vec<String> = said.collect();
    match said.is_empty() {
        true => format!("{} The figure has no points.", found.worth),
        false => format!("{} {}. {}.", found.worth, found.axis, said.join("; ")),
    }
}
