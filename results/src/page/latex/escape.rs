//! Text as LaTeX prints it, with pdfTeX and the fonts that every document has.

/// Letters with accents that the fonts lack, of those up to U+017F.
const LACKING: &str = "ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ";

/// Printed in place of a character that pdfTeX lacks.
const UNKNOWN: char = '?';

/// Writes every character so that LaTeX prints it. Brackets and stars are braced, because one that follows
/// a line break would be read as its argument; a line may break behind a slash, as in long addresses, and behind a comma
/// or an equals sign, as in settings.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut before = None;
    for (at, character) in text.char_indices() {
        match character {
            '-' if is_minus(before, &text[at + 1..]) => escaped.push_str("$-$"),
            // Two of these would be one dash or one quotation mark.
            '-' | '\'' if before == Some(character) => escaped.extend(['{', '}', character]),
            '/' => escaped.push_str("/\\allowbreak{}"),
            // In lists of settings without blanks, but not among the digits of one number.
            '=' => escaped.push_str("=\\allowbreak{}"),
            ',' if !is_within_number(before, &text[at + 1..]) && !text[at + 1..].starts_with(' ') => {
                escaped.push_str(",\\allowbreak{}");
            }
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', character]),
            '<' | '>' | '|' => escaped.extend(['$', character, '$']),
            '[' | ']' | '*' => escaped.extend(['{', character, '}']),
            _ => match command(character) {
                Some(command) => escaped.push_str(command),
                None if character.is_control() => escaped.push(' '),
                None if is_printed(character) => escaped.push(character),
                None => escaped.push(UNKNOWN),
            },
        }
        before = Some(character);
    }
    escaped
}

/// Whether a hyphen between these is the sign of a number: `-0.05`, `[-0.05`, but not `2-4` or `--out`.
fn is_minus(before: Option<char>, behind: &str) -> bool {
    before.is_none()
        || before.is_some_and(|it| " [(".contains(it)) && behind.starts_with(|it: char| it.is_ascii_digit())
}

/// Whether a comma between these sets thousands apart.
fn is_within_number(before: Option<char>, behind: &str) -> bool {
    let digits = behind.chars().take_while(char::is_ascii_digit).count();
    before.is_some_and(|before| before.is_ascii_digit()) && digits == 3
}

/// What LaTeX calls a character.
fn command(character: char) -> Option<&'static str> {
    Some(match character {
        '\\' => "\\textbackslash{}",
        '~' => "\\textasciitilde{}",
        '^' => "\\textasciicircum{}",
        '`' => "\\textasciigrave{}",
        '±' => "$\\pm$",
        '×' => "$\\times$",
        '≈' => "$\\approx$",
        '≤' => "$\\leq$",
        '≥' => "$\\geq$",
        '≠' => "$\\neq$",
        '→' => "$\\rightarrow$",
        '†' => "$\\dagger$",
        '‡' => "$\\ddagger$",
        '§' => "\\S{}",
        '¶' => "\\P{}",
        '°' => "$^\\circ$",
        '·' => "$\\cdot$",
        'µ' | 'μ' => "$\\mu$",
        '−' => "$-$",
        '–' => "--",
        '—' => "---",
        '‘' => "`",
        '’' => "'",
        '“' => "``",
        '”' => "''",
        '…' => "\\dots{}",
        '\u{a0}' => "~",
        _ => return None,
    })
}

fn is_printed(character: char) -> bool {
    let accented = character.is_alphabetic() && ('À'..='ž').contains(&character);
    character.is_ascii() || accented && !LACKING.contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::MISSING;
    use super::*;
    use crate::table::legend::{SKIPPING, UNCHANGED, UNLEARNED};
    use crate::table::structured::NOT_VALID;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(
            escape("80% a_b {x} #1 & ~^\\"),
            concat!(
                "80\\% a\\_b \\{x\\} \\#1 \\& ",
                "\\textasciitilde{}\\textasciicircum{}\\textbackslash{}"
            )
        );
        assert_eq!(escape("-0.05 ± 1 [a]"), "$-$0.05 $\\pm$ 1 {[}a{]}");
        assert_eq!(escape("[-1.55, -0.49], 2-4"), "{[}$-$1.55, $-$0.49{]}, 2-4");
        assert_eq!(escape("95 % CI"), "95 \\% CI");
        assert_eq!(escape("a=0:1,20:2, 1,076,912"), "a=\\allowbreak{}0:1,\\allowbreak{}20:2, 1,076,912");
        assert_eq!(escape("a\n\nb"), "a  b");
        assert_eq!(escape(MISSING), "--");
        assert_eq!(escape("`ls` --out ''*"), "\\textasciigrave{}ls\\textasciigrave{} -{}-out '{}'{*}");
    }

    #[test]
    fn what_pdftex_cannot_print_is_a_question_mark() {
        assert_eq!(escape("数据 \u{202e}x\u{301} 🙂"), "?? ?x? ?");
        assert_eq!(escape("Müller, Çelik, Őrsi, Đorđe"), "Müller, Çelik, Őrsi, ?or?e");
        assert_eq!(escape("1÷2 ÷ ×"), "1?2 ? $\\times$");
    }

    /// A result that is warned of reads so in LaTeX too, and no mark like another.
    #[test]
    fn every_mark_of_a_table_is_printed() {
        let marks = [NOT_VALID, UNCHANGED, UNLEARNED, SKIPPING];
        assert_eq!(marks.map(escape), ["$\\dagger$", "$\\ddagger$", "\\S{}", "\\P{}"]);
    }

    proptest! {
        /// Whatever a cell holds, no character is left that ends a cell, a row or a group.
        #[test]
        fn no_text_breaks_out(text in any::<String>()) {
            let escaped = escape(&text);
            let bare = escaped.replace("\\{", "").replace("\\}", "").replace("\\&", "").replace("\\$", "");
            let bare = bare.replace("\\%", "").replace("\\#", "").replace("\\_", "");
            prop_assert_eq!(bare.matches('{').count(), bare.matches('}').count());
            prop_assert_eq!(bare.matches('$').count() % 2, 0);
            prop_assert!(!bare.contains(['&', '%', '#', '_', '\n', '\r']) && !bare.contains("\\\\"), "{}", bare);
        }
    }
}
