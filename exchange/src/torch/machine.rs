//! The stack machine that a pickle is a program for, as far as state dicts need it.
//!
//! Instructions of Python's pickletools, protocols 0 to 5. Every object is made here, in a list: a class or function is
//! one of [`Global`] or refused by name, so no code of the file or of a library runs; of some not even what they would make is made. An instruction makes at most one
//! object, of at most the bytes that it has in the file; objects refer to others by their place, so nothing nests and there
//! is nothing to recurse into. What a storage and a tensor copy, a key and a shape, is short, and they are counted.
//! (`sparsity` reads latency tables with a smaller machine, which knows neither classes nor calls.)

use super::object::{Global, Id, Object, Storage, Tensor};
use super::pickle::REMEDY;
use std::collections::HashMap;
use std::sync::Arc;

/// The newest protocol there is.
const NEWEST: u8 = 5;
/// Most objects of a pickle with the places that refer to them; a state dict of 1,000 tensors has 25,000.
const MOST_OBJECTS: usize = 4_000_000;
/// Most tensors and storages among them.
const MOST_TENSORS: usize = 100_000;
/// Dimensions that no tensor has more of.
const MOST_DIMENSIONS: usize = 64;
/// Most bytes of a storage's key, which PyTorch counts.
const MOST_OF_KEY: usize = 64;
/// Most bytes of a tensor's name.
pub(super) const MOST_OF_NAME: usize = 1000;
const EMPTY: &str = "there are fewer objects than it takes; copy or download the file again";
const MISUSED: &str = "a tensor is made in a way that torch.save does not; copy or download the file again";

/// Everything that a pickle makes.
pub(super) type Objects = Vec<Object>;

/// What `program` makes, and the place of what it returns.
pub(super) fn run(program: &[u8]) -> Result<(Objects, Id), String> {
    let mut machine = Machine {
        rest: program,
        objects: Vec::new(),
        tensors: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
    };
    loop {
        match machine.step() {
            Ok(false) => {}
            Ok(true) => break,
            Err(what) => {
                let at = program.len() - machine.rest.len();
                return Err(format!("at byte {at} of its pickle, {what}"));
            }
        }
    }
    let top = machine.pop()?;
    Ok((machine.objects, top))
}

struct Machine<'a> {
    rest: &'a [u8],
    objects: Objects,
    /// How many of the objects are tensors and storages.
    tensors: usize,
    stack: Vec<Id>,
    /// Lengths of the stack.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
}

