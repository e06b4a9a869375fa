//! Whether the processes of the other ranks run: each says so now and then, whatever it is doing.

use crate::{Group, Meeting, Result};
use std::ffi::CString;

/// One rank's part in it, by a connection of its own, so that a thread can do it beside the work.
#[derive(Debug)]
pub struct SignsOfLife {
    meeting: Meeting,
    rank: usize,
    /// The name of each rank's count at the meeting.
    counts: Vec<CString>,
}

impl SignsOfLife {
    /// Those of the ranks of `group`, which met at `meeting`.
    ///
    /// # Errors
    ///
    /// If the meeting cannot be reached once more.
    pub fn of(group: &Group, meeting: &Meeting) -> Result<Self> {
        let part = group.part().to_string_lossy();
        let name = |rank| CString::new(format!("{part}/lives-{rank}")).expect("the part is a C string");
        let counts = (0..group.ranks()).map(name).collect();
        Ok(Self { meeting: meeting.again()?, rank: group.rank(), counts })
    }

    /// Says that this rank will give no more signs: its count is below zero from now on.
    ///
    /// # Errors
    ///
    /// As of [`give`](Self::give).
    pub fn leave(&self) -> Result<()> {
        self.meeting.add(&self.counts[self.rank], i64::MIN / 2).map(drop)
    }

    /// Gives a sign; how many each rank has given, in their order. Where the process that serves the meeting is frozen,
    /// it does not return.
    ///
    /// # Errors
    ///
    /// If the meeting is no longer served.
    pub fn give(&self) -> Result<Vec<i64>> {
        let own = |rank| i64::from(rank == self.rank);
        self.counts.iter().enumerate().map(|(rank, name)| self.meeting.add(name, own(rank))).collect()
    }
}
