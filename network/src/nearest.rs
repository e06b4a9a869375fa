//! A wrong name is answered with the right one that is most like it, everywhere in the same way.

/// Names less alike than this, from 0 to 1, are taken for different words.
const LIKE: f64 = 0.75;

/// The one of `names` that is most like `word`, if one is like it at all; of several the first.
///
/// Likeness is the Jaro-Winkler similarity, which forgives swapped and missing letters and favours a common beginning.
pub fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let like = |name: &&str| strsim::jaro_winkler(word, name);
    let best = names.iter().rev().copied().max_by(|one, other| like(one).total_cmp(&like(other)))?;
    (like(&best) > LIKE).then_some(best)
}

/// What to add to a message that refuses `word`: the nearest of `names` as a question, such as
/// " (did you mean `epochs`?)"; nothing if none is like it.
pub fn did_you_mean(word: &str, names: &[&str]) -> String {
    nearest(word, names).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_strange_word_has_none() {
        let names = ["epochs", "update_interval", "update_fraction", "momentum"];
        for (word, name) in
            [("epoch", "epochs"), ("update_intervall", "update_interval"), ("mometnum", "momentum")]
        {
            assert_eq!(nearest(word, &names), Some(name));
        }
        for word in ["zzz", ""] {
            assert_eq!(nearest(word, &names), None, "{word}");
        }
        assert_eq!(nearest("a", &[]), None);
        assert_eq!(nearest("ab", &["abc", "abd"]), Some("abc"));
        assert_eq!(did_you_mean("epoch", &names), " (did you mean `epochs`?)");
        assert_eq!(did_you_mean("zzz", &names), "");
    }
}
