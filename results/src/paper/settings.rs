//! Settings as records write them, `key=value;key=value`, compared regardless of their order and
//! of how their numbers are written.

/// A key and its value.
pub type SettingPair<'a> = (&'a str, &'a str);

/// The settings of a record's column.
pub fn parse(text: &str) -> Vec<SettingPair<'_>> {
    text.split(';')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .collect()
}

/// Settings as a record writes them.
pub fn text(settings: &[SettingPair], separator: &str) -> String {
    settings.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(separator)
}

/// Those of `all` that are not in `part`.
pub fn without<'a>(all: &[SettingPair<'a>], part: &[SettingPair]) -> Vec<SettingPair<'a>> {
    all.iter().copied().filter(|setting| !part.iter().any(|other| same(*setting, *other))).collect()
}

/// Whether every setting of `part` is in `all`.
pub fn include(all: &[SettingPair], part: &[SettingPair]) -> bool {
    without(part, all).is_empty()
}

/// Values are lists of words or numbers; `5` and `5.0` are one number.
fn same(a: SettingPair, b: SettingPair) -> bool {
    let equal = |(a, b): (&str, &str)| match (a.trim().parse::<f64>(), b.trim().parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        _ => a.trim() == b.trim(),
    };
    let lists_are = a.1.split(',').count() == b.1.split(',').count();
    a.0 == b.0 && lists_are && a.1.split(',').zip(b.1.split(',')).all(equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_compared_whatever_the_order_and_the_spelling_of_numbers() {
        let equal = |a: &str, b: &str| include(&parse(a), &parse(b)) && include(&parse(b), &parse(a));
        assert!(equal("a=5;b=mru", "b=mru;a=5.0"));
        assert!(equal("stage_scales=1,1,0.3333333333333333", "stage_scales=1.0,1.0,0.33333333333333331"));
        assert!(equal("freeze=false", "freeze=false"));
        assert!(equal("", ""));
        for (a, b) in
            [("a=5", "a=5.1"), ("a=5", "b=5"), ("a=1,1", "a=1,1,1"), ("a=on", "a=off"), ("a=5", "a=5;b=1")]
        {
            assert!(!equal(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn what_one_set_has_beyond_another_keeps_its_order_and_spelling() {
        let (all, part) = (parse("b=2;training_length=5.0;a=1"), [("training_length", "5")]);
        assert!(include(&all, &part) && !include(&part, &all));
        assert_eq!(text(&without(&all, &part), "; "), "b=2; a=1");
    }
}
