//! The colour and shape of a method, the same in every drawing, whatever else is drawn.

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

/// Whether a method is run here, and its number among those that are, or among those that are not.
pub fn of(method: &str) -> (bool, usize) {
    let [run, published] = &*METHODS;
    let place = |methods: &[&str]| methods.iter().position(|known| *known == method);
    match place(run) {
        Some(number) => (true, number),
        None => (false, place(published).unwrap_or(published.len())),
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
    use super::*;

    #[test]
    fn methods_are_told_apart_and_known_wherever_they_stand() {
        let [run, published] = &*METHODS;
        assert!(run.iter().all(|method| of(method).0), "{run:?}");
        assert!(published.iter().all(|method| !of(method).0), "{published:?}");
        assert_eq!(of("dense"), (true, 0), "its colour is that of text, which follows the page");
        let numbers: std::collections::HashSet<_> =
            run.iter().chain(published).map(|method| of(method)).collect();
        assert_eq!(numbers.len(), run.len() + published.len());
    }
}
