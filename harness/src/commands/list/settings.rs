//! The settings of recipes, methods and channels.

use super::List;
use crate::columns::wrap;
use anyhow::bail;
use sparsity::SettingSpec;
use suites::SUITES;

/// What the settings of channel pruning are called that belong to no method.
const CHANNELS: &str = "channels";

/// All settings, or those of one method or suite.
pub fn list(of: Option<&str>) -> anyhow::Result<List> {
    let mut owners: Vec<(&str, String, Vec<SettingSpec>)> = Vec::new();
    for suite in SUITES {
        owners.push((suite.name, format!("{} recipe", suite.name), (suite.settings)()));
    }
    for method in trial::registry::all() {
        owners.push((method.name, method.name.into(), (method.settings)()));
    }
    owners.push((CHANNELS, CHANNELS.into(), trial::channel_settings()));
    if let Some(of) = of {
        let names: Vec<&str> = owners.iter().map(|(name, ..)| *name).collect();
        if !names.contains(&of) {
            let hint = network::did_you_mean(of, &names);
            bail!("there is no method or suite `{of}`{hint}; settings are those of {}", names.join(", "));
        }
        owners.retain(|(name, ..)| *name == of);
    }
    let mut rows = Vec::new();
    for (_, owner, specs) in owners {
        rows.extend(specs.into_iter().map(|spec| {
            let (default, allowed) = (spec.default.to_string(), spec.allowed.to_string());
            vec![owner.clone(), spec.key.into(), default, allowed, spec.doc.into(), spec.source.into()]
        }));
    }
    Ok(List { heads: vec!["owner", "setting", "default", "allowed", "meaning", "source"], rows })
}

/// One table, so that columns align throughout and each line is complete; within a terminal's width, a paragraph a
/// setting under the names of its owners.
pub fn text(list: &List, width: Option<usize>) -> String {
    if list.rows.is_empty() {
        return "it has no settings\n".into();
    }
    let whole = list.table();
    let Some(width) = width.filter(|width| whole.lines().any(|line| line.chars().count() > *width)) else {
        return whole;
    };
    let mut text = String::new();
    let mut owner = "";
    for row in &list.rows {
        let [of, key, default, allowed, meaning, source] = &row[..] else { continue };
        if of != owner {
            text += &format!("{}{of}\n", if owner.is_empty() { "" } else { "\n" });
            owner = of;
        }
        text += &format!("  {key} = {default}\n");
        for line in [meaning, &format!("takes {allowed}"), &format!("source: {source}")] {
            text += &format!("      {}\n", wrap(line, width, 6));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_those_of_one_owner_and_fit() {
        let all = list(None).unwrap();
        let mut counted = 0;
        for name in SUITES.iter().map(|suite| suite.name).chain(["iee", CHANNELS]) {
            let own = list(Some(name)).unwrap();
            assert!(own.rows.iter().all(|row| row[0].starts_with(name)), "{name}");
            counted += own.rows.len();
        }
        assert!(counted > 20 && counted < all.rows.len());
        assert!(list(Some("dense")).unwrap().rows.is_empty(), "it has none");
        let message = list(Some("rigel")).err().unwrap().to_string();
        assert!(message.contains("did you mean `rigl`"), "{message}");
        for width in [80, 100, 120] {
            let text = text(&all, Some(width));
            // A default of a single word stays whole, however long it is.
            let is_one_word = |line: &str| line.contains(" = ") && line.split_whitespace().count() == 3;
            let fits = |line: &str| line.chars().count() <= width || is_one_word(line);
            assert!(text.lines().all(fits), "{width}");
            assert!(all.rows.iter().all(|row| text.contains(&format!("  {} = {}", row[1], row[2]))));
        }
        assert_eq!(text(&all, None), all.table());
    }
}
