//! The colour and shape of a method, the same in every drawing, whatever else is drawn. Rows of tables that compare many
//! settings of one method have their own, as strokes on its mark would not tell so many apart.

use std::sync::LazyLock;

use crate::paper::catalogue::every_table;

/// The methods of all tables: those that are run here, then those that are only published, each in the order of the
/// tables.
static METHODS: LazyLock<[Vec<&'static str>; 2]> = LazyLock::new(|| {
    let (mut run, mut published): (Vec<&str>, Vec<&str>) = Default::default();
    for table in every_table() {
        for method in table.rows.iter().filter_map(|row| row.method) {
            if !run.contains(&method) {
                run.push(method);
            }
        }
    }
    for value in every_table().iter().flat_map(|table| table.published_values()) {
        let method = value.method.as_str();
        if !run.contains(&method) && !published.contains(&method) {
            published.push(method);
        }
    }
    [run, published]
});

/// Most series of one method that the strokes on their marks tell apart.
pub const MOST_VARIANTS: usize = 6;

/// The labels of rows with settings in tables that have more of them of one method.
static ROWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut labels: Vec<&str> = Vec::new();
    for table in every_table() {
        let set: Vec<_> = table.rows.iter().filter(|row| !row.settings.is_empty()).collect();
        for row in &set {
            let of_method = set.iter().filter(|other| other.method == row.method).count();
            if of_method > MOST_VARIANTS && !labels.contains(&row.label) {
                labels.push(row.label);
            }
        }
    }
    labels
});

/// By what marks are known in every drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Whether it is of what is run here.
    pub run: bool,
    /// Its number among those that are, or among those that are not.
    pub number: usize,
    /// Of a row the number of its method, beside which it is drawn and whose colour it does not have.
    pub beside: Option<usize>,
}

/// The identity of a method.
pub fn of(method: &str) -> Identity {
    let [run, published] = &*METHODS;
    let place = |methods: &[&str]| methods.iter().position(|known| *known == method);
    match place(run) {
        Some(number) => Identity { run: true, number, beside: None },
        None => {
            let number = place(published).unwrap_or(published.len());
            Identity { run: false, number, beside: None }
        }
    }
}

/// The identity of a series of a method: that of its row, if it has its own, else the method's.
pub fn of_series(label: &str, method: &str) -> Identity {
    match ROWS.iter().position(|known| *known == label) {
        Some(row) => {
            let beside = Some(of(method).number);
            Identity { run: true, number: METHODS[0].len() + row, beside }
        }
        None => of(method),
    }
}

/// How many methods there are that are run here, or that are not, with one more for all that are in no table.
#[cfg(test)]
pub fn count(run: bool) -> usize {
    let [of_run, published] = &*METHODS;
    if run { of_run.len() } else { published.len() + 1 }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn methods_are_told_apart_and_known_wherever_they_stand() {
        let [run, published] = &*METHODS;
        assert!(run.iter().all(|method| of(method).run), "{run:?}");
        assert!(published.iter().all(|method| !of(method).run), "{published:?}");
        let dense = Identity { run: true, number: 0, beside: None };
        assert_eq!(of("dense"), dense, "its colour is that of text, which follows the page");
        let numbers: HashSet<_> = run.iter().chain(published).map(|method| of(method)).collect();
        assert_eq!(numbers.len(), run.len() + published.len());
    }

    #[test]
    fn settings_that_are_compared_are_told_apart_and_others_are_their_method() {
        let unknowns = every_table().iter().find(|table| table.id == "unknowns").unwrap();
        let is_choice =
            |row: &&crate::paper::RowDefinition| row.method == Some("iee") && !row.settings.is_empty();
        let choices = unknowns.rows.iter().filter(is_choice);
        let choices: Vec<Identity> = choices.map(|row| of_series(row.label, "iee")).collect();
        let numbers: HashSet<_> = choices.iter().collect();
        assert_eq!(numbers.len(), choices.len());
        assert!(METHODS[0].iter().all(|method| !choices.contains(&of(method))));
        assert!(choices.iter().all(|choice| choice.beside == Some(of("iee").number)));
        assert_eq!(of_series("IEE (ERK)", "iee"), of("iee"));
        assert_eq!(of_series("IEE (ERK), exploration beyond the epochs", "iee"), of("iee"));
        assert_eq!(of_series("RigL (ERK)", "rigl"), of("rigl"));
    }
}