impl<'a> Machine<'a> {
    /// Carries out one instruction; whether it was the last.
    fn step(&mut self) -> Result<bool, String> {
        let references = self.stack.len() + self.marks.len() + self.memo.len();
        if self.objects.len() + references > MOST_OBJECTS {
            return Err(format!(
                "there are more than {MOST_OBJECTS} objects and references to them; {REMEDY}"
            ));
        }
        match self.take(1)?[0] {
            b'.' => return Ok(true),
            0x80 => match self.take(1)?[0] {
                version if version <= NEWEST => {}
                version => {
                    return Err(format!("protocol {version} is newer than {NEWEST}, the newest known"));
                }
            },
            0x95 => drop(self.take(8)?),
            // The stack.
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.since_mark()?),
            b'2' => {
                let top = self.pop()?;
                self.stack.extend([top, top]);
            }
            // The memo.
            b'q' => self.memorise_at(1)?,
            b'r' => self.memorise_at(4)?,
            0x94 => {
                let top = self.top()?;
                self.memo.insert(self.memo.len() as u64, top);
            }
            b'h' => self.recall(1)?,
            b'j' => self.recall(4)?,
            // Plain values.
            b'N' | 0x88 | 0x89 => self.push(Object::Other)?,
            b'G' => {
                self.take(8)?;
                self.push(Object::Other)?;
            }
            b'K' => self.push_int(1)?,
            b'M' => self.push_int(2)?,
            b'J' => {
                let value = i32::from_le_bytes(self.array()?);
                self.push(Object::Int(value.into()))?;
            }
            0x8a => {
                let length = self.number(1)?;
                let bytes = self.take(length)?;
                self.push(long(bytes))?;
            }
            0x8c => self.push_text(1)?,
            b'X' => self.push_text(4)?,
            0x8d => self.push_text(8)?,
            // Collections.
            b')' => self.push(Object::Tuple(Vec::new()))?,
            count @ 0x85..=0x87 => {
                let start = self.stack.len().checked_sub(usize::from(count - 0x84)).ok_or(EMPTY)?;
                let items = self.stack.split_off(start);
                self.push(Object::Tuple(items))?;
            }
            b't' => {
                let items = self.since_mark()?;
                self.push(Object::Tuple(items))?;
            }
            b']' => self.push(Object::List)?,
            b'l' => {
                self.since_mark()?;
                self.push(Object::List)?;
            }
            b'a' => drop(self.pop()?),
            b'e' => drop(self.since_mark()?),
            b'}' => self.push(Object::Dict(Vec::new()))?,
            b'd' => {
                let items = self.since_mark()?;
                self.push(Object::Dict(Vec::new()))?;
                self.set(items)?;
            }
            b's' => {
                let start = self.stack.len().checked_sub(2).ok_or(EMPTY)?;
                let item = self.stack.split_off(start);
                self.set(item)?;
            }
            b'u' => {
                let items = self.since_mark()?;
                self.set(items)?;
            }
            // Classes, functions and what they make.
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.push_global(module, name)?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let text = |id: Id| match &self.objects[id] {
                    Object::Text(text) => Ok(text.clone()),
                    _ => Err("a class or function has a name that is no text"),
                };
                let (module, name) = (text(module)?, text(name)?);
                self.push_global(&module, &name)?;
            }
            b'Q' => {
                let reference = self.pop()?;
                let storage = self.storage(reference)?;
                self.push(Object::Storage(storage))?;
            }
            b'R' => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.make(function, arguments)?;
            }
            0x81 => {
                let (arguments, class) = (self.pop()?, self.pop()?);
                match (&self.objects[class], &self.objects[arguments]) {
                    (Object::Global(Global::Beside), Object::Tuple(_)) => self.push(Object::Skipped)?,
                    _ => return Err(MISUSED.into()),
                }
            }
            // What a state dict notes about itself, and what is in an object that is skipped.
            b'b' => {
                self.pop()?;
                if !matches!(self.objects[self.top()?], Object::Dict(_) | Object::Skipped) {
                    return Err(format!("an object of Python is built that is no dict; {REMEDY}"));
                }
            }
            other => {
                return Err(format!(
                    "the instruction 0x{other:02x} is none that a state dict needs, and is never carried out; {REMEDY}"
                ));
            }
        }
        Ok(false)
    }

    fn push(&mut self, object: Object) -> Result<(), String> {
        self.tensors += usize::from(matches!(object, Object::Storage(_) | Object::Tensor(_)));
        if self.tensors > MOST_TENSORS {
            return Err(format!("there are more than {MOST_TENSORS} tensors and storages; {REMEDY}"));
        }
        self.objects.push(object);
        self.stack.push(self.objects.len() - 1);
        Ok(())
    }

    /// An item of the stack, but none of before the last mark.
    fn pop(&mut self) -> Result<Id, String> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn top(&self) -> Result<Id, String> {
        let least = self.marks.last().copied().unwrap_or(0);
        let top = self.stack.last().filter(|_| self.stack.len() > least);
        top.copied().ok_or_else(|| EMPTY.into())
    }

    fn since_mark(&mut self) -> Result<Vec<Id>, String> {
        let mark = self.marks.pop().ok_or(EMPTY)?;
        if mark > self.stack.len() {
            return Err(EMPTY.into());
        }
        Ok(self.stack.split_off(mark))
    }

    fn memorise_at(&mut self, bytes: usize) -> Result<(), String> {
        let (at, top) = (self.number(bytes)?, self.top()?);
        self.memo.insert(at as u64, top);
        Ok(())
    }

    fn recall(&mut self, bytes: usize) -> Result<(), String> {
        let at = self.number(bytes)?;
        let id = self.memo.get(&(at as u64)).copied();
        self.stack
            .push(id.ok_or("an object is used that was not made before; copy or download the file again")?);
        Ok(())
    }

    fn push_int(&mut self, bytes: usize) -> Result<(), String> {
        let value = self.number(bytes)?;
        self.push(Object::Int(value as i64))
    }

    fn push_text(&mut self, bytes: usize) -> Result<(), String> {
        let length = self.number(bytes)?;
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| "a text is not UTF-8")?;
        self.push(Object::Text(text.into()))
    }

    fn push_global(&mut self, module: &str, name: &str) -> Result<(), String> {
        let known = Global::named(module, name);
        self.push(Object::Global(known.ok_or_else(|| {
            format!("it needs `{module}.{name}`, which is none of what a state dict is made of; {REMEDY}")
        })?))
    }

    /// Adds keys and values in turns to the dict below them.
    fn set(&mut self, items: Vec<Id>) -> Result<(), String> {
        let top = self.top()?;
        for pair in items.chunks_exact(2) {
            if let (Object::Text(name), Object::Tensor(_)) = (&self.objects[pair[0]], &self.objects[pair[1]])
                && name.len() > MOST_OF_NAME
            {
                return Err(format!("a tensor has a name of {} bytes; {REMEDY}", name.len()));
            }
        }
        match &mut self.objects[top] {
            Object::Dict(pairs) if items.len().is_multiple_of(2) => {
                pairs.extend(items.chunks_exact(2).map(|pair| (pair[0], pair[1])));
                Ok(())
            }
            Object::Skipped if items.len().is_multiple_of(2) => Ok(()),
            _ => Err("items are set in what is no dict".into()),
        }
    }

    /// What calling a function with a tuple of arguments makes.
    fn make(&mut self, function: Id, arguments: Id) -> Result<(), String> {
        let Object::Tuple(arguments) = &self.objects[arguments] else { return Err(MISUSED.into()) };
        match (&self.objects[function], arguments.as_slice()) {
            (Object::Global(Global::Beside), _) => self.push(Object::Skipped),
            (Object::Global(Global::OrderedDict), []) => self.push(Object::Dict(Vec::new())),
            (Object::Global(Global::Size), &[sizes]) => {
                self.stack.push(sizes);
                Ok(())
            }
            (Object::Global(Global::Parameter), &[tensor, ..]) => {
                self.stack.push(tensor);
                Ok(())
            }
            (Object::Global(Global::Tensor), &[storage, offset, shape, strides, ..]) => {
                let Object::Storage(storage) = &self.objects[storage] else { return Err(MISUSED.into()) };
                let (offset, shape, strides) = (self.size(offset)?, self.sizes(shape)?, self.sizes(strides)?);
                let tensor = Tensor { storage: storage.clone(), shape, offset, strides };
                self.push(Object::Tensor(Arc::new(tensor)))
            }
            _ => Err(MISUSED.into()),
        }
    }

    /// The storage that a persistent ID refers to: `('storage', type, key, device, number of elements)`.
    fn storage(&self, reference: Id) -> Result<Storage, String> {
        let Object::Tuple(parts) = &self.objects[reference] else { return Err(MISUSED.into()) };
        let &[word, element, key, _, elements] = parts.as_slice() else { return Err(MISUSED.into()) };
        match (&self.objects[word], &self.objects[element], &self.objects[key]) {
            (Object::Text(word), Object::Global(Global::Storage(element)), Object::Text(key))
                if word == "storage" && key.len() <= MOST_OF_KEY =>
            {
                Ok(Storage { key: key.clone(), element: *element, elements: self.size(elements)? })
            }
            _ => Err(MISUSED.into()),
        }
    }

    fn size(&self, id: Id) -> Result<usize, String> {
        match self.objects[id] {
            Object::Int(size) => size.try_into().map_err(|_| format!("a size is {size}")),
            _ => Err(MISUSED.into()),
        }
    }

    fn sizes(&self, id: Id) -> Result<Vec<usize>, String> {
        match &self.objects[id] {
            Object::Tuple(sizes) if sizes.len() <= MOST_DIMENSIONS => {
                sizes.iter().map(|size| self.size(*size)).collect()
            }
            _ => Err(MISUSED.into()),
        }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let taken = self.rest.get(..length).ok_or("it ends; copy or download the file again")?;
        self.rest = &self.rest[length..];
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// An unsigned number of so many bytes, of at most eight.
    fn number(&mut self, bytes: usize) -> Result<usize, String> {
        let mut whole = [0; 8];
        whole[..bytes].copy_from_slice(self.take(bytes)?);
        usize::try_from(u64::from_le_bytes(whole)).map_err(|_| "a length is beyond memory".into())
    }

    /// The rest of the line, without its end.
    fn line(&mut self) -> Result<&'a str, String> {
        let length = self.rest.iter().position(|&byte| byte == b'\n');
        let line = self.take(length.map_or(usize::MAX, |length| length + 1))?;
        std::str::from_utf8(&line[..line.len() - 1]).map_err(|_| "a name is not UTF-8".into())
    }
}

/// A whole number, little-endian in two's complement; one beyond 64 bits is no size.
fn long(bytes: &[u8]) -> Object {
    if bytes.len() > 8 {
        return Object::Other;
    }
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut whole = [if negative { 0xff } else { 0 }; 8];
    whole[..bytes.len()].copy_from_slice(bytes);
    Object::Int(i64::from_le_bytes(whole))
}
