//! Text from outside, as names and messages in files are: shown as text, whatever is in it.

use std::borrow::Cow;
use std::path::Path;

/// The text with every character that would control a terminal, or turn the order of what follows, replaced by its
/// number: `\u{1b}`. Line breaks and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(controls) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if controls(character) { shown.extend(character.escape_unicode()) } else { shown.push(character) }
    }
    Cow::Owned(shown)
}

/// Whether a character is one of the control characters of ASCII and Latin-1, or of those that order text from right
/// to left.
fn controls(character: char) -> bool {
    let orders =
        matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    orders || character.is_control() && !matches!(character, '\n' | '\t')
}

/// A path as a word of a command line for a POSIX shell: in quotes unless it needs none. What controls a terminal, or
/// breaks the line, is written by its number, so that the word can be shown.
pub fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        return text.into_owned();
    }
    // A word that begins with a dash would be an option.
    let text = if text.starts_with('-') { format!("./{text}") } else { text.into_owned() };
    // The shell drops a line break at the end of what a command prints.
    if text.chars().any(|c| controls(c) || matches!(c, '\n' | '\t')) && !text.ends_with('\n') {
        return format!("\"$(printf '{}')\"", numbered(&text));
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text as `printf` takes it in single quotes, with control characters as octal numbers of their bytes.
fn numbered(text: &str) -> String {
    let mut format = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => format.push_str("%%"),
            '\'' | '\\' | '\n' | '\t' => format.push_str(&format!("\\{:03o}", u32::from(character))),
            _ if controls(character) => {
                let bytes = &mut [0; 4];
                let bytes = character.encode_utf8(bytes).bytes();
                bytes.for_each(|byte| format.push_str(&format!("\\{byte:03o}")));
            }
            plain => format.push(plain),
        }
    }
    format
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_controls_a_terminal_is_shown_by_its_number() {
        assert_eq!(visible("a\tb\nRésumé 训练 …"), "a\tb\nRésumé 训练 …");
        assert_eq!(visible("\u{1b}[31mred\r\u{7}"), r"\u{1b}[31mred\u{d}\u{7}");
        assert_eq!(visible("\u{9b}2J\u{202e}txt"), r"\u{9b}2J\u{202e}txt");
    }

    #[test]
    fn a_quoted_path_has_one_line() {
        assert_eq!(quoted(Path::new("it's 50%\nmore\u{1b}")), r#""$(printf 'it\047s 50%%\012more\033')""#);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nothing_controls_and_the_rest_stays(text in any::<String>(), plain in "[ -~äß\n\t±–]{0,20}") {
            let shown = visible(&text).into_owned();
            prop_assert!(!shown.contains(controls));
            prop_assert!(text.contains(controls) || shown == text);
            prop_assert_eq!(visible(&shown), shown.as_str());
            prop_assert_eq!(visible(&plain), plain.as_str());
        }

        /// A shell reads the one word that was meant.
        #[test]
        fn a_shell_reads_a_quoted_path_as_it_is(name in "[^\0/]{1,12}") {
            let word = quoted(Path::new(&name));
            // A line break at the end is what no shell gives back otherwise.
            prop_assert!(name.ends_with('\n') || !word.contains(|c: char| controls(c) || c == '\n'), "{}", word);
            let command = format!("printf %s {word}");
            let read = Command::new("sh").args(["-c", &command]).output().unwrap().stdout;
            let read = String::from_utf8(read).unwrap();
            prop_assert_eq!(read.strip_prefix("./").filter(|_| name.starts_with('-')).unwrap_or(&read), name);
        }
    }
}
