//! Markup that is well-formed as HTML and as XML, in which every text is escaped.

/// Names and values of attributes.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

/// Markup in the making.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// An element with whatever `content` writes into it.
    pub fn element(&mut self, name: &str, attributes: Attributes, content: impl FnOnce(&mut Html)) {
        self.open(name, attributes, ">");
        content(self);
        self.0.extend(["</", name, ">"]);
    }

    /// An element with only text in it.
    pub fn leaf(&mut self, name: &str, attributes: Attributes, text: &str) {
        self.element(name, attributes, |html| html.text(text));
    }

    /// An element that never has content, such as `meta`.
    pub fn void(&mut self, name: &str, attributes: Attributes) {
        self.open(name, attributes, "/>");
    }

    /// Text.
    pub fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                _ if is_forbidden(character) => self.0.push(char::REPLACEMENT_CHARACTER),
                _ => self.0.push(character),
            }
        }
    }

    /// Markup of our own making, as it is but for characters that no markup may have.
    pub fn markup(&mut self, markup: &str) {
        self.0.push_str(&markup.replace(is_forbidden, "\u{fffd}"));
    }

    /// The markup.
    pub fn finish(self) -> String {
        self.0
    }

    fn open(&mut self, name: &str, attributes: Attributes, end: &str) {
        self.0.extend(["<", name]);
        for (name, value) in attributes {
            self.0.extend([" ", name, "=\""]);
            self.text(value);
            self.0.push('"');
        }
        self.0.push_str(end);
    }
}

/// Whether neither HTML nor XML has this character.
fn is_forbidden(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// A name for an element that other elements link to, of any text: different texts have different names.
pub fn id(prefix: &str, text: &str) -> String {
    let mut id = format!("{prefix}-");
    for character in text.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' => id.push(character),
            _ => id.push_str(&format!("_{:x}_", u32::from(character))),
        }
    }
    id
}

/// A file as an address that needs no network.
pub fn data_url(media_type: &str, text: &str) -> String {
    let mut url = format!("data:{media_type};charset=utf-8,");
    for byte in text.bytes() {
        match byte {
            b'!' | b'\'' | b'('..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~' => {
                url.push(char::from(byte));
            }
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(html: Html) -> (String, Option<String>) {
        let text = html.finish();
        let document = roxmltree::Document::parse(&text).unwrap();
        let root = document.root_element();
        (root.text().unwrap_or_default().to_string(), root.attribute("title").map(String::from))
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_was(text in "[ -~\u{a0}-\u{d7ff}]*") {
            let mut html = Html::default();
            html.leaf("p", &[("title", &text)], &text);
            prop_assert_eq!(parse(html), (text.clone(), Some(text)));
        }

        #[test]
        fn any_text_at_all_is_well_formed(text in any::<String>()) {
            let mut html = Html::default();
            html.leaf("p", &[("title", &text)], &text);
            parse(html);
        }

        #[test]
        fn different_texts_have_different_names(a in ".{0,6}", b in ".{0,6}") {
            prop_assert_eq!(a == b, id("run", &a) == id("run", &b));
            prop_assert!(id("run", &a).bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)));
        }

        #[test]
        fn an_address_holds_the_file(text in any::<String>()) {
            let url = data_url("text/csv", &text);
            let body = url.strip_prefix("data:text/csv;charset=utf-8,").unwrap();
            let mut bytes = Vec::new();
            let mut rest = body.bytes();
            while let Some(byte) = rest.next() {
                let digit = |digit: Option<u8>| char::from(digit.unwrap()).to_digit(16).unwrap() as u8;
                bytes.push(if byte == b'%' { digit(rest.next()) * 16 + digit(rest.next()) } else { byte });
            }
            prop_assert_eq!(String::from_utf8(bytes).unwrap(), text);
        }
    }
}
