//! Python pickles of one dict of numbers by text, as tables of HALP are published.
//!
//! A pickle is a program for a stack machine, whose instructions can build any object and call any function.
//! This machine knows no instruction but those that Python writes for such a dict: texts, numbers, one dict and
//! its items. It can therefore neither run code nor nest, and takes no more memory than the file. A general
//! reader does not have these bounds: a hundred bytes that duplicate a list can stand for any amount of memory.

use std::fmt;

/// The newest protocol there is.
const NEWEST: u8 = 5;

/// What a key or a value can be.
#[derive(Clone, Debug, PartialEq)]
enum Plain {
    Text(String),
    Number(f64),
}

/// The items of the dict that the pickle holds, in its order.
///
/// # Errors
///
/// If it holds anything else, with the place of the byte.
pub(super) fn items(bytes: &[u8]) -> Result<Vec<(String, f64)>, String> {
    let mut machine = Machine { bytes, at: 0, dict: None, marked: false, pending: Vec::new() };
    loop {
        let at = machine.at;
        match machine.step() {
            Ok(true) => {}
            Ok(false) => return machine.finished(),
            Err(what) => return Err(format!("byte {at} of the pickle: {what}")),
        }
    }
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The items so far; none before there is a dict.
    dict: Option<Vec<(String, f64)>>,
    /// Whether several items are being collected.
    marked: bool,
    /// Keys and values in turns, not yet in the dict.
    pending: Vec<Plain>,
}

impl<'a> Machine<'a> {
    /// Carries out one instruction; whether it was not the last.
    fn step(&mut self) -> Result<bool, String> {
        let instruction = self.take(1)?[0];
        match instruction {
            b'.' => return Ok(false),
            0x80 => match self.take(1)?[0] {
                version if version <= NEWEST => {}
                version => return Err(format!("protocol {version}; the newest known is {NEWEST}")),
            },
            // Frames, and names by which later instructions could refer to an object; none of those is known.
            0x95 => drop(self.take(8)?),
            0x94 => {}
            b'q' => drop(self.take(1)?),
            b'r' => drop(self.take(4)?),
            b'p' => drop(self.line()?),
            b'(' if self.marked || !self.pending.is_empty() => return Err("a collection in the dict".into()),
            b'(' => self.marked = true,
            b'}' if self.dict.is_some() || self.marked => return Err("a dict in the dict".into()),
            b'}' => self.dict = Some(Vec::new()),
            b'd' if self.dict.is_some() || !self.marked => return Err("a dict out of its place".into()),
            b'd' => {
                self.dict = Some(Vec::new());
                self.store()?;
            }
            b's' if self.marked || self.pending.len() != 2 => return Err("an item out of its place".into()),
            b's' => self.store()?,
            b'u' if !self.marked => return Err("items out of their place".into()),
            b'u' => self.store()?,
            _ => {
                let value = self.plain(instruction)?;
                self.pending.push(value);
            }
        }
        Ok(true)
    }

    /// The text or number that an instruction pushes.
    fn plain(&mut self, instruction: u8) -> Result<Plain, String> {
        let number = |value: i64| Plain::Number(value as f64);
        Ok(match instruction {
            b'K' => number(self.take(1)?[0].into()),
            b'M' => number(u16::from_le_bytes(self.array()?).into()),
            b'J' => number(i32::from_le_bytes(self.array()?).into()),
            0x8a => {
                let length = usize::from(self.take(1)?[0]);
                number(long(self.take(length)?)?)
            }
            b'G' => Plain::Number(f64::from_be_bytes(self.array()?)),
            b'I' | b'L' => {
                let line = self.line()?;
                // Protocol 0 writes truth values as 00 and 01.
                let whole = line
                    .strip_suffix('L')
                    .unwrap_or(line)
                    .parse()
                    .ok()
                    .filter(|_| !matches!(line, "00" | "01"));
                number(whole.ok_or_else(|| format!("`{line}` is not a whole number"))?)
            }
            b'F' => {
                let line = self.line()?;
                Plain::Number(line.parse().map_err(|_| format!("`{line}` is not a number"))?)
            }
            b'V' => Plain::Text(self.line()?.into()),
            b'S' => {
                let line = self.line()?;
                let quoted =
                    ['\'', '"'].into_iter().find_map(|quote| line.strip_prefix(quote)?.strip_suffix(quote));
                Plain::Text(quoted.ok_or_else(|| format!("`{line}` is not a text in quotes"))?.into())
            }
            b'U' | 0x8c => {
                let length = self.take(1)?[0].into();
                self.text(length)?
            }
            b'X' | b'T' => {
                let length = u32::from_le_bytes(self.array()?);
                self.text(length.into())?
            }
            0x8d => {
                let length = u64::from_le_bytes(self.array()?);
                self.text(length)?
            }
            other => return Err(Foreign(other).to_string()),
        })
    }

