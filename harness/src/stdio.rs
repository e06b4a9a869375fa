//! Writing to the standard streams without failing when nobody reads. Whatever names and messages from files hold,
//! no control character gets to a terminal; a file or a program gets a result as it is.

use crate::columns;
use anyhow::{Context, bail};
use records::text::visible;
use std::borrow::Cow;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

/// Writes a result to standard output. A reader that has seen enough, as in
/// `harness list methods | head -1`, is no error.
pub fn show(text: &str) -> anyhow::Result<()> {
    let text = if stdout().is_terminal() { visible(text) } else { Cow::Borrowed(text) };
    written(text.as_bytes())
}

fn written(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output; check where it is redirected to"),
    }
}

/// Writes the bytes of a file to standard output; those that are no text only where no terminal would show them.
pub fn pass(bytes: &[u8]) -> anyhow::Result<()> {
    match std::str::from_utf8(bytes) {
        Ok(text) => show(text),
        Err(_) if stdout().is_terminal() => {
            bail!("what is to be written is no text, and a terminal cannot show it; redirect it to a file")
        }
        Err(_) => written(bytes),
    }
}

/// Writes a page of tables to standard output, within the width of a terminal.
pub fn show_page(text: &str) -> anyhow::Result<()> {
    show(&columns::narrow(text, columns::width()))
}

/// Writes a message to standard error; a failure to do so cannot be reported and is ignored.
pub fn say(text: impl Display) {
    let _ = writeln!(stderr().lock(), "{}", message(&text.to_string()));
}

/// A message as it is shown. Where it has several lines, those after the first are indented: a line break in the name of
/// a file cannot make up another message.
fn message(text: &str) -> String {
    visible(text).replace('\n', "\n  ")
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn no_name_makes_up_a_message() {
        assert_eq!(message("no CIFAR-10 in a\nerror: b\u{1b}"), "no CIFAR-10 in a\n  error: b\\u{1b}");
        assert_eq!(message("  plain"), "  plain");
    }
}
