//! Processes that work on one thing and exchange tensors: libtorch's c10d, with Gloo between processors and NCCL
//! between GPUs.
//!
//! The processes, or ranks, meet ([`Meeting`]); then each has a [`Group`], whose exchanges all of
//! them make in the same order. Nothing waits for ever: after a limit an exchange is an error, and where the process of
//! another rank has ended, it is one at once with Gloo.

use crate::meeting::milliseconds;
use crate::{Error, Meeting, Result, ffi};
use std::ffi::{CString, c_void};
use std::ptr::{self, NonNull};
use std::time::Duration;
use tch::{Device, Kind, Tensor};

/// One of several ranks, and the way to the others.
#[derive(Debug)]
pub struct Group {
    raw: NonNull<ffi::GroupHandle>,
    rank: usize,
    ranks: usize,
    device: Device,
    /// The part of the meeting that is this group's.
    part: CString,
}

impl Group {
    /// Becomes `rank` of `ranks`, which exchange tensors on `device`; waits until all are there, and tells `there`
    /// how many are, first and whenever another comes. `limit` is the most that any of them may be late, now and in
    /// every exchange.
    ///
    /// # Errors
    ///
    /// If they are not all there within the limit, or the device's part is not in this build.
    pub fn new(
        meeting: &Meeting,
        rank: usize,
        ranks: usize,
        device: Device,
        limit: Duration,
        there: impl FnMut(usize),
    ) -> Result<Self> {
        let part = meeting.gather(ranks, limit, there)?;
        let cuda = match device {
            Device::Cuda(number) => ffi::device_index(number),
            _ => -1,
        };
        let mut raw = ptr::null_mut();
        // SAFETY: the meeting is alive, the names end with a zero, and the pointer is to a live variable, which a call
        // that succeeds fills.
        ffi::check(unsafe {
            ffi::te_group_new(
                meeting.raw(),
                part.as_ptr(),
                meeting.host().as_ptr(),
                rank as i64,
                ranks as i64,
                cuda,
                milliseconds(limit),
                &mut raw,
            )
        })?;
        let raw = NonNull::new(raw).expect("the shim made a group");
        let group = Self { raw, rank, ranks, device, part };
        // NCCL connects with the first exchange.
        group.gather_bytes(&[])?;
        Ok(group)
    }

    /// Which rank this process is, from 0.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Where the tensors are that they exchange.
    pub fn device(&self) -> Device {
        self.device
    }

    /// How many ranks there are.
    pub fn ranks(&self) -> usize {
        self.ranks
    }

    /// For the parts of the shim that exchange in other ways.
    pub(crate) fn raw(&self) -> *mut ffi::GroupHandle {
        self.raw.as_ptr()
    }

    /// The part of the meeting that is this group's.
    pub(crate) fn part(&self) -> &CString {
        &self.part
    }

    /// Gives row `r` of `rows` (ranks, n) to rank `r`; the rows that this rank is given (ranks, n), in the order of
    /// the ranks that gave them.
    ///
    /// # Errors
    ///
    /// If a rank does not take part within the limit, or the tensors of two ranks do not fit together.
    pub fn exchange(&self, rows: &Tensor) -> Result<Tensor> {
        let mut input = rows.contiguous();
        let mut output = input.empty_like();
        let (into, from) = (output.as_mut_ptr().cast(), input.as_mut_ptr().cast());
        // SAFETY: both point to libtorch tensors of one shape and kind that outlive the call, which waits for the end of
        // the exchange.
        ffi::check(unsafe { ffi::te_group_all_to_all(self.raw.as_ptr(), into, from) })?;
        Ok(output)
    }

    /// The `tensor`s of all ranks, which have one shape, in the order of the ranks: (ranks, ...).
    ///
    /// # Errors
    ///
    /// As of [`exchange`](Self::exchange).
    pub fn gather(&self, tensor: &Tensor) -> Result<Tensor> {
        let ranks = self.ranks as i64;
        let mut input = tensor.reshape([-1]);
        let mut output = Tensor::empty([ranks * input.size()[0]], (input.kind(), input.device()));
        let (into, from) = (output.as_mut_ptr().cast(), input.as_mut_ptr().cast());
        // SAFETY: as in `exchange`, with room for all ranks.
        ffi::check(unsafe { ffi::te_group_all_gather(self.raw.as_ptr(), into, from) })?;
        let shape: Vec<i64> = std::iter::once(ranks).chain(tensor.size()).collect();
        Ok(output.view(shape.as_slice()))
    }

    /// The sum of the `tensor`s of all ranks, which have one shape and kind. It can be differentiated: what all ranks
    /// differentiate counts as one sum, so all of them have to take part, and in each backward pass, too.
    ///
    /// Where an exchange fails, here or in a backward pass, the pass continues with numbers that are worth nothing;
    /// [`check`](Self::check) tells it afterwards.
    ///
    /// # Panics
    ///
    /// If memory runs out, as operations of `tch` do.
    pub fn sum(&self, tensor: &Tensor) -> Tensor {
        let mut own = tensor.shallow_clone();
        let mut sum: *mut c_void = ptr::null_mut();
        // SAFETY: the tensor and the variable are alive; a call that succeeds fills it with a tensor of its own.
        let made =
            ffi::check(unsafe { ffi::te_group_sum(self.raw.as_ptr(), own.as_mut_ptr().cast(), &mut sum) });
        made.unwrap_or_else(|error| panic!("{error}"));
        // SAFETY: made by `new` for this side, which frees it as any tensor of libtorch.
        unsafe { Tensor::from_ptr(sum.cast()) }
    }

    /// Whether all exchanges within forward and backward passes went well.
    ///
    /// # Errors
    ///
    /// Why the first that did not failed.
    pub fn check(&self) -> Result<()> {
        // SAFETY: the group is alive.
        ffi::check(unsafe { ffi::te_group_check(self.raw.as_ptr()) })
    }

    /// The bytes of all ranks, as many as each has, in the order of the ranks. Waits for the device.
    ///
    /// # Errors
    ///
    /// As of [`exchange`](Self::exchange).
    pub fn gather_bytes(&self, bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
        let length = Tensor::from_slice(&[bytes.len() as i64]).to_device(self.device);
        let lengths = Vec::<i64>::try_from(&self.gather(&length)?.reshape([-1]))
            .map_err(|error| Error::new(error.to_string()))?;
        // At least one, since an exchange of nothing is none.
        let longest = lengths.iter().copied().max().unwrap_or(0).max(1);
        let mut padded = bytes.to_vec();
        padded.resize(longest as usize, 0);
        let all = self.gather(&Tensor::from_slice(&padded).to_device(self.device))?;
        let all = Vec::<u8>::try_from(&all.to_kind(Kind::Uint8).reshape([-1]))
            .map_err(|error| Error::new(error.to_string()))?;
        let rows = all.chunks_exact(longest as usize).zip(&lengths);
        Ok(rows.map(|(row, length)| row[..*length as usize].to_vec()).collect())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // SAFETY: made by the shim, and given back once.
        unsafe { ffi::te_group_delete(self.raw.as_ptr()) };
    }
}
