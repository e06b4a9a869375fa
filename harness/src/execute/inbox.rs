//! What a run of a plan hears: its workers, and the signals that ask it to stop.

use super::process::SchedulerMessage;
use crate::signals;
use std::cell::Cell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// Everything that happens, in turn. As long as it is there, signals that ask to stop do not end the program.
pub struct Inbox {
    sender: Sender<SchedulerMessage>,
    receiver: Receiver<SchedulerMessage>,
    signalled: Cell<bool>,
}

impl Inbox {
    /// From now on it hears signals.
    pub fn open() -> anyhow::Result<Self> {
        let (sender, receiver) = channel();
        let signalled = sender.clone();
        signals::forward(move |signal| signalled.send(SchedulerMessage::Signal(signal)).is_ok())?;
        Ok(Self { sender, receiver, signalled: Cell::new(false) })
    }

    /// For whoever has something to say.
    pub fn sender(&self) -> Sender<SchedulerMessage> {
        self.sender.clone()
    }

    /// The next message, if one comes within `patience`.
    pub fn next(&self, patience: Duration) -> Option<SchedulerMessage> {
        let message = self.receiver.recv_timeout(patience).ok();
        self.note(&message);
        message
    }

    /// Whether a signal has come since this was opened. What workers have said meanwhile is forgotten, so this is for when
    /// none is left.
    pub fn is_signalled(&self) -> bool {
        while let Ok(message) = self.receiver.try_recv() {
            self.note(&Some(message));
        }
        self.signalled.get()
    }

    fn note(&self, message: &Option<SchedulerMessage>) {
        if matches!(message, Some(SchedulerMessage::Signal(_))) {
            self.signalled.set(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_remembered_whether_it_was_read_or_not() {
        for reads in [true, false] {
            let inbox = Inbox::open().unwrap();
            inbox.sender().send(SchedulerMessage::Closed(1)).unwrap();
            assert!(!inbox.is_signalled());
            // Another one would end the tests beside this one.
            inbox.sender().send(SchedulerMessage::Signal(10)).unwrap();
            if reads {
                assert!(matches!(inbox.next(Duration::ZERO), Some(SchedulerMessage::Signal(10))));
            }
            assert!(inbox.is_signalled() && inbox.is_signalled() && inbox.next(Duration::ZERO).is_none());
        }
    }
}