    /// Puts the pending keys and values into the dict.
    fn store(&mut self) -> Result<(), String> {
        self.marked = false;
        let dict = self.dict.as_mut().ok_or("an item before there is a dict")?;
        let mut pending = self.pending.drain(..);
        while let Some(key) = pending.next() {
            match (key, pending.next()) {
                (Plain::Text(key), Some(Plain::Number(value))) => dict.push((key, value)),
                (Plain::Text(key), Some(Plain::Text(text))) => {
                    return Err(format!("entry `{key}`: `{text}` is not a number"));
                }
                (Plain::Text(key), None) => return Err(format!("entry `{key}` has no value")),
                (Plain::Number(key), _) => return Err(format!("the key {key} is not a text")),
            }
        }
        Ok(())
    }

    /// The items, once the last instruction is carried out.
    fn finished(self) -> Result<Vec<(String, f64)>, String> {
        if self.at < self.bytes.len() {
            return Err(format!("{} bytes follow the end of the pickle", self.bytes.len() - self.at));
        }
        match self.dict {
            Some(items) if self.pending.is_empty() && !self.marked => Ok(items),
            _ => Err("the pickle does not hold one dict".into()),
        }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..length).ok_or("the file ends in the middle of it; copy it again")?;
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn text(&mut self, length: u64) -> Result<Plain, String> {
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        Ok(Plain::Text(std::str::from_utf8(bytes).map_err(|_| "a text that is not UTF-8")?.into()))
    }

    /// The rest of the line, without its end.
    fn line(&mut self) -> Result<&'a str, String> {
        let length = self.bytes[self.at..].iter().position(|&byte| byte == b'\n');
        let line = self.take(length.map_or(usize::MAX, |length| length + 1))?;
        std::str::from_utf8(&line[..line.len() - 1]).map_err(|_| "a line that is not UTF-8".into())
    }
}

/// A whole number, little-endian in two's complement.
fn long(bytes: &[u8]) -> Result<i64, String> {
    if bytes.len() > 8 {
        return Err(format!("a whole number of {} bytes", bytes.len()));
    }
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut whole = [if negative { 0xff } else { 0 }; 8];
    whole[..bytes.len()].copy_from_slice(bytes);
    Ok(i64::from_le_bytes(whole))
}

/// An instruction that is not carried out.
struct Foreign(u8);

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.0 {
            b'c' | b'i' | 0x93 => "names a class or function",
            b'R' | b'o' | b'b' | 0x81 | 0x92 => "calls or builds a Python object",
            0x82..=0x84 | b'P' | b'Q' => "refers to something outside of the file",
            b'N' | 0x88 | 0x89 => "is None or a truth value",
            b']' | b'l' | b'a' | b'e' | b')' | b't' | 0x85..=0x87 | 0x8f..=0x91 => {
                "makes a list, tuple or set"
            }
            b'B' | b'C' | 0x8e | 0x96 => "is a string of bytes",
            b'0' | b'1' | b'2' | b'g' | b'h' | b'j' => "moves or repeats an object",
            0x8b => "is a very large whole number",
            _ => "is not known",
        };
        write!(
            f,
            "the instruction 0x{:02x} {what}, which is never carried out; only a dict of numbers by text is read. If \
             the file is your own, save it anew from Python: {{str(key): float(value) for key, value in table.items()}}",
            self.0
        )
    }
}

#[cfg(test)]
mod tests;
